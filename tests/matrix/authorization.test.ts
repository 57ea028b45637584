/**
 * For each served operation: exactly its actions allowed, and it comes past the gate; everything
 * but one of them, and it is denied. Generated from the declarations, asked over the wire.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Credentials, type StartedServer, startServer } from '../started-server.ts';
import { type Answer, send } from './send.ts';
import { type ServedOperation, servedOperations, signedRequest } from './served-operation.ts';

describe('every served operation asks for exactly its actions', () => {
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;
  let probe: Credentials;
  let operations: ServedOperation[] = [];

  before(async () => {
    server = await startServer();
    const settings = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
    };
    iam = new IAMClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await iam.send(new CreateUserCommand({ UserName: 'probe' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'probe' }));
    probe = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    operations = servedOperations(server.accountId);
  });
  after(async () => {
    iam?.destroy();
    s3?.destroy();
    await server?.stop();
  });

  /** Asks as the probe, whose one policy has this statement. */
  async function ask(operation: ServedOperation, statement: object): Promise<Answer> {
    await s3.send(new CreateBucketCommand({ Bucket: 'matrix-bucket' }));
    for (const Key of ['matrix-key', 'source']) {
      await s3.send(new PutObjectCommand({ Bucket: 'matrix-bucket', Key, Body: 'matrix' }));
    }
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'probe',
        PolicyName: 'probe',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Resource: '*', ...statement },
        }),
      }),
    );
    const request = await signedRequest(operation, {
      endpoint: server.endpoint,
      credentials: probe,
    });
    return send(server.endpoint, request);
  }

  const isDenied = ({ status, body }: Answer) => status === 403 || body.includes('AccessDenied');

  it('with its actions allowed it comes past the gate', async () => {
    assert.ok(operations.length >= 80, `only ${operations.length} operations are served`);
    for (const operation of operations) {
      const { actions, service, name } = operation;
      const statement =
        actions.length === 0
          ? { Effect: 'Deny', Action: '*' }
          : { Effect: 'Allow', Action: actions };
      const answer = await ask(operation, statement);
      assert.equal(isDenied(answer), false, `${service}:${name} ${answer.status} ${answer.body}`);
      assert.ok(answer.status < 500, `${service}:${name} ${answer.status} ${answer.body}`);
    }
  });

  it('with all but one of its actions allowed it is denied', async () => {
    for (const operation of operations) {
      for (const action of operation.actions) {
        const answer = await ask(operation, { Effect: 'Allow', NotAction: action });
        const what = `${operation.service}:${operation.name} without ${action}: ${answer.body}`;
        assert.equal(answer.status, operation.perEntry ? 200 : 403, what);
        if (answer.body !== '') assert.match(answer.body, /<Code>AccessDenied<\/Code>/, what);
      }
    }
  });
});
