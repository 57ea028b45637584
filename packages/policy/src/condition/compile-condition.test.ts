import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Question } from '../evaluate/question.ts';
import { ACCOUNT, DAVE } from '../test-support.ts';
import { compileCondition } from './compile-condition.ts';

type Value = string | readonly string[];

const KEY = 'aws:Key';
const NEGATED = [
  'StringNotEquals',
  'StringNotEqualsIgnoreCase',
  'StringNotLike',
  'NumericNotEquals',
  'DateNotEquals',
  'NotIpAddress',
  'ArnNotEquals',
  'ArnNotLike',
];
const POSITIVE = [
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  ...['Numeric', 'Date'].flatMap((prefix) =>
    ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (comparison) => `${prefix}${comparison}`,
    ),
  ),
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'ArnEquals',
  'ArnLike',
];

/** A value that every operator of a family can read. */
function sample(operator: string): string {
  if (/Numeric/.test(operator)) return '10';
  if (/Date/.test(operator)) return '2026-01-01T00:00:00Z';
  if (/Bool/.test(operator)) return 'true';
  if (/Binary/.test(operator)) return 'QUJD';
  if (/Ip/.test(operator)) return '203.0.113.7';
  return 'arn:aws:s3:::photos';
}

interface Options {
  readonly effect?: 'Allow' | 'Deny';
  readonly context?: Readonly<Record<string, Value>>;
  readonly variables?: boolean;
}

function decide(
  operator: string,
  values: Value,
  request: Value | undefined,
  options: Options = {},
) {
  const { effect = 'Allow', context = {}, variables = true } = options;
  const position = { line: 1, column: 1, offset: 0 };
  const texts = typeof values === 'string' ? [values] : values;
  const matches = compileCondition(
    {
      kind: 'Condition',
      operator,
      key: KEY,
      values: texts.map((text) => ({ text, position })),
      position,
    },
    effect,
    variables,
  );
  const entries = new Map<string, Value>(Object.entries(context));
  if (request !== undefined) entries.set('aws:key', request);
  const question = new Question(
    {
      principal: DAVE,
      action: 's3:GetObject',
      resource: '*',
      resourceAccount: ACCOUNT,
      context: entries,
    },
    { identity: [] },
  );
  return matches(question);
}

test('an absent key: positive false, negated true, IfExists true', () => {
  for (const absent of [undefined, []]) {
    for (const operator of POSITIVE) {
      assert.equal(decide(operator, sample(operator), absent), false, operator);
      assert.equal(decide(`${operator}IfExists`, sample(operator), absent), true, operator);
    }
    for (const operator of NEGATED) {
      assert.equal(decide(operator, sample(operator), absent), true, operator);
      assert.equal(decide(`${operator}IfExists`, sample(operator), absent), true, operator);
    }
  }
});

test('an absent key under a set operator: ForAllValues true, ForAnyValue false', () => {
  for (const operator of [...POSITIVE, ...NEGATED]) {
    const value = sample(operator);
    for (const absent of [undefined, []]) {
      assert.equal(decide(`ForAllValues:${operator}`, value, absent), true, operator);
      assert.equal(decide(`ForAnyValue:${operator}`, value, absent), false, operator);
      assert.equal(decide(`ForAnyValue:${operator}IfExists`, value, absent), true, operator);
    }
  }
});

test('a lone empty string is a null data set for set operators and Null, a value for the others', () => {
  assert.equal(decide('ForAllValues:StringEquals', 'a', ''), true);
  assert.equal(decide('ForAnyValue:StringEquals', ['', 'a'], ['']), false);
  assert.equal(decide('Null', 'true', ''), true);
  assert.equal(decide('ForAnyValue:StringEquals', 'a', ['', 'a']), true);
  assert.equal(decide('Null', 'true', ['', 'a']), false);
  assert.equal(decide('StringLike', ['', 'home/*'], ''), true);
  assert.equal(decide('StringEquals', 'a', ''), false);
});

