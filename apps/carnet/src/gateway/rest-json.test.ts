import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
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

/** A signed call of Lambda; `tamper` changes what is sent and not what was signed. */
async function call(
  method: string,
  target: string,
  { body = '', tamper = (head: string) => head, declared = Buffer.byteLength(body) } = {},
) {
  const head = signedHead(started.credentials, {
    method,
    target,
    service: 'lambda',
    headers: [['Content-Length', String(declared)]],
    payloadHash: createHash('sha256').update(body).digest('hex'),
  });
  const { socket, received } = open(started.port);
  socket.write(tamper(head) + body);
  // The server waits for the rest of a body that was declared; nobody sends it.
  socket.once('data', () => socket.destroySoon());
  const [reply] = readReplies(await received);
  assert(reply);
  const { message } = reply.body.startsWith('{') ? JSON.parse(reply.body) : {};
  return {
    status: reply.status,
    code: reply.headers.get('x-amzn-errortype'),
    id: reply.headers.get('x-amzn-requestid'),
    message: String(message),
  };
}

test('what is not served answers 501 with its name', async () => {
  const { status, code, id, message } = await call('GET', '/2015-03-31/functions/f/aliases');
  assert.deepEqual([status, code], [501, 'NotImplemented']);
  assert.equal(message, 'The operation ListAliases is not implemented.');
  assert.match(String(id), /^[0-9a-f-]{36}$/);
});

test('a path of no operation is refused, whether it is signed in another form or not', async () => {
  for (const path of ['/', '/photos', '/2015-03-31/functions//aliases']) {
    const { status, code, message } = await call('GET', path);
    assert.deepEqual([status, code], [403, 'AccessDeniedException'], path);
    assert.equal(message, 'Unable to determine service/operation name to be authorized');
  }
  const spelled = { tamper: (head: string) => head.replace('/f/aliases', '/x/../f/aliases') };
  const reply = await call('GET', '/2015-03-31/functions/f/aliases', spelled);
  assert.deepEqual([reply.status, reply.code], [403, 'AccessDeniedException']);
});

test('what is signed is what is believed', async () => {
  const aliases = '/2015-03-31/functions/f/aliases';
  const edits: readonly [string, string][] = [
    ['/f/aliases', '/g/aliases'],
    ['GET ', 'POST '],
    ['us-east-1/lambda', 'us-east-2/lambda'],
  ];
  for (const [from, to] of edits) {
    const { status } = await call('GET', aliases, { tamper: (head) => head.replace(from, to) });
    assert.equal(status, 403, to);
  }
  const body = '{"Name":"live","FunctionVersion":"1"}';
  const changed = { body, tamper: (head: string) => head.replace(/(?<==)[0-9a-f]{64}/, '0') };
  const { status, code } = await call('POST', aliases, changed);
  assert.deepEqual([status, code], [403, 'InvalidSignatureException']);
});

test('a body that is none of the model is refused before anything is asked', async () => {
  const aliases = '/2015-03-31/functions/f/aliases';
  const twice = await call('POST', aliases, { body: '{"Name":"a","Name":"b"}' });
  assert.deepEqual([twice.status, twice.code], [400, 'SerializationException']);
  const missing = await call('POST', aliases, { body: '{"FunctionVersion":"1"}' });
  assert.deepEqual([missing.status, missing.code], [400, 'ValidationException']);
  assert.equal(
    missing.message,
    "1 validation error detected: Value null at 'name' failed to satisfy constraint: " +
      'Member must not be null',
  );
});

test('a body is capped by its operation, before any of it is read', async () => {
  const sizes: readonly [path: string, bytes: number, name: string][] = [
    ['/2015-03-31/functions/f/aliases', 1024 * 1024, 'CreateAlias'],
    ['/2015-03-31/functions/f/invocations', 6 * 1024 * 1024, 'Invoke'],
    ['/2015-03-31/functions', 15 * 1024 * 1024, 'CreateFunction'],
  ];
  for (const [path, bytes, name] of sizes) {
    const { status, code, message } = await call('POST', path, { declared: bytes + 1 });
    assert.deepEqual([status, code], [413, 'RequestTooLargeException'], path);
    assert.equal(message, `Request must be smaller than ${bytes} bytes for the ${name} operation`);
  }
});
