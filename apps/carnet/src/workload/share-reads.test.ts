import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareReads } from './share-reads.ts';

test('those who ask while an answer is under way share the next, and never that one', async () => {
  const begun: PromiseWithResolvers<number>[] = [];
  const read = shareReads(() => {
    const reading = Promise.withResolvers<number>();
    begun.push(reading);
    return reading.promise;
  });
  const first = read();
  const others = [read(), read(), read()];
  assert.equal(begun.length, 1);
  begun[0]?.resolve(1);
  assert.equal(await first, 1);
  await new Promise(setImmediate);
  assert.equal(begun.length, 2);
  const late = read();
  begun[1]?.resolve(2);
  assert.deepEqual(await Promise.all(others), [2, 2, 2]);
  await new Promise(setImmediate);
  begun[2]?.resolve(3);
  assert.equal(await late, 3);
});

test('what fails is told to those who asked for it, and is over', async () => {
  let fails = true;
  const read = shareReads(async () => {
    if (fails) throw new Error('away');
    return 1;
  });
  await assert.rejects(Promise.all([read(), read()]), { message: 'away' });
  fails = false;
  assert.equal(await read(), 1);
});
