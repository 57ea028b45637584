import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../api-error.ts';
import type { PayloadMode } from '../payload-mode.ts';
import { createPayloadVerifier } from './create-payload-verifier.ts';
import { emptySha256, sha256Hex } from './sha256.ts';
import { deriveSigningKey } from './signing-key.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');
const amzDate = '20261123T120000Z';
const scope = '20261123/us-east-1/s3/aws4_request';
const seedSignature = sha256Hex('seed');
const signingKey = deriveSigningKey('secret', {
  date: '20261123',
  region: 'us-east-1',
  service: 's3',
});
const crc = 'x-amz-checksum-crc32';

const plain: PayloadMode = { kind: 'unsignedChunks', trailers: [crc] };
const bare: PayloadMode = { kind: 'unsignedChunks', trailers: [] };
const signed: PayloadMode = {
  kind: 'signedChunks',
  trailers: undefined,
  signingKey,
  amzDate,
  scope,
  seedSignature,
};
const signedTrailers: PayloadMode = { ...signed, trailers: [crc] };

/** A body with its signatures, written independently of the decoder. */
function signedBody(chunks: readonly string[], trailer?: string): string {
  let previous = seedSignature;
  const sign = (kind: string, rest: string) => {
    const text = `AWS4-HMAC-SHA256-${kind}\n${amzDate}\n${scope}\n${previous}\n${rest}`;
    previous = createHmac('sha256', signingKey).update(text).digest('hex');
    return previous;
  };
  const parts = [...chunks, ''].map((data) => {
    const signature = sign('PAYLOAD', `${emptySha256}\n${sha256Hex(data)}`);
    const end = data === '' ? '' : `${data}\r\n`;
    return `${data.length.toString(16)};chunk-signature=${signature}\r\n${end}`;
  });
  if (trailer !== undefined) {
    const signature = sign('TRAILER', sha256Hex(`${trailer}\n`));
    parts.push(`${trailer}\r\nx-amz-trailer-signature:${signature}\r\n`);
  }
  return `${parts.join('')}\r\n`;
}

function decode(mode: PayloadMode, pieces: readonly Uint8Array[]) {
  const verifier = createPayloadVerifier(mode);
  const content: Uint8Array[] = [];
  for (const piece of pieces) content.push(...verifier.update(piece));
  const { trailers } = verifier.end();
  const text = content.map((bytes) => decoder.decode(bytes)).join('');
  assert.equal(verifier.decodedBytes, text.length);
  return { text, trailers: [...trailers] };
}

function outcome(mode: PayloadMode, text: string): string {
  try {
    return decode(mode, [encoder.encode(text)]).text;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return `${error.code} ${error.status}`;
  }
}

const first = 'a'.repeat(8192);
const second = 'b'.repeat(300);

const bodies: readonly { name: string; mode: PayloadMode; body: string; trailers: string[][] }[] = [
  {
    name: 'unsigned with a trailer',
    mode: plain,
    body: `2000\r\n${first}\r\n12C\r\n${second}\r\n0\r\n${crc}:AAAAAA==\r\n\r\n`,
    trailers: [[crc, 'AAAAAA==']],
  },
  {
    name: 'unsigned without a trailer',
    mode: bare,
    body: `2000\r\n${first}\r\n12c\r\n${second}\r\n0\r\n\r\n`,
    trailers: [],
  },
  { name: 'signed', mode: signed, body: signedBody([first, second]), trailers: [] },
  {
    name: 'signed with a trailer',
    mode: signedTrailers,
    body: signedBody([first, second], `${crc}:AAAAAA==`),
    trailers: [[crc, 'AAAAAA==']],
  },
];

