import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { allow, catalogue, writtenText } from '../../proof/check-examples.ts';
import { NOT_MADE, PUBLISHED } from '../../proof/published-checks.ts';
import { type Catalogue, type Finding, parsePolicy, validatePolicy } from '../index.ts';
import { EVERY_TYPE } from './check.ts';
import { CHECKS } from './checks.ts';

test('every published code is a check of its type, or has a reason why it is none', () => {
  const published = Object.entries(PUBLISHED).flatMap(([type, codes]) =>
    codes.map((code) => `${code} ${NOT_MADE.has(code) ? 'is not made' : type}`),
  );
  const made = [
    ...CHECKS.map(({ code, findingType }) => `${code} ${findingType}`),
    ...[...NOT_MADE.keys()].map((code) => `${code} is not made`),
  ];
  assert.deepEqual(made.sort(), published.sort());
  assert.equal(new Set(published).size, published.length);
});

test('the page about the checks lists them as they are', () => {
  const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const expected = [...CHECKS]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, findingType, policyTypes, meaning }) => {
      const types = policyTypes.length === EVERY_TYPE.length ? 'all' : policyTypes.join(', ');
      return `| \`${code}\` | ${findingType} | ${types} | ${meaning} |`;
    });
  assert.deepEqual(rows, expected);
  for (const [code, reason] of NOT_MADE) assert.ok(page.includes(`- \`${code}\`: ${reason}`), code);
});

test('findings are frozen, in the order of the text, and lead to their section', () => {
  const text = writtenText([allow({ Action: 's3:Fetch' }), allow({ Sid: '', Action: 'iam:*' })]);
  const findings = validatePolicy(text, 'identity', catalogue);
  assert.deepEqual(
    findings.map(({ issueCode, path }) => [issueCode, path]),
    [
      ['INVALID_ACTION', 'Statement[0].Action'],
      ['EMPTY_SID_VALUE', 'Statement[1].Sid'],
    ],
  );
  assert.ok(findings.every((finding) => Object.isFrozen(finding)));
  assert.equal(
    findings[1]?.learnMoreLink,
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html' +
      '#access-analyzer-reference-policy-checks-suggestion-empty-sid-value',
  );
});

test('a raised quota is told', () => {
  const text = writtenText(allow({ Resource: `arn:aws:s3:::${'x'.repeat(7_000)}` }));
  const codes = (findings: readonly Finding[]) => findings.map(({ issueCode }) => issueCode);
  const quotas = { identity: 8_000 };
  assert.deepEqual(codes(validatePolicy(text, 'identity', catalogue)), [
    'POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA',
  ]);
  assert.deepEqual(codes(validatePolicy(text, 'identity', catalogue, { quotas })), []);
});

test('with an empty catalogue nothing exists, and the form is checked all the same', () => {
  const empty: Catalogue = { services: [], globalConditionKeys: [], regions: [] };
  const codes = validatePolicy(writtenText(allow({ Effect: 'allow' })), 'identity', empty).map(
    ({ issueCode }) => issueCode,
  );
  assert.deepEqual(codes, ['INVALID_EFFECT', 'INVALID_SERVICE_IN_ACTION', 'INVALID_SERVICE']);
});

