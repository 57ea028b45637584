import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import type { InstanceMetadata, RoleMetadata } from '@carnet/services';
import { exchange, open, type Reply } from '../test-support/started-server.ts';
import { openMetadataServer } from './metadata-server.ts';

const launchedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const role: RoleMetadata = {
  roleName: 'Photo+App@Role',
  credentials: {
    accessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
    secretAccessKey: 'secret/of+the=role',
    sessionToken: 'token',
    issuedAt: launchedAt,
    expiration: launchedAt + 3_600_000,
  },
};
const instance: InstanceMetadata = {
  accountId: '123456789012',
  instanceId: 'i-0123456789abcdef0',
  imageId: 'ami-0abcdef1234567890',
  instanceType: 't3.micro',
  region: 'eu-west-1',
  availabilityZone: 'eu-west-1a',
  architecture: 'x86_64',
  launchedAt,
  profile: {
    instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/PhotoApp',
    instanceProfileId: 'AIPAAAAAAAAAAAAAAAAAA',
    associatedAt: launchedAt,
    exists: true,
    role,
  },
};

const lifeHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
const credentialsPath = '/latest/meta-data/iam/security-credentials/';

describe('the instance metadata service', async () => {
  let now = launchedAt;
  let told: InstanceMetadata | undefined = instance;
  let fails = false;
  let readings = 0;
  const parts = {
    clock: () => now,
    port: 0,
    source: {
      async read() {
        readings += 1;
        if (fails) throw new Error('a secret of the source');
        return told;
      },
    },
  };
  const server = await openMetadataServer(parts);
  const other = await openMetadataServer(parts);
  after(async () => {
    await server.close();
    await other.close();
  });

  /** One request on a connection of its own; `Host: undefined` sends none. */
  async function send(
    method: string,
    target: string,
    headers: Readonly<Record<string, string | undefined>> = {},
    extra = '',
    port = server.port,
  ): Promise<Reply> {
    const all = { Host: `127.0.0.1:${port}`, ...headers };
    const lines = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`],
    );
    const head = [`${method} ${target} HTTP/1.1`, ...lines].join('\r\n');
    const [reply] = await exchange(port, `${head}\r\n\r\n${extra}`);
    assert.ok(reply);
    assert.equal(reply.headers.get('connection'), 'close');
    return reply;
  }

  async function askToken(seconds = '60', headers = {}): Promise<Reply> {
    return send('PUT', '/latest/api/token', { [lifeHeader]: seconds, ...headers });
  }

  async function get(path: string, token?: string, port?: number): Promise<Reply> {
    const held = token ?? (await askToken()).body;
    return send('GET', path, { 'X-aws-ec2-metadata-token': held }, '', port);
  }

  async function read(path: string): Promise<string> {
    const reply = await get(path);
    assert.equal(reply.status, 200, path);
    return reply.body;
  }

  describe('tokens', () => {
    it('are issued for one second to six hours', async () => {
      for (const seconds of ['1', '21600']) {
        const { status, headers, body } = await askToken(seconds);
        assert.equal(status, 200);
        assert.equal(headers.get(lifeHeader), seconds);
        assert.equal(headers.get('server'), 'EC2ws');
        assert.ok(body.length > 40);
      }
      for (const seconds of ['0', '21601', '-1', '1.5', '1e2', '0x10', ' ', 'sixty', '999999']) {
        assert.equal((await askToken(seconds)).status, 400, seconds);
      }
      assert.equal((await send('PUT', '/latest/api/token')).status, 400);
      const twice = { [lifeHeader]: `60\r\n${lifeHeader}: 60` };
      assert.equal((await send('PUT', '/latest/api/token', twice)).status, 400);
    });

    it('are not issued through a proxy', async () => {
      for (const value of ['10.0.0.1', '127.0.0.1', '']) {
        const reply = await askToken('60', { 'X-Forwarded-For': value });
        assert.equal(reply.status, 403);
        assert.doesNotMatch(reply.body, /^[\w-]{40,}$/);
      }
      assert.equal((await askToken('60', { Forwarded: 'for=10.0.0.1' })).status, 200);
    });

    it('open every path, and without one nothing does', async () => {
      const { body: token } = await askToken();
      for (const path of ['/latest/meta-data/', credentialsPath, '/latest/nothing', '/', '/x']) {
        assert.equal((await send('GET', path)).status, 401, path);
        assert.equal((await send('HEAD', path)).status, 401, path);
        assert.equal((await get(path, '')).status, 401, path);
      }
      assert.equal((await get('/latest/meta-data/', token)).status, 200);
      const twice = {
        'X-aws-ec2-metadata-token': `${token}\r\nX-aws-ec2-metadata-token: ${token}`,
      };
      assert.equal((await send('GET', '/latest/meta-data/', twice)).status, 401);
    });

    it('hold to the second, and say how long they still do', async () => {
      const { body: token } = await askToken('60');
      now += 59_001;
      const late = await get('/latest/meta-data/', token);
      assert.deepEqual([late.status, late.headers.get(lifeHeader)], [200, '1']);
      now += 999;
      assert.equal((await get('/latest/meta-data/', token)).status, 401);
      now = launchedAt;
    });

    it('are of this process, and of every bit of what was issued', async () => {
      const { body: token } = await askToken();
      assert.equal((await get('/latest/meta-data/', token)).status, 200);
      assert.equal((await get('/latest/meta-data/', token, other.port)).status, 401);
      for (let index = 0; index < token.length; index += 1) {
        const letter = token[index] === 'A' ? 'B' : 'A';
        const changed = token.slice(0, index) + letter + token.slice(index + 1);
        assert.equal((await get('/latest/meta-data/', changed)).status, 401, `at ${index}`);
      }
      for (const wrong of [token.slice(1), `${token}A`, token.toLowerCase(), `${token}==`]) {
        assert.equal((await get('/latest/meta-data/', wrong)).status, 401);
      }
    });
  });

  describe('requests', () => {
    it('name the listener by a literal address', async () => {
      const { port } = server;
      const good = [
        `127.0.0.1:${port}`,
        `127.8.9.10:${port}`,
        `[::1]:${port}`,
        `169.254.169.254:${port}`,
        '169.254.169.254',
        '169.254.169.254:80',
        '[fd00:ec2::254]',
        '[FD00:EC2::254]',
        `169.254.3.4:${port}`,
        `[fe80::1]:${port}`,
      ];
      for (const Host of good) assert.equal((await askToken('60', { Host })).status, 200, Host);
      const bad = [
        ...['localhost', `localhost:${port}`, `rebound.example.com:${port}`, '', undefined],
        ...['127.0.0.1', '127.0.0.1:80', `127.0.0.1:${port + 1}`, `127.0.0.1:${port}0`],
        ...[`10.0.0.1:${port}`, '169.254.3.4', '[fe80::1]', '::1', `[::2]:${port}`],
        ...[`0177.0.0.1:${port}`, `0x7f.1:${port}`, `2130706433:${port}`, `127.1:${port}`],
        ...[`[::ffff:10.0.0.1]:${port}`, `127.0.0.1.example.com:${port}`, `a@127.0.0.1:${port}`],
        ...['169.254.169.254:81', `169.254.169.254.:${port}`, `[127.0.0.1]:${port}`],
        `127.0.0.1:${port}\r\nHost: 127.0.0.1:${port}`,
      ];
      const { body: token } = await askToken();
      for (const Host of bad) {
        assert.equal((await askToken('60', { Host })).status, 403, Host);
        const asked = { Host, 'X-aws-ec2-metadata-token': token };
        assert.equal((await send('GET', '/latest/meta-data/', asked)).status, 403, Host);
      }
    });

    it('are GET, HEAD, and PUT of a token', async () => {
      const { body: token } = await askToken();
      const held = { 'X-aws-ec2-metadata-token': token, [lifeHeader]: '60' };
      assert.equal((await send('PUT', '/latest/meta-data/', held)).status, 403);
      assert.equal((await send('PUT', '/2021-03-23/api/token', held)).status, 403);
      for (const method of ['POST', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
        assert.equal((await send(method, '/latest/meta-data/', held)).status, 405, method);
      }
      for (const method of ['GET', 'HEAD', 'POST']) {
        assert.equal((await send(method, '/latest/api/token', held)).status, 405, method);
      }
      const whole = await send('GET', '/latest/meta-data/ami-id', held);
      const [head] = await exchange(
        server.port,
        `HEAD /latest/meta-data/ami-id HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
          `X-aws-ec2-metadata-token: ${token}\r\n\r\n`,
      );
      assert.deepEqual([head?.status, head?.body], [200, '']);
      assert.equal(head?.headers.get('content-length'), String(whole.body.length));
    });

    it('have no body', async () => {
      const bodies = [
        [{ 'Content-Length': '1' }, 'x'],
        [{ 'Transfer-Encoding': 'chunked' }, '1\r\nx\r\n0\r\n\r\n'],
      ] as const;
      for (const [headers, body] of bodies) {
        const asked = { [lifeHeader]: '60', ...headers };
        assert.equal((await send('PUT', '/latest/api/token', asked, body)).status, 400);
      }
      assert.equal((await askToken('60', { 'Content-Length': '0' })).status, 200);
    });

    it('have a short head, one on each connection', async () => {
      assert.equal((await askToken('60', { 'X-Long': 'x'.repeat(7000) })).status, 200);
      const long = await send('GET', '/latest/', { 'X-Long': 'x'.repeat(9000) });
      assert.equal(long.status, 431);
      const { body: token } = await askToken();
      const one =
        `GET /latest/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
        `X-aws-ec2-metadata-token: ${token}\r\n\r\n`;
      const before = readings;
      await exchange(server.port, one.repeat(10));
      assert.equal(readings - before, 1);
    });

    it('that never end do not hold their connection', async () => {
      const begin = performance.now();
      const { socket, received } = open(server.port);
      socket.write('GET /latest/ HTTP/1.1\r\nHost: ');
      assert.match(await received, /^HTTP\/1\.1 408 /);
      assert.ok(performance.now() - begin < 8000);
    });

    it('for another place are none', async () => {
      const { body: token } = await askToken();
      const held = { 'X-aws-ec2-metadata-token': token };
      const elsewhere = `http://127.0.0.1:${server.port}/latest/meta-data/`;
      assert.equal((await send('GET', elsewhere, held)).status, 400);
    });
  });

  describe('paths', () => {
    it('are AWS’s, in every version', async () => {
      assert.match(await read('/'), /^1\.0\n2007-01-19\n(?:.+\n)+latest$/);
      for (const path of ['/latest', '/latest/', '/2021-03-23/']) {
        assert.equal(await read(path), 'dynamic\nmeta-data');
      }
      assert.equal(
        await read('/latest/meta-data/'),
        'ami-id\niam/\ninstance-id\ninstance-life-cycle\ninstance-type\nplacement/',
      );
      const values = {
        'ami-id': instance.imageId,
        'instance-id': instance.instanceId,
        'instance-type': 't3.micro',
        'instance-life-cycle': 'on-demand',
        'placement/region': 'eu-west-1',
        'placement/availability-zone': 'eu-west-1a',
        // botocore asks so.
        'placement/availability-zone/': 'eu-west-1a',
        'placement/': 'availability-zone\nregion',
        'iam/': 'info\nsecurity-credentials/',
        'iam/security-credentials/': 'Photo+App@Role',
      };
      for (const [path, value] of Object.entries(values)) {
        assert.equal(await read(`/latest/meta-data/${path}`), value, path);
        assert.equal(await read(`/2024-04-11/meta-data/${path}`), value, path);
      }
    });

    it('give the documents that clients read', async () => {
      assert.deepEqual(JSON.parse(await read('/latest/meta-data/iam/info')), {
        Code: 'Success',
        LastUpdated: '2026-01-02T03:04:05Z',
        InstanceProfileArn: instance.profile?.instanceProfileArn,
        InstanceProfileId: 'AIPAAAAAAAAAAAAAAAAAA',
      });
      const expected = {
        Code: 'Success',
        LastUpdated: '2026-01-02T03:04:05Z',
        Type: 'AWS-HMAC',
        AccessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
        SecretAccessKey: 'secret/of+the=role',
        Token: 'token',
        Expiration: '2026-01-02T04:04:05Z',
      };
      for (const name of ['Photo+App@Role', 'Photo%2BApp%40Role', 'Photo+App@Role?x=y']) {
        assert.deepEqual(JSON.parse(await read(credentialsPath + name)), expected);
      }
      const identity = JSON.parse(await read('/latest/dynamic/instance-identity/document'));
      assert.deepEqual(identity, {
        accountId: '123456789012',
        architecture: 'x86_64',
        availabilityZone: 'eu-west-1a',
        billingProducts: null,
        devpayProductCodes: null,
        marketplaceProductCodes: null,
        imageId: 'ami-0abcdef1234567890',
        instanceId: 'i-0123456789abcdef0',
        instanceType: 't3.micro',
        kernelId: null,
        pendingTime: '2026-01-02T03:04:05Z',
        privateIp: null,
        ramdiskId: null,
        region: 'eu-west-1',
        version: '2017-09-30',
      });
    });

    it('that do not exist are not found, however they are written', async () => {
      const { body: token } = await askToken();
      const missing = [
        ...['/latest/user-data', '/latest/meta-data/local-ipv4', '/latest/meta-data/hostname'],
        ...['/latest/meta-data/tags/instance', `${credentialsPath}Other`, '/1999-01-01/meta-data/'],
        ...['/latest/meta-data/../meta-data/ami-id', '/latest/%2e%2e/latest/', '/../etc/passwd'],
        ...['/latest/meta-data%2Fami-id', '//latest/meta-data/', '/latest//meta-data', '/LATEST'],
        ...['/latest/meta-data/iam/%', '/latest/meta-data/ami-id//', '/latest/__proto__'],
        ...['/latest/meta-data/ami-id/length', '/latest/meta-data/constructor'],
      ];
      for (const path of missing) assert.equal((await get(path, token)).status, 404, path);
    });

    it('follow the profile: none, one without a role, one that is gone, one that may not be assumed', async () => {
      const { profile, ...bare } = instance;
      assert.ok(profile);
      told = bare;
      assert.equal((await get('/latest/meta-data/iam/')).status, 404);
      assert.equal((await get(credentialsPath)).status, 404);
      told = { ...bare, profile: { ...profile, role: undefined } };
      assert.equal(await read('/latest/meta-data/iam/'), 'info');
      assert.equal((await get(credentialsPath)).status, 404);
      told = { ...bare, profile: { ...profile, exists: false, role: undefined } };
      assert.deepEqual(JSON.parse(await read('/latest/meta-data/iam/info')), {
        Code: 'InstanceProfileNotFound',
        LastUpdated: '2026-01-02T03:04:05Z',
      });
      const refused = { roleName: 'PhotoAppRole' };
      told = { ...bare, profile: { ...profile, role: refused } };
      assert.equal(await read(credentialsPath), 'PhotoAppRole');
      assert.deepEqual(JSON.parse(await read(`${credentialsPath}PhotoAppRole`)), {
        Code: 'AssumeRoleUnauthorizedAccess',
        Message:
          'EC2 cannot assume the role PhotoAppRole. Please see documentation at ' +
          'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html' +
          '#troubleshoot_iam-ec2_errors-info-doc.',
        LastUpdated: '2026-01-02T03:04:05Z',
      });
      told = instance;
    });

    it('of an instance that is gone are not found, and say nothing when nobody knows', async () => {
      told = undefined;
      for (const path of ['/latest/meta-data/', '/latest/meta-data/instance-id', credentialsPath]) {
        assert.equal((await get(path)).status, 404);
      }
      told = instance;
      fails = true;
      const reply = await get(credentialsPath);
      fails = false;
      assert.equal(reply.status, 503);
      assert.doesNotMatch(reply.body, /source/);
      assert.equal((await get(credentialsPath)).status, 200);
    });
  });

  it('listens on the loopback, and on nothing when it was closed', async () => {
    const brief = await openMetadataServer(parts);
    assert.equal(brief.endpoint, `http://127.0.0.1:${brief.port}`);
    await brief.close();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    connect(brief.port, '127.0.0.1').on('error', resolve).on('connect', resolve);
    assert.equal(((await promise) as NodeJS.ErrnoException)?.code, 'ECONNREFUSED');
  });
});
