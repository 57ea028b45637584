/** Multipart uploads and lengths byte for byte: everything that may be wrong with them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openRawClient, type RawAnswer, type RawCall, type RawClient } from './raw-client.ts';

const gigabyte = 1024 ** 3;

describe('uploads that are wrong', () => {
  let server: StartedServer;
  let send: RawClient;

  before(async () => {
    server = await startServer();
    send = openRawClient(server.endpoint, server.credentials());
    for (const target of ['/raw', '/other']) await send({ method: 'PUT', target });
  });
  after(async () => {
    assert.equal(await server?.stop(), 0);
  });

  const begin = async (target = '/raw/key', headers: RawCall['headers'] = {}) => {
    const { text } = await send({ method: 'POST', target: `${target}?uploads`, headers });
    return /<UploadId>(?<id>[^<]*)</.exec(text)?.groups?.id ?? '';
  };
  const part = (id: string, number: number | string, body = 'x', target = '/raw/key') =>
    send({ method: 'PUT', target: `${target}?partNumber=${number}&uploadId=${id}`, body });
  const complete = (id: string, body: string, headers: RawCall['headers'] = {}) =>
    send({ method: 'POST', target: `/raw/key?uploadId=${id}`, body, headers });
  const list = (...parts: readonly (readonly [number: number, etag: unknown])[]) => {
    const elements = parts.map(
      ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    return `<CompleteMultipartUpload>${elements.join('')}</CompleteMultipartUpload>`;
  };

  function assertRefused(
    answer: RawAnswer,
    status: number,
    code: string | undefined,
    why?: string,
  ): void {
    assert.deepEqual([answer.status, answer.code], [status, code], why ?? answer.text);
  }

  it('part numbers are 1 to 10,000', async () => {
    const id = await begin();
    for (const number of [0, -1, 10_001, 'x', '1.5', '', '2147483648', '1&partNumber=2']) {
      assertRefused(await part(id, number), 400, 'InvalidArgument', `number ${number}`);
    }
    for (const number of [1, 10_000]) assert.equal((await part(id, number)).status, 200);
  });

  it('an upload belongs to its bucket and key', async () => {
    const id = await begin();
    for (const target of ['/raw/another', '/other/key']) {
      assertRefused(await part(id, 1, 'x', target), 404, 'NoSuchUpload', target);
      const uploads = { target: `${target}?uploadId=${id}` };
      for (const method of ['GET', 'DELETE']) {
        assertRefused(await send({ method, ...uploads }), 404, 'NoSuchUpload', target);
      }
    }
    for (const unknown of ['', 'x', `${id}x`]) {
      assertRefused(await part(unknown, 1), 404, 'NoSuchUpload', unknown);
    }
    assertRefused(await part(id, 1, 'x', '/nowhere/key'), 404, 'NoSuchBucket');
    assertRefused(
      await send({ method: 'PUT', target: `/raw/key?uploadId=${id}`, body: 'x' }),
      400,
      'InvalidArgument',
      'without a part number it must not become an object',
    );
    assertRefused(await send({ method: 'GET', target: '/raw/key' }), 404, 'NoSuchKey');
  });

  it('what completes it lists its parts, in order, whole and once', async () => {
    const id = await begin();
    const one = (await part(id, 1)).headers.etag;
    const two = (await part(id, 2, 'y')).headers.etag;
    const refusals: readonly [document: string, code: string][] = [
      ['', 'MalformedXML'],
      ['<', 'MalformedXML'],
      ['{}', 'MalformedXML'],
      ['<Other/>', 'MalformedXML'],
      ['<CompleteMultipartUpload/>', 'MalformedXML'],
      [`<!DOCTYPE a [<!ENTITY b "c">]>${list([1, one])}`, 'MalformedXML'],
      [list([1, one]).replace('>1<', '>one<'), 'MalformedXML'],
      [list([2, two], [1, one]), 'InvalidPartOrder'],
      [list([1, one], [1, one]), 'InvalidPartOrder'],
      [list([1, '"0"']), 'InvalidPart'],
      [list([1, two]), 'InvalidPart'],
      [list([3, one]), 'InvalidPart'],
      [list([1, one], [2, two]), 'EntityTooSmall'],
    ];
    for (const [document, code] of refusals) {
      assertRefused(await complete(id, document), 400, code, document);
    }
    assertRefused(await send({ method: 'HEAD', target: '/raw/key' }), 404, undefined);
    const sized = { 'x-amz-mp-object-size': '2' };
    assertRefused(await complete(id, list([1, one]), sized), 400, 'InvalidRequest');
    const conditions = { 'if-match': '"none"' };
    assertRefused(await complete(id, list([1, one]), conditions), 404, 'NoSuchKey');
    const done = await complete(id, list([1, one]), { 'if-none-match': '*' });
    assert.equal(done.status, 200, done.text);
    assertRefused(await complete(id, list([1, one])), 404, 'NoSuchUpload');
    const next = await begin();
    const again = (await part(next, 1)).headers.etag;
    const held = await complete(next, list([1, again]), { 'if-none-match': '*' });
    assertRefused(held, 412, 'PreconditionFailed');
    assert.equal((await send({ method: 'GET', target: '/raw/key' })).text, 'x');
  });

  it('a part is copied from a range that there is, of a source that is as it should be', async () => {
    const source = await send({ method: 'PUT', target: '/other/source', body: '0123456789' });
    const id = await begin();
    const copy = (headers: Record<string, string>) =>
      send({
        method: 'PUT',
        target: `/raw/key?partNumber=1&uploadId=${id}`,
        headers: { 'x-amz-copy-source': '/other/source', ...headers },
      });
    const of = (name: string) => `x-amz-copy-source-${name}`;
    const past = 'Thu, 01 Dec 2011 16:00:00 GMT';
    const future = 'Thu, 01 Dec 2050 16:00:00 GMT';
    const etag = String(source.headers.etag);
    for (const range of ['bytes=0-10', 'bytes=10-11', 'bytes=4-2', 'bytes=0-', 'bytes=-1', 'x']) {
      assertRefused(await copy({ [of('range')]: range }), 400, 'InvalidArgument', range);
    }
    const failing = [
      { [of('if-match')]: '"other"' },
      { [of('if-none-match')]: etag },
      { [of('if-unmodified-since')]: past },
      { [of('if-modified-since')]: future },
    ];
    for (const headers of failing) {
      const why = JSON.stringify(headers);
      assertRefused(await copy(headers), 412, 'PreconditionFailed', why);
    }
    assertRefused(await copy({ 'x-amz-copy-source': '/other/none' }), 404, 'NoSuchKey');
    const passing = [
      { [of('if-match')]: etag, [of('if-unmodified-since')]: past },
      { [of('if-none-match')]: '"other"', [of('if-modified-since')]: past },
      { [of('range')]: 'bytes=2-4' },
    ];
    for (const headers of passing) {
      const copied = await copy(headers);
      assert.equal(copied.status, 200, copied.text);
    }
    const part = await send({ method: 'GET', target: `/raw/key?uploadId=${id}` });
    assert.match(part.text, /<Size>3<\/Size>/);
  });

  it('lengths are given, and within bounds', async () => {
    const put = (unsignedHeaders: Record<string, string>, more: Partial<RawCall> = {}) =>
      send({ method: 'PUT', target: '/raw/length', unsignedHeaders, ...more });
    const chunked = { 'transfer-encoding': 'chunked' };
    assertRefused(await put(chunked, { body: 'x' }), 411, 'MissingContentLength');
    const words = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
    const framed = { payloadHash: words, body: '1\r\nx\r\n0\r\n\r\n' };
    const decoded = (length: string) => ({ headers: { 'x-amz-decoded-content-length': length } });
    assertRefused(await put(chunked, framed), 411, 'MissingContentLength');
    assert.equal((await put(chunked, { ...framed, ...decoded('1') })).status, 200);
    assert.equal((await put({}, { ...framed, ...decoded('1') })).status, 200);
    for (const length of ['2', '0']) {
      const answer = await put({}, { ...framed, ...decoded(length) });
      assertRefused(answer, 400, 'IncompleteBody', `length ${length}`);
    }
    for (const length of ['-1', 'x', '']) {
      const answer = await put({}, { ...framed, ...decoded(length) });
      assertRefused(answer, 400, 'InvalidArgument', `length ${length}`);
    }
    const large = await put({}, { ...framed, ...decoded(String(5 * gigabyte + 1)) });
    assertRefused(large, 400, 'EntityTooLarge');
    const tooLong = { 'content-length': String(5 * gigabyte + 1) };
    const expecting = { ...tooLong, expect: '100-continue' };
    assertRefused(await put(expecting), 400, 'EntityTooLarge');
    assert.equal((await send({ method: 'GET', target: '/raw/length' })).text, 'x');
  });
});