test('an empty list that is handed in counts as absent', () => {
  const position = { line: 1, column: 1, offset: 0 };
  const ask = (operator: string, text: string) =>
    compileCondition(
      { kind: 'Condition', operator, key: KEY, values: [{ text, position }], position },
      'Allow',
      true,
    )({ lookUp: () => [], resolve: () => undefined });
  assert.equal(ask('Null', 'true'), true);
  assert.equal(ask('Null', 'false'), false);
  assert.equal(ask('ForAllValues:StringEquals', 'a'), true);
  assert.equal(ask('ForAnyValue:StringEquals', 'a'), false);
});

test('every operator compares a present key, and its negation says the opposite', () => {
  for (const operator of ['StringEquals', 'StringLike', 'NumericEquals', 'DateEquals', 'ArnLike']) {
    const value = sample(operator);
    const negated = operator.replace(/^(String|Numeric|Date|Arn)/, '$1Not');
    assert.equal(decide(operator, value, value), true, operator);
    assert.equal(decide(negated, value, value), false, negated);
    assert.equal(decide(`${operator}IfExists`, value, value), true, operator);
    assert.equal(decide(`${negated}IfExists`, value, value), false, negated);
  }
  assert.equal(decide('IpAddress', '203.0.113.0/24', '203.0.113.7'), true);
  assert.equal(decide('NotIpAddress', '203.0.113.0/24', '203.0.113.7'), false);
  assert.equal(decide('BinaryEquals', 'QUJD', 'QUJD'), true);
  assert.equal(decide('BinaryEquals', 'QUJD', 'QUJE'), false);
  assert.equal(decide('Bool', 'true', 'TRUE'), true);
  assert.equal(decide('Bool', 'false', 'true'), false);
});

test('strings: exact, without case, with wildcards', () => {
  assert.equal(decide('StringEquals', 'Dave', 'dave'), false);
  assert.equal(decide('StringEquals', 'd*', 'dave'), false);
  assert.equal(decide('StringEquals', 'd*', 'd*'), true);
  assert.equal(decide('StringEqualsIgnoreCase', 'Dave', 'dAVE'), true);
  assert.equal(decide('StringEqualsIgnoreCase', 'K', '\u212a'), false);
  assert.equal(decide('StringNotEqualsIgnoreCase', 'Dave', 'dAVE'), false);
  assert.equal(decide('StringLike', 'd?ve*', 'dave-2'), true);
  assert.equal(decide('StringLike', 'D*', 'dave'), false);
  assert.equal(decide('StringNotLike', 'd*', 'dave'), false);
});

