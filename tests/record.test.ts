/** Calls that never come to their operation leave a record too, when it is known who called. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetScopedCredentialsCommand, STSClient } from '@aws-sdk/client-sts';
import Sqlite from 'better-sqlite3';
import { startServer } from './started-server.ts';

it('a call that is not what the model asks for, or not served, is recorded', async () => {
  const server = await startServer();
  const settings = {
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials(),
    maxAttempts: 1,
  };
  const iam = new IAMClient(settings);
  const sts = new STSClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const database = new Sqlite(join(server.environment.CARNET_DATA_DIR ?? '', 'carnet.db'), {
    readonly: true,
  });
  const recorded = () =>
    (database.prepare('select records from audit_block').all() as { records: string }[])
      .map(({ records }) => zstdDecompressSync(Buffer.from(records, 'base64')).toString())
      .join('\n');
  try {
    await assert.rejects(iam.send(new CreateUserCommand({ UserName: 'no name' })), {
      name: 'ValidationError',
    });
    const listed = new ListObjectsV2Command({ Bucket: 'photos', EncodingType: 'no' as 'url' });
    await assert.rejects(s3.send(listed), { name: 'InvalidArgument' });
    const scoped = new GetScopedCredentialsCommand({ DurationSeconds: 900 });
    await assert.rejects(sts.send(scoped), { name: 'NotImplemented' });
    const expected = [
      /"iam","CreateUser"[^\]]*"ValidationError"/,
      /"s3","ListObjectsV2"[^\]]*"InvalidArgument"/,
      /"sts","GetScopedCredentials"[^\]]*"NotImplemented"/,
    ];
    while (!recorded().includes('GetScopedCredentials')) await sleep(50);
    for (const event of expected) assert.match(recorded(), event);
  } finally {
    database.close();
    for (const client of [iam, sts, s3]) client.destroy();
    await server.stop();
  }
});
