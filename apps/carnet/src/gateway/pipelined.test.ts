import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import {
  exchange,
  open,
  readReplies,
  type SignedCall,
  type StartedServer,
  signedHead,
  startEphemeralServer,
} from '../test-support/started-server.ts';

/** How many requests may wait behind the one that is answered. */
const mostWaiting = 16;

let started: StartedServer;
before(async () => {
  started = await startEphemeralServer();
  await exchange(started.port, call('PUT', '/pipe', { last: true }));
  await exchange(started.port, call('PUT', '/pipe/large', { last: true, body: large }));
});
after(async () => {
  assert.deepEqual(started.errors, [], 'nothing unexpected was logged');
  await started.stop();
});

/** More than the buffers of a connection hold, so that its answer takes until somebody reads. */
const large = 'x'.repeat(32 * 1024 * 1024);
const health = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** A whole request as the administrator; the connection stays open unless it is the `last`. */
function call(
  method: string,
  target: string,
  more: { body?: string; last?: boolean; headers?: SignedCall['headers'] } = {},
): string {
  const { body = '', last = false, headers = [] } = more;
  const length = ['Content-Length', String(body.length)] as const;
  const head = signedHead(started.credentials, { method, target, headers: [...headers, length] });
  // Not among what is signed.
  return (last ? head : head.replace('Connection: close\r\n', '')) + body;
}

async function get(target: string) {
  const [reply] = await exchange(started.port, call('GET', target, { last: true }));
  return reply;
}

/** A connection that has asked for the large object and reads nothing of it. */
function openUnread() {
  const connection = open(started.port);
  connection.socket.pause();
  connection.socket.write(call('GET', '/pipe/large'));
  return connection;
}

/** What had come when the connection was cut off; a reset may take all of it. */
function cutOff({ received }: { readonly received: Promise<string> }): Promise<string> {
  return received.catch((error) => {
    assert.equal(error.code, 'ECONNRESET');
    return '';
  });
}

describe('requests that were sent ahead', () => {
  test('are answered in their order, each after the one before', async () => {
    const { socket, received } = open(started.port);
    const between = 'y'.repeat(300_000);
    socket.write(
      call('PUT', '/pipe/a', { body: 'first' }) +
        call('GET', '/pipe/a') +
        call('GET', '/pipe/none') +
        call('PUT', '/pipe/a', { body: between }) +
        health +
        call('GET', '/pipe/a') +
        call('DELETE', '/pipe/a') +
        call('GET', '/pipe/a') +
        call('HEAD', '/pipe/a', { last: true }),
    );
    const text = await received;
    const end = text.lastIndexOf('HTTP/1.1 404');
    assert.doesNotMatch(text.slice(end), /<Code>/);
    const replies = readReplies(text.slice(0, end));
    assert.deepEqual(
      replies.map(({ status, body, code }) => [status, code ?? body]),
      [
        [200, ''],
        [200, 'first'],
        [404, 'NoSuchKey'],
        [200, ''],
        [200, 'ok\n'],
        [200, between],
        [204, ''],
        [404, 'NoSuchKey'],
      ],
    );
  });

  test('begin only when what is before them has been read', async () => {
    const { socket, received } = openUnread();
    socket.write(call('PUT', '/pipe/later', { body: 'later' }));
    socket.write(call('GET', '/pipe/later', { last: true }));
    // On another connection time has passed, many requests long.
    for (let index = 0; index < 20; index += 1) {
      assert.equal((await get('/pipe/later'))?.code, 'NoSuchKey');
    }
    socket.resume();
    const replies = readReplies(await received);
    assert.deepEqual(
      replies.map(({ status, body }) => [status, body.length]),
      [
        [200, large.length],
        [200, 0],
        [200, 'later'.length],
      ],
    );
  });

  test('are asked for a body that is held back when it is their turn', async () => {
    const { socket, received } = openUnread();
    const headers = [['Expect', '100-continue']] as const;
    const whole = call('PUT', '/pipe/held', { body: 'held', headers, last: true });
    socket.write(whole.slice(0, -'held'.length));
    socket.resume();
    socket.on('data', (text: string) => {
      if (text.includes('100 Continue')) socket.write('held');
    });
    assert.match(await received, /x\r?\n?HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    assert.equal((await get('/pipe/held'))?.body, 'held');
  });

  test('are lost with their connection', async () => {
    const { socket, received } = openUnread();
    socket.write(call('PUT', '/pipe/lost', { body: 'lost' }));
    await get('/pipe/large');
    socket.destroy();
    await cutOff({ received });
    await get('/pipe/large');
    assert.equal((await get('/pipe/lost'))?.code, 'NoSuchKey');
  });

  test('are lost after one whose body was not read', async () => {
    const { socket, received } = open(started.port);
    const refused = 'PUT /pipe/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 300000\r\n\r\n';
    socket.write(refused + 'z'.repeat(300_000) + call('PUT', '/pipe/unread', { body: 'lost' }));
    const replies = readReplies(await received);
    assert.deepEqual(
      replies.map(({ code }) => code),
      ['AccessDenied'],
    );
    assert.equal((await get('/pipe/unread'))?.code, 'NoSuchKey');
  });

  test(`are ${mostWaiting} at most`, async () => {
    const { socket, received } = openUnread();
    socket.write(health.repeat(mostWaiting - 1) + call('GET', '/pipe/none', { last: true }));
    await get('/healthz');
    socket.resume();
    assert.equal(readReplies(await received).length, 1 + mostWaiting);

    const more = openUnread();
    more.socket.write(health.repeat(mostWaiting + 1));
    assert.equal((await get('/healthz'))?.body, 'ok\n');
    more.socket.resume();
    assert.ok((await cutOff(more)).length < large.length);
  });

  test('have little room for their bodies', async () => {
    const put = call('PUT', '/pipe/body', { body: 'y'.repeat(60_000) });
    const { socket, received } = openUnread();
    socket.write(put.repeat(2) + call('GET', '/pipe/body', { last: true }));
    await get('/healthz');
    socket.resume();
    assert.equal(readReplies(await received).length, 4);

    const more = openUnread();
    more.socket.write(put.repeat(mostWaiting));
    assert.equal((await get('/healthz'))?.body, 'ok\n');
    more.socket.resume();
    assert.ok((await cutOff(more)).length < large.length);
  });

  test('that are no HTTP are answered only when nothing waits before them', async () => {
    const connection = openUnread();
    connection.socket.write(`${health}no HTTP\r\n\r\n`);
    await get('/healthz');
    connection.socket.resume();
    assert.doesNotMatch(await cutOff(connection), /BadRequest/);
  });

  test('are one more at most when the server stops', async () => {
    const other = await startEphemeralServer();
    const { credentials, port } = other;
    const put = (target: string) => signedHead(credentials, { method: 'PUT', target });
    await exchange(port, put('/pipe'));
    const headers = [['Content-Length', String(large.length)]] as const;
    const target = '/pipe/large';
    await exchange(port, signedHead(credentials, { method: 'PUT', target, headers }), large);
    const { socket, received } = open(port);
    socket.write(
      signedHead(credentials, { method: 'GET', target }).replace('Connection: close\r\n', '') +
        health.repeat(3),
    );
    await once(socket, 'data');
    socket.pause();
    const stopped = other.server.stop(30_000);
    socket.resume();
    const replies = readReplies(await received);
    assert.deepEqual(
      replies.map(({ body }) => body.length),
      [large.length, 'ok\n'.length],
    );
    assert.equal(replies[1]?.headers.get('connection'), 'close');
    await stopped;
    await other.stop();
  });
});
