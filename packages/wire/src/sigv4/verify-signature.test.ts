import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { presignRequest, signRequest } from './sign-request.ts';
import { accepted, credentials, input, refused, withHeader } from './testing.ts';

describe('headers', () => {
  it('host and date must be signed', () => {
    const noHost = signRequest(input({ headers: [] }));
    assert.equal(refused(withHeader(noHost, 'Host', 'localhost')).reason, 'unsignedHeader');
    const presigned = presignRequest(input({ headers: [['x-amz-a', '1']] }), 60);
    assert.equal(refused(withHeader(presigned, 'Host', 'localhost')).reason, 'unsignedHeader');

    const request = signRequest(input());
    const strip = (text: string) => text.replace(/;x-amz-date/, '');
    const undated = { ...request, rawHeaders: request.rawHeaders.map(strip) };
    assert.equal(refused(undated).reason, 'unsignedHeader');
    const renamed = {
      ...undated,
      rawHeaders: undated.rawHeaders.map((text) => text.replace('X-Amz-Date', 'Date')),
    };
    assert.equal(refused(renamed).reason, 'unsignedHeader');
  });

  it('an x-amz- header must be signed, the trace id of a proxy need not', () => {
    for (const service of ['iam', 's3']) {
      const requests = [signRequest(input({ service })), presignRequest(input({ service }), 60)];
      for (const request of requests) {
        for (const name of ['X-Amz-Copy-Source', 'x-amz-acl', 'X-AMZ-TAGGING', 'x-amz-']) {
          const refusal = refused(withHeader(request, name, 'x'));
          assert.equal(refusal.reason, 'unsignedHeader');
          assert.equal(
            refusal.message,
            'There were headers present in the request which were not signed',
          );
        }
        accepted(withHeader(request, 'X-Amzn-Trace-Id', 'Root=1'));
      }
    }
  });

  it('a signed header that is missing refuses the request', () => {
    for (const value of ['', 'undefined', 'null']) {
      const headers = [
        ['Host', 'localhost'],
        ['X-Extra', value],
      ] as const;
      const request = signRequest(input({ headers }));
      accepted(request);
      const rawHeaders = request.rawHeaders.toSpliced(2, 2);
      assert.equal(refused({ ...request, rawHeaders }).reason, 'signatureMismatch');
    }
  });

  it('the operation sees what was signed and the frozen list, never credentials', () => {
    const request = signRequest(
      input({
        headers: [
          ['Host', 'localhost'],
          ['Content-Type', 'text/plain'],
          ['X-Amz-Meta-A', 'one'],
          ['x-amz-meta-a', 'two'],
        ],
        credentials: { ...credentials, sessionToken: 'token' },
      }),
    );
    let sent = request;
    for (const [name, value] of [
      ['User-Agent', 'test'],
      ['Content-Length', '0'],
      ['If-None-Match', '*'],
      ['Content-MD5', 'x'],
      ['X-Forwarded-For', '10.0.0.1'],
      ['X-Http-Method-Override', 'DELETE'],
      ['Content-Encoding', 'gzip'],
      ['Cookie', 'id=1'],
    ] as const) {
      sent = withHeader(sent, name, value);
    }
    assert.deepEqual(Object.fromEntries(accepted(sent).headers), {
      host: 'localhost',
      'content-type': 'text/plain',
      'x-amz-meta-a': 'one,two',
      'x-amz-date': '20261123T120000Z',
      'user-agent': 'test',
      'content-length': '0',
      'if-none-match': '*',
      'content-md5': 'x',
    });
  });

  it("a presigned URL's x-amz- parameters are headers, its credentials are nothing", () => {
    const request = presignRequest(
      input({
        service: 's3',
        target: '/b/k?x-id=PutObject&x-amz-acl=private&X-Amz-Meta-A=a%20%20b',
        credentials: { ...credentials, sessionToken: 'token' },
        payloadHash: 'UNSIGNED-PAYLOAD',
      }),
      60,
    );
    const { headers, query } = accepted(request);
    assert.deepEqual(query, [['x-id', 'PutObject']]);
    assert.deepEqual(Object.fromEntries(headers), {
      host: 'localhost',
      'x-amz-acl': 'private',
      'x-amz-meta-a': 'a  b',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    });
  });

  it('in the header form such parameters are parameters', () => {
    const request = signRequest(input({ service: 's3', target: '/b/k?x-amz-acl=private' }));
    const { headers, query } = accepted(request);
    assert.deepEqual(query, [['x-amz-acl', 'private']]);
    assert.equal(headers.has('x-amz-acl'), false);
  });

  it('bytes above 127 are signed as they are', () => {
    const text = 'caf\u00c3\u00a9';
    const request = signRequest(
      input({
        headers: [
          ['Host', 'localhost'],
          ['X-Amz-Meta-A', text],
        ],
      }),
    );
    assert.equal(accepted(request).headers.get('x-amz-meta-a'), text);
    const rawHeaders = request.rawHeaders.with(3, 'caf\u00e9');
    assert.equal(refused({ ...request, rawHeaders }).reason, 'signatureMismatch');
    // 0xA0 is a space to JavaScript and half of a letter to everybody else.
    const spaced = request.rawHeaders.with(3, `${text}\u00a0`);
    assert.equal(refused({ ...request, rawHeaders: spaced }).reason, 'signatureMismatch');
  });
});

describe('mismatch', () => {
  it("is told in AWS's words, and S3's", () => {
    const wrong = { secretAccessKey: 'other' };
    assert.equal(
      refused(signRequest(input()), wrong).message,
      'The request signature we calculated does not match the signature you provided. Check ' +
        'your AWS Secret Access Key and signing method. Consult the service documentation for ' +
        'details.',
    );
    assert.equal(
      refused(signRequest(input({ service: 's3' })), wrong).message,
      'The request signature we calculated does not match the signature you provided. Check ' +
        'your key and signing method.',
    );
  });

  it('is what a signature of any other form is', () => {
    const request = signRequest(input());
    for (const signature of ['x', '0'.repeat(63), '0'.repeat(65), '\u00e9'.repeat(64)]) {
      const rawHeaders = request.rawHeaders.map((text) =>
        text.replace(/Signature=.*/, `Signature=${signature}`),
      );
      assert.equal(refused({ ...request, rawHeaders }).reason, 'signatureMismatch');
    }
    const upper = request.rawHeaders.map((text) =>
      text.replace(/Signature=(.*)/, (_, hex: string) => `Signature=${hex.toUpperCase()}`),
    );
    assert.equal(refused({ ...request, rawHeaders: upper }).reason, 'signatureMismatch');
  });
});
