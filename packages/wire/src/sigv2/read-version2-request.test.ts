import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawRequest } from '../raw-request.ts';
import { type CredentialReading, readCredentials } from '../sigv4/read-credentials.ts';
import type { SignatureRefusalReason } from '../sigv4/refusal.ts';

const own = 'AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=c2ln&Expires=1795690800';

type Headers = Readonly<Record<string, string | readonly string[]>>;

function request(target: string, headers: Headers = {}, method = 'GET'): RawRequest {
  const rawHeaders = Object.entries({ Host: 'localhost', ...headers }).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  return { method, target, rawHeaders };
}

/** A URL with these parameters more. */
function url(more = '', headers: Headers = {}, method = 'PUT'): RawRequest {
  return request(`/b/k?${own}${more === '' ? '' : `&${more}`}`, headers, method);
}

function read(one: RawRequest) {
  const reading = readCredentials(one);
  assert.ok(reading.kind === 'version2', JSON.stringify(reading));
  return reading;
}

function reasonOf(reading: CredentialReading): SignatureRefusalReason | string {
  return reading.kind === 'refused' ? reading.refusal.reason : reading.kind;
}

describe('a URL of Signature Version 2', () => {
  it('is read', () => {
    const { stringToSign, ...rest } = read(request(`/b/k?versionId=3&${own}`));
    assert.deepEqual(rest, {
      kind: 'version2',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      signature: 'c2ln',
      sessionToken: undefined,
      expiresAt: Date.UTC(2026, 10, 26, 11),
      headers: new Map(),
      query: [['versionId', '3']],
      path: '/b/k',
      payload: { kind: 'unsigned' },
    });
    assert.equal(stringToSign, 'GET\n\n\n1795690800\n/b/k?versionId=3');
  });

  it('has its bucket in front of the resource, wherever it stands', () => {
    const text = (host: string, target: string) =>
      read(request(`${target}?policy&${own}`, { Host: host }))
        .stringToSign.split('\n')
        .at(-1);
    assert.equal(text('localhost:4580', '/photos'), '/photos?policy');
    assert.equal(text('127.0.0.1:4580', '/photos/a%20b'), '/photos/a%20b?policy');
    for (const host of ['photos.localhost', 'PHOTOS.localhost:4580', 'photos.s3.localhost']) {
      assert.equal(text(host, '/'), '/photos/?policy');
      assert.equal(text(host, '/a%20b//../%2F'), '/photos/a%20b//../%2F?policy');
    }
    assert.equal(text('s3.localhost', '/photos'), '/photos?policy');
  });

  it('signs sub-resources and what overrides headers, sorted and decoded', () => {
    const more = 'uploadId=a%2Fb&response-content-type=a%20b%3Bc&partNumber=1&acl=&tagging';
    assert.equal(
      read(url(more)).stringToSign.split('\n').at(-1),
      '/b/k?acl&partNumber=1&response-content-type=a b;c&tagging&uploadId=a/b',
    );
  });

  it('signs x-amz- headers sorted, of one name joined, with their inner spaces', () => {
    const headers = {
      'X-Amz-Meta-B': ' b  c\t',
      'x-amz-meta-a': ['1', ' 2 '],
      'X-AMZ-ACL': 'private',
      'Content-Type': ' text/plain',
      'Content-MD5': 'bWQ1',
      Date: 'Mon, 23 Nov 2026 12:00:00 GMT',
    };
    const { stringToSign, headers: visible } = read(url('', headers));
    assert.equal(
      stringToSign,
      'PUT\nbWQ1\ntext/plain\n1795690800\n' +
        'x-amz-acl:private\nx-amz-meta-a:1,2\nx-amz-meta-b:b  c\n/b/k',
    );
    assert.equal(visible.get('x-amz-meta-b'), 'b  c');
    assert.equal(visible.get('content-md5'), 'bWQ1');
  });

  it('signs parameters that stand for headers as such, once when the header is there too', () => {
    const more = 'x-amz-meta-a=%20caf%C3%A9%20&Content-Type=text%2Fplain&content-md5=bWQ1';
    const expected = 'PUT\nbWQ1\ntext/plain\n1795690800\nx-amz-meta-a:caf\u00c3\u00a9\n/b/k';
    const same: Headers = { 'Content-Type': 'text/plain', 'X-Amz-Meta-A': 'caf\u00c3\u00a9' };
    for (const headers of [{}, same]) {
      const { stringToSign, headers: visible, query } = read(url(more, headers));
      assert.equal(stringToSign, expected);
      assert.deepEqual(Object.fromEntries(visible), {
        'content-md5': 'bWQ1',
        'content-type': 'text/plain',
        'x-amz-meta-a': 'caf\u00e9',
      });
      assert.deepEqual(query, []);
    }
  });

  it('takes its token from where an x-amz- header may stand, and shows it to nobody', () => {
    for (const one of [
      url('x-amz-security-token=a%2Bb'),
      url('', { 'X-Amz-Security-Token': 'a+b' }),
    ]) {
      const { sessionToken, stringToSign, headers } = read(one);
      assert.equal(sessionToken, 'a+b');
      assert.match(stringToSign, /\nx-amz-security-token:a\+b\n/);
      assert.equal(headers.size, 0);
    }
  });

  it('shows an operation what was signed and the frozen list', () => {
    const { headers } = read(
      url('', {
        Range: 'bytes=0-1',
        'If-None-Match': '*',
        'Content-Length': '0',
        'User-Agent': 'test',
        'Content-Encoding': 'gzip',
        'Content-Disposition': 'inline',
        'Cache-Control': 'no-cache',
        Expires: 'never',
        Cookie: 'id=1',
        'X-Forwarded-For': '10.0.0.1',
        'X-Http-Method-Override': 'DELETE',
      }),
    );
    const names = ['cache-control', 'content-length', 'if-none-match', 'range', 'user-agent'];
    assert.deepEqual([...headers.keys()], names);
  });

  it('binds the body when a signed header says its hash', () => {
    const sha256 = '0'.repeat(64);
    const name = 'X-Amz-Content-Sha256';
    assert.deepEqual(read(url('', { [name]: sha256 })).payload, { kind: 'hash', sha256 });
    assert.deepEqual(read(url('', { [name]: 'UNSIGNED-PAYLOAD' })).payload, { kind: 'unsigned' });
  });
});

