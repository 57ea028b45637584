import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEphemeralServer } from '../test-support/started-server.ts';

/** A request as any program could make it that reaches the socket. */
function ask(socketPath: string, authorization: string | undefined, path = '/credentials') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const headers = authorization === undefined ? {} : { authorization };
  const outgoing = request({ socketPath, method: 'POST', path, headers }, async (response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of response) chunks.push(chunk);
    resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
  });
  outgoing.on('error', reject).end();
  return promise;
}

test('whoever reaches the socket and cannot read the token is nobody', async () => {
  const started = await startEphemeralServer();
  try {
    const socket = join(started.dataDirectory, 'carnet.sock');
    const token = readFileSync(join(started.dataDirectory, 'operator.token'), 'utf8').trim();
    assert.match(token, /^[\w-]{43}$/);
    assert.equal((await ask(socket, `Bearer ${token}`)).status, 200);
    const refused = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      token,
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `bearer ${token}`,
    ];
    for (const authorization of refused) {
      for (const path of ['/credentials', '/reset', '/unknown']) {
        const { status, text } = await ask(socket, authorization, path);
        assert.equal(status, 400, authorization);
        assert.match(text, /bears no token/);
        assert(!text.includes('accessKeyId'));
      }
    }
  } finally {
    await started.stop();
  }
});

test('the token of a server is void for the next one', async () => {
  const tokens = new Set<string>();
  for (let round = 0; round < 2; round += 1) {
    const started = await startEphemeralServer();
    tokens.add(readFileSync(join(started.dataDirectory, 'operator.token'), 'utf8'));
    await started.stop();
  }
  assert.equal(tokens.size, 2);
});
