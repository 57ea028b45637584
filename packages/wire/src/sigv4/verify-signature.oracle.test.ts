import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import type { RawRequest } from '../raw-request.ts';
import { encodeUri } from './canonical-request.ts';
import { readCredentials } from './read-credentials.ts';
import { sha256Hex } from './sha256.ts';
import { verifySignature } from './verify-signature.ts';

/** AWS's own JavaScript signer is the judge of every request here. */

const now = Date.UTC(2026, 10, 23, 12, 0, 0);
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

interface Sample {
  readonly form: 'header' | 'presigned';
  readonly service: string;
  readonly region: string;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly sessionToken: string | undefined;
}

/** Signs, and writes the request as an HTTP client would. */
async function sign(sample: Sample): Promise<RawRequest> {
  const signer = new SignatureV4({
    service: sample.service,
    region: sample.region,
    sha256: Sha256,
    uriEscapePath: sample.service !== 's3',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey,
      sessionToken: sample.sessionToken,
    },
  });
  const request = {
    protocol: 'http:',
    hostname: '127.0.0.1',
    method: sample.method,
    path: sample.path,
    query: { ...sample.query },
    headers: { host: '127.0.0.1:4580', ...sample.headers },
    body: sample.body,
  };
  const signingDate = new Date(now);
  const signed =
    sample.form === 'header'
      ? await signer.sign(request, { signingDate })
      : await signer.presign(withPayload(request, sample), { signingDate, expiresIn: 600 });
  return {
    method: signed.method,
    target: signed.path + queryString(signed.query ?? {}),
    rawHeaders: Object.entries(signed.headers).flat(),
  };
}

/** As the presigner of the S3 client does. */
function withPayload<Request extends { headers: Record<string, string> }>(
  request: Request,
  sample: Sample,
): Request {
  if (sample.service !== 's3') return request;
  return {
    ...request,
    headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  };
}

