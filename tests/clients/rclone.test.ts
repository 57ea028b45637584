/** S3 with rclone, where it is installed: path style, and virtual-host style as it speaks to AWS. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, userCredentials, whyMissing } from './command-line.ts';
import { type LocalhostProxy, startLocalhostProxy } from './localhost-proxy.ts';

const megabyte = 1024 * 1024;
const oddNames = ['a b+c', '100%', 'ünï😀', 'a&b=c?d#e', 'q\'u"ote', '<x>', 'deep/er/e'];

describe('S3 with rclone', { skip: whyMissing('rclone', 'version') }, () => {
  let server: StartedServer;
  let terminal: Terminal;
  let proxy: LocalhostProxy;

  before(async () => {
    server = await startServer();
    proxy = await startLocalhostProxy(server.endpoint);
    terminal = openTerminal(server, await userCredentials(server));
  });
  after(async () => {
    terminal?.close();
    await proxy?.close();
    assert.equal(await server?.stop(), 0);
  });

  /** How rclone speaks to a server of its own, and how to AWS. */
  const styles = ['Other', 'AWS'] as const;
  for (const provider of styles) {
    const bucket = `rclone-${provider.toLowerCase()}`;
    const url = (key = '') => `:s3:${bucket}/${key}`;
    const rclone = (...words: string[]) => {
      const { port } = new URL(server.endpoint);
      const hosted = provider === 'AWS';
      const endpoint = hosted ? `http://localhost:${port}` : server.endpoint;
      const environment = ['RCLONE_CONFIG=/dev/null', `HTTP_PROXY=${hosted ? proxy.url : ''}`];
      const flags = [
        ['--s3-provider', provider],
        ['--s3-endpoint', endpoint],
        ['--s3-region', 'us-east-1'],
        ['--s3-env-auth', '--retries=1', '--low-level-retries=1'],
        ['--s3-upload-cutoff=6M', '--s3-chunk-size=5M', '--s3-copy-cutoff=8M'],
      ];
      return terminal.command('env', ...environment, 'rclone', ...flags.flat(), ...words);
    };
    const listed = async (prefix = '') => {
      const found = await rclone('lsf', '--recursive', '--files-only', url(prefix));
      return found.trimEnd().split('\n').toSorted();
    };

    it(`copies, compares, synchronizes and lists (${provider})`, async () => {
      await rclone('mkdir', url());
      for (const name of oddNames) terminal.write(`from/${name}`, `the file ${name}`);
      await rclone('copy', 'from', url('a'));
      assert.deepEqual(await listed('a'), oddNames.toSorted());
      await rclone('check', 'from', url('a'), '--download');
      const listing = JSON.parse(await rclone('lsjson', '-M', '--hash', '-R', url('a')));
      const one = listing.find(({ Path }: { Path: string }) => Path === 'a b+c');
      assert.equal(one.Hashes.md5, createHash('md5').update('the file a b+c').digest('hex'));
      assert.match(one.Metadata.mtime, /^20\d\d-/);
      await rclone('sync', url('a'), url('b'));
      rmSync(join(terminal.folder, 'from/100%'));
      terminal.write('from/<x>', 'of another length');
      await rclone('sync', 'from', url('b'));
      assert.deepEqual(await listed('b'), oddNames.filter((name) => name !== '100%').toSorted());
      await rclone('sync', url('b'), `back-${provider}`);
      assert.equal(terminal.read(`back-${provider}/<x>`).toString(), 'of another length');
      await assert.rejects(rclone('check', 'from', url('a')), /differences found/);
      terminal.write('from/100%', 'the file 100%');
      await rclone('purge', url());
      assert.doesNotMatch(await rclone('lsd', ':s3:'), new RegExp(bucket));
    });

    it(`sends in parts, streams, moves and shares (${provider})`, async () => {
      await rclone('mkdir', url());
      const bytes = randomBytes(12 * megabyte);
      terminal.write('large', bytes);
      await rclone('copyto', 'large', url('large'));
      await rclone('copyto', url('large'), url('copy'));
      await rclone('moveto', url('copy'), url('moved'));
      await rclone('copyto', url('moved'), 'moved');
      assert.ok(terminal.read('moved').equals(bytes));
      assert.deepEqual(await listed(), ['large', 'moved']);
      await rclone('rcat', url('empty'));
      const shared = (await rclone('link', '--expire', '1m', url('large'))).trim();
      if (provider === 'Other') {
        const fetched = await fetch(shared, { headers: { range: 'bytes=0-99' } });
        assert.ok(Buffer.from(await fetched.arrayBuffer()).equals(bytes.subarray(0, 100)));
      }
      assert.equal(await rclone('cat', url('empty')), '');
      assert.match(await rclone('size', url()), /Total objects: 3/);
      await rclone('deletefile', url('moved'));
      await rclone('cleanup', url());
      const versions = await rclone('lsf', '--s3-versions', url());
      assert.deepEqual(versions.trim().split('\n'), ['empty', 'large']);
      await rclone('purge', url());
    });
  }

  it('went to the bucket’s own host as it does with AWS', () => {
    const { port } = new URL(server.endpoint);
    assert.ok(proxy.hosts.has(`rclone-aws.localhost:${port}`), [...proxy.hosts].join());
  });
});
