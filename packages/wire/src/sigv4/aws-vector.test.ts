import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCredentials } from './read-credentials.ts';
import { sha256Hex } from './sha256.ts';
import { verifySignature } from './verify-signature.ts';

/**
 * Requests of the signing test suite of aws-c-auth with the signatures that it publishes. Left out:
 * a folded header, which Node's parser refuses, and a session token that is not signed, which we do.
 */

const now = Date.UTC(2015, 7, 30, 12, 36);
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
const unreserved = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const token = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267';
const stsToken =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI' +
  'eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0' +
  'wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDry' +
  'pNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';

const duplicates = ['My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1'];
const trimmed = ['My-Header1', ' value1', 'My-Header2', ' "a   b   c"'];
const form = 'application/x-www-form-urlencoded';
const vanilla = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
const posted = '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b';

interface Vector {
  readonly name: string;
  readonly method?: string;
  readonly target?: string;
  /** Besides Host and the date. */
  readonly headers?: readonly string[];
  readonly body?: string;
  /** False where the suite signs the path as it is. */
  readonly normalizePath?: false;
  readonly signature: string;
}

const inHeader: readonly Vector[] = [
  {
    name: 'get-header-key-duplicate',
    headers: duplicates,
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-order',
    headers: ['4', '1', '3', '2'].flatMap((digit) => ['My-Header1', `value${digit}`]),
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    headers: trimmed,
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  { name: 'get-relative-normalized', target: '/example/..', signature: vanilla },
  {
    name: 'get-relative-unnormalized',
    target: '/example/..',
    normalizePath: false,
    signature: 'eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282',
  },
  {
    name: 'get-relative-relative-normalized',
    target: '/example1/example2/../..',
    signature: vanilla,
  },
  {
    name: 'get-relative-relative-unnormalized',
    target: '/example1/example2/../..',
    normalizePath: false,
    signature: 'dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b',
  },
  { name: 'get-slash-dot-slash-normalized', target: '/./', signature: vanilla },
  {
    name: 'get-slash-dot-slash-unnormalized',
    target: '/./',
    normalizePath: false,
    signature: '68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145',
  },
  { name: 'get-slash-normalized', target: '//', signature: vanilla },
  {
    name: 'get-slash-unnormalized',
    target: '//',
    normalizePath: false,
    signature: 'c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e',
  },
  {
    name: 'get-slash-pointless-dot-normalized',
    target: '/./example',
    signature: 'ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5',
  },
  {
    name: 'get-slash-pointless-dot-unnormalized',
    target: '/./example',
    normalizePath: false,
    signature: 'beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff',
  },
  {
    name: 'get-slashes-normalized',
    target: '//example//',
    signature: '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  },
  {
    name: 'get-slashes-unnormalized',
    target: '//example//',
    normalizePath: false,
    signature: '87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5',
  },
  {
    name: 'get-space-unnormalized',
    target: '/example%20space/',
    normalizePath: false,
    signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  },
  {
    name: 'get-unreserved',
    target: `/${unreserved}`,
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-utf8',
    target: '/%E1%88%B4',
    normalizePath: false,
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  { name: 'get-vanilla', signature: vanilla },
  { name: 'get-vanilla-query', target: '/?', signature: vanilla },
  {
    name: 'get-vanilla-empty-query-key',
    target: '/?Param1=value1',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-vanilla-query-order-encoded',
    target: '/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
    signature: '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    target: '/?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-query-unreserved',
    target: `/?${unreserved}=${unreserved}`,
    signature: '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  },
  {
    name: 'get-vanilla-utf8-query',
    target: '/?%E1%88%B4=bar',
    signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  },
  {
    name: 'get-vanilla-with-session-token',
    headers: ['X-Amz-Security-Token', token],
    signature: '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
  },
  { name: 'post-vanilla and post-header-key-case', method: 'POST', signature: posted },
  {
    name: 'post-header-key-sort',
    method: 'POST',
    headers: ['My-Header1', 'value1'],
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-header-value-case',
    method: 'POST',
    headers: ['My-Header1', 'VALUE1'],
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-sts-header-before',
    method: 'POST',
    headers: ['X-Amz-Security-Token', stsToken],
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
  {
    name: 'post-vanilla-query',
    method: 'POST',
    target: '/?Param1=value1',
    signature: '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  },
  {
    name: 'post-x-www-form-urlencoded',
    method: 'POST',
    headers: ['Content-Type', form],
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
  {
    name: 'post-x-www-form-urlencoded-parameters',
    method: 'POST',
    headers: ['Content-Type', `${form}; charset=utf8`],
    body: 'Param1=value1',
    signature: '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
  },
];

const inQuery: readonly Vector[] = [
  {
    name: 'get-header-key-duplicate',
    headers: duplicates,
    signature: '3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97',
  },
  {
    name: 'get-header-value-trim',
    headers: trimmed,
    signature: 'e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4',
  },
  {
    name: 'get-slashes-unnormalized',
    target: '//example//',
    normalizePath: false,
    signature: '822a5a9ba28072c5ab2bb4a6307d0c88276d40e49fec6b724c03fb4d4ba60fc2',
  },
  {
    name: 'get-utf8',
    target: '/%E1%88%B4',
    normalizePath: false,
    signature: '10eae3f14a260bd3911cc6d008d3c576d143b05b62f09782a7a4b37f52178e44',
  },
  {
    name: 'get-vanilla-query-order-encoded',
    target: '/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
    signature: 'c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    target: '/?Param2=value2&Param1=value1',
    signature: '86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5',
  },
  {
    name: 'get-vanilla-with-session-token',
    target: `/?X-Amz-Security-Token=${token}`,
    signature: '7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c',
  },
];

function namesOf(rawHeaders: readonly string[]): string[] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return [...new Set(names.map((name) => name.toLowerCase()))].sort();
}

function headerRequest({ method = 'GET', target = '/', headers = [], signature }: Vector) {
  const rawHeaders = [
    'Host',
    'example.amazonaws.com',
    'X-Amz-Date',
    '20150830T123600Z',
    ...headers,
  ];
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${namesOf(rawHeaders).join(';')}, ` +
    `Signature=${signature}`;
  return { method, target, rawHeaders: [...rawHeaders, 'Authorization', authorization] };
}

function queryRequest({ method = 'GET', target = '/', headers = [], signature }: Vector) {
  const rawHeaders = ['Host', 'example.amazonaws.com', ...headers];
  const parameters = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': credential,
    'X-Amz-Date': '20150830T123600Z',
    'X-Amz-SignedHeaders': namesOf(rawHeaders).join(';'),
    'X-Amz-Expires': '3600',
    'X-Amz-Signature': signature,
  });
  return {
    method,
    target: `${target}${target.includes('?') ? '&' : '?'}${parameters}`,
    rawHeaders,
  };
}

describe('vectors of aws-c-auth', () => {
  for (const [title, vectors, write] of [
    ['in a header', inHeader, headerRequest],
    ['in a query', inQuery, queryRequest],
  ] as const) {
    for (const vector of vectors) {
      it(`${title}: ${vector.name}`, () => {
        const reading = readCredentials(write(vector));
        assert.ok(reading.kind === 'signed', JSON.stringify(reading));
        const bodySha256 = sha256Hex(vector.body ?? '');
        const { normalizePath } = vector;
        const options = { secretAccessKey, now, bodySha256 };
        const verification = verifySignature(reading, {
          ...options,
          ...(normalizePath === false && { normalizePath }),
        });
        assert.ok(verification.ok, JSON.stringify(verification));
        assert.ok(!verifySignature(reading, { ...options, secretAccessKey: 'other' }).ok);
      });
    }
  }
});
