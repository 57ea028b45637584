/** What is no policy is refused wherever one can be stored, in the words of the service. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateGroupCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type Fingerprint, openFingerprint } from '../matrix/fingerprint.ts';
import { formsOf } from '../matrix/form.ts';
import { type Answer, type Connection, openConnection } from '../matrix/raw-call.ts';
import { type Draft, sign } from '../matrix/signer.ts';
import { type Credentials, type StartedServer, startServer } from '../started-server.ts';
import {
  type MalformedPolicy,
  malformedPolicies,
  policyOf,
  withPrincipal,
} from './malformed-policy.ts';

const bucket = 'malformed-policies';

/** The calls of IAM that store an identity-based policy. */
const calls: Readonly<Record<string, string>> = {
  PutUserPolicy: 'UserName=reader&PolicyName=p',
  PutGroupPolicy: 'GroupName=readers&PolicyName=p',
  CreatePolicy: 'PolicyName=p',
};

describe('a document that is no policy', () => {
  let server: StartedServer;
  let credentials: Credentials;
  let connection: Connection;
  let state: Fingerprint;
  let rows: MalformedPolicy[];

  before(async () => {
    server = await startServer();
    credentials = server.credentials();
    const settings = { endpoint: server.endpoint, region: 'us-east-1', credentials };
    const iam = new IAMClient(settings);
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    await iam.send(new CreateUserCommand({ UserName: 'reader' }));
    await iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    iam.destroy();
    s3.destroy();
    connection = openConnection(server.endpoint);
    state = openFingerprint(server.folder);
    rows = malformedPolicies(bucket);
  });
  after(async () => {
    connection?.close();
    state?.close();
    await server?.stop();
  });

  function send(service: 'iam' | 's3', draft: Omit<Draft, 'headers'>): Promise<Answer> {
    const form = formsOf(service).find(({ payload }) => payload === 'hash');
    if (form === undefined) throw new Error(`no form of ${service}`);
    const type = service === 's3' ? 'application/json' : 'application/x-www-form-urlencoded';
    const { host } = new URL(server.endpoint);
    return connection.send(
      sign(
        { ...draft, headers: [['content-type', type]] },
        { form, credentials, service, host, time: Date.now() },
      ),
    );
  }

  function putIdentityPolicy(action: string, document: string): Promise<Answer> {
    const policy = `PolicyDocument=${encodeURIComponent(document)}`;
    const body = `Action=${action}&Version=2010-05-08&${calls[action]}&${policy}`;
    return send('iam', { method: 'POST', path: '/', query: [], body: Buffer.from(body) });
  }

  function putBucketPolicy(document: string): Promise<Answer> {
    const body = Buffer.from(document);
    return send('s3', { method: 'PUT', path: `/${bucket}`, query: [['policy', '']], body });
  }

  for (const action of Object.keys(calls)) {
    it(`is refused by ${action}, and nothing is stored`, async () => {
      const before = state.read();
      for (const { name, document, iam } of rows.filter((row) => row.iam !== undefined)) {
        const { status, code, message } = await putIdentityPolicy(action, document);
        assert.deepEqual([status, code], [400, 'MalformedPolicyDocument'], name);
        assert.equal(message?.replaceAll('&quot;', '"').replaceAll('&apos;', "'"), iam, name);
      }
      assert.equal(state.read(), before);
    });
  }

  it('is refused as the policy of a bucket, and nothing is stored', async () => {
    const before = state.read();
    for (const { name, document, s3 } of rows) {
      const { status, code, message } = await putBucketPolicy(withPrincipal(document));
      assert.deepEqual([status, code], [400, 'MalformedPolicy'], name);
      assert.equal(message?.replaceAll('&quot;', '"').replaceAll('&apos;', "'"), s3, name);
    }
    assert.equal(state.read(), before);
  });

  it('and the document that all of them were made from is taken', async () => {
    const document = policyOf(bucket);
    for (const action of Object.keys(calls)) {
      assert.equal((await putIdentityPolicy(action, document)).status, 200, action);
    }
    assert.equal((await putBucketPolicy(withPrincipal(document))).status, 204);
    for (const { document: taken, name } of rows.filter(({ iam }) => iam === undefined)) {
      assert.equal((await putIdentityPolicy('PutUserPolicy', taken)).status, 200, name);
    }
  });
});
