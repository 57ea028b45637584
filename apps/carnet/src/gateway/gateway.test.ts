import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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

let started: StartedServer;
before(async () => {
  started = await startEphemeralServer({ metricsPort: '0' });
  await call({ method: 'PUT', target: '/photos' });
});
after(async () => {
  assert.deepEqual(started.errors, [], 'nothing unexpected was logged');
  await started.stop();
});

async function one(...pieces: (string | Uint8Array)[]) {
  const [reply, ...more] = await exchange(started.port, ...pieces);
  assert.ok(reply);
  assert.deepEqual(more, []);
  return reply;
}

/** A signed call as the administrator. */
function call(signed: SignedCall, body = '') {
  const length: readonly [string, string] = ['Content-Length', String(Buffer.byteLength(body))];
  const headers = [...(signed.headers ?? []), length];
  return one(signedHead(started.credentials, { ...signed, headers }), body);
}

const close = 'Host: 127.0.0.1\r\nConnection: close\r\n';

describe('without credentials', () => {
  test('health is answered, by GET and HEAD and under no bucket', async () => {
    for (const path of ['/healthz', '/readyz', '/healthz?x']) {
      const reply = await one(`GET ${path} HTTP/1.1\r\n${close}\r\n`);
      assert.deepEqual([reply.status, reply.body], [200, 'ok\n']);
    }
    assert.equal((await one(`HEAD /healthz HTTP/1.1\r\n${close}\r\n`)).status, 200);
    assert.equal((await one(`POST /healthz HTTP/1.1\r\n${close}\r\n`)).code, 'MethodNotAllowed');
    const hosted = 'Host: photos.localhost\r\nConnection: close\r\n';
    assert.equal((await one(`GET /healthz HTTP/1.1\r\n${hosted}\r\n`)).code, 'AccessDenied');
  });

  test('a large document is not even read', async () => {
    const ask = async (length: number) => {
      const head = `POST /photos?delete HTTP/1.1\r\n${close}Content-Length: ${length}\r\n\r\n`;
      return (await one(`${head}${'x'.repeat(length)}`)).code;
    };
    assert.equal(await ask(64 * 1024 + 1), 'MaxMessageLengthExceeded');
    assert.notEqual(await ask(64 * 1024), 'MaxMessageLengthExceeded');
  });

  test('nothing else is', async () => {
    const requests = [
      'GET /',
      'GET /metrics',
      'GET /console',
      'GET /status',
      'POST /credentials',
      'POST /reset',
      'GET /accounts',
      'GET /photos',
      'GET /photos/key',
      'PUT /photos/key',
      'PUT /other',
      'DELETE /photos',
      'POST /photos?delete',
      'OPTIONS /photos/key',
      'GET /.well-known/openid-configuration',
      'TRACE /',
    ];
    for (const request of requests) {
      const reply = await one(`${request} HTTP/1.1\r\n${close}Content-Length: 0\r\n\r\n`);
      assert.ok(reply.status >= 400 && reply.status !== 500, `${request}: ${reply.status}`);
    }
  });

  test('a form is told that its credentials are missing', async () => {
    const form = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 15\r\n\r\n';
    const posted = await one(`POST / HTTP/1.1\r\n${close}${form}Action=ListUser`);
    assert.deepEqual([posted.status, posted.code], [403, 'MissingAuthenticationToken']);
    assert.match(posted.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
    const got = await one(`GET /?Action=ListUsers HTTP/1.1\r\n${close}\r\n`);
    assert.equal(got.code, 'MissingAuthenticationToken');
    const twice = 'X-Amz-Date: 20260101T000000Z\r\nX-Amz-Date: 20260101T000000Z\r\n';
    const doubled = await one(`POST / HTTP/1.1\r\n${close}${twice}${form}Action=ListUser`);
    assert.deepEqual([doubled.status, doubled.code], [400, 'IncompleteSignature']);
  });

  test('a form that needs none is told that its operation is not served', async () => {
    const ask = (body: string, more = '') => {
      const form = `Content-Type: application/x-www-form-urlencoded\r\n${more}`;
      const length = `Content-Length: ${body.length}\r\n`;
      return one(`POST / HTTP/1.1\r\n${close}${form}${length}\r\n`, body);
    };
    const input = '&Version=2011-06-15&WebIdentityToken=x&RoleSessionName=dave';
    for (const operation of ['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML']) {
      const { status, code, body } = await ask(`Action=${operation}${input}`);
      assert.deepEqual([status, code], [501, 'NotImplemented']);
      assert.ok(body.includes(`operation ${operation} is not implemented. Federation `), body);
    }
    const long = `Action=AssumeRoleWithSAML&SAMLAssertion=${'x'.repeat(512 * 1024)}`;
    for (const missing of [`Action=GetWebIdentityToken${input}`, 'Action=toString', long]) {
      assert.equal((await ask(missing)).code, 'MissingAuthenticationToken');
    }
    const date = 'X-Amz-Date: 20260101T000000Z\r\n';
    const doubled = await ask('Action=AssumeRoleWithSAML', `${date}${date}`);
    assert.equal(doubled.code, 'IncompleteSignature');
  });

  test('every listener is known', () => {
    const { listeners } = started.server;
    assert.deepEqual(
      listeners.map(({ name }) => name),
      ['gateway', 'operator', 'metrics'],
    );
    for (const { name, address } of listeners) {
      if (name !== 'operator') assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
      else assert.ok(address.startsWith(started.dataDirectory));
    }
  });
});

describe('services on one port', () => {
  test('are told apart by the credential scope', async () => {
    const form = 'Action=GetCallerIdentity&Version=2011-06-15';
    const payloadHash = createHash('sha256').update(form).digest('hex');
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
    const ask = (service: string) =>
      call({ method: 'POST', target: '/', service, payloadHash, headers }, form);
    assert.equal((await ask('sts')).status, 200);
    assert.equal((await ask('iam')).code, 'InvalidAction');
    assert.equal((await ask('s3')).code, 'MethodNotAllowed');
    const unknown = await ask('dynamodb');
    assert.deepEqual([unknown.status, unknown.code], [501, 'NotImplemented']);
    assert.match(unknown.body, /dynamodb is not served here; served are iam, sts, ec2, s3/);
    const json = [['Content-Type', 'application/x-amz-json-1.1']] as const;
    const target = '/';
    const service = 'organizations';
    const refused = await call({ method: 'POST', target, service, headers: json }, '{}');
    assert.equal(JSON.parse(refused.body).__type, 'NotImplemented');
  });

  test('EC2 is answered in its own form', async () => {
    const ask = (form: string) => {
      const payloadHash = createHash('sha256').update(form).digest('hex');
      const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
      return call({ method: 'POST', target: '/', service: 'ec2', payloadHash, headers }, form);
    };
    const notServed = await ask('Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16');
    assert.deepEqual([notServed.status, notServed.code], [501, 'NotImplemented']);
    assert.match(
      notServed.body,
      /^<Response><Errors><Error><Code>NotImplemented<\/Code><Message>The operation CreateVpc is /,
    );
    assert.match(notServed.body, /<RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/);
    const unknown = await ask('Action=MakeTea&Version=2016-11-15');
    assert.deepEqual([unknown.status, unknown.code], [400, 'InvalidAction']);
    assert.match(unknown.body, /The action MakeTea is not valid for this web service\./);
  });

  test('metrics are on their own listener, and count', async () => {
    const address = started.server.listeners.find(({ name }) => name === 'metrics')?.address;
    const port = Number(new URL(address ?? '').port);
    const scrape = `HTTP/1.1\r\n${close}\r\n`;
    const { socket, received } = open(port);
    socket.write(`GET /metrics ${scrape}`);
    assert.match(await received, /carnet_requests_total\{service="sts",operation="GetCallerId/);
    const other = open(port);
    other.socket.write(`GET / ${scrape}`);
    assert.match(await other.received, /^HTTP\/1\.1 404/);
  });

  test('S3 takes path style and virtual-host style', async () => {
    await call({ method: 'PUT', target: '/photos/a%20b%2F..//c' }, 'hello');
    for (const host of ['photos.localhost', 'PHOTOS.localhost:4580', 'photos.s3.localhost:1']) {
      const reply = await call({ method: 'GET', target: '/a%20b/..//c', host });
      assert.deepEqual([reply.status, reply.body], [200, 'hello'], host);
    }
    const asPath = await call({ method: 'GET', target: '/photos/a b/..//c'.replace(' ', '%20') });
    assert.equal(asPath.body, 'hello');
    // The key is literal: nothing else is the same object.
    for (const target of [
      '/photos/c',
      '/photos/a%20b//c',
      '/photos//c',
      '/photos/a%2520b%2F..//c',
    ]) {
      assert.equal((await call({ method: 'GET', target })).code, 'NoSuchKey', target);
    }
    const service = await call({ method: 'GET', target: '/', host: 's3.localhost' });
    assert.match(service.body, /<Name>photos<\/Name>/);
  });
});

describe('a connection', () => {
  test('answers pipelined requests in their order', async () => {
    const keep = 'Host: 127.0.0.1\r\n';
    const { socket, received } = open(started.port);
    socket.write(
      `GET /healthz HTTP/1.1\r\n${keep}\r\n` +
        `PUT /photos/x HTTP/1.1\r\n${keep}Content-Length: 3\r\n\r\nabc` +
        `GET /% HTTP/1.1\r\n${keep}\r\n` +
        `GET /readyz HTTP/1.1\r\n${close}\r\n`,
    );
    const statuses = readReplies(await received).map(({ status }) => status);
    assert.deepEqual(statuses.slice(0, 2), [200, 403]);
    // The second leaves its body unread: what follows it may be answered or not.
    assert.ok([2, 4].includes(statuses.length), String(statuses));
  });

  test('serves on after an error that left nothing unread', async () => {
    const { socket, received } = open(started.port);
    const keep = 'Host: 127.0.0.1\r\n';
    socket.write(`GET /% HTTP/1.1\r\n${keep}\r\n`);
    await once(socket, 'data');
    socket.write(`GET /healthz HTTP/1.1\r\n${close}\r\n`);
    assert.deepEqual(
      readReplies(await received).map(({ status }) => status),
      [400, 200],
    );
  });

  test('a HEAD has the headers and no body', async () => {
    await call({ method: 'PUT', target: '/photos/head' }, 'hello');
    const { socket, received } = open(started.port);
    socket.write(signedHead(started.credentials, { method: 'HEAD', target: '/photos/head' }));
    const text = await received;
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(text, /\r\ncontent-length: 5\r\n/);
    assert.ok(text.endsWith('\r\n\r\n'));
    const missing = open(started.port);
    missing.socket.write(signedHead(started.credentials, { method: 'HEAD', target: '/photos/no' }));
    const refused = await missing.received;
    assert.match(refused, /^HTTP\/1\.1 404 /);
    assert.ok(refused.endsWith('\r\n\r\n'));
  });
});

describe('100 Continue', () => {
  const expecting = [
    ['Content-Length', '5'],
    ['Expect', '100-continue'],
  ] as const;

  test('is sent once the upload may be made', async () => {
    const { socket, received } = open(started.port);
    const target = '/photos/continued';
    socket.write(signedHead(started.credentials, { method: 'PUT', target, headers: expecting }));
    const [first] = await once(socket, 'data');
    assert.equal(first, 'HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('hello');
    assert.match(await received, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    assert.equal((await call({ method: 'GET', target })).body, 'hello');
  });

  test('is sent for no bytes too, once and before the answer', async () => {
    const { socket, received } = open(started.port);
    const headers = [['Content-Length', '0'], expecting[1]] as const;
    const target = '/photos/nothing';
    socket.write(signedHead(started.credentials, { method: 'PUT', target, headers }));
    assert.match(await received, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    const refused = open(started.port);
    const nowhere = { method: 'PUT', target: '/nowhere/x', headers };
    refused.socket.write(signedHead(started.credentials, nowhere));
    assert.match(await refused.received, /^HTTP\/1\.1 404 /);
  });

  test('is the only expectation that there is', async () => {
    const head = 'Host: 127.0.0.1\r\nConnection: close\r\nContent-Length: 5\r\nExpect: 200-ok\r\n';
    const { socket, received } = open(started.port);
    socket.write(`PUT /photos/x HTTP/1.1\r\n${head}\r\nhello`);
    assert.match(await received, /^HTTP\/1\.1 417 /);
  });

  test('is not sent to whoever is refused', async () => {
    const anonymous = open(started.port);
    const head = `Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`;
    anonymous.socket.write(`PUT /photos/x HTTP/1.1\r\nHost: 127.0.0.1\r\n${head}`);
    const [first] = await once(anonymous.socket, 'data');
    assert.match(first, /^HTTP\/1\.1 403 /);
    assert.match(first, /\r\nConnection: close\r\n/i);
    anonymous.socket.end();
    await anonymous.received;

    const nowhere = open(started.port);
    const target = '/nowhere/x';
    nowhere.socket.write(
      signedHead(started.credentials, { method: 'PUT', target, headers: expecting }),
    );
    assert.match(String((await once(nowhere.socket, 'data'))[0]), /^HTTP\/1\.1 404 /);
    nowhere.socket.end();
    await nowhere.received;
  });
});

describe('an upload', () => {
  const megabytes = 'x'.repeat(4_000_000);

  test('that is refused is read on, so that the client reads why', async () => {
    const length: readonly [string, string] = ['Content-Length', String(megabytes.length)];
    const head = `PUT /photos/x HTTP/1.1\r\n${close}${length.join(': ')}\r\n\r\n`;
    assert.equal((await one(head, megabytes)).code, 'AccessDenied');
    const target = '/nowhere/x';
    const signed = signedHead(started.credentials, { method: 'PUT', target, headers: [length] });
    assert.equal((await one(signed, megabytes)).code, 'NoSuchBucket');
  });

  test('without a length is refused', async () => {
    const head = signedHead(started.credentials, {
      method: 'PUT',
      target: '/photos/x',
      headers: [['Transfer-Encoding', 'chunked']],
    });
    const reply = await one(head, '1\r\na\r\n0\r\n\r\n');
    assert.deepEqual([reply.status, reply.code], [411, 'MissingContentLength']);
  });

  test('that stops in the middle leaves nothing', async () => {
    const { socket, received } = open(started.port);
    const headers = [['Content-Length', String(megabytes.length)]] as const;
    const target = '/photos/aborted';
    socket.write(signedHead(started.credentials, { method: 'PUT', target, headers }));
    socket.write(megabytes.slice(0, 1_000_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await received.catch(() => undefined);
    assert.equal((await call({ method: 'GET', target })).code, 'NoSuchKey');
    assert.doesNotMatch((await call({ method: 'GET', target: '/photos' })).body, /aborted/);
  });

  test('whose hash or length is another leaves nothing', async () => {
    const target = '/photos/other';
    const payloadHash = '0'.repeat(64);
    const hashed = await call({ method: 'PUT', target, payloadHash }, 'hello');
    assert.equal(hashed.code, 'XAmzContentSHA256Mismatch');
    for (const length of ['4', '6']) {
      const headers = [['x-amz-decoded-content-length', length]] as const;
      const reply = await call({ method: 'PUT', target, headers }, 'hello');
      assert.equal(reply.code, 'IncompleteBody');
    }
    const wrong = [['x-amz-decoded-content-length', '-5']] as const;
    assert.equal((await call({ method: 'PUT', target, headers: wrong }, 'hello')).status, 400);
    assert.equal((await call({ method: 'GET', target })).code, 'NoSuchKey');
  });

  test('in chunks is taken out of them', async () => {
    const headers = [
      ['x-amz-decoded-content-length', '5'],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
      ['x-amz-sdk-checksum-algorithm', 'CRC32'],
      ['Content-Encoding', 'aws-chunked'],
    ] as const;
    const payloadHash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
    const target = '/photos/chunked';
    const put = (body: string) => call({ method: 'PUT', target, headers, payloadHash }, body);
    const good = await put('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n');
    assert.equal(good.status, 200, good.body);
    const reply = await call({ method: 'GET', target });
    assert.equal(reply.body, 'hello');
    assert.equal(reply.headers.get('content-encoding'), undefined);
    const bad = await put('5\r\nhullo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n');
    assert.equal(bad.status, 400);
    assert.equal((await put('5\r\nhello\r\n')).status, 400);
    const long = await put('6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n');
    assert.equal(long.code, 'IncompleteBody');
    assert.equal((await call({ method: 'GET', target })).body, 'hello');
  });
});

test('a download whose client goes away is let go', async () => {
  const target = '/photos/large';
  const body = 'y'.repeat(8_000_000);
  assert.equal((await call({ method: 'PUT', target }, body)).status, 200);
  const { socket, received } = open(started.port);
  socket.write(signedHead(started.credentials, { method: 'GET', target }));
  await once(socket, 'data');
  socket.destroy();
  await received.catch(() => undefined);
  assert.equal((await call({ method: 'GET', target })).body.length, body.length);
});

test('a header that cannot be sent is an error of the request', async () => {
  await call({ method: 'PUT', target: '/photos/header' }, 'hello');
  const query = 'response-content-disposition=a%0D%0AX-Evil%3A%20b';
  const reply = await call({ method: 'GET', target: `/photos/header?${query}` });
  assert.equal(reply.status, 400);
  assert.equal(reply.headers.get('x-evil'), undefined);
});
