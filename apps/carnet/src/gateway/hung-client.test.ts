import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Mock, mock, test } from 'node:test';
import {
  exchange,
  open,
  signedHead,
  startEphemeralServer,
} from '../test-support/started-server.ts';

test('a client that stops in the middle of its body is cut off, and leaves nothing', async () => {
  const timers: Mock<typeof setTimeout> = mock.method(globalThis, 'setTimeout');
  const started = await startEphemeralServer();
  const { credentials, port } = started;
  try {
    await exchange(port, signedHead(credentials, { method: 'PUT', target: '/photos' }));
    timers.mock.resetCalls();
    const headers = [['Content-Length', '10']] as const;
    const { socket, received } = open(port);
    const target = '/photos/hung';
    socket.write(signedHead(credentials, { method: 'PUT', target, headers }));
    socket.write('abc');
    await once(socket, 'connect');
    while (!timers.mock.calls.some(({ arguments: [, delay] }) => delay === 30_000)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const limit = timers.mock.calls.find(({ arguments: [, delay] }) => delay === 30_000);
    assert.ok(limit);
    limit.arguments[0]();
    assert.equal(await received.catch(() => ''), '', 'the connection ends without an answer');
    const [reply] = await exchange(port, signedHead(credentials, { method: 'GET', target }));
    assert.equal(reply?.code, 'NoSuchKey');
    assert.deepEqual(started.errors, []);
  } finally {
    timers.mock.restore();
    await started.stop();
  }
});
