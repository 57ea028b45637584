import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Question } from '../evaluate/question.ts';
import { DAVE } from '../test-support.ts';
import { resourcePattern } from './arn.ts';
import { compileTemplate, fitsTemplate } from './compiled-template.ts';
import { matchesPattern } from './glob.ts';
import { parseTemplate, substitute, variablesOnlyInResourcePart } from './policy-variable.ts';

type Context = ReadonlyMap<string, string>;

function questionWith(context: Context): Question {
  const request = { principal: DAVE, action: 'a:b', resource: '*', resourceAccount: '', context };
  return new Question(request, { identity: [] });
}

/** By the book: every variable put in first, then a walk. */
function walk(written: string, text: string, context: Context) {
  const question = questionWith(context);
  const template = variablesOnlyInResourcePart(parseTemplate(written, true));
  const tokens = substitute(
    template,
    (variable) => question.resolve(variable),
    Number.POSITIVE_INFINITY,
  );
  const fits = tokens !== undefined && matchesPattern(resourcePattern(tokens), text);
  return { fits, missing: question.missing };
}

test('a template taken apart fits what a walk fits, and misses the same keys', () => {
  const variable = fc.constantFrom('a', 'b').map((name) => `\${k:${name}}`);
  const plain = fc.constantFrom('a', 'b', '/', '*', '?', ':', `\${k:c, 'a'}`);
  const piece = fc.oneof({ weight: 2, arbitrary: plain }, variable);
  const head = fc.constantFrom('arn:aws:s3:::', 'arn:aws:s*:*:1?:', '', 'arn:aws:sqs:*');
  const pattern = fc
    .tuple(head, fc.array(piece, { maxLength: 7 }))
    .map(([first, rest]) => first + rest.join(''));
  const tail = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':', '*'), maxLength: 8 });
  const text = fc
    .tuple(fc.constantFrom('arn:aws:s3:::', 'arn:aws:sqs:x:11:', ''), tail)
    .map(([first, rest]) => first + rest);
  const value = fc.option(fc.constantFrom('', 'a', 'b', 'ab', 'a/b', '*', ':'), { nil: undefined });
  const context = fc.record({ 'k:a': value, 'k:b': value });
  let fitted = 0;
  fc.assert(
    fc.property(pattern, fc.array(fc.tuple(text, context), { maxLength: 4 }), (written, asked) => {
      const template = variablesOnlyInResourcePart(parseTemplate(written, true));
      const compiled = compileTemplate(resourcePattern(template));
      // One template is asked again and again: what it remembers of one question is no answer to another.
      for (const [one, keys] of asked) {
        const carried = new Map(Object.entries(keys).filter((entry) => entry[1] !== undefined));
        const question = questionWith(carried as Context);
        const fits = fitsTemplate(compiled, one, question);
        const expected = walk(written, one, carried as Context);
        assert.deepEqual({ fits, missing: question.missing }, expected, `${written} on ${one}`);
        if (fits) fitted += 1;
      }
    }),
    { numRuns: 4_000 },
  );
  assert.ok(fitted > 100, `${fitted}`);
});

test('a template is taken apart into its start and the pieces between its runs', () => {
  const template = parseTemplate(`a\0\${k}b*c\${m}*`, true);
  const [k, m] = template.filter((part) => typeof part !== 'number');
  assert.deepEqual(compileTemplate(template), {
    start: '',
    rest: {
      kind: 'variables',
      template,
      variables: [k, m],
      literalLength: 4,
      texts: [['a\0', k, 'b'], ['c', m], []],
    },
    next: undefined,
  });
  const starred = compileTemplate(parseTemplate(`a*\${k}`, true));
  assert.deepEqual([starred.start, starred.rest?.kind], ['', 'variables']);
});

test('with other wildcards than runs it is walked', () => {
  const { start, rest } = compileTemplate(parseTemplate(`a\${k}?*`, true));
  assert.equal(start, '');
  assert.ok(rest?.kind === 'variables');
  assert.equal(rest.texts, undefined);
});

test('without variables it is a pattern', () => {
  const next = compileTemplate(parseTemplate('b', true));
  assert.deepEqual(compileTemplate(parseTemplate('a*', true), next), {
    start: 'a',
    rest: { kind: 'anything' },
    next,
  });
});

test('what a caller puts in is not put together when it is longer than the text', () => {
  const asked = (written: string, value: string, text: string) =>
    fitsTemplate(
      compileTemplate(parseTemplate(written, true)),
      text,
      questionWith(new Map([['k', value]])),
    );
  // Put together it would be longer than any text can be, and throw.
  const long = 'a'.repeat(400_000);
  const short = 'a'.repeat(8_000);
  const variable = `\${k}`;
  assert.equal(asked(`*${variable.repeat(1_500)}`, long, long), false);
  assert.equal(asked(`*?${variable.repeat(3_000)}`, short, short), false);
  assert.equal(asked(`*?\${k}`, short, `x${short}`), true);
  assert.equal(asked(`b*\${k}`, 'cd', 'bcd'), true);
  assert.equal(asked(`b*\${k}`, 'cd', 'bc'), false);
  assert.equal(asked(`*\${k}`, 'cd', 'abcd'), true);
});

test('between runs each variable has its own value', () => {
  const compiled = compileTemplate(parseTemplate(`\${k}*\${m}-\${n}*`, true));
  const ask = (text: string) =>
    fitsTemplate(compiled, text, questionWith(new Map([...'kmn'].map((key) => [key, key]))));
  assert.equal(ask('k/m-n/'), true);
  for (const text of ['k/n-m/', 'k/m-k/', 'm/m-n/', 'k/k-n/']) assert.equal(ask(text), false, text);
});

test('a variable without a value fits nothing, wherever it stands', () => {
  const nobody = questionWith(new Map());
  for (const written of [`\${k}`, `a\${k}`, `a*\${k}`, `a*?\${k}`, `a*\${k}*`]) {
    const compiled = compileTemplate(parseTemplate(written, true));
    for (const text of ['', 'a', 'aundefined', 'undefined', 'axundefined']) {
      assert.equal(fitsTemplate(compiled, text, nobody), false, `${written} on ${text}`);
    }
  }
});

test('a question that is asked while another one is being answered changes nothing of it', () => {
  const compiled = compileTemplate(parseTemplate(`home/\${k}/\${m}/*`, true));
  const eve = questionWith(new Map([...'km'].map((key) => [key, 'eve'])));
  const dave = {
    lookUp: () => undefined,
    resolve: () => {
      fitsTemplate(compiled, 'home/eve/eve/x', eve);
      return 'dave';
    },
  };
  assert.equal(fitsTemplate(compiled, 'home/eve/eve/x', dave), false);
  assert.equal(fitsTemplate(compiled, 'home/dave/dave/x', dave), true);
});
