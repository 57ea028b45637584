/** The same as `slow-client.test.ts` with more of them, until the server has let go of each. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { headsAreRefused, outlastSlowClients } from './outlast-slow-client.ts';
import { readAnswer } from './raw-client.ts';
import { type SlowClients, until, whyNoDescriptors } from './slow-client.ts';

async function allAreLetGo(slow: SlowClients, connections: () => number): Promise<void> {
  await headsAreRefused(slow);
  await Promise.all(slow.of('body').map(({ ended }) => ended));
  for (const { received } of slow.of('body')) {
    assert.deepEqual(readAnswer(received()), { status: 400, code: 'RequestTimeout' });
  }
  // Who does not read does not see the end either.
  await until(() => connections() <= 2);
  for (const { received } of slow.of('reading')) assert.ok(received().length < 16 * 1024 ** 2);
}

it('lets go of two thousand slow clients', { skip: whyNoDescriptors() }, () =>
  outlastSlowClients(400, allAreLetGo),
);
