import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  exchange,
  open,
  readReplies,
  type StartedServer,
  signedHead,
  startEphemeralServer,
} from '../test-support/started-server.ts';

let started: StartedServer;
before(async () => {
  started = await startEphemeralServer();
});
after(async () => {
  assert.deepEqual(started.errors, [], 'nothing unexpected was logged');
  await started.stop();
});

const host = 'Host: 127.0.0.1\r\nConnection: close\r\n';

async function one(...pieces: (string | Uint8Array)[]) {
  const [reply, ...more] = await exchange(started.port, ...pieces);
  assert.ok(reply);
  assert.deepEqual(more, []);
  return reply;
}

describe('what is no HTTP', () => {
  const garbage: Readonly<Record<string, string | Uint8Array>> = {
    'random bytes': Uint8Array.from({ length: 300 }, (_, index) => (index * 97) % 256),
    'a TLS hello': Uint8Array.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]),
    'an HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'an unknown method': 'BREW /pot HTTP/1.1\r\n\r\n',
    'no version': 'GET /\r\n\r\n',
    'an unknown version': `GET / HTTP/9.9\r\n${host}\r\n`,
    'no host': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    'a space before the colon': `GET / HTTP/1.1\r\n${host}a : b\r\n\r\n`,
    'a folded header': `GET / HTTP/1.1\r\n${host}a: b\r\n c\r\n\r\n`,
    'a NUL in a header': `GET / HTTP/1.1\r\n${host}a: \0\r\n\r\n`,
    'a bare line feed in a header': `GET / HTTP/1.1\r\n${host}a: b\nc\r\n\r\n`,
    'a negative length': `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
    'a length that is no number': `POST / HTTP/1.1\r\n${host}Content-Length: 1e3\r\n\r\n`,
    'two lengths': `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    'length and chunks': `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'an encoding that is not chunked': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\nabc`,
    'chunks that are none': `PUT /b/k HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
  };
  for (const [name, bytes] of Object.entries(garbage)) {
    test(`${name} is answered with 400`, async () => {
      const reply = await one(bytes);
      assert.equal(reply.status, 400);
    });
  }

  test('CONNECT, OPTIONS * and an absolute target are refused', async () => {
    const { socket, received } = open(started.port);
    socket.write(`CONNECT 127.0.0.1:1 HTTP/1.1\r\n${host}\r\n`);
    assert.equal(await received.catch(() => ''), '');
    assert.equal((await one(`OPTIONS * HTTP/1.1\r\n${host}\r\n`)).code, 'InvalidURI');
    const absolute = await one(`GET http://127.0.0.1/healthz HTTP/1.1\r\n${host}\r\n`);
    assert.equal(absolute.code, 'InvalidURI');
  });

  test('what follows a broken request is not read as one', async () => {
    const { socket, received } = open(started.port);
    socket.write('nonsense\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal(readReplies(await received).length, 1);
  });
});