test('numbers and dates in order', () => {
  const rows: readonly (readonly [string, readonly [boolean, boolean, boolean]])[] = [
    ['Equals', [false, true, false]],
    ['NotEquals', [true, false, true]],
    ['LessThan', [true, false, false]],
    ['LessThanEquals', [true, true, false]],
    ['GreaterThan', [false, false, true]],
    ['GreaterThanEquals', [false, true, true]],
  ];
  const numbers = ['9.99', '10.0', '11'];
  const dates = ['1767225599', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.001Z'];
  for (const [comparison, expected] of rows) {
    for (const [index, outcome] of expected.entries()) {
      const [number = '', date = ''] = [numbers[index], dates[index]];
      assert.equal(
        decide(`Numeric${comparison}`, '10', number),
        outcome,
        `${comparison} ${number}`,
      );
      const day = '2026-01-01';
      assert.equal(decide(`Date${comparison}`, day, date), outcome, `${comparison} ${date}`);
    }
  }
});

test('ARNs: six components, and what is no ARN does not match', () => {
  for (const operator of ['ArnEquals', 'ArnLike']) {
    assert.equal(decide(operator, 'arn:aws:iam::*:role/*', 'arn:aws:iam::1:role/a/b'), true);
    assert.equal(decide(operator, 'arn:aws:iam::*:role/*', 'arn:aws:iam::1:user/a'), false);
    assert.equal(decide(operator, '*', 'arn:aws:iam::1:role/a'), false);
    assert.equal(decide(operator, '*:aws:s3:::photos', 'urn:aws:s3:::photos'), false);
    assert.equal(decide(operator, `*:\${aws:x, 'aws'}:s3:::photos`, 'urn:aws:s3:::photos'), false);
    assert.equal(decide(operator, 'arn:*:*:*:*:*', 'no arn'), false);
  }
  assert.equal(decide('ArnNotLike', 'arn:*:*:*:*:*', 'no arn'), true);
  assert.equal(decide('ArnNotEquals', 'arn:aws:iam::*:role/*', 'arn:aws:iam::1:role/a'), false);
});

test("a colon in a variable's value is no border between components", () => {
  const context = { 'aws:principaltag/team': 'eu-west-1:111122223333' };
  const actual = 'arn:aws:sns:eu-west-1:111122223333:photos:1';
  const inFront = `arn:aws:sns:\${aws:PrincipalTag/team}*:photos:?`;
  assert.equal(decide('ArnLike', inFront, actual, { context }), false);
  assert.equal(decide('ArnNotLike', inFront, actual, { context }), true);
  const behind = `arn:aws:sns:eu-west-1:*:photos:\${aws:PrincipalTag/team}`;
  const carries = 'arn:aws:sns:eu-west-1:1:photos:eu-west-1:111122223333';
  assert.equal(decide('ArnLike', behind, carries, { context }), true);
});

test('Null asks whether the key is there', () => {
  for (const yes of ['true', 'True']) assert.equal(decide('Null', yes, undefined), true);
  assert.equal(decide('Null', 'true', 'x'), false);
  assert.equal(decide('Null', 'false', undefined), false);
  assert.equal(decide('Null', 'false', 'x'), true);
  assert.equal(decide('Null', 'false', ['x', 'y']), true);
  assert.equal(decide('Null', 'false', []), false);
  assert.equal(decide('Null', 'false', undefined, { effect: 'Deny' }), false);
  assert.equal(decide('Null', 'maybe', undefined), false);
  assert.equal(decide('Null', 'maybe', undefined, { effect: 'Deny' }), true);
  assert.equal(decide('Null', 'maybe', 'x', { effect: 'Deny' }), true);
});

test('Null with a qualifier is always true, or always false', () => {
  for (const value of [undefined, 'x', ['x', 'y'], []]) {
    assert.equal(decide('ForAllValues:Null', 'false', value), true);
    assert.equal(decide('ForAnyValue:Null', 'true', value, { effect: 'Deny' }), false);
  }
});

test('the values of the policy: OR, and NOR for a negated operator', () => {
  assert.equal(decide('StringEquals', ['a', 'b'], 'b'), true);
  assert.equal(decide('StringEquals', ['a', 'b'], 'c'), false);
  assert.equal(decide('StringNotEquals', ['a', 'b'], 'b'), false);
  assert.equal(decide('StringNotEquals', ['a', 'b'], 'c'), true);
});

test('no values at all: nobody knows what was meant, so an Allow fails and a Deny bites', () => {
  const operators = ['StringEquals', 'StringNotEquals', 'ForAllValues:StringEquals', 'Null'];
  for (const operator of [...operators, 'NumericNotEqualsIfExists', 'ForAnyValue:ArnNotLike']) {
    for (const value of ['a', ['a', 'b'], undefined]) {
      assert.equal(decide(operator, [], value, { effect: 'Allow' }), false, operator);
      assert.equal(decide(operator, [], value, { effect: 'Deny' }), true, operator);
    }
  }
});

test('ForAllValues: every value of the request fits', () => {
  assert.equal(decide('ForAllValues:StringEquals', ['a', 'b'], ['a', 'b']), true);
  assert.equal(decide('ForAllValues:StringEquals', ['a', 'b'], ['a', 'c']), false);
  assert.equal(decide('ForAllValues:StringEquals', ['a', 'b'], 'a'), true);
  assert.equal(decide('ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd']), true);
  assert.equal(decide('ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a']), false);
});

