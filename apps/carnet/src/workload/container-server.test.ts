import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { TaskCredentials } from '@carnet/services';
import { exchange, type Reply } from '../test-support/started-server.ts';
import { type CredentialsRefusal, openContainerServer } from './container-server.ts';

const issuedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const credentials: TaskCredentials = {
  roleArn: 'arn:aws:iam::123456789012:role/PhotoAppRole',
  accessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  issuedAt,
  expiration: issuedAt + 3_600_000,
};

describe('the container credentials endpoint', async () => {
  let told: TaskCredentials | CredentialsRefusal | undefined = credentials;
  const source = {
    async read() {
      if (told === undefined) throw new Error('a secret of the source');
      return told;
    },
  };
  const server = await openContainerServer(source, 0);
  const other = await openContainerServer(source, 0);
  after(async () => {
    await server.close();
    await other.close();
  });

  async function send(
    headers: Readonly<Record<string, string | undefined>> = {},
    target = '/credentials',
    method = 'GET',
  ): Promise<Reply> {
    const all = {
      Host: `127.0.0.1:${server.port}`,
      Authorization: server.authorizationToken,
      ...headers,
    };
    const lines = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`],
    );
    const head = [`${method} ${target} HTTP/1.1`, ...lines].join('\r\n');
    const [reply] = await exchange(server.port, `${head}\r\n\r\n`);
    assert.ok(reply);
    return reply;
  }

  it('gives the role and its credentials to whoever holds the token', async () => {
    const { status, headers, body } = await send();
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/json');
    assert.deepEqual(JSON.parse(body), {
      RoleArn: 'arn:aws:iam::123456789012:role/PhotoAppRole',
      AccessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
      SecretAccessKey: 'secret',
      Token: 'token',
      Expiration: '2026-01-02T04:04:05Z',
    });
    assert.equal(server.credentialsUri, `http://127.0.0.1:${server.port}/credentials`);
  });

  it('gives nothing without the token, or with that of another endpoint', async () => {
    const token = server.authorizationToken;
    assert.ok(token.length >= 43);
    const wrong = [
      ...[undefined, '', 'Bearer', `Bearer ${token}`, token.slice(1), `${token}A`],
      ...[token.toLowerCase(), other.authorizationToken, `${token}\r\nAuthorization: ${token}`],
    ];
    for (const Authorization of wrong) {
      for (const target of ['/credentials', '/', '/other']) {
        const reply = await send({ Authorization }, target);
        assert.equal(reply.status, 401, `${Authorization} ${target}`);
        assert.equal(JSON.parse(reply.body).Code, 'AccessDenied');
      }
    }
  });

  it('answers one path, to GET and HEAD, under its literal address', async () => {
    for (const target of ['/', '/credentials/', '/credentials/x', '/latest/meta-data/', '/..']) {
      assert.equal((await send({}, target)).status, 404, target);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      assert.equal((await send({}, '/credentials', method)).status, 405, method);
    }
    for (const Host of [
      `localhost:${server.port}`,
      'rebound.example.com',
      '127.0.0.1',
      undefined,
    ]) {
      assert.equal((await send({ Host })).status, 403, Host);
    }
    assert.equal((await send({ Host: `[::1]:${server.port}` })).status, 200);
    assert.equal((await send({ Host: '169.254.170.2' })).status, 200);
    assert.equal((await send({ 'Content-Length': '1' })).status, 400);
  });

  it('tells the program why there are none, and nothing that is not for it', async () => {
    told = { code: 'AccessDenied', message: 'The role does not trust ECS.' };
    const refused = await send();
    assert.equal(refused.status, 400);
    assert.deepEqual(JSON.parse(refused.body), {
      Code: 'AccessDenied',
      Message: 'The role does not trust ECS.',
    });
    told = undefined;
    const failed = await send();
    assert.equal(failed.status, 503);
    assert.doesNotMatch(failed.body, /source/);
    told = credentials;
    assert.equal((await send()).status, 200);
  });
});
