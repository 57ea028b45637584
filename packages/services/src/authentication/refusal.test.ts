import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  ApiError,
  presignRequest,
  type RawRequest,
  readCredentials,
  type SigningInput,
  signRequest,
} from '@carnet/wire';
import { type Credentials, openTestServices, type TestServices } from '../testing.ts';

/** Every way to be refused by authentication, as each protocol's services answer it. */

const transport = { sourceIp: '127.0.0.1', secure: false };
const minute = 60_000;
const services = ['iam', 'sts', 's3', 'ec2', 'lambda'] as const;

/** What a row is made of: who signs when, for which service. */
interface Scene extends TestServices {
  readonly service: string;
  readonly user: Credentials;
  sign(change?: Partial<SigningInput>): RawRequest;
  presign(expiresIn: number, change?: Partial<SigningInput>): RawRequest;
}

type Answer = readonly [code: string, status: number, words: RegExp];
type Row = readonly [
  what: string,
  request: (scene: Scene) => RawRequest | Promise<RawRequest>,
  query: Answer,
  s3: Answer,
];

async function scene(test: TestContext, service: string): Promise<Scene> {
  const opened = await openTestServices(test);
  const user = await opened.createUser('probe');
  const input = (change: Partial<SigningInput> = {}): SigningInput => ({
    method: 'GET',
    target: '/',
    headers: [['Host', '127.0.0.1:4580']],
    credentials: user,
    region: 'us-east-1',
    service,
    now: opened.clock.now,
    ...change,
  });
  return {
    ...opened,
    service,
    user,
    sign: (change) => signRequest(input(change)),
    presign: (expiresIn, change) => presignRequest(input(change), expiresIn),
  };
}

/** With its Authorization header, or its target, edited. */
function edited(request: RawRequest, from: RegExp, to: string): RawRequest {
  const target = request.target.replace(from, to);
  const rawHeaders = request.rawHeaders.map((text) => text.replace(from, to));
  assert.notDeepEqual([target, rawHeaders], [request.target, request.rawHeaders]);
  return { ...request, target, rawHeaders };
}

function withHeader(request: RawRequest, name: string, value: string): RawRequest {
  return { ...request, rawHeaders: [...request.rawHeaders, name, value] };
}

const mismatch: Answer = ['SignatureDoesNotMatch', 403, /signature we calculated does not match/];
const unknownKey: readonly [Answer, Answer] = [
  ['InvalidClientTokenId', 403, /^The security token included in the request is invalid\.$/],
  [
    'InvalidAccessKeyId',
    403,
    /^The AWS Access Key Id you provided does not exist in our records\.$/,
  ],
];
const incomplete = (words: RegExp): Answer => ['IncompleteSignature', 400, words];
const skewed: Answer = [
  'RequestTimeTooSkewed',
  403,
  /^The difference between the request time and the current time is too large\.$/,
];
const unsigned = /^There were headers present in the request which were not signed$/;
const requiresSignature = /requires 'Signature' parameter/;
const badToken: readonly [Answer, Answer] = [
  unknownKey[0],
  ['InvalidToken', 400, /^The provided token is malformed or otherwise invalid\.$/],
];

