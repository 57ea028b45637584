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
import { draftOf } from './draft.ts';
import { formsOf } from './form.ts';
import { furnishFunction } from './furnish-function.ts';
import { type Answer, type Connection, openConnection } from './raw-call.ts';
import { type ServedOperation, servedOperations } from './served-operation.ts';
import { sign } from './signer.ts';
import { createTrustingRole, furnishInstanceProfile } from './world.ts';

describe('every served operation asks for exactly its actions', () => {
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;
  let connection: Connection;
  let probe: Credentials;
  let operator: Credentials;
  let operations: ServedOperation[] = [];

  before(async () => {
    server = await startServer(['--functions']);
    operator = server.credentials();
    const settings = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: operator,
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
    await createTrustingRole(iam, server.accountId);
    await furnishInstanceProfile(iam);
    operations = servedOperations(server.accountId);
    connection = openConnection(server.endpoint);
  });
  after(async () => {
    connection?.close();
    iam?.destroy();
    s3?.destroy();
    await server?.stop();
  });

  /** Makes the bucket that the samples of S3 are about, and what is in it, where it is gone. */
  async function furnish(): Promise<void> {
    await s3.send(new CreateBucketCommand({ Bucket: 'matrix-bucket' }));
    for (const Key of ['matrix-key', 'source']) {
      await s3.send(new PutObjectCommand({ Bucket: 'matrix-bucket', Key, Body: 'matrix' }));
    }
  }

  /** Asks as the probe, whose one policy has this statement. */
  async function ask(operation: ServedOperation, statement: object): Promise<Answer> {
    const { service } = operation;
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
    const [form] = formsOf(service);
    if (form === undefined) throw new Error(`no form of ${service}`);
    const draft = await draftOf(operation, server.endpoint);
    const host = new URL(server.endpoint).host;
    const call = sign(draft, { form, credentials: probe, service, host, time: Date.now() });
    return connection.send(call);
  }

  /** Without an organization nobody may, in the words of a refusal. */
  const noOrganization = 'AssumeRoot';

  /** AWS denies access to a key that is nobody's, in a sentence of its own that names no policy. */
  const isUnknownKey = (body: string) => /on resource: access key \w+</.test(body);
  const isDenied = ({ status, body }: Answer) =>
    !isUnknownKey(body) && (status === 403 || body.includes('AccessDenied'));

  it('with its actions allowed it comes past the gate', async () => {
    assert.ok(operations.length >= 80, `only ${operations.length} operations are served`);
    for (const operation of operations) {
      const { actions, service, name } = operation;
      const statement =
        actions.length === 0
          ? { Effect: 'Deny', Action: '*' }
          : { Effect: 'Allow', Action: actions };
      if (service === 's3') await furnish();
      if (service === 'lambda') await furnishFunction(server, operator);
      const answer = await ask(operation, statement);
      const isLetIn = !isDenied(answer) || name === noOrganization;
      assert.ok(isLetIn, `${service}:${name} ${answer.status} ${answer.body}`);
      assert.ok(answer.status < 500, `${service}:${name} ${answer.status} ${answer.body}`);
    }
  });

  function assertDenied(
    { status, code, body }: Answer,
    { perEntry }: ServedOperation,
    what: string,
  ) {
    const said = `${what}: ${status} ${body}`;
    assert.equal(status, perEntry ? 200 : 403, said);
    if (body !== '')
      assert.match(
        `${code}${body}`,
        /^AccessDeniedException|<Code>(?:AccessDenied|UnauthorizedOperation)<\/Code>/,
        said,
      );
  }

  it('with all but one of its actions allowed it is denied', async () => {
    await furnish();
    for (const operation of operations) {
      for (const action of operation.actions) {
        const answer = await ask(operation, { Effect: 'Allow', NotAction: action });
        assertDenied(answer, operation, `${operation.service}:${operation.name} without ${action}`);
      }
    }
  });

  it('with its actions allowed on something else it is denied', async () => {
    await furnish();
    const Resource = [
      `arn:aws:iam::${server.accountId}:user/somebody-else`,
      'arn:aws:s3:::another-bucket',
      'arn:aws:s3:::matrix-bucket/another-key',
    ];
    for (const operation of operations.filter(({ actions }) => actions.length > 0)) {
      const { actions: Action, service, name } = operation;
      const answer = await ask(operation, { Effect: 'Allow', Action, Resource });
      assertDenied(answer, operation, `${service}:${name} elsewhere`);
    }
  });
});
