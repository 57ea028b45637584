import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { type RawRequest, readCredentials } from '@carnet/wire';
import { type Credentials, openTestServices } from '../testing.ts';

const transport = { sourceIp: '127.0.0.1', secure: false };

/** Presigns a call of ListBuckets with Signature Version 2, good for a minute. */
function presign(credentials: Credentials, now: number, method = 'GET'): RawRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const expires = Math.floor(now / 1000) + 60;
  const token = sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`;
  const signature = createHmac('sha1', secretAccessKey)
    .update(`${method}\n\n\n${expires}\n${token}/`)
    .digest('base64');
  const query = new URLSearchParams({
    AWSAccessKeyId: accessKeyId,
    Signature: signature,
    Expires: String(expires),
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  });
  return { method, target: `/?${query}`, rawHeaders: ['Host', '127.0.0.1:4580'] };
}

async function openPresigned(test: TestContext) {
  const opened = await openTestServices(test);
  const { services, clock } = opened;
  const authenticate = (request: RawRequest) =>
    services.authenticate(readCredentials(request), transport, undefined);
  return {
    ...opened,
    authenticate,
    as: (credentials: Credentials) => authenticate(presign(credentials, clock.now)),
    /** Asks for what the URL is for. */
    async listBuckets(credentials: Credentials) {
      const request = await authenticate(presign(credentials, clock.now));
      const call = { request, service: 's3', operation: 'ListBuckets', input: {} };
      return services.dispatch({ ...call, requestId: 'test' });
    },
  };
}

describe('a URL presigned with Signature Version 2', () => {
  it('is its maker’s, and of S3', async (test) => {
    const { administrator, createUser, as } = await openPresigned(test);
    const user = await createUser('probe');
    const { caller, service, form, signedAt, query, headers } = await as(user);
    assert.equal(caller.kind === 'user' && caller.userName, 'probe');
    assert.deepEqual([service, form, signedAt], ['s3', 'presignedVersion2', undefined]);
    assert.deepEqual(query, []);
    assert.equal(headers.size, 0);
    assert.equal((await as(administrator)).caller.kind, 'assumedRole');
  });

  it('is good until it expires, and no longer than its session', async (test) => {
    const { services, clock, administrator, authenticate, as } = await openPresigned(test);
    const request = presign(administrator, clock.now);
    clock.now += 60_000;
    await authenticate(request);
    clock.now += 1;
    await assert.rejects(authenticate(request), {
      code: 'AccessDenied',
      status: 403,
      message: 'Request has expired',
    });
    const other = await services.operator.credentials({});
    clock.now = other.expiration - 1000;
    await as(other);
    const late = presign(other, clock.now);
    clock.now = other.expiration;
    await assert.rejects(authenticate(late), { code: 'ExpiredToken', status: 400 });
  });

  it('is refused with a wrong secret, and for another method', async (test) => {
    const { clock, administrator, createUser, authenticate, as } = await openPresigned(test);
    const user = await createUser('probe');
    const mismatch = { code: 'SignatureDoesNotMatch', status: 403 };
    await assert.rejects(as({ ...user, secretAccessKey: 'other' }), mismatch);
    await assert.rejects(as({ ...administrator, secretAccessKey: 'other' }), mismatch);
    const request = presign(user, clock.now);
    await assert.rejects(authenticate({ ...request, method: 'PUT' }), mismatch);
    const deleting = authenticate(presign(user, clock.now, 'DELETE'));
    await assert.rejects(deleting, { code: 'InvalidRequest', status: 400, message: /s3v4/ });
    const target = request.target.replace('Expires=', 'Expires=-');
    await assert.rejects(authenticate({ ...request, target }), {
      code: 'AccessDenied',
      status: 403,
      message: 'Invalid date (should be seconds since epoch)',
    });
  });

  it('is refused when its key is unknown, inactive or deleted', async (test) => {
    const { call, createUser, as } = await openPresigned(test);
    const user = await createUser('probe');
    const key = { UserName: 'probe', AccessKeyId: user.accessKeyId };
    const unknown = { code: 'InvalidAccessKeyId', status: 403 };
    await assert.rejects(as({ ...user, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }), unknown);
    await call('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
    await assert.rejects(as(user), unknown);
    await call('iam', 'UpdateAccessKey', { ...key, Status: 'Active' });
    await as(user);
    await call('iam', 'DeleteAccessKey', key);
    await assert.rejects(as(user), unknown);
  });

  it('is refused with a token that is missing, foreign or of no use', async (test) => {
    const { services, administrator, createUser, as } = await openPresigned(test);
    const { sessionToken: _, ...bare } = administrator;
    await assert.rejects(as(bare), { code: 'InvalidAccessKeyId', status: 403 });
    const { sessionToken } = await services.operator.credentials({});
    const invalid = { code: 'InvalidToken', status: 400 };
    await assert.rejects(as({ ...administrator, sessionToken }), invalid);
    await assert.rejects(as({ ...(await createUser('probe')), sessionToken }), invalid);
  });

  it('is told by the condition keys of S3', async (test) => {
    const { call, createUser, listBuckets } = await openPresigned(test);
    const user = await createUser('probe');
    const allowWhen = (Condition: object) =>
      call('iam', 'PutUserPolicy', {
        UserName: 'probe',
        PolicyName: 'form',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition }],
        }),
      });
    await allowWhen({
      StringEquals: { 's3:authType': 'REST-QUERY-STRING', 's3:signatureversion': 'AWS' },
      // It does not say when it was signed, and S3 counts that as 0.
      NumericEquals: { 's3:signatureAge': '0' },
    });
    await listBuckets(user);
    await allowWhen({ StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } });
    await assert.rejects(listBuckets(user), { code: 'AccessDenied' });
  });
});