const rows: readonly Row[] = [
  [
    'a header without its signature',
    ({ sign }) => edited(sign(), /, Signature=.*/, ''),
    incomplete(requiresSignature),
    ['AuthorizationHeaderMalformed', 400, requiresSignature],
  ],
  [
    'a URL without its date',
    ({ presign }) => edited(presign(60), /&X-Amz-Date=[^&]*/, ''),
    incomplete(/must include 'X-Amz-Date'/),
    ['AuthorizationQueryParametersError', 400, /must include 'X-Amz-Date'/],
  ],
  [
    'a parameter of the signature twice',
    ({ presign }) => edited(presign(60), /(&X-Amz-Date=[^&]*)/, '$1$1'),
    incomplete(/occurs more than once/),
    ['AuthorizationQueryParametersError', 400, /occurs more than once/],
  ],
  [
    'credentials in the header and in the query',
    ({ sign, presign }) => ({ ...sign(), target: presign(60).target }),
    incomplete(/^Only one auth mechanism allowed/),
    ['InvalidArgument', 400, /^Only one auth mechanism allowed/],
  ],
  [
    'an unknown key',
    ({ sign, user }) => sign({ credentials: { ...user, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' } }),
    ...unknownKey,
  ],
  [
    'an inactive key',
    async ({ call, sign, user }) => {
      const key = { UserName: 'probe', AccessKeyId: user.accessKeyId };
      await call('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
      return sign();
    },
    ...unknownKey,
  ],
  [
    'a token that is not a key’s',
    async ({ services: { operator }, administrator, sign }) => {
      const { sessionToken } = await operator.credentials({});
      return sign({ credentials: { ...administrator, sessionToken } });
    },
    ...badToken,
  ],
  [
    'a token with a long-term key',
    ({ administrator: { sessionToken }, user, sign }) =>
      sign({ credentials: { ...user, ...(sessionToken !== undefined && { sessionToken }) } }),
    ...badToken,
  ],
  [
    'an expired session',
    async ({ services: { operator }, clock, sign }) => {
      const credentials = await operator.credentials({});
      clock.now = credentials.expiration;
      return sign({ credentials, now: clock.now });
    },
    ['ExpiredToken', 403, /^The security token included in the request is expired$/],
    ['ExpiredToken', 400, /^The provided token has expired\.$/],
  ],
  [
    'a URL whose session has expired before it',
    async ({ services: { operator }, clock, presign }) => {
      const credentials = await operator.credentials({});
      const request = presign(604_800, { credentials, now: credentials.expiration - minute });
      clock.now = credentials.expiration;
      return request;
    },
    ['ExpiredToken', 403, /expired/],
    ['ExpiredToken', 400, /expired/],
  ],
  [
    'a wrong secret',
    ({ sign, user }) => sign({ credentials: { ...user, secretAccessKey: 'other' } }),
    mismatch,
    mismatch,
  ],
  ['another method', ({ sign }) => ({ ...sign(), method: 'PUT' }), mismatch, mismatch],
  ['another region', ({ sign }) => edited(sign(), /us-east-1/, 'us-east-2'), mismatch, mismatch],
  [
    'another day',
    ({ sign }) => edited(sign(), /\/20260101\//, '/20260102/'),
    ['SignatureDoesNotMatch', 403, /^Date in Credential scope does not match/],
    ['AuthorizationHeaderMalformed', 400, /^Date in Credential scope does not match/],
  ],
  [
    'another day in a URL',
    ({ presign }) => edited(presign(60), /%2F20260101%2F/, '%2F20260102%2F'),
    ['SignatureDoesNotMatch', 403, /^Date in Credential scope does not match/],
    ['AuthorizationQueryParametersError', 400, /^Date in Credential scope does not match/],
  ],
  [
    'an old signature',
    ({ sign, clock }) => sign({ now: clock.now - 16 * minute }),
    [
      'SignatureDoesNotMatch',
      403,
      /^Signature expired: 20251231T234400Z is now earlier than 20251231T234500Z \(20260101T000000Z - 15 min\.\)$/,
    ],
    skewed,
  ],
  [
    'a signature of the future',
    ({ sign, clock }) => sign({ now: clock.now + 16 * minute }),
    ['SignatureDoesNotMatch', 403, /^Signature not yet current: 20260101T001600Z is still later/],
    skewed,
  ],
  [
    'an expired URL',
    ({ presign, clock }) => presign(60, { now: clock.now - 16 * minute }),
    ['RequestExpired', 400, /^Request has expired$/],
    ['AccessDenied', 403, /^Request has expired$/],
  ],
  [
    'a URL of the future',
    ({ presign, clock }) => presign(60, { now: clock.now + 16 * minute }),
    ['RequestExpired', 400, /^Request is not valid yet$/],
    ['AccessDenied', 403, /^Request is not valid yet$/],
  ],
  [
    'an x-amz header that is not signed',
    ({ sign }) => withHeader(sign(), 'x-amz-copy-source', '/a/b'),
    ['SignatureDoesNotMatch', 403, unsigned],
    ['AccessDenied', 403, unsigned],
  ],
  [
    'Signature Version 2 in the header',
    ({ sign }) => edited(sign(), /^AWS4-HMAC-SHA256 .*/, 'AWS AKIAIOSFODNN7EXAMPLE:c2ln'),
    ['InvalidRequest', 400, /signature_version = s3v4/],
    ['InvalidRequest', 400, /signature_version = s3v4/],
  ],
];

/** What EC2 answers where IAM and STS answer so. */
function inEc2(query: Answer): Answer {
  const [code, , words] = query;
  const isUnknown = code === 'InvalidClientTokenId' || query === mismatch;
  if (isUnknown) {
    return ['AuthFailure', 401, /^AWS was not able to validate the provided access credentials$/];
  }
  if (/expired|not yet|not valid yet/.test(String(words)))
    return ['RequestExpired', 400, /^Request has expired\.$/];
  return code === 'SignatureDoesNotMatch' ? ['AuthFailure', 401, words] : query;
}

/** What REST-JSON says where the query services have these codes; the words are the same. */
const restJsonCodes: Readonly<Record<string, string>> = {
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

function restJson([code, status, words]: Answer): Answer {
  if (code === 'RequestExpired') return ['InvalidSignatureException', 403, words];
  return [restJsonCodes[code] ?? code, status, words];
}

const answers: Readonly<Record<(typeof services)[number], (query: Answer, s3: Answer) => Answer>> =
  {
    iam: (query) => query,
    sts: (query) => query,
    s3: (_query, s3) => s3,
    ec2: inEc2,
    lambda: restJson,
  };

async function refused(
  { services: { authenticate } }: TestServices,
  request: RawRequest,
  body: Uint8Array,
  [code, status, words]: Answer,
): Promise<void> {
  await assert.rejects(authenticate(readCredentials(request), transport, body), (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.deepEqual([error.code, error.status], [code, status], error.message);
    assert.match(error.message, words);
    return true;
  });
}

const noBytes = new Uint8Array(0);

describe('refusals', () => {
  for (const [what, makeRequest, query, s3] of rows) {
    for (const service of services) {
      it(`${what}, in ${service}`, async (test) => {
        const made = await scene(test, service);
        const request = await makeRequest(made);
        await refused(made, request, noBytes, answers[service](query, s3));
      });
    }
  }

  for (const service of ['iam', 'sts', 'ec2', 'lambda'] as const) {
    it(`another body, in ${service}`, async (test) => {
      const made = await scene(test, service);
      await refused(made, made.sign(), Uint8Array.of(1), answers[service](mismatch, mismatch));
    });

    it(`a body that is not signed, in ${service}`, async (test) => {
      const made = await scene(test, service);
      const headers = [
        ['Host', '127.0.0.1:4580'],
        ['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'],
      ] as const;
      const request = made.sign({ headers, payloadHash: 'UNSIGNED-PAYLOAD' });
      const words = /^Only S3 takes a body that is not signed as a whole\.$/;
      const answer: Answer = ['SignatureDoesNotMatch', 403, words];
      await refused(made, request, noBytes, answers[service](answer, answer));
    });

    it(`a URL after 15 minutes whatever it says, in ${service}`, async (test) => {
      const made = await scene(test, service);
      const request = made.presign(3600);
      made.clock.now += 15 * minute;
      const { authenticate } = made.services;
      assert.equal(
        (await authenticate(readCredentials(request), transport, noBytes)).form,
        'presigned',
      );
      made.clock.now += 1;
      const answer: Answer = ['RequestExpired', 400, /^Request has expired$/];
      await refused(made, request, noBytes, answers[service](answer, answer));
    });
  }

  it('a header twice, in s3', async (test) => {
    const made = await scene(test, 's3');
    const request = withHeader(made.sign(), 'x-amz-date', '20260101T000000Z');
    const words = /^The request has several headers named 'x-amz-date'\.$/;
    await refused(made, request, noBytes, ['InvalidArgument', 400, words]);
  });

  it('are of the request as it was: its untouched twin is believed', async (test) => {
    for (const service of services) {
      const { services: opened, sign, presign } = await scene(test, service);
      for (const request of [sign(), presign(60)]) {
        const { caller } = await opened.authenticate(readCredentials(request), transport, noBytes);
        assert.equal(caller.kind, 'user');
      }
    }
  });
});