function queryString(query: Record<string, string | readonly string[] | null>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encodeUri(name)}=${encodeUri(one)}`),
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function verify(request: RawRequest, body: string, at = now) {
  const reading = readCredentials(request);
  if (reading.kind === 'anonymous') return 'anonymous';
  if (reading.kind === 'refused') return reading.refusal.reason;
  assert.ok(reading.kind === 'signed');
  const isS3 = reading.scope.service === 's3';
  const bodySha256 = isS3 ? undefined : sha256Hex(body);
  const verification = verifySignature(reading, { secretAccessKey, now: at, bodySha256 });
  return verification.ok ? verification : verification.refusal.reason;
}

/** Characters that one encoder or another treats in its own way. */
const oddCharacter = fc.oneof(
  fc.constantFrom(...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~é漢😀', '..', '.', '//', '%2F', '\u0001'),
  fc.string({ minLength: 1, maxLength: 3 }),
);
const oddText = fc
  .array(oddCharacter, { maxLength: 6 })
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed());
const path = fc
  .array(oddText, { maxLength: 4 })
  .map((parts) => `/${parts.map(encodeUri).join('/')}`);
const plainName = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const queryName = fc
  .oneof(plainName, oddText)
  .filter((name) => !/^(?:x-amz-.*|action|version|awsaccesskeyid|__proto__)$/i.test(name));
const query = fc.dictionary(
  queryName,
  fc.oneof(oddText, fc.array(oddText, { minLength: 1, maxLength: 3 })),
  { maxKeys: 4 },
);
const headerValue = fc.stringMatching(/^[ -~\t]{0,20}$/);
const headers = fc
  .dictionary(plainName, headerValue, { maxKeys: 3 })
  .map((entries) =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([name, value], index) => [
        [index === 0 ? `X-Amz-Meta-${name}` : `z-${name}`, value],
      ]),
    ),
  );
const sample: fc.Arbitrary<Sample> = fc.record({
  form: fc.constantFrom('header', 'presigned'),
  service: fc.constantFrom('iam', 's3', 'sts', 'access-analyzer'),
  region: fc.constantFrom('us-east-1', 'eu-central-2', 'aws-global'),
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
  path,
  query,
  headers,
  body: fc.string({ maxLength: 40 }),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 40 }), { nil: undefined }),
});

const runs = { numRuns: 300 };

/** A presigned S3 URL does not cover the body. */
const coversBody = ({ form, service }: Sample) => form === 'header' || service !== 's3';

describe('AWS signer', () => {
  it('is believed whatever it signs, and the operation sees what was signed', async () => {
    await fc.assert(
      fc.asyncProperty(sample, async (one) => {
        const verification = verify(await sign(one), one.body);
        assert.ok(typeof verification === 'object', `${verification}`);
        const pairs = Object.entries(one.query).flatMap(([name, value]) =>
          [value].flat().map((each) => [name, each]),
        );
        assert.deepEqual(verification.query, pairs);
        for (const [name, value] of Object.entries(one.headers)) {
          const canonical = value.replace(/[ \t]+/g, ' ').trim();
          const seen = verification.headers.get(name.toLowerCase());
          // What was moved into the URL keeps its spaces.
          assert.equal(seen?.replace(/[ \t]+/g, ' ').trim(), canonical);
        }
      }),
      runs,
    );
  });

  it('signs the path of S3 in the spelling that is sent, and is believed', async () => {
    for (const path of ['/b/a(b)', "/b/!'*~", '/b/%7e%c3%a9', '/b/$&+,:;=@']) {
      const one: Sample = {
        form: 'header',
        service: 's3',
        region: 'us-east-1',
        method: 'GET',
        path,
        query: {},
        headers: {},
        body: '',
        sessionToken: undefined,
      };
      assert.ok(typeof verify(await sign(one), '') === 'object', path);
    }
  });

  it('is not believed after anything that it signed has changed', async () => {
    await fc.assert(
      fc.asyncProperty(sample, fc.nat(), async (one, pick) => {
        const request = await sign(one);
        for (const [what, changed] of tamperings(request, pick)) {
          assert.ok(typeof verify(changed, one.body) === 'string', `${what} changed unnoticed`);
        }
        if (coversBody(one)) assert.ok(!acceptsBody(request, `${one.body}x`), 'body');
      }),
      runs,
    );
  });
});

/** Whether a request is good for this body, the check of an S3 body's declared hash included. */
function acceptsBody(request: RawRequest, body: string): boolean {
  const verification = verify(request, body);
  if (typeof verification === 'string') return false;
  const { payload } = verification;
  return payload.kind !== 'hash' || payload.sha256 === sha256Hex(body);
}

function* tamperings(request: RawRequest, pick: number): Generator<[string, RawRequest]> {
  const { method, target, rawHeaders } = request;
  yield ['method', { ...request, method: method === 'GET' ? 'PUT' : 'GET' }];
  yield ['path', { ...request, target: target.replace(/^[^?]*/, (path) => `${path}/x`) }];
  // `..` would take the new segment away again, which changes nothing.
  if (!target.includes('..')) yield ['first segment', { ...request, target: `/x${target}` }];
  const separator = target.includes('?') ? '&' : '?';
  yield ['added parameter', { ...request, target: `${target}${separator}added=1` }];
  const question = target.indexOf('?');
  if (question >= 0) {
    const parameters = target.slice(question + 1).split('&');
    const path = target.slice(0, question);
    const chosen = pick % parameters.length;
    const without = parameters.filter((_, index) => index !== chosen);
    yield ['removed parameter', { ...request, target: `${path}?${without.join('&')}` }];
    const changed = parameters.map((text, index) => (index === chosen ? `${text}0` : text));
    yield ['changed parameter', { ...request, target: `${path}?${changed.join('&')}` }];
  }
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (/^(?:authorization)$/i.test(name)) continue;
    const value = rawHeaders[index + 1] ?? '';
    yield [name, { ...request, rawHeaders: rawHeaders.with(index + 1, `${value}x`) }];
    yield [`${name} removed`, { ...request, rawHeaders: rawHeaders.toSpliced(index, 2) }];
    yield [`${name} renamed`, { ...request, rawHeaders: rawHeaders.with(index, `${name}x`) }];
  }
  yield ['unsigned x-amz', { ...request, rawHeaders: [...rawHeaders, 'X-Amz-Acl', 'private'] }];
  for (const [what, edit] of credentialEdits(pick)) {
    const edited = {
      ...request,
      target: edit(target),
      rawHeaders: rawHeaders.map((text, index) =>
        rawHeaders[index - 1]?.toLowerCase() === 'authorization' ? edit(text) : text,
      ),
    };
    yield [what, edited];
  }
}

function credentialEdits(pick: number): [string, (text: string) => string][] {
  const flip = (digit: string) => (Number.parseInt(digit, 16) ^ (1 << (pick % 4))).toString(16);
  return [
    [
      'signature bit',
      (text) =>
        text.replace(/(Signature=)([0-9a-f]{64})$/, (_, name, hex: string) => {
          const at = pick % 64;
          return `${name}${hex.slice(0, at)}${flip(hex[at] ?? '0')}${hex.slice(at + 1)}`;
        }),
    ],
    ['scope date', (text) => text.replace(/20261123(\/|%2F)/, '20261122$1')],
    ['scope region', (text) => text.replace(/(20261123(?:\/|%2F))[a-z]+/, '$1mars')],
    [
      'scope service',
      (text) => text.replace(/([a-z0-9-]+)(\/|%2F)aws4_request/, 'ec2$2aws4_request'),
    ],
    ['terminator', (text) => text.replace('aws4_request', 'aws5_request')],
    ['signed headers', (text) => text.replace(/(SignedHeaders=)host/, '$1host;x')],
  ];
}
