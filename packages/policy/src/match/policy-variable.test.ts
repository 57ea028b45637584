import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANY_RUN, globPattern } from './glob.ts';
import {
  fillPieces,
  isJoined,
  literalText,
  type PolicyVariable,
  parseTemplate,
  piecesOf,
  type Resolve,
  substitute,
  variablesOnlyInResourcePart,
  withoutVariables,
} from './policy-variable.ts';

function variablesOf(text: string): readonly PolicyVariable[] {
  return parseTemplate(text, true).filter((part) => typeof part !== 'number');
}

function filled(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const resolve: Resolve = ({ key, default: fallback }) =>
    Object.hasOwn(values, key) ? values[key] : fallback;
  const tokens = substitute(parseTemplate(text, true), resolve, 100);
  return tokens === undefined ? undefined : literalText(tokens);
}

test('a variable is put in by its key, whatever the case', () => {
  assert.equal(filled(`home/\${aws:UserName}/x`, { 'aws:username': 'dave' }), 'home/dave/x');
  assert.equal(filled(`\${ aws:username }`, { 'aws:username': 'dave' }), 'dave');
  assert.equal(filled(`\${a:b}\${a:b}`, { 'a:b': '1' }), '11');
});

test('tag keys may hold spaces and slashes', () => {
  const [variable] = variablesOf(`\${aws:PrincipalTag/cost center, 'none'}`);
  assert.equal(variable?.key, 'aws:principaltag/cost center');
  assert.equal(variable?.name, 'aws:PrincipalTag/cost center');
  assert.equal(variable?.default, 'none');
});

test('a default stands in for a missing value, and may be empty', () => {
  assert.equal(filled(`x-\${aws:PrincipalTag/team, 'company-wide'}`, {}), 'x-company-wide');
  assert.equal(filled(`x-\${aws:PrincipalTag/team, ''}`, {}), 'x-');
  assert.equal(filled(`\${a:b,'c}d'}`, {}), 'c}d');
  assert.equal(filled(`\${a:b, 'default'}`, { 'a:b': 'value' }), 'value');
});

test('without value and default there is nothing to compare with', () => {
  assert.equal(filled(`\${aws:username}`, {}), undefined);
});

test('where there are no wildcards they are text', () => {
  assert.equal(literalText(globPattern('a?b*')), 'a?b*');
});

test('escapes stand for the character itself', () => {
  assert.deepEqual(withoutVariables(parseTemplate(`a\${*}b`, true)), [97, 42, 98]);
  assert.equal(literalText(withoutVariables(parseTemplate(`\${?}\${$}`, true)) ?? []), '?$');
  assert.deepEqual(withoutVariables(parseTemplate('a*', true)), [97, ANY_RUN]);
});

test('what is put in is literal: its stars are no wildcards', () => {
  const tokens = substitute(parseTemplate(`\${a:b}/*`, true), () => '*?', 3);
  assert.deepEqual(tokens, [42, 63, 47, ANY_RUN]);
});

test('a value is not read again for variables', () => {
  assert.equal(filled(`\${a:b}`, { 'a:b': `\${c:d}`, 'c:d': 'secret' }), `\${c:d}`);
});

test('what only looks like a variable is text', () => {
  for (const text of [
    `\${`,
    `\${}`,
    `\${ }`,
    '$DEFAULT',
    `\${a`,
    `\${a*b}`,
    `\${a:b, default}`,
    `\${a:b,x'default'}`,
    `\${a:b,'default'x}`,
    '{a}',
    `$\${`,
  ]) {
    assert.deepEqual(variablesOf(text), [], text);
    assert.deepEqual(withoutVariables(parseTemplate(text, true)), globPattern(text), text);
  }
});

test('the older version of the language has no variables', () => {
  const text = `home/\${aws:username}/*`;
  assert.deepEqual(parseTemplate(text, false), globPattern(text));
});

test('before the fifth colon of a resource a variable is text', () => {
  const template = parseTemplate(
    `arn:aws:iam::\${aws:PrincipalAccount}:user/\${aws:username}`,
    true,
  );
  const names = variablesOnlyInResourcePart(template)
    .filter((part) => typeof part !== 'number')
    .map((part) => part.name);
  assert.deepEqual(names, ['aws:username']);
  const account = `arn:aws:sqs:eu-west-1:\${aws:PrincipalAccount, '*'}:q`;
  const tokens = withoutVariables(variablesOnlyInResourcePart(parseTemplate(account, true)));
  assert.deepEqual(
    tokens,
    [...account].map((character) => character.charCodeAt(0)),
  );
});

test('hostile texts are read in one pass', () => {
  for (const piece of [`\${`, `\${a,'`, `\${a `, `\${*`, `\${a, 'x' `]) {
    const text = piece.repeat(5_000);
    assert.equal(withoutVariables(parseTemplate(text, true))?.length, text.length);
  }
});

test('what comes about is put together only as far as it can fit', () => {
  const put = (text: string, value: string, longest: number) =>
    substitute(parseTemplate(text, true), () => value, longest);
  assert.deepEqual(put(`a*\${k}`, 'bc', 2), [97, ANY_RUN, 98, 99]);
  assert.equal(put(`a*\${k}`, 'bc', 1), undefined);
  assert.deepEqual(put(`\${k}\${k}`, 'bc', 4), [98, 99, 98, 99]);
  assert.equal(put(`\${k}\${k}`, 'bc', 3), undefined);
});

test('every variable is asked for, behind one without a value too', () => {
  const asked: string[] = [];
  const resolve: Resolve = ({ key }) => {
    asked.push(key);
    return undefined;
  };
  const template = parseTemplate(`\${a:b}/\${c:d}`, true);
  assert.equal(substitute(template, resolve, 100), undefined);
  assert.equal(fillPieces(piecesOf(template), resolve), undefined);
  assert.deepEqual(asked, ['a:b', 'c:d', 'a:b', 'c:d']);
});

test('texts one after the other are a whole, without being put together', () => {
  assert.equal(isJoined([], ''), true);
  assert.equal(isJoined(['a', '', 'bc'], 'abc'), true);
  assert.equal(isJoined(['a', 'b'], 'abc'), false);
  assert.equal(isJoined(['a', 'bcd'], 'abc'), false);
  assert.equal(isJoined(['ab', 'b'], 'abb'), true);
  assert.equal(isJoined(['b', 'ab'], 'abb'), false);
  assert.equal(isJoined(['bc', 'c'], 'abc'), false);
});
