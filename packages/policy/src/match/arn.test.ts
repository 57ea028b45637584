import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arnConditionPattern, parseArn, resourcePattern } from './arn.ts';
import { ANY_ONE, ANY_RUN, globPattern, matchesPattern, SEGMENT_ONE, SEGMENT_RUN } from './glob.ts';

test('an ARN has six parts, and the last keeps its colons', () => {
  assert.deepEqual(parseArn('arn:aws:iam::111122223333:user/staff/dave'), {
    partition: 'aws',
    service: 'iam',
    region: '',
    accountId: '111122223333',
    resource: 'user/staff/dave',
  });
  assert.equal(parseArn('arn:aws:lambda:eu-west-1:1:function:f:7')?.resource, 'function:f:7');
  assert.equal(parseArn('arn:aws:s3:::')?.resource, '');
  assert.equal(parseArn('arn:a:b:::')?.service, 'b');
  assert.deepEqual(parseArn('arn:a:bb:cc:dd:ee'), {
    partition: 'a',
    service: 'bb',
    region: 'cc',
    accountId: 'dd',
    resource: 'ee',
  });
});

test('what has fewer parts or another head is no ARN', () => {
  const texts = [
    '',
    '*',
    'arn',
    'arn:aws:s3::x',
    'ARN:aws:s3:::x',
    'urn:aws:s3:::x',
    'arn::s3:::x',
    'arn::a:s3:::x',
    'xarn:aws:s3:::x',
    'yyarn:aws:s3:::x',
    'arn:aws:::::x',
    'arn:aws:s3',
    'arn:aws:s3:x',
    'arn:aws',
    'arn:aws::::x',
  ];
  for (const text of texts) assert.equal(parseArn(text), undefined, text);
});

function covers(pattern: string, resource: string): boolean {
  return matchesPattern(resourcePattern(globPattern(pattern)), resource);
}

test('behind the fifth colon nothing stops a wildcard', () => {
  assert.ok(covers('arn:aws:s3:::photos/*', 'arn:aws:s3:::photos/2026/a:b.jpg'));
  assert.ok(covers('arn:aws:s3:::photos?x', 'arn:aws:s3:::photos:x'));
  assert.ok(!covers('arn:aws:s3:::photos/*', 'arn:aws:s3:::photos-private/a'));
  assert.ok(!covers('arn:aws:s3:::Photos/*', 'arn:aws:s3:::photos/a'));
});

test('a wildcard inside a segment stops at the colon', () => {
  assert.ok(covers('arn:aws:ec2:eu-*-1:1:instance/i', 'arn:aws:ec2:eu-west-1:1:instance/i'));
  assert.ok(!covers('arn:aws:ec2:eu-*-1:1:x', 'arn:aws:ec2:eu-west:1:a-1:1:x'));
  assert.ok(!covers('arn:aws:s3?::bucket', 'arn:aws:s3:::bucket'));
  assert.ok(!covers('arn:aws:ec2:*1:1:x', 'arn:aws:ec2:a:b1:1:x'));
  assert.ok(covers('arn:aws:sq?:eu:1:q', 'arn:aws:sqs:eu:1:q'));
  assert.ok(!covers('arn:aws:sq?:eu:1:q', 'arn:aws:sq:eu:1:q'));
  assert.ok(!covers('arn:aws:sq?:eu:1:q', 'arn:aws:sqss:eu:1:q'));
});

test('a star that ends its segment may run on', () => {
  assert.ok(covers('arn:aws:s3:*', 'arn:aws:s3:::photos/pic.jpg'));
  assert.ok(covers('arn:aws:waf:*', 'arn:aws:waf:eu-west-1:111122223333:webacl/x'));
  assert.ok(covers('arn:aws:iam::*:role/admin', 'arn:aws:iam::111122223333:role/admin'));
  assert.ok(covers('arn:aws:sns:*:topic', 'arn:aws:sns:eu-west-1:1:topic'));
  assert.ok(!covers('arn:aws:s3:*', 'arn:aws:sqs:eu-west-1:1:q'));
});

test('when a segment fails, the walk goes back to the run before it', () => {
  assert.ok(covers('arn:*:s3:a*b:x', 'arn:p:s3:aXX:s3:aYb:x'));
  assert.ok(!covers('arn:*:s3:a*b:x', 'arn:p:s3:aXX:s3:aYc:x'));
});

test('an ARN condition compares each component by itself', () => {
  const like = (pattern: string, value: string) => {
    return matchesPattern(arnConditionPattern(globPattern(pattern)), value);
  };
  assert.ok(like('arn:aws:iam::*:role/*', 'arn:aws:iam::1:role/a/b:c'));
  assert.ok(!like('arn:aws:iam::*:role/*', 'arn:aws:iam::1:2:role/a'));
  assert.ok(!like('arn:aws:s3:*', 'arn:aws:s3:::photos'));
  assert.ok(!like('*', 'arn:aws:s3:::photos'));
  assert.ok(like('arn:*:*:*:*:*', 'arn:aws:s3:::photos'));
});

/** Rows of reachable places: the meaning of the four wildcards without any cleverness. */
function fitsByDefinition(tokens: readonly number[], text: string): boolean {
  let reached = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const at of reached) {
      if (token === ANY_RUN) {
        for (let to = at; to <= text.length; to++) next.add(to);
      } else if (token === SEGMENT_RUN) {
        next.add(at);
        for (let to = at; to < text.length && text[to] !== ':'; to++) next.add(to + 1);
      } else if (at < text.length) {
        const isOne = token === ANY_ONE || (token === SEGMENT_ONE && text[at] !== ':');
        if (isOne || text.charCodeAt(at) === token) next.add(at + 1);
      }
    }
    reached = next;
  }
  return reached.has(text.length);
}

test('the walk over segments agrees with the definition', () => {
  const unit = fc.constantFrom('a', 'b', ':', ':', '*', '?');
  const pattern = fc.string({ unit, maxLength: 18 }).map((rest) => `arn:${rest}`);
  const text = fc
    .string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 18 })
    .map((rest) => `arn:${rest}`);
  fc.assert(
    fc.property(pattern, text, (written, value) => {
      for (const tokens of [
        resourcePattern(globPattern(written)),
        arnConditionPattern(globPattern(written)),
      ]) {
        assert.equal(matchesPattern(tokens, value), fitsByDefinition(tokens, value));
      }
    }),
    { numRuns: 5_000 },
  );
});

test('the walk agrees with the definition when the runs of both sorts are mixed at will', () => {
  const token = fc.constantFrom(97, 98, 58, ANY_RUN, SEGMENT_RUN, SEGMENT_ONE);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(token, { maxLength: 9 }), text, (tokens, value) => {
      assert.equal(matchesPattern(tokens, value), fitsByDefinition(tokens, value));
    }),
    { numRuns: 10_000 },
  );
});

test('hostile ARN patterns are answered', () => {
  const text = `arn:aws:s3:::${'a'.repeat(10_000)}`;
  assert.ok(!covers(`arn:aws:s3:::${'*a'.repeat(40)}*b`, text));
  assert.ok(!covers(`arn:*:${'a*'.repeat(2_000)}b:::x`, `arn:aws:${'a'.repeat(10_000)}:::x`));
  assert.ok(!covers(`arn:*:a*b:*:c`, `arn:${'a:'.repeat(5_000)}`));
});