/** Values that stand in policies, and values that do not belong where they are put. */
const WORDS = [
  'Version',
  '2012-10-17',
  'Statement',
  'Sid',
  'Effect',
  'Allow',
  'Deny',
  'Principal',
  'AWS',
  'Service',
  'NotPrincipal',
  'Federated',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  '*',
  '',
  '__proto__',
  's3:*',
  'iam:PassRole',
  'sts:AssumeRole',
  'arn:aws:s3:::photos/*',
  'arn:aws:iam::1:role/*',
  'arn:',
  ':::',
  'StringLike',
  'ForAllValues:StringLikeIfExists',
  'NullIfExists',
  'NumericLessThan',
  'IpAddress',
  'DateEquals',
  'aws:SourceIp',
  'aws:ResourceTag/',
  'aws:userid',
  'aws:TagKeys',
  'ec2:Attribute/x',
  '10.0.0.0/8',
  '${',
  `\${}`,
  '${aws:username',
  `\${aws:username, 'x'}`,
  '\ud800',
  'ec2.amazonaws.com',
  'true',
  '3600',
  '2026',
  ':aud',
  'x:aud',
];
const word = fc.constantFrom(...WORDS);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom<unknown>(null, true, 7, -1.5e300, [], {}),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 6 }),
  ),
})).value;
const likelyStatement = fc.record(
  {
    Sid: fc.oneof(word, value),
    Effect: fc.constantFrom('Allow', 'Deny', 'allow'),
    Principal: fc.oneof(fc.dictionary(word, fc.oneof(word, fc.array(word)), { maxKeys: 3 }), value),
    Action: fc.oneof(word, fc.array(word, { maxLength: 5 }), value),
    Resource: fc.oneof(word, fc.array(word, { maxLength: 5 }), value),
    Condition: fc.oneof(
      fc.dictionary(
        word,
        fc.dictionary(word, fc.oneof(word, fc.array(word), value), { maxKeys: 3 }),
        {
          maxKeys: 3,
        },
      ),
      value,
    ),
  },
  { requiredKeys: [] },
);
const likelyDocument = fc.record({
  Version: fc.constantFrom('2012-10-17', '2008-10-17', '1'),
  Statement: fc.oneof(likelyStatement, fc.array(likelyStatement, { maxLength: 4 })),
});
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(likelyDocument, value).map((json) => JSON.stringify(json)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(likelyDocument, fc.nat(), fc.string({ maxLength: 3 }))
      .map(([json, at, noise]) => {
        const text = JSON.stringify(json);
        const place = at % (text.length + 1);
        return `${text.slice(0, place)}${noise}${text.slice(place)}`;
      }),
  },
);

const policyType = fc.constantFrom(...EVERY_TYPE);
const resourceType = fc.constantFrom(undefined, 'AWS::S3::Bucket', 'AWS::DynamoDB::Table');

test('any text has findings that stand in it, of codes that are published, and never throws', () => {
  const codes = new Set(CHECKS.map(({ code }) => code));
  const reached = new Set<string>();
  fc.assert(
    fc.property(anyText, policyType, resourceType, (text, type, hangsOn) => {
      const options = { resourceType: hangsOn };
      for (const { issueCode, start, end, path } of validatePolicy(
        text,
        type,
        catalogue,
        options,
      )) {
        reached.add(issueCode);
        assert.ok(codes.has(issueCode), issueCode);
        assert.ok(start.offset <= end.offset && end.offset <= text.length, `${issueCode} ${path}`);
      }
    }),
    { numRuns: 4_000 },
  );
  assert.ok(reached.size > 60, `only ${reached.size} codes reached`);
});

test('what is wrong by its form for parsePolicy has an ERROR here as well', () => {
  const forms = [
    'json',
    'wrong-type',
    'unknown-element',
    'duplicate-key',
    'unknown-effect',
    'unknown-version',
  ];
  let refused = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const result = parsePolicy(text, 'identity');
      if (result.ok || !result.problems.some(({ code }) => forms.includes(code))) return;
      refused++;
      const findings = validatePolicy(text, 'identity', catalogue);
      assert.ok(findings.some(({ findingType }) => findingType === 'ERROR'));
    }),
    { numRuns: 2_000 },
  );
  assert.ok(refused > 200, `${refused} refused`);
});

test('no text takes long', () => {
  const stars = `arn:aws:s3:::${'*a'.repeat(200)}`;
  const texts: Readonly<Record<string, string>> = {
    empty: '',
    deep: '['.repeat(100_000),
    'deep in an object': '{"Statement":'.repeat(10_000),
    'too long': 'x'.repeat(600_000),
    'many resources of stars': writtenText(
      allow({
        Resource: Array.from({ length: 100 }, (_, index) => `${stars}${'?'.repeat(index)}`),
      }),
    ),
    'many actions of stars': writtenText(
      allow({
        Action: Array.from({ length: 300 }, (_, index) => `ec2:*${'a*'.repeat(20)}${index}`),
      }),
    ),
    'many unknown actions': writtenText(
      allow({ Action: Array.from({ length: 2_000 }, (_, index) => `ec2:Describe${index}Things`) }),
    ),
    'many statements': writtenText(Array.from({ length: 2_000 }, () => allow())),
    'many variables': writtenText(allow({ Resource: `arn:aws:s3:::${'${'.repeat(50_000)}` })),
  };
  for (const [name, text] of Object.entries(texts)) {
    // Time on the processor: other tests run beside this one.
    const started = process.cpuUsage();
    validatePolicy(text, 'identity', catalogue);
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1_000;
    assert.ok(took < 2_000, `${name}: ${took} ms`);
  }
});