test('ForAnyValue: one value of the request fits', () => {
  assert.equal(decide('ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b']), true);
  assert.equal(decide('ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd']), false);
  assert.equal(decide('ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c']), true);
  assert.equal(decide('ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b']), false);
});

test('many values without a set operator: an Allow does not match, a Deny does', () => {
  for (const operator of [...POSITIVE, ...NEGATED]) {
    const value = sample(operator);
    for (const name of [operator, `${operator}IfExists`]) {
      assert.equal(decide(name, value, [value, value]), false, name);
      assert.equal(decide(name, value, [value, value], { effect: 'Deny' }), true, name);
      const alone = decide(name, value, value);
      assert.equal(decide(name, value, [value]), alone, name);
      assert.equal(decide(name, value, [value], { effect: 'Deny' }), alone, name);
    }
  }
});

const UNREADABLE = [
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'DateEquals',
  'DateNotEquals',
  'DateGreaterThan',
  'IpAddress',
  'NotIpAddress',
  'Bool',
  'BinaryEquals',
];

test('a value that does not parse: an Allow does not match, a Deny does', () => {
  for (const operator of UNREADABLE) {
    const value = sample(operator);
    for (const name of [operator, `ForAllValues:${operator}`, `ForAnyValue:${operator}`]) {
      assert.equal(decide(name, value, 'nonsense!'), false, name);
      assert.equal(decide(name, value, 'nonsense!', { effect: 'Deny' }), true, name);
      assert.equal(decide(name, 'nonsense!', value), false, name);
      assert.equal(decide(name, 'nonsense!', value, { effect: 'Deny' }), true, name);
    }
  }
});

test('beside a value that does not parse, the others still count', () => {
  for (const effect of ['Allow', 'Deny'] as const) {
    assert.equal(decide('NumericEquals', ['x', '5'], '5', { effect }), true);
    assert.equal(decide('NumericNotEquals', ['x', '5'], '5', { effect }), false);
    assert.equal(decide('ForAnyValue:NumericEquals', '5', ['x', '5'], { effect }), true);
    assert.equal(decide('ForAllValues:NumericEquals', '5', ['x', '6'], { effect }), false);
    const unknown = effect === 'Deny';
    assert.equal(decide('NumericEquals', ['x', '5'], '6', { effect }), unknown);
    assert.equal(decide('NumericNotEquals', ['x', '5'], '6', { effect }), unknown);
    assert.equal(decide('ForAllValues:NumericEquals', '5', ['x', '5'], { effect }), unknown);
  }
});

test('variables in string and ARN values', () => {
  const context = { 'aws:username': 'dave', 'aws:many': ['a', 'b'], 'aws:one': ['dave'] };
  assert.equal(decide('StringEquals', `\${aws:username}`, 'dave', { context }), true);
  assert.equal(decide('StringEqualsIgnoreCase', `\${aws:username}`, 'DAVE', { context }), true);
  assert.equal(decide('StringLike', `home/\${aws:username}/*`, 'home/dave/x', { context }), true);
  assert.equal(decide('StringEquals', `\${aws:one}`, 'dave', { context }), true);
  const arn = `arn:aws:iam::1:user/\${aws:username}`;
  assert.equal(decide('ArnEquals', arn, 'arn:aws:iam::1:user/dave', { context }), true);
  assert.equal(decide('ArnLike', arn, 'arn:aws:iam::1:user/eve', { context }), false);
});

test('a variable with text before and behind it', () => {
  const context = { 'aws:username': 'dave' };
  for (const [value, carried] of [
    [`\${aws:username}x`, 'davex'],
    [`\${aws:username}-x`, 'dave-x'],
    [`X-\${aws:username}`, 'X-dave'],
  ] as const) {
    assert.equal(decide('StringEquals', value, carried, { context }), true);
    assert.equal(decide('StringEquals', value, 'dave', { context }), false);
    assert.equal(decide('StringEquals', value, carried.toUpperCase(), { context }), false);
    assert.equal(decide('StringEqualsIgnoreCase', value, carried.toUpperCase(), { context }), true);
    assert.equal(decide('StringEqualsIgnoreCase', value, carried.toLowerCase(), { context }), true);
    assert.equal(decide('StringEqualsIgnoreCase', value, 'eve', { context }), false);
    assert.equal(decide('StringEquals', value, carried), false);
    assert.equal(decide('StringEquals', value, carried, { effect: 'Deny' }), false);
    assert.equal(decide('StringNotEquals', value, carried), true);
  }
});

