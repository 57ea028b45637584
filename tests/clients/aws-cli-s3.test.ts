/** S3 with the `aws` command line: what people type, and the low-level calls. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';
import { peakMemory } from './resident-memory.ts';

const megabyte = 1024 * 1024;
const part = 5 * megabyte;
const oddNames = [
  'a b.txt',
  'c+d.txt',
  '100%.txt',
  '%20.txt',
  'ünï.txt',
  '😀.txt',
  'a&b=c?d#e.txt',
  'q\'uote".txt',
  '~t*(x)!.txt',
  'new\nline.txt',
  'back\\slash.txt',
  '<x>.txt',
  '...txt',
  'deep/er/e.txt',
];
/** Names that no file has: an object's key is a string, not a path. */
const oddKeys = ['x//y', '/lead/', '../up', '..', ' '];

const names = (list: readonly { readonly Key: string }[] = []) => list.map(({ Key }) => Key);

describe('S3 with the aws command line', { skip: whyMissing('aws', '--version') }, () => {
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

  const listed = async (bucket: string, ...words: string[]) =>
    names((await json('s3api', 'list-objects-v2', '--bucket', bucket, ...words)).Contents);

  it('copies 0 bytes, 1 MB and 100 MB up, across and down within 64 MB of memory', async () => {
    await aws('s3', 'mb', 's3://one');
    await aws('s3', 'mb', 's3://two');
    // What the first calls compile and allocate is not what a large file costs.
    let baseline = 0;
    for (const size of [0, 1_000_000, 20_000_000, 100_000_000]) {
      if (size === 100_000_000) baseline = peakMemory(server.pid);
      const bytes = randomBytes(size);
      terminal.write('up', bytes);
      await aws('s3', 'cp', 'up', 's3://one/file');
      await aws('s3', 'mv', 's3://one/file', 's3://two/moved');
      await aws('s3', 'cp', 's3://two/moved', 'down');
      assert.ok(terminal.read('down').equals(bytes), `${size} bytes`);
    }
    const grown = peakMemory(server.pid) - baseline;
    assert.ok(grown < 64 * megabyte, `grew by ${Math.round(grown / megabyte)} MB`);
    assert.deepEqual(await listed('one'), [], 'what was moved is gone');
    assert.match(await aws('s3', 'ls', 's3://two/'), /100000000 moved$/m);
    rmSync(join(terminal.folder, 'up'));
    rmSync(join(terminal.folder, 'down'));
  });

  // Each of them has buckets and files of its own.
  describe('side by side', { concurrency: 4 }, () => {
    it('copies folders with odd names, filters, syncs and deletes', async () => {
      await aws('s3', 'mb', 's3://sync');
      for (const name of oddNames) terminal.write(`from/${name}`, `the file ${name}`);
      terminal.write('from/sub/x.log', 'a log');
      await aws('s3', 'cp', 'from', 's3://sync/a', '--recursive');
      const expected = [...oddNames, 'sub/x.log'].map((name) => `a/${name}`);
      const inBytes = (one: string, two: string) => Buffer.from(one).compare(Buffer.from(two));
      assert.deepEqual(await listed('sync'), expected.toSorted(inBytes));
      await aws('s3', 'cp', 's3://sync/a', 's3://sync/b', '--recursive');
      await aws('s3', 'cp', 's3://sync/b', 'back', '--recursive');
      for (const name of oddNames) {
        assert.equal(terminal.read(`back/${name}`).toString(), `the file ${name}`);
      }
      const onlyLogs = ['--recursive', '--exclude', '*', '--include', '*.log'];
      await aws('s3', 'cp', 'from', 's3://sync/logs', ...onlyLogs);
      assert.deepEqual(await listed('sync', '--prefix', 'logs'), ['logs/sub/x.log']);

      assert.equal(await aws('s3', 'sync', 'from', 's3://sync/a'), '', 'nothing differs');
      rmSync(join(terminal.folder, 'from/c+d.txt'));
      terminal.write('from/a b.txt', 'of another length');
      const said = await aws('s3', 'sync', 'from', 's3://sync/a', '--delete', '--no-progress');
      const moves = said.trim().split('\n').toSorted();
      assert.deepEqual(moves, [
        'delete: s3://sync/a/c+d.txt',
        'upload: from/a b.txt to s3://sync/a/a b.txt',
      ]);
      await aws('s3', 'sync', 's3://sync/a', 's3://sync/b', '--delete');
      await aws('s3', 'sync', 's3://sync/b', 'back', '--delete');
      assert.equal(terminal.read('back/a b.txt').toString(), 'of another length');
      assert.throws(() => terminal.read('back/c+d.txt'), { code: 'ENOENT' });

      await aws('s3', 'rm', 's3://sync', '--recursive', '--exclude', '*.log');
      assert.deepEqual(await listed('sync'), ['a/sub/x.log', 'b/sub/x.log', 'logs/sub/x.log']);
      assert.match(await aws('s3', 'ls', 's3://sync'), /^ +PRE a\/\n +PRE b\/\n +PRE logs\/$/m);
      const full = await terminal.run('s3', 'rb', 's3://sync');
      assert.equal(full.code, 1);
      assert.match(full.stderr, /\(BucketNotEmpty\) when calling the DeleteBucket operation/);
      await aws('s3', 'rb', 's3://sync', '--force');
      assert.match(await refused('s3', 'ls', 's3://sync'), /\(NoSuchBucket\)/);
    });

    it('takes every string as a key, and resolves none', async () => {
      const bucket = ['--bucket', 'keys'];
      await aws('s3api', 'create-bucket', ...bucket);
      terminal.write('key', 'x');
      for (const key of oddKeys) {
        await aws('s3api', 'put-object', ...bucket, '--key', key, '--body', 'key');
      }
      assert.deepEqual((await listed('keys')).toSorted(), oddKeys.toSorted());
      const copied = ['--key', 'copy', '--copy-source', 'keys/../up'];
      await aws('s3api', 'copy-object', ...bucket, ...copied);
      await aws('s3', 'mv', 's3://keys/x//y', 's3://keys/moved//y');
      await aws('s3', 'rm', 's3://keys/../up');
      const left = oddKeys.filter((key) => key !== 'x//y' && key !== '../up');
      const now = [...left, 'copy', 'moved//y'];
      assert.deepEqual((await listed('keys')).toSorted(), now.toSorted());
    });

    it('presigns what whoever has the URL may fetch for a while', async () => {
      await aws('s3', 'mb', 's3://shared');
      terminal.write('picture', 'a picture');
      await aws('s3', 'cp', 'picture', 's3://shared/a b+c');
      const presign = async (...words: string[]) =>
        (await aws('s3', 'presign', 's3://shared/a b+c', ...words)).trim();
      const url = await presign();
      const soon = await presign('--expires-in', '1');
      assert.equal(await (await fetch(url)).text(), 'a picture');
      const range = await fetch(url, { headers: { range: 'bytes=2-4' } });
      assert.deepEqual([range.status, await range.text()], [206, 'pic']);

      const refusals: [string, number, string][] = [
        [url.replace('a%20b', 'a%20d'), 403, 'SignatureDoesNotMatch'],
        [url.replace('Expires=3600', 'Expires=3601'), 403, 'SignatureDoesNotMatch'],
        [url.replace(/Signature=\w{4}/, 'Signature=0000'), 403, 'SignatureDoesNotMatch'],
        [`${url}&X-Amz-Expires=3600`, 400, 'AuthorizationQueryParametersError'],
        [`${url}&response-content-type=a`, 403, 'SignatureDoesNotMatch'],
        [await presign('--expires-in', '604801'), 400, 'AuthorizationQueryParametersError'],
      ];
      for (const [changed, status, code] of refusals) {
        assert.notEqual(changed, url);
        const answer = await fetch(changed);
        const text = await answer.text();
        assert.equal(answer.status, status, text);
        assert.match(text, new RegExp(`<Code>${code}</Code>`));
      }
      assert.equal((await fetch(url, { method: 'DELETE' })).status, 403);
      // A moment is given in whole seconds.
      await sleep(2100);
      const late = await fetch(soon);
      assert.equal(late.status, 403);
      assert.match(await late.text(), /<Message>Request has expired<\/Message>/);
    });

    it('keeps metadata and content headers, and copies or replaces them', async () => {
      const bucket = ['--bucket', 'metadata'];
      await aws('s3api', 'create-bucket', ...bucket);
      terminal.write('plain', 'plain');
      const headers = [
        ['--content-type', 'image/png'],
        ['--cache-control', 'no-cache'],
        ['--content-disposition', 'attachment; filename="x y.png"'],
        ['--content-encoding', 'gzip'],
        ['--content-language', 'de'],
        ['--expires', '2030-01-01T00:00:00Z'],
      ];
      const metadata = ['--metadata', 'colour=red,Size=x l'];
      await aws('s3', 'cp', 'plain', 's3://metadata/one', ...headers.flat(), ...metadata);
      await aws('s3', 'cp', 's3://metadata/one', 's3://metadata/two');
      for (const key of ['one', 'two']) {
        const head = await json('s3api', 'head-object', ...bucket, '--key', key);
        assert.deepEqual(head.Metadata, { colour: 'red', size: 'x l' });
        const { ContentType, CacheControl, ContentDisposition, ContentEncoding } = head;
        const { ContentLanguage, Expires } = head;
        assert.deepEqual([ContentType, CacheControl], ['image/png', 'no-cache']);
        assert.deepEqual([ContentEncoding, ContentLanguage], ['gzip', 'de']);
        assert.equal(ContentDisposition, 'attachment; filename="x y.png"');
        assert.equal(Expires, 'Tue, 01 Jan 2030 00:00:00 GMT');
      }
      const itself = [...bucket, '--key', 'one', '--copy-source', 'metadata/one'];
      assert.match(await refused('s3api', 'copy-object', ...itself), /\(InvalidRequest\).*illegal/);
      const replace = ['--metadata-directive', 'REPLACE', '--metadata', 'a=b'];
      await aws('s3api', 'copy-object', ...itself, ...replace);
      const head = await json('s3api', 'head-object', ...bucket, '--key', 'one');
      assert.deepEqual([head.Metadata, head.ContentType], [{ a: 'b' }, 'binary/octet-stream']);
    });

    it('answers ranges and conditions', async () => {
      const bucket = ['--bucket', 'conditions'];
      const object = [...bucket, '--key', 'key'];
      await aws('s3api', 'create-bucket', ...bucket);
      terminal.write('digits', '0123456789');
      const { ETag } = await json('s3api', 'put-object', ...object, '--body', 'digits');
      const get = (...words: string[]) => ['s3api', 'get-object', ...object, 'got', ...words];
      const ranges = { 'bytes=2-4': '234', 'bytes=-2': '89', 'bytes=7-99': '789' };
      for (const [range, text] of Object.entries(ranges)) {
        await aws(...get('--range', range));
        assert.equal(terminal.read('got').toString(), text, range);
      }
      const error = (code: string, operation: string) =>
        new RegExp(`An error occurred \\(${code}\\) when calling the ${operation} operation: `);
      assert.match(
        await refused(...get('--range', 'bytes=10-')),
        error('InvalidRange', 'GetObject'),
      );
      assert.match(await refused(...get('--if-none-match', ETag)), error('304', 'GetObject'));
      const other = ['--if-match', '"0"'];
      assert.match(await refused(...get(...other)), error('PreconditionFailed', 'GetObject'));
      const put = ['s3api', 'put-object', ...object];
      const failed = error('PreconditionFailed', 'PutObject');
      assert.match(await refused(...put, '--if-none-match', '*'), failed);
      assert.match(await refused(...put, ...other), failed);
      await aws(...put, '--if-match', ETag);
      const missing = ['s3api', 'head-object', ...bucket, '--key', 'none'];
      assert.match(await refused(...missing), /\(404\) when calling the HeadObject operation/);
    });

    it('makes, finds and removes buckets', async () => {
      const bucket = ['--bucket', 'bucket-eu'];
      const eu = ['--create-bucket-configuration', 'LocationConstraint=eu-west-1'];
      const made = await json('s3api', 'create-bucket', ...bucket, ...eu);
      assert.equal(made.BucketArn, 'arn:aws:s3:::bucket-eu');
      const location = await json('s3api', 'get-bucket-location', ...bucket);
      assert.equal(location.LocationConstraint, 'eu-west-1');
      const head = await json('s3api', 'head-bucket', ...bucket);
      assert.equal(head.BucketRegion, 'eu-west-1');
      const again = await refused('s3api', 'create-bucket', ...bucket, ...eu);
      assert.match(again, /\(BucketAlreadyOwnedByYou\)/);
      const { Buckets } = await json('s3api', 'list-buckets', '--prefix', 'bucket-');
      assert.deepEqual(
        Buckets.map(({ Name }: { Name: string }) => Name),
        ['bucket-eu'],
      );
      await aws('s3api', 'delete-bucket', ...bucket);
      const gone = await refused('s3api', 'head-bucket', ...bucket);
      assert.match(gone, /\(404\) when calling the HeadBucket operation: Not Found/);
      const wrong = await terminal.run('s3', 'mb', 's3://Not_A_Name');
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /\(InvalidBucketName\)/);
    });

    it('pages through listings, and deletes many', async () => {
      const bucket = ['--bucket', 'pages'];
      await aws('s3api', 'create-bucket', ...bucket);
      const keys = ['a/1', 'a/2', 'b', 'c/1', 'd', 'e'];
      for (const key of keys) terminal.write(`pages/${key}`, key);
      await aws('s3', 'cp', 'pages', 's3://pages', '--recursive');
      for (const operation of ['list-objects-v2', 'list-objects']) {
        const list = (...words: string[]) => json('s3api', operation, ...bucket, ...words);
        const first = await list('--max-items', '4', '--page-size', '3');
        assert.deepEqual(names(first.Contents), keys.slice(0, 4), operation);
        const rest = await list('--starting-token', first.NextToken, '--page-size', '3');
        assert.deepEqual(names(rest.Contents), keys.slice(4));
        const folders = await list('--delimiter', '/', '--page-size', '1');
        assert.deepEqual(names(folders.Contents), ['b', 'd', 'e']);
        assert.deepEqual(folders.CommonPrefixes, [{ Prefix: 'a/' }, { Prefix: 'c/' }]);
      }
      const inside = await listed('pages', '--prefix', 'a/', '--delimiter', '/');
      assert.deepEqual(inside, ['a/1', 'a/2']);
      const since = await listed('pages', '--start-after', 'b', '--max-items', '1');
      assert.deepEqual(since, ['c/1']);
      const these = 'Objects=[{Key=a/1},{Key=none}]';
      const { Deleted } = await json('s3api', 'delete-objects', ...bucket, '--delete', these);
      assert.deepEqual(names(Deleted), ['a/1', 'none']);
      const quiet = 'Objects=[{Key=a/2}],Quiet=true';
      assert.deepEqual(await json('s3api', 'delete-objects', ...bucket, '--delete', quiet), {});
      await aws('s3api', 'delete-object', ...bucket, '--key', 'b');
      assert.deepEqual(await listed('pages', '--page-size', '1'), ['c/1', 'd', 'e']);
    });

    it('uploads in parts by hand, and gives an upload up', async () => {
      const bucket = ['--bucket', 'parts'];
      const object = [...bucket, '--key', 'whole'];
      await aws('s3api', 'create-bucket', ...bucket);
      const bytes = randomBytes(part);
      terminal.write('part', bytes);
      terminal.write('end', 'the end');
      const create = ['s3api', 'create-multipart-upload', ...object, '--metadata', 'a=b'];
      const { UploadId } = await json(...create);
      const upload = [...object, '--upload-id', UploadId];
      const send = async (number: string, body: string) =>
        (await json('s3api', 'upload-part', ...upload, '--part-number', number, '--body', body))
          .ETag;
      const tags = [await send('1', 'part'), await send('3', 'end')];
      await aws('s3', 'cp', 'part', 's3://parts/source');
      const source = [
        '--copy-source',
        'parts/source',
        '--copy-source-range',
        `bytes=0-${part - 1}`,
      ];
      await aws('s3api', 'upload-part-copy', ...upload, '--part-number', '2', ...source);
      const { Parts } = await json('s3api', 'list-parts', ...upload, '--page-size', '1');
      const found: { PartNumber: number; Size: number; ETag: string }[] = Parts;
      assert.deepEqual(
        found.map(({ PartNumber, Size }) => [PartNumber, Size]),
        [
          [1, part],
          [2, part],
          [3, 7],
        ],
      );
      assert.deepEqual([found[0]?.ETag, found[2]?.ETag], tags);
      assert.deepEqual(await listed('parts'), ['source'], 'not visible before it is complete');
      const complete = (order: readonly number[], etag = (index: number) => found[index]?.ETag) => {
        const list = order.map((index) => ({ PartNumber: index + 1, ETag: etag(index) }));
        const document = JSON.stringify({ Parts: list });
        return ['s3api', 'complete-multipart-upload', ...upload, '--multipart-upload', document];
      };
      assert.match(await refused(...complete([2, 0])), /\(InvalidPartOrder\)/);
      assert.match(await refused(...complete([0], () => '"0"')), /\(InvalidPart\)/);
      assert.match(await refused(...complete([2, 3], () => found[2]?.ETag)), /\(InvalidPart\)/);
      const { ETag } = await json(...complete([0, 1, 2]));
      assert.match(ETag, /^"[0-9a-f]{32}-3"$/);
      await aws('s3', 'cp', 's3://parts/whole', 'whole');
      const whole = Buffer.concat([bytes, bytes, Buffer.from('the end')]);
      assert.ok(terminal.read('whole').equals(whole));
      const second = await json('s3api', 'head-object', ...object, '--part-number', '2');
      assert.deepEqual([second.PartsCount, second.ContentLength], [3, part]);
      assert.deepEqual(second.Metadata, { a: 'b' });
      const over = await refused('s3api', 'list-parts', ...upload);
      assert.match(over, /\(NoSuchUpload\) when calling the ListParts operation/);

      const another = await json('s3api', 'create-multipart-upload', ...object);
      const listing = ['s3api', 'list-multipart-uploads', ...bucket];
      const { Uploads } = await json(...listing);
      assert.deepEqual(
        Uploads.map((one: { UploadId: string }) => one.UploadId),
        [another.UploadId],
      );
      const give = ['--upload-id', another.UploadId];
      await aws('s3api', 'abort-multipart-upload', ...object, ...give);
      assert.equal((await json(...listing)).Uploads, undefined);
      assert.match(
        await refused('s3api', 'abort-multipart-upload', ...object, ...give),
        /\(NoSuchUpload\)/,
      );
    });

    it('puts, reads and removes a bucket policy', async () => {
      const bucket = ['--bucket', 'policy'];
      await aws('s3api', 'create-bucket', ...bucket);
      terminal.write('public', 'for everybody');
      await aws('s3', 'cp', 'public', 's3://policy/public/file');
      const url = `${server.endpoint}/policy/public/file`;
      assert.equal((await fetch(url)).status, 403);
      const document = (Resource: string, Principal: unknown = '*') =>
        JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource },
        });
      const text = document('arn:aws:s3:::policy/public/*');
      await aws('s3api', 'put-bucket-policy', ...bucket, '--policy', text);
      assert.equal(await (await fetch(url)).text(), 'for everybody');
      const { Policy } = await json('s3api', 'get-bucket-policy', ...bucket);
      assert.deepEqual(JSON.parse(Policy), JSON.parse(text));
      const status = await json('s3api', 'get-bucket-policy-status', ...bucket);
      assert.deepEqual(status.PolicyStatus, { IsPublic: true });
      const nobody = { AWS: `arn:aws:iam::${server.accountId}:user/nobody` };
      for (const [wrong, message] of [
        ['{', "Policies must be valid JSON and the first byte must be '{'"],
        [document('arn:aws:s3:::another/*'), 'Policy has invalid resource'],
        [document('arn:aws:s3:::policy/*', nobody), 'Invalid principal in policy'],
      ] as const) {
        const said = await refused('s3api', 'put-bucket-policy', ...bucket, '--policy', wrong);
        assert.equal(
          said,
          `An error occurred (MalformedPolicy) when calling the PutBucketPolicy operation: ${message}`,
        );
      }
      await aws('s3api', 'delete-bucket-policy', ...bucket);
      assert.equal((await fetch(url)).status, 403);
      for (const operation of ['get-bucket-policy', 'get-bucket-policy-status']) {
        const said = await refused('s3api', operation, ...bucket);
        assert.match(said, /\(NoSuchBucketPolicy\).*: The bucket policy does not exist$/);
      }
    });
  });
});
