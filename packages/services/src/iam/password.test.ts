import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTurns } from './password.ts';

it('passwords are hashed in turn, and too many at once are refused', async () => {
  const takeTurn = createTurns(1, 3);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) =>
    takeTurn(() => {
      begun.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number)));
    });
  const works = [1, 2, 3, 4].map(work);
  await assert.rejects(work(5), { code: 'Throttling', status: 400 });
  for (const number of [1, 2, 3, 4]) {
    assert.equal(begun.length, number);
    ends[number - 1]?.();
    assert.equal(await works[number - 1], number);
    await Promise.resolve();
  }
  assert.deepEqual(begun, [1, 2, 3, 4]);
  await assert.rejects(
    takeTurn(() => Promise.reject(new Error('fails'))),
    /fails/,
  );
  const after = work(6);
  ends.at(-1)?.();
  assert.equal(await after, 6);
});
