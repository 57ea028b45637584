/** `guard.prove.ts` takes minutes and runs seldom; that its guards still stand is seen on every change. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { guards } from './guard.ts';

const root = join(import.meta.dirname, '../..');

test('every guard that the matrix takes out stands in its file, once', () => {
  const texts = new Map<string, string>();
  const stale = guards.flatMap(({ file, guard, without }) => {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
    texts.set(file, text);
    const times = text.split(guard).length - 1;
    const problem = times === 1 ? guard === without && 'is not changed' : `stands ${times} times`;
    return problem ? [`${problem} in ${file}: ${guard}`] : [];
  });
  assert.deepEqual(stale, []);
  assert.ok(guards.length > 50);
});
