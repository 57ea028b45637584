import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { authorize, checkExpectation, explain, readCases } from './index.ts';

const CASES = new URL('../../../cases/', import.meta.url);

const FILES = readdirSync(CASES).filter((name) => name.endsWith('.json'));

function textOf(file: string): string {
  return readFileSync(new URL(file, CASES), 'utf8');
}

for (const file of FILES) {
  const result = readCases(textOf(file));
  test(`cases/${file}`, async (context) => {
    assert.ok(result.ok, JSON.stringify(result));
    for (const one of result.cases) {
      await context.test(one.name, () => {
        assert.ok(one.expect !== undefined, 'a case has an answer');
        assert.deepEqual(checkExpectation(one, authorize(one.request, one.policies)), []);
        const { decision } = explain(one.request, one.policies);
        assert.deepEqual(checkExpectation(one, decision), [], 'as it is explained');
      });
    }
  });
}

interface Written {
  readonly policies: readonly object[];
  readonly expect: { readonly message?: string };
}

const ALL = FILES.flatMap((file) => JSON.parse(textOf(file)) as readonly Written[]);

test('the cases reach every operator: plain, with IfExists, behind both set qualifiers', () => {
  const texts = ['Equals', 'EqualsIgnoreCase', 'Like', 'NotEquals', 'NotEqualsIgnoreCase'];
  const order = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan'];
  const ordered = [...order, 'GreaterThanEquals'];
  const names = [
    ...[...texts, 'NotLike'].map((name) => `String${name}`),
    ...ordered.flatMap((name) => [`Numeric${name}`, `Date${name}`]),
    ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress'],
    ...['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'],
  ];
  const wanted = names.flatMap((name) => [
    ...[name, `${name}IfExists`, `ForAllValues:${name}`, `ForAnyValue:${name}`],
  ]);
  wanted.push('Null', 'ForAllValues:Null', 'ForAnyValue:Null');
  const text = JSON.stringify(ALL.map(({ policies }) => policies));
  const unreached = wanted.filter((operator) => !text.includes(`"${operator}":{`));
  assert.deepEqual(unreached, []);
  assert.equal(wanted.length, 107);
  assert.ok(ALL.length >= 260, `${ALL.length} cases`);
});

test('the cases reach every ending of the sentence that a denied caller reads', () => {
  const messages = ALL.flatMap(({ expect }) => expect.message ?? []);
  const explicit = messages.filter((text) => / with an explicit deny in (?:an?|the) /.test(text));
  const kinds = ['identity-based policy', 'resource-based policy', 'permissions boundary'];
  const more = ['session policy', 'service control policy', 'resource control policy'];
  for (const kind of [...kinds, ...more, 'VPC endpoint policy', 'role trust policy']) {
    assert.ok(
      messages.some((text) => text.includes(` because no ${kind} allows the `)),
      kind,
    );
    assert.ok(
      explicit.some((text) => text.includes(kind)),
      kind,
    );
  }
});
