/** S3 with the `aws` command line: streams, synchronization, copies in parts, what buckets tell. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

const megabyte = 1024 * 1024;

describe('S3 transfers with the aws command line', { skip: whyMissing('aws', '--version') }, () => {
  let server: StartedServer;
  let terminal: Terminal;
  let aws: Terminal['aws'];
  let json: Terminal['json'];
  let refused: Terminal['refused'];

  before(async () => {
    server = await startServer();
    terminal = openTerminal(server);
    ({ aws, json, refused } = terminal);
  });
  after(async () => {
    terminal?.close();
    assert.equal(await server?.stop(), 0);
  });

  const lines = (text: string) => (text === '' ? [] : text.trimEnd().split('\n').toSorted());

  describe('side by side', { concurrency: 3 }, () => {
    it('takes what it is piped, in one piece and in parts, and gives it out again', async () => {
      await aws('s3', 'mb', 's3://piped');
      const bytes = randomBytes(20 * megabyte);
      terminal.write('large', bytes);
      terminal.write('small', 'a few words');
      for (const name of ['large', 'small']) {
        const up = `aws s3 cp - s3://piped/${name} < ${name}`;
        const down = `aws s3 cp s3://piped/${name} - > ${name}.out`;
        await terminal.command('sh', '-c', `${up} && ${down}`);
        assert.ok(terminal.read(`${name}.out`).equals(terminal.read(name)), name);
      }
      const head = await json('s3api', 'head-object', '--bucket', 'piped', '--key', 'large');
      assert.match(head.ETag, /-3"$/);
    });

    it('synchronizes by size, by time, exactly, and deletes when told to', async () => {
      await aws('s3', 'mb', 's3://synced');
      const sync = async (...words: string[]) =>
        lines(await aws('s3', 'sync', ...words, '--no-progress'));
      const touch = (name: string, year: number) => {
        const at = new Date(Date.UTC(year, 0, 1));
        utimesSync(join(terminal.folder, name), at, at);
      };
      for (const name of ['one', 'two']) terminal.write(`local/${name}`, `file ${name}`);
      const both = ['local/one to s3://synced/one', 'local/two to s3://synced/two'];
      const up = ['local', 's3://synced'];
      assert.deepEqual(
        await sync(...up),
        both.map((way) => `upload: ${way}`),
      );
      assert.deepEqual(await sync(...up), [], 'nothing differs');
      touch('local/one', 2090);
      assert.deepEqual(await sync(...up, '--size-only'), []);
      assert.deepEqual(await sync(...up), ['upload: local/one to s3://synced/one']);
      for (const name of ['one', 'two']) touch(`local/${name}`, 2000);
      const down = ['s3://synced', 'local'];
      assert.deepEqual(await sync(...down), [], 'of one size and older here: kept');
      const exactly = (await sync(...down, '--exact-timestamps')).map((line) => line.split(' ')[1]);
      assert.deepEqual(exactly, ['s3://synced/one', 's3://synced/two']);
      terminal.write('local/extra', 'not there');
      assert.deepEqual(await sync(...down, '--delete'), ['delete: local/extra']);
      await aws('s3', 'rm', 's3://synced/one');
      const deleted = await sync(...down, '--delete', '--exclude', 'two');
      assert.deepEqual(deleted, ['delete: local/one']);
    });

    it('copies between buckets in parts, and in one piece with metadata and tags', async () => {
      await aws('s3', 'mb', 's3://copy-from');
      await aws('s3', 'mb', 's3://copy-to');
      const bytes = randomBytes(20 * megabyte);
      terminal.write('copied', bytes);
      const metadata = ['--metadata', 'colour=red', '--content-type', 'image/png'];
      await aws('s3', 'cp', 'copied', 's3://copy-from/key', ...metadata);
      const from = ['--bucket', 'copy-from', '--key', 'key'];
      const tags = 'TagSet=[{Key=team,Value=photos}]';
      await aws('s3api', 'put-object-tagging', ...from, '--tagging', tags);
      await aws('s3', 'cp', 's3://copy-from/key', 's3://copy-to/key');
      const to = ['--bucket', 'copy-to', '--key', 'key'];
      const head = await json('s3api', 'head-object', ...to);
      assert.match(head.ETag, /-3"$/, 'above its threshold it copies in parts');
      await aws('s3', 'cp', 's3://copy-to/key', 'back');
      assert.ok(terminal.read('back').equals(bytes));
      const source = ['--copy-source', 'copy-from/key'];
      await aws('s3api', 'copy-object', ...to, ...source);
      const { TagSet } = await json('s3api', 'get-object-tagging', ...to);
      assert.deepEqual(TagSet, [{ Key: 'team', Value: 'photos' }]);
      const directive = ['--tagging-directive', 'REPLACE', '--tagging', 'team=films'];
      await aws('s3api', 'copy-object', ...to, ...source, ...directive);
      const replaced = await json('s3api', 'get-object-tagging', ...to);
      assert.deepEqual(replaced.TagSet, [{ Key: 'team', Value: 'films' }]);
      const kept = await json('s3api', 'head-object', ...to);
      assert.deepEqual([kept.Metadata, kept.ContentType], [{ colour: 'red' }, 'image/png']);
      assert.equal(kept.TagCount, 1);
      await aws('s3api', 'delete-object-tagging', ...to);
      assert.equal((await json('s3api', 'head-object', ...to)).TagCount, undefined);
    });

    it('is told what there is to tell of a bucket that nobody configured', async () => {
      const bucket = ['--bucket', 'untouched'];
      await aws('s3api', 'create-bucket', ...bucket);
      terminal.write('file', 'some bytes');
      await aws('s3', 'cp', 'file', 's3://untouched/key');
      const object = [...bucket, '--key', 'key'];
      const { Grants, Owner } = await json('s3api', 'get-bucket-acl', ...bucket);
      const grantee = { Type: 'CanonicalUser', ID: Owner.ID };
      assert.deepEqual(Grants, [{ Grantee: grantee, Permission: 'FULL_CONTROL' }]);
      assert.deepEqual(await json('s3api', 'get-object-acl', ...object), { Grants, Owner });
      const owned = await json('s3api', 'get-bucket-ownership-controls', ...bucket);
      assert.deepEqual(owned.OwnershipControls.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
      const payer = await json('s3api', 'get-bucket-request-payment', ...bucket);
      assert.equal(payer.Payer, 'BucketOwner');
      for (const what of ['versioning', 'logging']) {
        assert.deepEqual(await json('s3api', `get-bucket-${what}`, ...bucket), {}, what);
      }
      const missing = {
        'get-bucket-cors': 'NoSuchCORSConfiguration',
        'get-bucket-encryption': 'ServerSideEncryptionConfigurationNotFoundError',
        'get-bucket-lifecycle-configuration': 'NoSuchLifecycleConfiguration',
        'get-bucket-tagging': 'NoSuchTagSet',
        'get-public-access-block': 'NoSuchPublicAccessBlockConfiguration',
      };
      for (const [operation, code] of Object.entries(missing)) {
        const said = await refused('s3api', operation, ...bucket);
        assert.ok(said.includes(`(${code})`), said);
      }
      const { Versions } = await json('s3api', 'list-object-versions', ...bucket);
      assert.deepEqual([Versions[0].Key, Versions[0].VersionId], ['key', 'null']);
      const attributes = ['--object-attributes', 'ETag', 'ObjectSize'];
      const told = await json('s3api', 'get-object-attributes', ...object, ...attributes);
      assert.equal(told.ObjectSize, 10);
      const enable = ['--versioning-configuration', 'Status=Enabled'];
      const write = await refused('s3api', 'put-bucket-versioning', ...bucket, ...enable);
      assert.match(write, /\(NotImplemented\)/, 'what is not enforced is not taken');
    });

    it('sends every kind of checksum, and has them verified', async () => {
      const bucket = ['--bucket', 'checked'];
      await aws('s3api', 'create-bucket', ...bucket);
      terminal.write('checked', randomBytes(9 * megabyte));
      for (const algorithm of ['CRC32', 'SHA1', 'SHA256']) {
        const flag = ['--checksum-algorithm', algorithm];
        await aws('s3', 'cp', 'checked', `s3://checked/${algorithm}`, ...flag);
        const mode = ['--checksum-mode', 'ENABLED'];
        await aws('s3', 'cp', `s3://checked/${algorithm}`, 'checked.out', ...mode);
        assert.ok(terminal.read('checked.out').equals(terminal.read('checked')), algorithm);
        const object = [...bucket, '--key', algorithm];
        const head = await json('s3api', 'head-object', ...object, ...mode);
        assert.match(head[`Checksum${algorithm}`], /^[\w+/]+=*(?:-2)?$/);
      }
      const wrong = ['--checksum-sha1', Buffer.alloc(20).toString('base64')];
      const put = ['s3api', 'put-object', ...bucket, '--key', 'wrong', '--body', 'checked'];
      assert.match(await refused(...put, ...wrong), /\(BadDigest\).*The SHA1 you specified/);
    });
  });
});