describe('what is too much', () => {
  test('a head over 16 KB', async () => {
    const reply = await one(`GET / HTTP/1.1\r\n${host}a: ${'x'.repeat(60_000)}\r\n\r\n`);
    assert.equal(reply.status, 431);
  });

  test('a target over 16 KB', async () => {
    const reply = await one(`GET /${'x'.repeat(60_000)} HTTP/1.1\r\n${host}\r\n`);
    assert.equal(reply.status, 431);
  });

  test('more headers than anyone needs', async () => {
    const headers = Array.from({ length: 300 }, (_, index) => `h${index}: x\r\n`).join('');
    const reply = await one(`GET / HTTP/1.1\r\n${host}${headers}\r\n`);
    assert.equal(reply.status, 400);
  });

  const iam =
    'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/' +
    'aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\nX-Amz-Date: 20260101T000000Z\r\n';

  test('a form over its cap, by its length and before it is sent', async () => {
    const head = `POST / HTTP/1.1\r\n${host}${iam}Content-Length: 2000000\r\n\r\n`;
    const { socket, received } = open(started.port);
    socket.write(head);
    const [reply] = await new Promise<ReturnType<typeof readReplies>>((resolve) => {
      socket.once('data', (text) => resolve(readReplies(String(text))));
    });
    assert.equal(reply?.status, 413);
    assert.equal(reply?.headers.get('connection'), 'close');
    socket.destroy();
    await received;
  });

  test('a form over its cap, in chunks, and the client reads why', async () => {
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    const head = `POST / HTTP/1.1\r\n${host}${iam}Transfer-Encoding: chunked\r\n\r\n`;
    const reply = await one(head, ...Array.from({ length: 100 }, () => chunk), '0\r\n\r\n');
    assert.equal(reply.status, 413);
  });

  test('a document of S3 over its cap', async () => {
    const length: readonly [string, string] = ['Content-Length', '3000000'];
    const head = signedHead(started.credentials, {
      method: 'POST',
      target: '/bucket?delete',
      headers: [length],
    });
    const reply = await one(head, 'x'.repeat(3_000_000));
    assert.equal(reply.code, 'MaxMessageLengthExceeded');
  });

  test('an object over 5 GiB', async () => {
    const head = signedHead(started.credentials, {
      method: 'PUT',
      target: '/bucket/key',
      headers: [['Content-Length', String(5 * 1024 ** 3 + 1)]],
    });
    const { socket, received } = open(started.port);
    socket.write(head);
    socket.once('data', () => socket.end());
    assert.equal(readReplies(await received)[0]?.code, 'EntityTooLarge');
  });
});

describe('addresses', () => {
  const wrong = ['/%', '/%zz', '/b/%e2%82', '/b/%c0%af', '/b/%ff', '/b/k?x=%', '/b/k#f', '/b/é'];
  for (const target of wrong) {
    test(`${target} does not decode`, async () => {
      const reply = await one(Buffer.from(`GET ${target} HTTP/1.1\r\n${host}\r\n`));
      assert.equal(reply.status, 400);
    });
  }

  test('no bucket can have the name', async () => {
    for (const bucket of ['a%2Fb', '%00', 'a%20b', '..%2f', 'b*']) {
      const head = signedHead(started.credentials, { method: 'GET', target: `/${bucket}/key` });
      assert.equal((await one(head)).code, 'InvalidBucketName', bucket);
    }
    const head = signedHead(started.credentials, { method: 'GET', target: '//key' });
    assert.equal((await one(head)).code, 'InvalidBucketName');
  });
});

test('several hundred broken requests get AWS errors, and never a 500', async () => {
  const { credentials, port } = started;
  const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'];
  const targets = [
    '/',
    '/b',
    '/b/k',
    '/b/k?uploadId=',
    '/b?delete',
    '/?Action=',
    '/b/k?uploads&acl',
  ];
  const headers: (readonly [string, string])[][] = [
    [],
    [['Content-Type', 'application/x-www-form-urlencoded']],
    [['x-amz-decoded-content-length', 'x']],
    [['Content-MD5', '!']],
    [['Range', 'bytes=9-1']],
    [['x-amz-copy-source', '%']],
  ];
  const services = ['s3', 'iam', 'sts', 'ec2'];
  const calls = methods.flatMap((method) =>
    targets.flatMap((target) =>
      headers.flatMap((extra) => services.map((service) => ({ method, target, service, extra }))),
    ),
  );
  const answers = new Map<number, number>();
  // Every seventh, which visits every value of each of the four.
  for (const [index, { method, target, service, extra }] of calls.entries()) {
    if (index % 5 !== 0) continue;
    const body = index % 2 === 0 ? '<a' : '';
    const length = ['Content-Length', String(body.length)] as const;
    const head = signedHead(credentials, { method, target, service, headers: [...extra, length] });
    const [reply] = await exchange(port, head, body);
    assert.ok(reply, `${method} ${target} ${service}`);
    assert.notEqual(reply.status, 500, `${method} ${target} ${service} ${extra}: ${reply.body}`);
    answers.set(reply.status, (answers.get(reply.status) ?? 0) + 1);
  }
  assert.ok((answers.get(400) ?? 0) > 0);
});
