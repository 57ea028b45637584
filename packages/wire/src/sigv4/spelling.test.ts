import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawRequest } from '../raw-request.ts';
import { presignRequest, type SigningInput, signRequest } from './sign-request.ts';
import { accepted, input, refused } from './testing.ts';

/**
 * One request in several spellings. What means the same to everybody who reads the request later is
 * believed in another spelling than the signed one; what could mean something else is not.
 */
type Row = readonly [
  what: string,
  signed: string,
  sent: string,
  elsewhere: 'same' | 'other',
  inS3: 'same' | 'other',
];

const paths: readonly Row[] = [
  ['a slash twice', '/a/b', '/a//b', 'same', 'other'],
  ['a slash twice in front', '/a/b', '//a/b', 'same', 'other'],
  ['a slash twice at the end', '/a/', '/a//', 'same', 'other'],
  ['a slash at the end', '/a', '/a/', 'other', 'other'],
  ['slashes alone', '/', '///', 'same', 'other'],
  ['a dot', '/a/b', '/a/./b', 'same', 'other'],
  ['a dot in front', '/a/b', '/./a/b', 'same', 'other'],
  ['two dots', '/a/b', '/a/x/../b', 'same', 'other'],
  ['two dots above the root', '/a/b', '/../a/b', 'same', 'other'],
  ['three dots', '/a/b', '/a/x/.../b', 'other', 'other'],
  ['two dots that are kept', '/a/../b', '/b', 'same', 'other'],
  ['escaped dots', '/a/../b', '/a/%2E%2E/b', 'other', 'same'],
  ['a tilde', '/a~', '/a%7E', 'other', 'same'],
  ['a letter', '/a', '/%61', 'other', 'same'],
  ['the case of an escape', '/%C3%A9', '/%c3%a9', 'other', 'same'],
  ['brackets', '/a(b)', '/a%28b%29', 'other', 'same'],
  [
    'other marks of RFC 3986',
    "/!$&'*+,;=:@",
    '/%21%24%26%27%2A%2B%2C%3B%3D%3A%40',
    'other',
    'same',
  ],
  ['a backslash', '/a\\b', '/a%5Cb', 'other', 'same'],
  ['an escaped slash', '/a/b', '/a%2Fb', 'other', 'other'],
  ['a slash for an escaped one', '/a%2Fb', '/a/b', 'other', 'other'],
  ['an escaped slash twice', '/a%2Fb', '/a%2F%2Fb', 'other', 'other'],
  ['an escape of an escape', '/a%20b', '/a%2520b', 'other', 'other'],
  ['a plus for a space', '/a%20b', '/a+b', 'other', 'other'],
  ['case', '/a', '/A', 'other', 'other'],
  ['parameters of a segment', '/a', '/a;b=c', 'other', 'other'],
  ['a composed letter', '/%C3%A9', '/e%CC%81', 'other', 'other'],
];

const queries: readonly Row[] = [
  ['order', '/?a=1&b=2', '/?b=2&a=1', 'same', 'same'],
  ['order of one name', '/?a=1&a=2', '/?a=2&a=1', 'same', 'same'],
  ['order of names with a mark', '/?a=1&a-=2&a0=3', '/?a0=3&a-=2&a=1', 'same', 'same'],
  ['no equals sign', '/?a=', '/?a', 'same', 'same'],
  ['ampersands', '/?a=1', '/?&a=1&&', 'same', 'same'],
  ['a question mark alone', '/', '/?', 'same', 'same'],
  ['a tilde', '/?a=~', '/?a=%7E', 'same', 'same'],
  ['the case of an escape', '/?a=%2B', '/?a=%2b', 'same', 'same'],
  ['a plus', '/?a=%2B', '/?a=+', 'same', 'same'],
  ['an escaped name', '/?a=1', '/?%61=1', 'same', 'same'],
  ['an equals sign in a value', '/?a=b%3Dc', '/?a=b=c', 'same', 'same'],
  ['marks in a value', '/?a=%2F%3F%28%29%21', '/?a=/?()!', 'same', 'same'],
  ['a plus for a space', '/?a=%20', '/?a=+', 'other', 'other'],
  ['an ampersand in a value', '/?a=b%26c', '/?a=b&c', 'other', 'other'],
  ['an equals sign in a name', '/?a%3Db=c', '/?a=b=c', 'other', 'other'],
  ['an escape of an escape', '/?a=%20', '/?a=%2520', 'other', 'other'],
  ['case of a name', '/?a=1', '/?A=1', 'other', 'other'],
  ['case of a value', '/?a=b', '/?a=B', 'other', 'other'],
  ['twice the same', '/?a=1', '/?a=1&a=1', 'other', 'other'],
  ['a semicolon for an ampersand', '/?a=1&b=2', '/?a=1;b=2', 'other', 'other'],
  ['a value without a name', '/?a=1', '/?=1', 'other', 'other'],
];

