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
  const tokens = substitute(template, (variable) => question.resolve(variable));
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