test('a variable in a component of an ARN, and behind them all', () => {
  const context = { 'aws:account': '1', 'aws:name': 'a:b', 'aws:both': '1:2' };
  const role = `arn:aws:iam::\${aws:account}:role/a`;
  assert.equal(decide('ArnEquals', role, 'arn:aws:iam::1:role/a', { context }), true);
  const name = `arn:aws:iam::1:role/\${aws:name}`;
  assert.equal(decide('ArnEquals', name, 'arn:aws:iam::1:role/a:b', { context }), true);
  const any = `arn:aws:iam::*:\${aws:name}`;
  assert.equal(decide('ArnLike', any, 'arn:aws:iam::1:a:b', { context }), true);
  assert.equal(decide('ArnLike', any, 'arn:aws:iam::1:2:a:b', { context }), false);
  const both = `arn:aws:iam::\${aws:both}:role/a`;
  assert.equal(decide('ArnEquals', both, 'arn:aws:iam::1:2:role/a', { context }), false);
  const start = { context: { 'aws:start': 'aws:iam' } };
  const partition = `arn:\${aws:start}::1:role/a`;
  assert.equal(decide('ArnEquals', partition, 'arn:aws:iam::1:role/a', start), false);
});

test('a variable that stands for a whole ARN is cut into its components', () => {
  const context = { 'aws:sourcearn': 'arn:aws:s3:::photos' };
  assert.equal(decide('ArnEquals', `\${aws:SourceArn}`, 'arn:aws:s3:::photos', { context }), true);
});

test('a variable without a value: positive does not match, negated does', () => {
  for (const effect of ['Allow', 'Deny'] as const) {
    const contexts: readonly Options['context'][] = [{}, { 'aws:username': ['a', 'b'] }];
    for (const context of contexts) {
      const options = { effect, context };
      assert.equal(decide('StringEquals', `\${aws:username}`, 'x', options), false);
      assert.equal(decide('StringLike', `*\${aws:username}`, 'x', options), false);
      assert.equal(decide('StringNotEquals', `\${aws:username}`, 'x', options), true);
      assert.equal(decide('ArnNotLike', `arn:aws:iam::1:\${aws:username}`, 'x', options), true);
    }
  }
  assert.equal(decide('StringEquals', `\${aws:username, 'x'}`, 'x'), true);
});

test('what a variable stands for is literal', () => {
  const context = { 'aws:username': '*' };
  assert.equal(decide('StringLike', `\${aws:username}`, 'anything', { context }), false);
  assert.equal(decide('StringLike', `\${aws:username}`, '*', { context }), true);
  assert.equal(decide('StringLike', `a\${*}`, 'ab'), false);
  assert.equal(decide('StringLike', `a\${*}`, 'a*'), true);
});

test('without the version of 2012, and in Bool, a variable is text', () => {
  const context = { 'aws:username': 'dave', 'aws:flag': 'true' };
  const options = { context, variables: false };
  assert.equal(decide('StringEquals', `\${aws:username}`, 'dave', options), false);
  assert.equal(decide('StringEquals', `\${aws:username}`, `\${aws:username}`, options), true);
  assert.equal(decide('Bool', `\${aws:flag}`, 'true', { context }), false);
});

test('an operator that nobody knows opens nothing', () => {
  assert.equal(decide('StringSounds', 'a', 'a'), false);
  assert.equal(decide('StringSounds', 'a', 'a', { effect: 'Deny' }), true);
});