/** What a presigned URL adds, moved to the target that is sent. */
function resent(request: RawRequest, signed: string, sent: string): RawRequest {
  const added = request.target.slice(signed.length + 1);
  if (added === '') return { ...request, target: sent };
  return { ...request, target: `${sent}${sent.includes('?') ? '&' : '?'}${added}` };
}

describe('another spelling', () => {
  for (const [title, rows] of [
    ['of a path', paths],
    ['of a query', queries],
  ] as const) {
    for (const [what, signed, sent, elsewhere, inS3] of rows) {
      it(`${title}: ${what}, ${elsewhere} elsewhere, ${inS3} in S3`, () => {
        for (const [service, expected] of [
          ['iam', elsewhere],
          ['s3', inS3],
        ] as const) {
          const asked = input({ service, target: signed });
          for (const request of [signRequest(asked), presignRequest(asked, 60)]) {
            accepted(request);
            const other = resent(request, signed, sent);
            if (expected === 'same') accepted(other);
            else assert.equal(refused(other).reason, 'signatureMismatch', service);
          }
        }
      });
    }
  }
});

type HeaderRow = readonly [
  what: string,
  signed: readonly string[],
  sent: readonly string[],
  'same' | 'other',
];

const name = 'X-Amz-Meta-A';
const values: readonly HeaderRow[] = [
  ['case of a name', [name, 'a'], ['x-AMZ-meta-a', 'a'], 'same'],
  ['spaces around', [name, 'a'], [name, ' a  '], 'same'],
  ['tabs around', [name, 'a'], [name, '\ta\t'], 'same'],
  ['more spaces', [name, 'a b'], [name, 'a   b'], 'same'],
  ['fewer spaces', [name, 'a \t  b'], [name, 'a b'], 'same'],
  ['a tab for a space', [name, 'a b'], [name, 'a\tb'], 'same'],
  ['spaces in quotes', [name, '"a b"'], [name, '"a  b"'], 'same'],
  ['nothing', [name, ''], [name, ' \t'], 'same'],
  ['one header for two', [name, 'a', name, 'b'], [name, 'a,b'], 'same'],
  ['two headers for one', [name, 'a,b'], [name, 'a', name.toUpperCase(), ' b'], 'same'],
  ['order of names', [name, 'a', 'Z-A', 'b'], ['Z-A', 'b', name, 'a'], 'same'],
  ['order of one name', [name, 'a', name, 'b'], [name, 'b', name, 'a'], 'other'],
  ['a space after a comma', [name, 'a', name, 'b'], [name, 'a, b'], 'other'],
  ['no space', [name, 'a b'], [name, 'ab'], 'other'],
  ['a no-break space', [name, 'a b'], [name, 'a\u00a0b'], 'other'],
  ['a no-break space behind', [name, 'a'], [name, 'a\u00a0'], 'other'],
  ['case of a value', [name, 'a'], [name, 'A'], 'other'],
  ['an underscore', [name, 'a'], ['X-Amz-Meta_A', 'a'], 'other'],
  ['twice', [name, 'a'], [name, 'a', name, 'a'], 'other'],
  ['nothing more', [name, 'a'], [name, 'a', name, ''], 'other'],
];

describe('another spelling of headers', () => {
  const pairs = (list: readonly string[]): SigningInput['headers'] =>
    list.flatMap((text, index) => (index % 2 === 0 ? [[text, list[index + 1] ?? '']] : []));
  for (const [what, signed, sent, expected] of values) {
    it(`${what}, ${expected}`, () => {
      for (const service of ['iam', 's3']) {
        const asked = input({ service, headers: [['Host', 'localhost'], ...pairs(signed)] });
        for (const request of [signRequest(asked), presignRequest(asked, 60)]) {
          accepted(request);
          const rawHeaders = request.rawHeaders.toSpliced(2, signed.length, ...sent);
          const other = { ...request, rawHeaders };
          if (expected === 'same') accepted(other);
          else assert.match(refused(other).reason, /^(?:signatureMismatch|unsignedHeader)$/);
        }
      }
    });
  }
});

describe('the path that is verified', () => {
  const respelled = (signed: string, sent: string): RawRequest => ({
    ...signRequest(input({ target: signed })),
    target: sent,
  });

  it('is the normalised one, so that nothing is read from dot segments', () => {
    for (const sent of ['/a/b%20c/', '//a/./b%20c//', '/x/../a/b%20c/', '/../a/y/../b%20c/.//']) {
      assert.equal(accepted(respelled('/a/b%20c/', sent)).path, '/a/b%20c/');
    }
  });

  it('is as sent in S3', () => {
    const target = '/a//./../%2F';
    assert.equal(accepted(signRequest(input({ service: 's3', target }))).path, target);
  });

  it('can be chosen for published vectors', () => {
    const request = signRequest(input({ service: 's3', target: '/a/../b' }));
    assert.equal(accepted(request, { normalizePath: false }).path, '/a/../b');
    assert.equal(refused(request, { normalizePath: true }).reason, 'signatureMismatch');
  });
});