describe('chunked bodies', () => {
  for (const { name, mode, body, trailers } of bodies) {
    const bytes = encoder.encode(body);
    const whole = { text: first + second, trailers };

    it(`${name}: decode in one piece, in single bytes, and without content`, () => {
      assert.deepEqual(decode(mode, [bytes]), whole);
      assert.deepEqual(
        decode(
          mode,
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        ),
        whole,
      );
    });

    it(`${name}: decode when split at every position`, () => {
      // Inside of a chunk's bytes one position is as good as another.
      for (let at = 0; at <= bytes.length; at += at > 200 && at < 8000 ? 97 : 1) {
        assert.deepEqual(decode(mode, [bytes.subarray(0, at), bytes.subarray(at)]), whole);
      }
    });

    it(`${name}: are incomplete when cut short, and when bytes follow`, () => {
      for (let at = 0; at < bytes.length; at += at > 200 && at < 8000 ? 97 : 1) {
        assert.throws(() => decode(mode, [bytes.subarray(0, at)]), { code: 'IncompleteBody' });
      }
      assert.throws(() => decode(mode, [bytes, encoder.encode('\r\n')]), {
        code: 'IncompleteBody',
      });
    });
  }

  it('a content of no bytes is a content', () => {
    assert.equal(outcome(bare, '0\r\n\r\n'), '');
    assert.equal(outcome(signed, signedBody([])), '');
    assert.equal(outcome(plain, `0\r\n${crc}:AAAAAA==\r\n\r\n`), '');
    assert.equal(outcome(signedTrailers, signedBody([], `${crc}:AAAAAA==`)), '');
  });

  it('a changed byte of a signed body is noticed wherever it is', () => {
    for (const { mode, body } of bodies.slice(2)) {
      for (let at = 0; at < body.length; at += at > 200 && at < 8000 ? 61 : 1) {
        const changed = encoder.encode(body);
        changed[at] = (changed[at] ?? 0) ^ 1;
        assert.throws(() => decode(mode, [changed]), ApiError, `at ${at}`);
      }
    }
  });

  it('nothing of a signed chunk comes out before its signature has verified', () => {
    const body = encoder.encode(signedBody([first, second]));
    const verifier = createPayloadVerifier(signed);
    const head = body.indexOf(10) + 1;
    assert.deepEqual(verifier.update(body.subarray(0, head + 8191)), []);
    assert.equal(verifier.decodedBytes, 0);
    const released = verifier.update(body.subarray(head + 8191, head + 8192));
    assert.deepEqual(
      released.map((bytes) => bytes.length),
      [8192],
    );
    const changed = createPayloadVerifier(signed);
    changed.update(body.subarray(0, head));
    assert.throws(() => changed.update(encoder.encode(`x${first.slice(1)}`)), {
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
    assert.throws(() => changed.update(body.subarray(head)), ApiError, 'stays broken');
    assert.throws(() => changed.end(), ApiError, 'stays broken');
  });

  it('the order of signed chunks is signed', () => {
    const other = 'c'.repeat(8192);
    const body = signedBody([first, other]);
    const size = first.length + '2000;chunk-signature=\r\n\r\n'.length + 64;
    const swapped = body.slice(size, 2 * size) + body.slice(0, size) + body.slice(2 * size);
    assert.equal(outcome(signed, body), first + other);
    assert.equal(outcome(signed, swapped), 'SignatureDoesNotMatch 403');
    assert.equal(outcome(signed, body.slice(size)), 'SignatureDoesNotMatch 403');
  });
});

describe('refused bodies', () => {
  const refused: readonly [string, PayloadMode, string, string][] = [
    ['a size that is no number', bare, 'xyz\r\n', 'IncompleteBody 400'],
    ['a size with a sign', bare, '-1\r\n', 'IncompleteBody 400'],
    ['a size with a prefix', bare, '0x1\r\n', 'IncompleteBody 400'],
    ['no size', bare, '\r\n', 'IncompleteBody 400'],
    ['a size too long', bare, `${'0'.repeat(11)}\r\n\r\n`, 'IncompleteBody 400'],
    ['a line without end', bare, '0'.repeat(200), 'IncompleteBody 400'],
    ['a line feed alone', bare, '0\n\n', 'IncompleteBody 400'],
    ['an extension', bare, '0;x=1\r\n\r\n', 'IncompleteBody 400'],
    ['a signature nobody checks', bare, signedBody([]), 'IncompleteBody 400'],
    ['no signature', signed, '0\r\n\r\n', 'SignatureDoesNotMatch 403'],
    ['no signature before the bytes', signed, '2000\r\n', 'SignatureDoesNotMatch 403'],
    ['a chunk longer than its size', bare, '1\r\nab\r\n0\r\n\r\n', 'IncompleteBody 400'],
    ['a chunk shorter than its size', bare, '3\r\nab\r\n0\r\n\r\n', 'IncompleteBody 400'],
    ['a small chunk before the last', bare, '1\r\na\r\n1\r\n', 'InvalidChunkSizeError 403'],
    [
      'a huge signed chunk',
      signed,
      `1000001;chunk-signature=${emptySha256}\r\n`,
      'InvalidChunkSizeError 403',
    ],
    ['a huge chunk', bare, '140000001\r\n', 'InvalidChunkSizeError 403'],
    [
      'a trailer that was not declared',
      bare,
      '0\r\nx-amz-a:1\r\n\r\n',
      'MalformedTrailerError 400',
    ],
    ['no trailer where one is declared', plain, '0\r\n\r\n', 'MalformedTrailerError 400'],
    ['another trailer', plain, '0\r\nx-amz-acl:private\r\n\r\n', 'MalformedTrailerError 400'],
    ['a trailer twice', plain, `0\r\n${crc}:1\r\n${crc}:2\r\n\r\n`, 'MalformedTrailerError 400'],
    ['a trailer without colon', plain, `0\r\n${crc}\r\n\r\n`, 'MalformedTrailerError 400'],
    [
      'a trailer with a line feed',
      plain,
      `0\r\n${crc}:1\nx:2\r\n\r\n`,
      'MalformedTrailerError 400',
    ],
    ['a trailer too long', plain, `0\r\n${crc}:${'1'.repeat(2000)}\r\n\r\n`, 'IncompleteBody 400'],
    [
      'a trailer signature nobody asked for',
      plain,
      '0\r\nx-amz-trailer-signature:1\r\n\r\n',
      'MalformedTrailerError 400',
    ],
    [
      'trailers where the mode has none',
      signed,
      signedBody([], `${crc}:1`),
      'MalformedTrailerError 400',
    ],
    ['no signed trailers', signedTrailers, signedBody([]), 'IncompleteBody 400'],
    [
      'trailers without signature',
      signedTrailers,
      signedBody([]).replace(/\r\n$/, `${crc}:1\r\n\r\n`),
      'SignatureDoesNotMatch 403',
    ],
    [
      'a changed trailer',
      signedTrailers,
      signedBody([], `${crc}:1`).replace(':1\r', ':2\r'),
      'SignatureDoesNotMatch 403',
    ],
    [
      'a trailer after the signature',
      signedTrailers,
      signedBody([], `${crc}:1`).replace(/\r\n$/, 'x-amz-a:1\r\n\r\n'),
      'MalformedTrailerError 400',
    ],
  ];
  for (const [name, mode, body, answer] of refused) {
    it(name, () => assert.equal(outcome(mode, body), answer));
  }

  it('a declared trailer after the signature of the trailers is not signed', () => {
    const mode: PayloadMode = { ...signedTrailers, trailers: [crc, 'x-amz-meta-late'] };
    const body = signedBody([], `${crc}:1`).replace(/\r\n$/, 'x-amz-meta-late:1\r\n\r\n');
    assert.equal(outcome(mode, body), 'MalformedTrailerError 400');
  });

  it('a small chunk is named as S3 names it', () => {
    assert.throws(() => decode(bare, [encoder.encode('5\r\nhello\r\n1\r\nx\r\n0\r\n\r\n')]), {
      details: { Chunk: '2', BadChunkSize: '5' },
    });
  });

  it('a chunk of 16 MiB may be signed', () => {
    const data = 'z'.repeat(16 * 1024 * 1024);
    assert.equal(outcome(signed, signedBody([data])), data);
  });

  it("trailers may be written as in AWS's example, with spaces, in upper case", () => {
    for (const trailer of [`${crc}:1\n`, `${crc}: 1 `, `${crc.toUpperCase()}:1`]) {
      const body = encoder.encode(`0\r\n${trailer}\r\n\r\n`);
      assert.deepEqual(decode(plain, [body]).trailers, [[crc, '1']]);
    }
  });
});

describe('whole bodies', () => {
  const hash: PayloadMode = { kind: 'hash', sha256: sha256Hex('hello world') };
  const pieces = ['hello', ' ', 'world'].map((text) => encoder.encode(text));

  it('pass through and are compared with their hash at the end', () => {
    assert.equal(decode(hash, pieces).text, 'hello world');
    assert.throws(() => decode(hash, pieces.slice(0, 2)), {
      code: 'XAmzContentSHA256Mismatch',
      status: 400,
    });
    assert.throws(() => decode(hash, []), { code: 'XAmzContentSHA256Mismatch' });
    assert.equal(decode({ kind: 'hash', sha256: emptySha256 }, []).text, '');
  });

  it('pass through unsigned', () => {
    assert.equal(decode({ kind: 'unsigned' }, pieces).text, 'hello world');
  });
});

describe('garbage', () => {
  const alphabet = fc.constantFrom(
    ...'0123456789abcdefF;:=\r\n xX-',
    '\r\n',
    `${crc}:`,
    '\r\n\r\n',
  );
  const text = fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join(''));
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    text.map((value) => encoder.encode(value)),
    fc.tuple(text, fc.nat(3)).map(([value, index]) => {
      const body = bodies[index]?.body ?? '';
      return encoder.encode(body.slice(0, body.length - (value.length % 90)) + value);
    }),
  );

  it('is never answered with anything but an error of the API', () => {
    const modes = [plain, bare, signed, signedTrailers];
    fc.assert(
      fc.property(garbage, fc.constantFrom(...modes), fc.nat(40), (bytes, mode, at) => {
        try {
          decode(mode, [bytes.subarray(0, at), bytes.subarray(at)]);
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
        }
      }),
      { numRuns: 1500 },
    );
  });
});
