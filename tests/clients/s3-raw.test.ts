/** S3 byte for byte, without a client: keys, digests, success statuses, and input that is wrong. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openRawClient, type RawAnswer, type RawCall, type RawClient } from './raw-client.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('base64');
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::raw/never',
  },
});
const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
const deletion = '<Delete><Object><Key>gone</Key></Object></Delete>';

describe('S3 byte for byte', () => {
  let server: StartedServer;
  let send: RawClient;

  before(async () => {
    server = await startServer();
    send = openRawClient(server.endpoint, server.credentials());
    assert.equal((await send({ method: 'PUT', target: '/raw' })).status, 200);
  });
  after(async () => {
    assert.equal(await server?.stop(), 0);
  });

  const put = (target: string, body = '', more: Partial<RawCall> = {}) =>
    send({ method: 'PUT', target, body, ...more });
  const get = (target: string, more: Partial<RawCall> = {}) =>
    send({ method: 'GET', target, ...more });
  const post = (target: string, body = '', more: Partial<RawCall> = {}) =>
    send({ method: 'POST', target, body, ...more });

  function assertRefused(answer: RawAnswer, status: number, code: string, why?: string): void {
    assert.deepEqual([answer.status, answer.code], [status, code], why ?? answer.text);
  }

  describe('keys', () => {
    /** How the path spells a key, and the key. */
    const spellings: readonly [path: string, key: string][] = [
      ['..', '..'],
      ['%2e%2E', '..'],
      ['.', '.'],
      ['../up', '../up'],
      ['/lead', '/lead'],
      ['x//y', 'x//y'],
      ['trail/', 'trail/'],
      ['a%2Fb', 'a/b'],
      ['a%252Fb', 'a%2Fb'],
      ['p+q', 'p+q'],
      ['p%2Bq', 'p+q'],
      ['s%20t', 's t'],
      ['%22%27%60', '"\'`'],
      ['a&b=c;d', 'a&b=c;d'],
      ['%26lt;', '&lt;'],
      ['<a>%3Cb%3E', '<a><b>'],
      ['%01%09%0A%0D%1F%7F', '\u0001\t\n\r\u001f\u007f'],
      ['%C3%BC', 'ü'],
      ['u%CC%88', 'u\u0308'],
      ['%F0%9F%98%80', '😀'],
      ['%EF%BF%BF', '\uffff'],
      ['%3F%23%5C%7C', '?#\\|'],
      [`${'k'.repeat(1023)}1`, `${'k'.repeat(1023)}1`],
      ['%C3%A9'.repeat(512), 'é'.repeat(512)],
    ];

    it('are stored as they are spelled, and read by every spelling', async () => {
      for (const [path, key] of spellings) {
        const body = `the key ${key}`;
        assert.equal((await put(`/raw/${path}`, body)).status, 200, path);
        const encoded = encodeURIComponent(key);
        assert.equal((await get(`/raw/${encoded}`)).text, body, path);
      }
      const keys = [...new Set(spellings.map(([, key]) => key))];
      const listing = await get('/raw?list-type=2&encoding-type=url');
      const listed = [...listing.text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) =>
        decodeURIComponent(key.replaceAll('+', ' ')),
      );
      const inBytes = (one: string, two: string) => Buffer.from(one).compare(Buffer.from(two));
      assert.deepEqual(listed, keys.toSorted(inBytes));
    });

    it('that are none are refused', async () => {
      const refusals: readonly [path: string, code: string][] = [
        ['k'.repeat(1025), 'KeyTooLongError'],
        [`${'%C3%A9'.repeat(512)}a`, 'KeyTooLongError'],
        ['%00', 'InvalidURI'],
      ];
      for (const [path, code] of refusals) {
        assertRefused(await put(`/raw/${path}`, 'x'), 400, code);
        assertRefused(await get(`/raw/${path}`), 400, code);
        const source = { 'x-amz-copy-source': `raw/${path}` };
        assertRefused(await put('/raw/copy', '', { headers: source }), 400, code);
      }
    });

    it('are the source of a copy in every encoding', async () => {
      await put('/raw/s%20+%C3%BC', 'the source');
      for (const source of ['raw/s%20%2B%C3%BC', '/raw/s%20+%C3%BC', '%2Fraw%2Fs%20+%C3%BC']) {
        const copied = await put('/raw/copied', '', { headers: { 'x-amz-copy-source': source } });
        assert.equal(copied.status, 200, copied.text);
        assert.equal((await get('/raw/copied')).text, 'the source');
        await send({ method: 'DELETE', target: '/raw/copied' });
      }
      for (const source of ['raw', '/raw', 'raw/', '/', 'raw/%ZZ']) {
        const headers = { 'x-amz-copy-source': source };
        assertRefused(await put('/raw/copied', '', { headers }), 400, 'InvalidArgument', source);
      }
    });
  });

  it('answers each success with its own status', async () => {
    const headers = (text: string) => ({ headers: { 'content-md5': md5(text) } });
    const upload = await post('/raw/upload?uploads');
    const id = /<UploadId>([^<]*)</.exec(upload.text)?.[1];
    const calls: readonly [call: () => Promise<RawAnswer>, status: number][] = [
      [() => put('/raw/status', 'x'), 200],
      [() => put('/raw?policy', policy, headers(policy)), 204],
      [() => get('/raw?policy'), 200],
      [() => send({ method: 'DELETE', target: '/raw?policy' }), 204],
      [() => post('/raw?delete', deletion, headers(deletion)), 200],
      [() => send({ method: 'DELETE', target: '/raw/gone' }), 204],
      [() => send({ method: 'DELETE', target: `/raw/upload?uploadId=${id}` }), 204],
      [() => put('/made'), 200],
      [() => send({ method: 'HEAD', target: '/made' }), 200],
      [() => send({ method: 'DELETE', target: '/made' }), 204],
      [() => put('/raw/status?tagging', tagging, headers(tagging)), 200],
      [() => send({ method: 'DELETE', target: '/raw/status?tagging' }), 204],
    ];
    assert.equal(upload.status, 200);
    for (const [index, [call, status]] of calls.entries()) {
      assert.equal((await call()).status, status, `call ${index}`);
    }
  });

  describe('digests', () => {
    const documents: readonly [method: string, target: string, body: string][] = [
      ['PUT', '/raw/digest', 'x'],
      ['PUT', '/raw/digest?tagging', tagging],
      ['PUT', '/raw?policy', policy],
      ['POST', '/raw?delete', deletion],
    ];

    for (const [method, target, body] of documents) {
      it(`are compared: ${method} ${target}`, async () => {
        await put('/raw/digest', 'x');
        const of = (headers: Record<string, string>, more: Partial<RawCall> = {}) =>
          send({ method, target, body, headers, ...more });
        assertRefused(await of({ 'content-md5': md5('other') }), 400, 'BadDigest');
        assertRefused(await of({ 'content-md5': 'x' }), 400, 'InvalidDigest');
        // Many who use a presigned URL cannot sign it any more.
        const unsigned = { unsignedHeaders: { 'content-md5': md5('other') } };
        const presigned = { ...unsigned, presigned: true };
        const checked = { 'x-amz-checksum-crc32': 'AAAAAA==' };
        assertRefused(await of({}, unsigned), 400, 'BadDigest');
        assertRefused(await of({}, presigned), 400, 'BadDigest');
        assertRefused(await of(checked), 400, 'BadDigest');
        assertRefused(await of({ 'x-amz-checksum-crc32': 'A' }), 400, 'InvalidRequest');
        const right = await of({ 'content-md5': md5(body) });
        assert.ok(right.status === 200 || right.status === 204, right.text);
      });
    }

    it('are wanted beside a list of keys to delete', async () => {
      const answer = await post('/raw?delete', deletion);
      assertRefused(answer, 400, 'InvalidRequest');
      const missing = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
      assert.equal(answer.error, `InvalidRequest: ${missing}`);
    });
  });

  it('names the size beside a range that it has not', async () => {
    await put('/raw/range', '0123456789');
    for (const method of ['GET', 'HEAD']) {
      const unsignedHeaders = { range: 'bytes=10-' };
      const answer = await send({ method, target: '/raw/range', unsignedHeaders });
      assert.deepEqual([answer.status, answer.headers['content-range']], [416, 'bytes */10']);
    }
    const resumed = { range: 'bytes=5-', 'if-range': '"of another object"' };
    const whole = await get('/raw/range', { unsignedHeaders: resumed });
    assert.deepEqual([whole.status, whole.text], [200, '0123456789']);
    const same = { range: 'bytes=5-', 'if-range': String(whole.headers.etag) };
    const rest = await get('/raw/range', { unsignedHeaders: same });
    assert.deepEqual([rest.status, rest.text], [206, '56789']);
    const precondition = { range: 'bytes=5-', 'if-match': '"other"' };
    const failed = await get('/raw/range', { unsignedHeaders: precondition });
    assertRefused(failed, 412, 'PreconditionFailed');
  });

  it('takes response headers from signed requests alone', async () => {
    await put('/raw/public', 'x');
    const open = policy.replace('Deny', 'Allow').replace('PutObject', 'GetObject');
    await put('/raw?policy', open.replace('never', 'public'), {});
    const target = '/raw/public?response-content-type=text%2Fplain';
    const signed = await get(target);
    assert.equal(signed.headers['content-type'], 'text/plain');
    assert.equal((await get(target, { presigned: true })).headers['content-type'], 'text/plain');
    assert.equal((await get('/raw/public', { anonymous: true })).status, 200);
    assertRefused(await get(target, { anonymous: true }), 400, 'InvalidRequest');
    await send({ method: 'DELETE', target: '/raw?policy' });
  });

  it('refuses a checksum of a kind that there is not', async () => {
    const headers = { 'x-amz-checksum-adler': 'AAAAAA==' };
    for (const target of ['/raw/adler', '/raw/adler?tagging', '/raw?policy']) {
      assertRefused(await put(target, 'x', { headers }), 400, 'InvalidRequest', target);
    }
    assert.equal((await get('/raw/adler')).status, 404);
  });

  it('keeps metadata of 2 KB, and gives every byte of it back', async () => {
    const metadata = async (name: string, value: string, more: Partial<RawCall> = {}) => {
      const target = '/raw/metadata';
      const stored = await put(target, 'x', {
        headers: { [`x-amz-meta-${name}`]: value },
        ...more,
      });
      if (stored.status !== 200) return stored.code;
      const told = (await send({ method: 'HEAD', target })).headers;
      return told[`x-amz-meta-${name.toLowerCase()}`];
    };
    assert.equal(await metadata('Colour', 'Red'), 'Red');
    assert.equal(await metadata('empty', ''), '');
    assert.equal(await metadata('inner', 'a  b'), 'a b', 'as it was signed');
    // Node takes and gives a header's bytes as Latin-1.
    const utf8 = Buffer.from('ü😀').toString('latin1');
    assert.equal(await metadata('utf8', utf8), utf8);
    assert.equal(await metadata('rfc2047', '=?UTF-8?B?w7w=?='), '=?UTF-8?B?w7w=?=');
    assert.equal(await metadata('size', 'x'.repeat(2044)), 'x'.repeat(2044));
    assert.equal(await metadata('size', 'x'.repeat(2045)), 'MetadataTooLarge');
  });

  it('lists uploads under way in URL encoding', async () => {
    for (const key of ['up/a%20b', 'up/c%2Bd/e']) await post(`/raw/${key}?uploads`);
    const listing = await get(
      '/raw?uploads&prefix=up%2F&delimiter=%2F&encoding-type=url&key-marker=up',
    );
    const found = [...listing.text.matchAll(/<(?:Key|Prefix)>(up[^<]+)</g)].map(([, key]) => key);
    assert.deepEqual(found.toSorted(), ['up/', 'up/a+b', 'up/c%2Bd/']);
    const versions = await get('/raw?versions&prefix=up%2F&encoding-type=url');
    assert.match(versions.text, /<EncodingType>url<\/EncodingType>/);
  });

  it('lists with odd parameters, and refuses those that are none', async () => {
    await put('/list');
    for (const key of ['a', 'b%201', 'b%202', 'c']) await put(`/list/${key}`, 'x');
    const keys = async (query: string) => {
      const { status, text } = await get(`/list?${query}`);
      assert.equal(status, 200, text);
      return [...text.matchAll(/<(?:Key|Prefix)>([^<]+)</g)].map(([, key]) => key);
    };
    assert.deepEqual(await keys('max-keys=0'), []);
    assert.deepEqual(await keys('list-type=2&max-keys=0'), []);
    assert.deepEqual(await keys('list-type=2&start-after=b%202'), ['c']);
    assert.deepEqual(await keys('marker=b%201&encoding-type=url'), ['b+2', 'c']);
    assert.deepEqual(await keys('delimiter=%20'), ['a', 'c', 'b ']);
    assert.deepEqual(await keys('delimiter=%20&encoding-type=url'), ['a', 'c', 'b+']);
    const owned = await get('/list?list-type=2&fetch-owner=true&max-keys=1');
    assert.match(owned.text, /<Owner><ID>[0-9a-f]{64}<\/ID><\/Owner>/);
    assert.doesNotMatch((await get('/list?list-type=2')).text, /<Owner>/);
    const wrong = ['max-keys=-1', 'max-keys=x', 'max-keys=2147483648', 'encoding-type=base64'];
    for (const query of [...wrong, 'list-type=2&continuation-token=x', 'max-keys=1&max-keys=2']) {
      assertRefused(await get(`/list?${query}`), 400, 'InvalidArgument', query);
    }
  });
});
