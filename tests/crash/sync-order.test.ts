/**
 * What is told to the disk, and in which order, before a change is acknowledged: traced at the
 * kernel. It shows that the calls are made; what a disk makes of them is the power-loss test's.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { whyMissing } from '../clients/command-line.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import { readTrace, type TracedStep } from './trace.ts';

/** A step that is looked for: by its call, where it stands, and what it is about. */
type Wanted = readonly [call: RegExp, phase: TracedStep['phase'], text: RegExp];

const fileSynced: Wanted = [/^f(?:data)?sync$/, 'end', /objects\/incoming\/[0-9a-f]{32}>/];
const renamed: Wanted = [
  /^rename/,
  'begin',
  /objects\/incoming\/[0-9a-f]{32}".*objects\/[0-9a-f]{2}\//,
];
const folderSynced: Wanted = [/^fsync$/, 'end', /objects\/[0-9a-f]{2}>/];
const logWritten: Wanted = [/^pwrite/, 'begin', /carnet\.db-wal>/];
const logSynced: Wanted = [/^f(?:data)?sync$/, 'end', /carnet\.db-wal>/];
const answered: Wanted = [/^writev?$/, 'begin', /HTTP\/1\.1 20/];
const removed: Wanted = [/^unlink/, 'begin', /objects\/[0-9a-f]{2}\/[0-9a-f]{32}"/];

describe('before a change is acknowledged', { skip: whyMissing('strace', '-V') }, () => {
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;
  const folder = mkdtempSync(join(tmpdir(), 'carnet-trace-'));
  const log = join(folder, 'trace');
  const Bucket = 'traced';

  before(async () => {
    const calls = 'trace=fsync,fdatasync,rename,renameat2,unlink,unlinkat,pwrite64,write,writev';
    const words = ['strace', '-D', '-f', '-qq', '-y', '-s', '24', '-e', calls, '-o', log];
    server = await startServer([], join(folder, 'server'), {}, words);
    const { endpoint } = server;
    const settings = { endpoint, region: 'us-east-1', credentials: server.credentials() };
    iam = new IAMClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  after(async () => {
    iam.destroy();
    s3.destroy();
    assert.equal(await server.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  /** The steps of one call, when no other runs. */
  async function traced(call: () => Promise<unknown>): Promise<readonly TracedStep[]> {
    await sleep(300);
    const from = readFileSync(log).length;
    await call();
    await sleep(200);
    return readTrace(readFileSync(log).subarray(from).toString());
  }

  /** Every step is there, each after the one before. */
  function assertOrder(steps: readonly TracedStep[], ...order: readonly Wanted[]): void {
    let from = 0;
    for (const [call, phase, text] of order) {
      const found = steps.findIndex(
        (step, index) =>
          index >= from && step.phase === phase && call.test(step.call) && text.test(step.text),
      );
      const told = steps.map((step) => `${step.phase} ${step.call} ${step.text}`).join('\n');
      assert.notEqual(
        found,
        -1,
        `no ${phase} of ${call} about ${text} after the ones before:\n${told}`,
      );
      from = found;
    }
  }

  it('an object is synced, named, its folder synced, its row synced', async () => {
    const steps = await traced(() =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'first' })),
    );
    assertOrder(steps, fileSynced, renamed, folderSynced, logWritten, logSynced, answered);
  });

  it('what it replaces is removed only after that', async () => {
    const steps = await traced(() =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'second' })),
    );
    assertOrder(steps, folderSynced, logWritten, logSynced, removed, answered);
  });

  it('a deletion is synced before the file goes', async () => {
    const steps = await traced(() => s3.send(new DeleteObjectCommand({ Bucket, Key: 'key' })));
    assertOrder(steps, logWritten, logSynced, removed, answered);
    const first = steps.findIndex(({ call }) => call.startsWith('unlink'));
    assertOrder(steps.slice(0, first), logSynced);
  });

  it('a change of IAM is synced', async () => {
    const steps = await traced(() => iam.send(new CreateUserCommand({ UserName: 'traced' })));
    assertOrder(steps, logWritten, logSynced, answered);
  });
});
