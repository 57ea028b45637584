/** The database goes away under a running server: every call is refused, and nobody restarts it. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { assertUnavailable, refusal } from '../pressure/refusal.ts';
import type { StartedServer } from '../started-server.ts';
import { announcedSeed, type Crashes, prepareCrashes, seededRandom } from './crash-round.ts';
import { openPostgres } from './database.ts';
import { examineData } from './examine-data.ts';
import { Ledger } from './ledger.ts';
import { bucketName as Bucket } from './write.ts';

describe('a database that is lost', () => {
  const random = seededRandom(announcedSeed('lost database'));
  const folder = mkdtempSync(join(tmpdir(), 'carnet-lost-'));
  const ledger = new Ledger();
  let postgres: Awaited<ReturnType<typeof openPostgres>>;
  let server: StartedServer;
  let crashes: Crashes;
  let iam: IAMClient;
  let s3: S3Client;
  let sts: STSClient;

  before(async () => {
    postgres = await openPostgres();
    server = await postgres.start(folder);
    const credentials = server.credentials();
    const settings = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
    };
    iam = new IAMClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    sts = new STSClient(settings);
    crashes = await prepareCrashes(server, ledger);
  });

  after(async () => {
    crashes.stop();
    assert.equal(await server.stop(), 0);
    await postgres.server.remove();
  });

  /** Waits until the server serves again, by itself. */
  async function untilServed(): Promise<void> {
    for (;;) {
      const answer = await sts.send(new GetCallerIdentityCommand({})).catch((error) => error);
      if (!(answer instanceof Error)) return;
      assertUnavailable(answer as Awaited<ReturnType<typeof refusal>>, /./);
      await sleep(100);
    }
  }

  const calls = [
    () => iam.send(new ListUsersCommand({})),
    () => iam.send(new CreateUserCommand({ UserName: 'lost' })),
    () => s3.send(new ListBucketsCommand({})),
    () => s3.send(new PutObjectCommand({ Bucket, Key: 'lost', Body: 'x' })),
    () => s3.send(new GetObjectCommand({ Bucket, Key: 'lost' })),
    () => sts.send(new GetCallerIdentityCommand({})),
  ];

  for (const signal of ['SIGQUIT', 'SIGINT'] as const) {
    it(`is refused with 503 while it is stopped by ${signal}, and serves when it is back`, async () => {
      await crashes.writeUntil(server, random() * 300, () => postgres.server.halt(signal));
      try {
        for (const call of calls) assertUnavailable(await refusal(call()), /Service is unable/);
        assert.equal((await fetch(`${server.endpoint}/readyz`)).status, 503);
        assert.equal((await fetch(`${server.endpoint}/healthz`)).status, 200);
      } finally {
        await postgres.server.resume();
      }
      await untilServed();
      await crashes.settle(server);
    });
  }

  it('goes on when its connections are killed in the middle of writing', async () => {
    for (let time = 0; time < 3; time += 1) {
      await crashes.writeUntil(
        server,
        random() * 300,
        () =>
          postgres.server.run(
            'postgres',
            'select pg_terminate_backend(pid) from pg_stat_activity ' +
              "where application_name = 'carnet'",
          ),
        { untilNoticed: true },
      );
      await untilServed();
      await crashes.settle(server);
    }
  });

  it('has lost nothing', async () => {
    await crashes.checkAll(server);
    await server.crash();
    // Where a commit was lost with its connection, nobody knows whether there is a row, and the file
    // stays until the next start; the writes that were not done are the most that can have left one.
    await examineData(postgres, folder, ledger, ledger.unanswered - ledger.surviving);
    assert.ok(ledger.acknowledged.length > 20);
    server = await postgres.start(folder);
    process.stdout.write(
      `lost databases: ${ledger.acknowledged.length} writes acknowledged, ` +
        `${ledger.unanswered} not answered or refused, of which ${ledger.surviving} had been done\n`,
    );
  });
});
