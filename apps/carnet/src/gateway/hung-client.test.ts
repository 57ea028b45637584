import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Mock, mock, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  exchange,
  open,
  readReplies,
  type StartedServer,
  signedHead,
  startEphemeralServer,
} from '../test-support/started-server.ts';

/** Milliseconds that a client has for a piece of a body. */
const patience = 30_000;

/** Runs `work` with the clock's timers at hand; `expire` lets the time of the newest body run out. */
async function withTimers(
  work: (started: StartedServer, expire: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const timers: Mock<typeof setTimeout> = mock.method(globalThis, 'setTimeout');
  const started = await startEphemeralServer();
  const bodies = () => timers.mock.calls.filter(({ arguments: [, delay] }) => delay === patience);
  const expire = async () => {
    while (bodies().length === 0) await setImmediate();
    bodies().at(-1)?.arguments[0]();
    timers.mock.resetCalls();
  };
  try {
    await exchange(
      started.port,
      signedHead(started.credentials, { method: 'PUT', target: '/photos' }),
    );
    timers.mock.resetCalls();
    await work(started, expire);
    assert.deepEqual(started.errors, []);
  } finally {
    timers.mock.restore();
    await started.stop();
  }
}

for (const sent of ['', 'abc']) {
  test(`a client that stops after ${sent.length} bytes of its body is told so, and leaves nothing`, async () => {
    await withTimers(async ({ credentials, port }, expire) => {
      const target = '/photos/hung';
      const { socket, received } = open(port);
      socket.write(
        signedHead(credentials, { method: 'PUT', target, headers: [['Content-Length', '10']] }),
      );
      socket.write(sent);
      await once(socket, 'connect');
      await expire();
      // The server reads on for a while, so that its answer is not lost; then this client leaves.
      await once(socket, 'data');
      socket.end();
      const [reply, ...more] = readReplies(await received);
      assert.deepEqual([reply?.status, reply?.code, more], [400, 'RequestTimeout', []]);
      const [after] = await exchange(port, signedHead(credentials, { method: 'GET', target }));
      assert.equal(after?.code, 'NoSuchKey');
    });
  });
}

test('a form that does not come to its end is answered too', async () => {
  await withTimers(async ({ credentials, port }, expire) => {
    const { socket, received } = open(port);
    const headers = [['Content-Length', '10']] as const;
    socket.write(signedHead(credentials, { method: 'POST', target: '/', service: 'iam', headers }));
    socket.write('Action');
    await once(socket, 'connect');
    await expire();
    await once(socket, 'data');
    socket.end();
    assert.equal(readReplies(await received)[0]?.code, 'RequestTimeout');
  });
});
