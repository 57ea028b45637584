/**
 * Bodies that never end, of clients whom nobody knows yet: what is held for them is bounded, and it
 * is they who are cut off, not who comes after them.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sha256Hex, signRequest } from '@carnet/wire';
import { peakMemory } from '../clients/resident-memory.ts';
import { type Credentials, startServer } from '../started-server.ts';
import { openRaw, readAnswer } from './raw-client.ts';
import { until } from './slow-client.ts';

/** All but a byte of the largest form, so many times that they fill what the gateway holds. */
const length = 1024 * 1024;
const clients = 300;
const scope = 'Credential=AKIAAAAAAAAAAAAAAAAA/20260101/us-east-1/iam/aws4_request';
const head =
  'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Date: 20260101T000000Z\r\n' +
  'Content-Type: application/x-www-form-urlencoded\r\n' +
  `Authorization: AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, ` +
  `Signature=${'0'.repeat(64)}\r\nContent-Length: ${length}\r\n\r\n`;

/** A form that comes in many pieces, so that it has to be held as well. */
async function listUsers(endpoint: string, credentials: Credentials): Promise<number> {
  const body = `Action=ListUsers&Version=2010-05-08&Unknown=${'u'.repeat(400_000)}`;
  const payloadHash = sha256Hex(body);
  const { rawHeaders } = signRequest({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', new URL(endpoint).host],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    credentials,
    region: 'us-east-1',
    service: 'iam',
    now: Date.now(),
    payloadHash,
  });
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, index): [string, string] => [
    rawHeaders[2 * index] ?? '',
    rawHeaders[2 * index + 1] ?? '',
  ]).filter(([name]) => name.toLowerCase() !== 'host');
  const { status } = await fetch(endpoint, { method: 'POST', headers, body });
  return status;
}

it('answers who is known while bodies of strangers do not end', async () => {
  const server = await startServer();
  const credentials = server.credentials();
  const strangers = Array.from({ length: clients }, () => openRaw(server.endpoint));
  try {
    const body = Buffer.alloc(length - 1, 'a');
    for (const { socket } of strangers) {
      socket.write(head);
      socket.write(body);
    }
    const refused = () => strangers.filter(({ received }) => received() !== '');
    await until(() => refused().length >= clients - 256);
    for (let calls = 0; calls < 20; calls += 1) {
      assert.equal(await listUsers(server.endpoint, credentials), 200);
    }
    for (const { received } of refused()) {
      assert.deepEqual(readAnswer(received()), { status: 400, code: 'Throttling' });
    }
    assert.ok(refused().length < clients, 'nobody had to be cut off to make room for nobody');
    assert.ok(peakMemory(server.pid) < 1100 * 1024 ** 2, `${peakMemory(server.pid)} bytes`);
  } finally {
    for (const { socket } of strangers) socket.destroy();
    assert.equal(await server.stop(), 0);
  }
});