describe('a URL of Signature Version 2 that is refused', () => {
  const without = (name: string) =>
    request(`/b/k?${own.replace(new RegExp(`&?${name}=[^&]*`), '')}`);
  const expires = (text: string) => request(`/b/k?${own.replace('1795690800', text)}`);
  const version4 = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261123T120000Z';

  const refused: readonly [string, RawRequest, SignatureRefusalReason][] = [
    ['POST', url('', {}, 'POST'), 'unsupportedVersion'],
    ['DELETE', url('', {}, 'DELETE'), 'unsupportedVersion'],
    ['a method in lower case', url('', {}, 'get'), 'unsupportedVersion'],
    ['no key', without('AWSAccessKeyId'), 'malformedVersion2'],
    ['no signature', without('Signature'), 'malformedVersion2'],
    ['no expiry', without('Expires'), 'malformedVersion2'],
    ['a signature alone', request('/b/k?Signature=c2ln'), 'malformedVersion2'],
    ['an empty signature', request(`/b/k?${own.replace('c2ln', '')}`), 'malformedVersion2'],
    ['an empty expiry', expires(''), 'malformedVersion2'],
    ['a negative expiry', expires('-1'), 'malformedVersion2'],
    ['an expiry of words', expires('soon'), 'malformedVersion2'],
    ['an expiry in hex', expires('0x10'), 'malformedVersion2'],
    ['an expiry with an exponent', expires('1e9'), 'malformedVersion2'],
    ['an expiry with a fraction', expires('1795690800.5'), 'malformedVersion2'],
    ['an expiry with a space', expires('%201795690800'), 'malformedVersion2'],
    ['an expiry with a line feed', expires('1795690800%0A'), 'malformedVersion2'],
    ['an absurd expiry', expires('9'.repeat(13)), 'malformedVersion2'],
    ['a key in other case', url('awsaccesskeyid=x'), 'malformedQuery'],
    ['a signature in other case', request('/b/k?signature=c2ln'), 'malformedQuery'],
    ['an expiry in other case', url('expires=1'), 'malformedQuery'],
    ['a token in other case', url('X-Amz-Security-Token=x'), 'malformedQuery'],
    ['an escaped token in other case', url('%58-amz-security-token=x'), 'malformedQuery'],
    ['an expiry twice', url('Expires=1795690801'), 'duplicateParameter'],
    ['a signature twice', url('Signature=c2ln'), 'duplicateParameter'],
    ['a key twice', url('AWSAccessKeyId=A'), 'duplicateParameter'],
    ['a sub-resource twice', url('versionId=1&versionId=2'), 'duplicateParameter'],
    ['a header twice', url('x-amz-acl=private&X-Amz-Acl=private'), 'duplicateParameter'],
    ['a token twice', url('x-amz-security-token=a&x-amz-security-token=a'), 'duplicateParameter'],
    ['a prefix', url('prefix=a'), 'unsupportedVersion'],
    ['the other way to list', url('list-type=2'), 'unsupportedVersion'],
    ['a sub-resource that is not signed', url('attributes'), 'unsupportedVersion'],
    ['a sub-resource in other case', url('Policy'), 'unsupportedVersion'],
    ['the name of an operation', url('x-id=CopyObject'), 'unsupportedVersion'],
    ['an action', url('Action=ListUsers&Version=2010-05-08'), 'unsupportedVersion'],
    ['any other parameter', url('%E2%84%AA=1'), 'unsupportedVersion'],
    ['a header of another name', url('x-amz-a%3Ab=1'), 'unsupportedVersion'],
    ['a header with a line feed', url('x-amz-meta-a=1%0Ax-amz-acl:b'), 'malformedRequest'],
    ['a type with a line feed', url('content-type=a%0A1'), 'malformedRequest'],
    ['an ampersand in a value', url('response-expires=a%26versionId%3D3'), 'unsupportedVersion'],
    ['version 4 beside it', url(version4), 'headerAndQuery'],
    ['a parameter of version 4', url('X-Amz-Expires=60'), 'headerAndQuery'],
    ['the same in lower case', url('x-amz-date=20261123T120000Z'), 'headerAndQuery'],
    ['a header beside it', url('', { Authorization: 'AWS A:c2ln' }), 'headerAndQuery'],
    ['another value in the header', url('x-amz-acl=a', { 'X-Amz-Acl': 'b' }), 'headerAndQuery'],
    ['another type', url('content-type=a', { 'Content-Type': 'b' }), 'headerAndQuery'],
    [
      'another token',
      url('x-amz-security-token=a', { 'X-Amz-Security-Token': 'b' }),
      'headerAndQuery',
    ],
    [
      'signed chunks',
      url('', { 'X-Amz-Content-Sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }),
      'unsupportedPayload',
    ],
    [
      'unsigned chunks',
      url('x-amz-content-sha256=STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
      'unsupportedPayload',
    ],
    ['no hash', url('x-amz-content-sha256=x'), 'invalidContentSha256'],
  ];
  for (const [name, one, reason] of refused) {
    it(name, () => {
      const reading = readCredentials(one);
      assert.equal(reasonOf(reading), reason, JSON.stringify(reading));
      assert.ok(reading.kind === 'refused');
      if (reason === 'unsupportedVersion') {
        assert.match(reading.refusal.message, /signature_version = s3v4/);
      }
    });
  }

  it('is told which parameter was not signed, when its name can be shown', () => {
    const message = (one: RawRequest) => {
      const reading = readCredentials(one);
      return reading.kind === 'refused' ? reading.refusal.message : reading.kind;
    };
    assert.match(message(url('prefix=a')), /does not sign the query parameter 'prefix'\. /);
    assert.match(message(url('%3Cb%3E=a')), /does not sign the query parameter\. /);
  });

  it('is nothing of the kind without a key and a signature', () => {
    for (const target of ['/b/k?Expires=1795690800', '/b/k?x-amz-security-token=a']) {
      assert.notEqual(readCredentials(request(target)).kind, 'version2');
    }
  });
});
