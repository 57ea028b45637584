/** S3 with s3cmd, where it is installed: path style and virtual-host style. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, userCredentials, whyMissing } from './command-line.ts';
import { type LocalhostProxy, startLocalhostProxy } from './localhost-proxy.ts';

const megabyte = 1024 * 1024;
const settings = ['use_https = False', 'max_retries = 1', 'multipart_copy_chunk_size_mb = 5'];
const oddNames = ['a b+c.txt', '100%.txt', 'ünï😀.txt', 'a&b=c?d#e.txt', "q'uote.txt", '<x>.txt'];

describe('S3 with s3cmd', { skip: whyMissing('s3cmd', '--version') }, () => {
  let server: StartedServer;
  let terminal: Terminal;
  let proxy: LocalhostProxy;

  before(async () => {
    server = await startServer();
    proxy = await startLocalhostProxy(server.endpoint);
    const credentials = await userCredentials(server);
    terminal = openTerminal(server, credentials);
    const { accessKeyId, secretAccessKey } = credentials;
    const keys = [`access_key = ${accessKeyId}`, `secret_key = ${secretAccessKey}`];
    const common = ['[default]', ...keys, ...settings];
    const { host, port } = new URL(server.endpoint);
    const path = [`host_base = ${host}`, `host_bucket = ${host}`];
    const hosts = [`host_base = localhost:${port}`, `host_bucket = %(bucket)s.localhost:${port}`];
    const through = ['proxy_host = 127.0.0.1', `proxy_port = ${proxy.port}`];
    terminal.write('path.cfg', [...common, ...path].join('\n'));
    terminal.write('hosted.cfg', [...common, ...hosts, ...through].join('\n'));
  });
  after(async () => {
    terminal?.close();
    await proxy?.close();
    assert.equal(await server?.stop(), 0);
  });

  for (const style of ['path', 'hosted']) {
    const s3cmd = (...words: string[]) =>
      terminal.command('s3cmd', '-c', `${style}.cfg`, '--no-progress', ...words);
    const url = (key = '') => `s3://${style}/${key}`;
    const listed = async (prefix = '') => {
      const lines = (await s3cmd('ls', '--recursive', url(prefix))).trim().split('\n');
      return lines.filter((line) => line !== '').map((line) => line.replace(/^.*s3:\/\/\w+\//, ''));
    };

    it(`makes, fills, empties and removes a bucket (${style})`, async () => {
      assert.match(await s3cmd('mb', url()), /created/);
      assert.match(await s3cmd('ls'), new RegExp(`s3://${style}$`, 'm'));
      for (const name of oddNames) terminal.write(`from/${name}`, `the file ${name}`);
      await s3cmd('put', '--recursive', 'from/', url('odd/'));
      const inBytes = (one: string, two: string) => Buffer.from(one).compare(Buffer.from(two));
      const expected = oddNames.map((name) => `odd/${name}`).toSorted(inBytes);
      assert.deepEqual(await listed(), expected);
      terminal.write(`back-${style}/.kept`, '');
      await s3cmd('get', '--recursive', '--force', url('odd/'), `back-${style}/`);
      for (const name of oddNames) {
        assert.equal(terminal.read(`back-${style}/${name}`).toString(), `the file ${name}`);
      }
      await s3cmd('cp', url('odd/a b+c.txt'), url('copied'));
      await s3cmd('mv', url('copied'), url('moved'));
      assert.deepEqual(await listed('moved'), ['moved']);
      await s3cmd('del', url('moved'));
      assert.deepEqual(await listed(), expected);
      await s3cmd('rb', '--recursive', '--force', url());
      assert.doesNotMatch(await s3cmd('ls'), new RegExp(`s3://${style}$`, 'm'));
    });

    it(`sends and copies in parts, and takes them back (${style})`, async () => {
      await s3cmd('mb', url());
      const bytes = randomBytes(12 * megabyte);
      terminal.write('large', bytes);
      const parts = '--multipart-chunk-size-mb=5';
      await s3cmd('put', parts, 'large', url('large'));
      await s3cmd('cp', url('large'), url('copy'));
      await s3cmd('get', '--force', url('copy'), 'copy');
      assert.ok(terminal.read('copy').equals(bytes));
      const range = ['get', '--continue', url('large'), 'copy'];
      terminal.write('copy', bytes.subarray(0, megabyte));
      await s3cmd(...range);
      assert.ok(terminal.read('copy').equals(bytes), 'what was missing is fetched');
      assert.match(await s3cmd('multipart', url()), /Initiated\tPath\tId\n$/);
      await s3cmd('rb', '--recursive', '--force', url());
    });

    if (style === 'hosted') continue;
    it(`synchronizes both ways and tells what there is (${style})`, async () => {
      await s3cmd('mb', url());
      for (const name of ['one', 'two', 'sub/three']) terminal.write(`sync/${name}`, name);
      await s3cmd('sync', 'sync/', url('sync/'));
      assert.equal(await s3cmd('sync', 'sync/', url('sync/')), '', 'nothing differs');
      rmSync(join(terminal.folder, 'sync/two'));
      terminal.write('sync/one', 'another one');
      await s3cmd('sync', '--delete-removed', 'sync/', url('sync/'));
      assert.deepEqual(await listed('sync/'), ['sync/one', 'sync/sub/three']);
      await s3cmd('sync', url('sync/'), `synced-${style}/`);
      assert.equal(terminal.read(`synced-${style}/one`).toString(), 'another one');
      await s3cmd('modify', '--add-header=x-amz-meta-colour:red', url('sync/one'));
      const about = await s3cmd('info', url('sync/one'));
      assert.match(about, /File size: 11\n/);
      assert.match(about, /x-amz-meta-colour: red\n/);
      assert.match(about, /ACL: {7}[0-9a-f]{64}: FULL_CONTROL\n/);
      await s3cmd('rb', '--recursive', '--force', url());
    });

    it(`puts and removes a bucket policy (${style})`, async () => {
      await s3cmd('mb', url());
      terminal.write('public', 'for everybody');
      await s3cmd('put', 'public', url('public'));
      const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' };
      const statement = { ...open, Resource: `arn:aws:s3:::${style}/*` };
      terminal.write('policy', JSON.stringify({ Version: '2012-10-17', Statement: statement }));
      const fetched = async () => (await fetch(`${server.endpoint}/${style}/public`)).status;
      assert.equal(await fetched(), 403);
      await s3cmd('setpolicy', 'policy', url());
      assert.equal(await fetched(), 200);
      assert.match(await s3cmd('info', url()), /Policy: {4}\{"Version":"2012-10-17"/);
      await s3cmd('delpolicy', url());
      assert.equal(await fetched(), 403);
      const about = await s3cmd('info', url());
      for (const line of [/Policy: {4}none/, /CORS: {6}none/, /Payer: {5}BucketOwner/]) {
        assert.match(about, line);
      }
      await s3cmd('rb', '--recursive', '--force', url());
    });
  }

  it('went to the bucket’s own host in virtual-host style', () => {
    const { port } = new URL(server.endpoint);
    assert.ok(proxy.hosts.has(`hosted.localhost:${port}`), [...proxy.hosts].join());
  });
});
