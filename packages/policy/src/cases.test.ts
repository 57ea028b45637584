import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { authorize, checkExpectation, explain, readCases } from './index.ts';

const CASES = new URL('../../../cases/', import.meta.url);

for (const file of readdirSync(CASES).filter((name) => name.endsWith('.json'))) {
  const result = readCases(readFileSync(new URL(file, CASES), 'utf8'));
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
