/** The key of an instance before the one verifier: what was signed with it, and every change to that. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { presignRequest, sha256Hex, signRequest } from '@carnet/wire';
import { callOperator } from '../operator/operator-client.ts';
import type { InstanceEnrolmentAnswer } from '../operator/protocol.ts';
import { exchange, type Reply } from '../test-support/started-server.ts';
import { openTestWorld, type TestWorld } from '../test-support/workload-world.ts';

type Pair = readonly [name: string, value: string];

const form = 'Action=GetInstanceMetadata&Version=2026-01-01';
const digest = (text: string) => sha256Hex(new TextEncoder().encode(text));

describe('the key of an instance', () => {
  let world: TestWorld;
  let key: { readonly accessKeyId: string; readonly secretAccessKey: string };
  let instanceId: string;
  before(async () => {
    world = await openTestWorld();
    await world.createRole('PhotoAppRole');
    instanceId = await world.runInstance('PhotoAppRole');
    const { enrolment } = await callOperator<InstanceEnrolmentAnswer>(world.started.dataDirectory, {
      method: 'POST',
      path: '/instance-enrolments',
      body: { instanceId },
    });
    key = enrolment;
  });
  after(() => world?.stop());

  const host = () => `127.0.0.1:${world.started.port}`;

  function signed(changes: Partial<Parameters<typeof signRequest>[0]> = {}) {
    return signRequest({
      method: 'POST',
      target: '/',
      headers: [
        ['Host', host()],
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ],
      credentials: key,
      region: 'us-east-1',
      service: 'carnet',
      now: Date.now(),
      payloadHash: digest(form),
      ...changes,
    });
  }

  async function send(
    { method, target, rawHeaders }: ReturnType<typeof signRequest>,
    { body = form, more = [] }: { readonly body?: string; readonly more?: readonly Pair[] } = {},
  ): Promise<Reply> {
    const pairs: Pair[] = [
      ...more,
      ['Content-Length', String(body.length)],
      ['Connection', 'close'],
    ];
    for (let index = 0; index < rawHeaders.length; index += 2) {
      pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
    }
    const head = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const request = `${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`;
    const [reply] = await exchange(world.started.port, request);
    assert.ok(reply);
    return reply;
  }

  async function assertRefused(reply: Promise<Reply>, code: string): Promise<void> {
    const { status, code: answered, body } = await reply;
    assert.equal(answered, code);
    assert.ok(status >= 400);
    assert.doesNotMatch(body, /SecretAccessKey/);
  }

  it('asks with any region and in a form or a query, and is answered', async () => {
    for (const region of ['us-east-1', 'eu-west-1']) {
      const { status, body } = await send(signed({ region }));
      assert.equal(status, 200, body);
      assert.match(body, /<SecretAccessKey>.+<\/SecretAccessKey>/);
      assert.ok(body.includes(`<InstanceId>${instanceId}</InstanceId>`));
    }
    const payloadHash = digest('');
    const query = signed({ method: 'GET', target: `/?${form}`, payloadHash });
    assert.equal((await send(query, { body: '' })).status, 200);
  });

  it('is refused when anything of the request is not as it was signed', async () => {
    const mismatch = 'SignatureDoesNotMatch';
    await assertRefused(send(signed(), { body: `${form}&Other=1` }), mismatch);
    await assertRefused(send(signed(), { more: [['X-Amz-Other', '1']] }), mismatch);
    await assertRefused(send({ ...signed(), method: 'PUT' }), 'InvalidAction');
    await assertRefused(send({ ...signed(), target: '/?x=1' }), mismatch);
    for (const minutes of [-16, 16]) {
      const late = signed({ now: Date.now() + minutes * 60_000 });
      await assertRefused(send(late), mismatch);
    }
    const { secretAccessKey } = key;
    const wrong = { ...key, secretAccessKey: secretAccessKey.toLowerCase() };
    await assertRefused(send(signed({ credentials: wrong })), mismatch);
    const last = key.accessKeyId.endsWith('A') ? 'B' : 'A';
    const other = { ...key, accessKeyId: key.accessKeyId.slice(0, -1) + last };
    await assertRefused(send(signed({ credentials: other })), 'InvalidClientTokenId');
    const asUser = { ...key, accessKeyId: key.accessKeyId.replace('CIKA', 'AKIA') };
    await assertRefused(send(signed({ credentials: asUser })), 'InvalidClientTokenId');
    const { sessionToken } = world.started.credentials;
    const session = signed({ credentials: { ...key, sessionToken } });
    await assertRefused(send(session), 'InvalidClientTokenId');
  });

  it('is no key of any service of AWS', async () => {
    const asked = [
      ['sts', 'Action=GetCallerIdentity&Version=2011-06-15'],
      ['sts', 'Action=GetSessionToken&Version=2011-06-15'],
      ['iam', 'Action=GetUser&Version=2010-05-08'],
      ['iam', 'Action=ListUsers&Version=2010-05-08'],
    ] as const;
    for (const [service, body] of asked) {
      const reply = await send(signed({ service, payloadHash: digest(body) }), { body });
      assert.ok(reply.status >= 400, body);
      assert.doesNotMatch(reply.body, /Result>/);
    }
    const buckets = signed({ method: 'GET', service: 's3', payloadHash: 'UNSIGNED-PAYLOAD' });
    await assertRefused(send(buckets, { body: '' }), 'AccessDenied');
    // One service's signature is none of another's.
    const { rawHeaders } = signed({ service: 'sts' });
    const moved = rawHeaders.map((text) =>
      text.replace('/sts/aws4_request', '/carnet/aws4_request'),
    );
    await assertRefused(send({ ...signed(), rawHeaders: moved }), 'SignatureDoesNotMatch');
  });

  it('answers nobody who has no key, or another one', async () => {
    const bare: ReturnType<typeof signRequest> = {
      method: 'POST',
      target: '/',
      rawHeaders: ['Host', host(), 'Content-Type', 'application/x-www-form-urlencoded'],
    };
    await assertRefused(send(bare), 'MissingAuthenticationToken');
    const administrator = signed({ credentials: world.started.credentials });
    await assertRefused(send(administrator), 'AccessDenied');
    const presigned = presignRequest(
      {
        method: 'GET',
        target: `/?${form}`,
        headers: [['Host', host()]],
        credentials: world.started.credentials,
        region: 'us-east-1',
        service: 'carnet',
        now: Date.now(),
        payloadHash: digest(''),
      },
      60,
    );
    await assertRefused(send(presigned, { body: '' }), 'AccessDenied');
  });
});
