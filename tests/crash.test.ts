/** kill -9 at random moments while another process writes: what was acknowledged is there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { IAMClient, paginateListUsers } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type StartedServer, startServer } from './started-server.ts';

const rounds = 20;

/** Everything that a writer was told is done. */
interface Acknowledged {
  readonly users: Set<string>;
  readonly objects: Map<string, string>;
}

function clients(server: StartedServer) {
  const { endpoint } = server;
  const credentials = server.credentials();
  const settings = { endpoint, region: 'us-east-1', credentials };
  return { iam: new IAMClient(settings), s3: new S3Client({ ...settings, forcePathStyle: true }) };
}

/** Lets a writer run until the server is killed under it, and takes down what it was told. */
async function writeUntilCrash(server: StartedServer, round: number, acknowledged: Acknowledged) {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = server.credentials();
  const writer = spawn(
    process.execPath,
    [join(import.meta.dirname, 'crash-writer.ts'), server.endpoint, String(round)],
    {
      env: {
        ...server.environment,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(writer, 'close');
  while (!said.includes('user ') || !said.includes('object ')) await sleep(5);
  await sleep(Math.random() * 200);
  await server.crash();
  await ended;
  for (const line of said.split('\n')) {
    const [kind, name = '', content = ''] = line.split(' ');
    if (kind === 'user') acknowledged.users.add(name);
    if (kind === 'object') acknowledged.objects.set(name, content);
  }
}

async function assertAllThere(server: StartedServer, acknowledged: Acknowledged): Promise<void> {
  const { iam, s3 } = clients(server);
  const there = new Set<string>();
  for await (const { Users = [] } of paginateListUsers({ client: iam }, { MaxItems: 1000 })) {
    for (const { UserName = '' } of Users) there.add(UserName);
  }
  for (const name of acknowledged.users) assert.ok(there.has(name), `${name} is lost`);
  for (const [Key, content] of acknowledged.objects) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'crash', Key }));
    const found = (await Body?.transformToString()) ?? '';
    // The write under way at the crash may have become durable without being acknowledged.
    if (Key === 'overwritten') assert.ok(isNotOlder(found, content), `${found}, not ${content}`);
    else assert.equal(found, content, Key);
  }
  iam.destroy();
  s3.destroy();
}

function isNotOlder(found: string, acknowledged: string): boolean {
  const [foundRound = 0, foundNumber = 0] = found.split('-').map(Number);
  const [round = 0, number = 0] = acknowledged.split('-').map(Number);
  return foundRound > round || (foundRound === round && foundNumber >= number);
}

it(`loses no acknowledged write in ${rounds} crashes`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-crash-'));
  const acknowledged: Acknowledged = { users: new Set(), objects: new Map() };
  let server = await startServer([], folder);
  const first = clients(server);
  await first.s3.send(new CreateBucketCommand({ Bucket: 'crash' }));
  first.s3.destroy();
  for (let round = 0; round < rounds; round += 1) {
    await writeUntilCrash(server, round, acknowledged);
    server = await startServer([], folder);
  }
  await assertAllThere(server, acknowledged);
  assert.ok(acknowledged.users.size > rounds && acknowledged.objects.size > rounds);
  // Half-written and replaced files were swept at the start: one file for each object is left.
  const files = readdirSync(join(folder, '.carnet', 'objects'), {
    recursive: true,
    withFileTypes: true,
  });
  const count = files.filter((entry) => entry.isFile()).length;
  assert.ok(count <= acknowledged.objects.size + rounds, `${count} files`);
  assert.equal(await server.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
});
