/**
 * A data directory that cannot be written: a server does not start on it, and says why; under one
 * that runs, changes are refused, the rest goes on, and nobody has to restart it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sqlite } from '../crash/database.ts';
import { examineData, incomingFiles } from '../crash/examine-data.ts';
import { Ledger } from '../crash/ledger.ts';
import { mountMemory, whyNoDisk } from '../mounted-disk.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import { assertUnavailable, refusal } from './refusal.ts';

/** What a start that must fail has said. */
async function failedStart(folder: string): Promise<string> {
  try {
    const server = await startServer([], folder);
    await server.crash();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  assert.fail('it started');
}

/** Exit code 1, what is wrong, why, and what to do; never a stack. */
function assertExplained(said: string, what: RegExp): void {
  assert.match(said, /^carnet ended with 1: carnet: .*\n {2}why: {2}.*\n {2}next: .*\n$/);
  assert.match(said, what);
}

describe('a data directory that cannot be written', { skip: whyNoDisk('memory') }, () => {
  const point = ({ folder }: { readonly folder: string }) => dirname(folder);
  const remount = (disk: { readonly folder: string }, mode: 'ro' | 'rw') =>
    execFileSync('mount', ['-o', `remount,${mode}`, point(disk)]);

  it('is refused at the start, empty or not', async () => {
    const disk = mountMemory('16m');
    mkdirSync(disk.folder);
    try {
      remount(disk, 'ro');
      assertExplained(await failedStart(disk.folder), /`.*\.carnet` cannot be used/);
      remount(disk, 'rw');
      await (await startServer([], disk.folder)).crash();
      remount(disk, 'ro');
      assertExplained(await failedStart(disk.folder), /`.*\.carnet` cannot be used/);
      remount(disk, 'rw');
      await (await startServer([], disk.folder)).crash();
    } finally {
      disk.unmount();
    }
  });
});

const isRoot = process.getuid?.() === 0;

it('a data directory of another user is refused', {
  skip: isRoot ? false : 'only root can give a folder to another user',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-foreign-'));
  mkdirSync(join(folder, '.carnet'), { mode: 0o700 });
  chownSync(join(folder, '.carnet'), 65_534, 65_534);
  assertExplained(await failedStart(folder), /belongs to another user/);
  rmSync(folder, { recursive: true });
});

/** False where files can be made immutable, which no open descriptor gets around. */
function whyNotImmutable(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-immutable-'));
  try {
    execFileSync('chattr', ['+i', folder], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', folder], { stdio: 'ignore' });
    return false;
  } catch {
    const reason = 'files cannot be made immutable here';
    process.stdout.write(`skipped: ${reason}\n`);
    return reason;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a data directory that becomes read-only', { skip: whyNotImmutable() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-read-only-'));
  const data = join(folder, '.carnet');
  const Bucket = 'read-only';
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;

  /** The log of the database and everything about objects; what is mapped must stay as it is. */
  function freeze(flag: '+i' | '-i'): void {
    const words = ['-R', flag, join(data, 'objects'), join(data, 'carnet.db-wal')];
    execFileSync('chattr', words, { stdio: 'ignore' });
  }

  before(async () => {
    server = await startServer([], folder);
    const settings = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
    };
    iam = new IAMClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'before' }));
    await iam.send(new CreateUserCommand({ UserName: 'before' }));
  });

  after(async () => {
    freeze('-i');
    assert.equal(await server.stop(), 0);
  });

  const changes = () => [
    () => iam.send(new CreateUserCommand({ UserName: 'during' })),
    () => s3.send(new PutObjectCommand({ Bucket, Key: 'during', Body: 'x' })),
    () => s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'changed' })),
    () => s3.send(new DeleteObjectCommand({ Bucket, Key: 'kept' })),
  ];

  async function assertRead(users: readonly string[], kept: string): Promise<void> {
    const { Users = [] } = await iam.send(new ListUsersCommand({}));
    assert.deepEqual(
      Users.map(({ UserName }) => UserName),
      users,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
    assert.equal(await Body?.transformToString(), kept);
  }

  it('refuses changes, and goes on reading', async () => {
    freeze('+i');
    try {
      for (const change of changes()) {
        assertUnavailable(await refusal(change()), /its storage/);
      }
      await assertRead(['before'], 'before');
    } finally {
      freeze('-i');
    }
    assert.deepEqual(incomingFiles(data), []);
  });

  it('takes changes again without a restart', async () => {
    await assertRead(['before'], 'before');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'after' }));
    await iam.send(new CreateUserCommand({ UserName: 'after' }));
    await assertRead(['after', 'before'], 'after');
    await server.crash();
    await examineData(sqlite, folder, new Ledger());
    server = await startServer([], folder);
  });
});
