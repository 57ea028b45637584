/** The `aws` command line against a started server, where it is installed. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';

const isInstalled = spawnSync('aws', ['--version']).status === 0;
const skip = isInstalled ? false : 'the aws command line is not installed';

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the aws command line', { skip }, () => {
  let server: StartedServer;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    server = await startServer();
    folder = mkdtempSync(join(tmpdir(), 'carnet-cli-'));
    const configuration = join(folder, 'config');
    writeFileSync(configuration, '[default]\ns3 =\n  signature_version = s3v4\n');
    const { accessKeyId, secretAccessKey, sessionToken } = server.credentials();
    environment = {
      ...server.environment,
      AWS_CONFIG_FILE: configuration,
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(...words: string[]): Promise<Printed> {
    return new Promise((resolve) => {
      execFile('aws', words, { cwd: folder, env: environment }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });
  }

  async function aws(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...words);
    assert.equal(code, 0, `aws ${words.join(' ')}: ${stderr}`);
    return stdout;
  }

  const json = async (...words: string[]) => JSON.parse(await aws(...words));

  function write(name: string, bytes: Buffer): Buffer {
    writeFileSync(join(folder, name), bytes);
    return bytes;
  }

  const read = (name: string) => readFileSync(join(folder, name));

  it('copies files of every size up, across and down', async () => {
    await aws('s3', 'mb', 's3://one');
    await aws('s3', 'mb', 's3://two');
    for (const size of [0, 1_000_000, 100_000_000]) {
      const bytes = write('up', randomBytes(size));
      await aws('s3', 'cp', 'up', 's3://one/file');
      await aws('s3', 'cp', 's3://one/file', 's3://two/copy');
      await aws('s3', 'mv', 's3://two/copy', 's3://two/moved');
      await aws('s3', 'cp', 's3://two/moved', 'down');
      assert.ok(read('down').equals(bytes), `${size} bytes`);
      assert.ok((await aws('s3', 'ls', 's3://two/')).includes(`${size} moved`));
    }
    assert.doesNotMatch(await aws('s3', 'ls', 's3://two'), /copy/);
  });

  it('keeps a folder and a bucket the same, with odd names', async () => {
    await aws('s3', 'mb', 's3://sync');
    const names = ['a b.txt', 'c+d.txt', 'ü%20.txt', 'deep/er/e&f.txt', "it's.txt", '😀.txt'];
    mkdirSync(join(folder, 'from/deep/er'), { recursive: true });
    for (const name of names) write(`from/${name}`, randomBytes(100));
    await aws('s3', 'sync', 'from', 's3://sync/prefix');
    await aws('s3', 'sync', 's3://sync/prefix', 'to');
    for (const name of names) assert.ok(read(`to/${name}`).equals(read(`from/${name}`)), name);
    assert.equal(await aws('s3', 'sync', 'from', 's3://sync/prefix'), '');
    rmSync(join(folder, 'from/c+d.txt'));
    await aws('s3', 'sync', 'from', 's3://sync/prefix', '--delete');
    const { Contents } = await json(
      's3api',
      'list-objects-v2',
      '--bucket',
      'sync',
      '--page-size',
      '2',
    );
    assert.equal(Contents.length, names.length - 1);
    await aws('s3', 'rm', 's3://sync', '--recursive');
    await aws('s3', 'rb', 's3://sync');
    assert.doesNotMatch(await aws('s3', 'ls'), /sync/);
  });

  it('presigns what anybody may fetch for a while', async () => {
    await aws('s3', 'mb', 's3://shared');
    const bytes = write('shared', randomBytes(1000));
    await aws('s3', 'cp', 'shared', 's3://shared/file');
    const url = (await aws('s3', 'presign', 's3://shared/file', '--expires-in', '60')).trim();
    const answer = await fetch(url);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes));
    assert.equal((await fetch(url.replace('/file', '/other'))).status, 403);
  });

  it('speaks the low-level API of S3', async () => {
    const bucket = ['--bucket', 'api'];
    const object = [...bucket, '--key', 'key'];
    await aws('s3api', 'create-bucket', ...bucket);
    assert.equal((await json('s3api', 'get-bucket-location', ...bucket)).LocationConstraint, null);
    write('body', Buffer.from('0123456789'));
    await aws('s3api', 'put-object', ...object, '--body', 'body', '--metadata', 'colour=red');
    const head = await json('s3api', 'head-object', ...object);
    assert.deepEqual([head.ContentLength, head.Metadata], [10, { colour: 'red' }]);
    await aws('s3api', 'get-object', ...object, '--range', 'bytes=2-4', 'part');
    assert.equal(read('part').toString(), '234');
    const missing = await run('s3api', 'head-object', ...bucket, '--key', 'none');
    assert.match(missing.stderr, /\(404\) when calling the HeadObject operation: Not Found/);
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::api/*',
      },
    });
    await aws('s3api', 'put-bucket-policy', ...bucket, '--policy', document);
    const status = await json('s3api', 'get-bucket-policy-status', ...bucket);
    assert.equal(status.PolicyStatus.IsPublic, true);
    assert.equal(await (await fetch(`${server.endpoint}/api/key`)).text(), '0123456789');
    await aws('s3api', 'delete-bucket-policy', ...bucket);
    assert.equal((await fetch(`${server.endpoint}/api/key`)).status, 403);
    const { UploadId } = await json('s3api', 'create-multipart-upload', ...object);
    const upload = [...object, '--upload-id', UploadId];
    await aws('s3api', 'upload-part', ...upload, '--part-number', '1', '--body', 'body');
    assert.equal((await json('s3api', 'list-parts', ...upload)).Parts.length, 1);
    assert.equal((await json('s3api', 'list-multipart-uploads', ...bucket)).Uploads.length, 1);
    await aws('s3api', 'abort-multipart-upload', ...upload);
    const keys = 'Objects=[{Key=key},{Key=none}]';
    const deleted = await json('s3api', 'delete-objects', ...bucket, '--delete', keys);
    assert.equal(deleted.Deleted.length, 2);
    await aws('s3api', 'delete-bucket', ...bucket);
  });

  it('pages through IAM and prints its errors', async () => {
    for (const name of ['a', 'b', 'c']) await aws('iam', 'create-user', '--user-name', name);
    const { Users } = await json('iam', 'list-users', '--page-size', '2');
    assert.deepEqual(
      Users.map(({ UserName }: { readonly UserName: string }) => UserName),
      ['a', 'b', 'c'],
    );
    const first = await json('iam', 'list-users', '--max-items', '2');
    const more = ['--starting-token', first.NextToken];
    assert.equal((await json('iam', 'list-users', ...more)).Users.length, 1);
    const taken = await run('iam', 'create-user', '--user-name', 'A');
    assert.notEqual(taken.code, 0);
    assert.match(
      taken.stderr,
      /\(EntityAlreadyExists\) when calling the CreateUser operation: User with name A already exists\./,
    );
    const policies = await json('iam', 'list-policies', '--scope', 'AWS', '--max-items', '5');
    assert.equal(policies.Policies.length, 5);
  });
});
