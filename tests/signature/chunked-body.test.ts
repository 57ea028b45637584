/**
 * Bodies in signed chunks, after a head that an independent signer signed: believed as they are, and
 * after no change of a boundary, a bit or the order.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ApiError,
  createPayloadVerifier,
  type PayloadMode,
  type RawRequest,
  readCredentials,
  verifySignature,
} from '@carnet/wire';
import { type ChunkSigning, signChunks } from './chunk-signer.ts';
import { createRandom, type Random } from './random.ts';
import type { Sample } from './sample.ts';
import { crt, now, type Signer, secretAccessKey, smithy } from './signer.ts';

const seed = Number(process.env.CARNET_TEST_SEED ?? 20_261_123);
const region = 'eu-central-2';
const trailerName = 'x-amz-checksum-crc32';

/** The head of an upload, and what it says of its body. */
async function upload(signer: Signer, key: string, hasTrailer: boolean) {
  const sample: Sample = {
    form: 'header',
    service: 's3',
    region,
    method: 'PUT',
    path: `/bucket/${key}`,
    query: [],
    rawQuery: '',
    headers: [
      ['Host', '127.0.0.1:4580'],
      ...(hasTrailer ? [['x-amz-trailer', trailerName] as const] : []),
    ],
    body: Buffer.alloc(0),
    payload: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${hasTrailer ? '-TRAILER' : ''}`,
    sessionToken: undefined,
  };
  const [request] = await signer.signAll([sample]);
  const reading = readCredentials(request as RawRequest);
  assert.ok(reading.kind === 'signed');
  const options = { secretAccessKey, now, bodySha256: undefined };
  const verification = verifySignature(reading, options);
  assert.ok(verification.ok, JSON.stringify(verification));
  const { amzDate, signature } = reading;
  const signing: ChunkSigning = { secretAccessKey, amzDate, region, seed: signature };
  return { payload: verification.payload, signing };
}

/** The content and the trailers, undefined when the body is refused. */
function decode(payload: PayloadMode, body: Uint8Array): string | undefined {
  const verifier = createPayloadVerifier(payload);
  try {
    const content = Buffer.concat(verifier.update(body));
    const { trailers } = verifier.end();
    return JSON.stringify([content.toString('latin1'), [...trailers]]);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return undefined;
  }
}

/** Pieces as they were sent, with boundaries, order and bits changed. */
function* tamperings(
  pieces: readonly Buffer[],
  random: Random,
): Generator<readonly [string, Buffer]> {
  for (const index of pieces.keys()) {
    yield [`piece ${index} removed`, Buffer.concat(pieces.toSpliced(index, 1))];
    const piece = pieces[index] as Buffer;
    yield [`piece ${index} twice`, Buffer.concat(pieces.toSpliced(index, 0, piece))];
    const next = pieces[index + 1];
    if (next === undefined) continue;
    yield [`piece ${index} swapped`, Buffer.concat(pieces.toSpliced(index, 2, next, piece))];
    yield [`cut after piece ${index}`, Buffer.concat(pieces.slice(0, index + 1))];
    yield [`boundary ${index} moved`, Buffer.concat(pieces.toSpliced(index, 1, shorter(piece)))];
    if (sizeOf(next) === 0) continue;
    const joined = Buffer.concat([withSize(piece, sizeOf(piece) + sizeOf(next)), next]);
    yield [`chunks ${index} joined`, Buffer.concat(pieces.toSpliced(index, 2, joined))];
  }
  const lines = (pieces.at(-1) ?? '').toString().split('\r\n').slice(0, -2);
  for (const index of lines.keys()) {
    const end = Buffer.from(`${lines.toSpliced(index, 1).join('\r\n')}\r\n\r\n`);
    yield [`line ${index} of the end removed`, Buffer.concat([...pieces.slice(0, -1), end])];
  }
  const body = Buffer.concat(pieces);
  const framing = pieces.flatMap((piece, index) => {
    const start = Buffer.concat(pieces.slice(0, index)).length;
    const line = Math.min(piece.length, 90);
    return [...Array.from({ length: line }, (_, at) => start + at), start + piece.length - 1];
  });
  const anywhere = Array.from({ length: 100 }, () => random.below(body.length));
  for (const at of [...framing, ...anywhere]) {
    const flipped = Buffer.from(body);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    yield [`a bit of byte ${at}`, flipped];
  }
}

const lineOf = (piece: Buffer) => piece.subarray(0, piece.indexOf(10) + 1);
const sizeOf = (piece: Buffer) => Number.parseInt(lineOf(piece).toString(), 16) || 0;

function withSize(piece: Buffer, size: number): Buffer {
  const line = lineOf(piece).toString();
  const rest = piece.subarray(line.length);
  return Buffer.concat([Buffer.from(line.replace(/^[0-9a-f]+/, size.toString(16))), rest]);
}

/** The same chunk without its last byte, framed as it should be. */
function shorter(piece: Buffer): Buffer {
  const size = sizeOf(piece);
  if (size === 0) return Buffer.concat([piece, Buffer.of(13, 10)]);
  const cut = Buffer.concat([piece.subarray(0, piece.length - 3), Buffer.of(13, 10)]);
  return withSize(cut, size - 1);
}

async function prove(signer: Signer, hasTrailer: boolean): Promise<void> {
  const random = createRandom(seed);
  const stranger = await upload(signer, 'stranger', hasTrailer);
  let changes = 0;
  for (let round = 0; round < 20; round++) {
    const { payload, signing } = await upload(signer, `key-${round}`, hasTrailer);
    const sizes = random.list(0, 3, () => 8192 + random.below(3000));
    const content = [...sizes, ...random.list(0, 1, () => 1 + random.below(300))].map((size) =>
      Buffer.from(Array.from({ length: size }, () => random.below(256))),
    );
    const trailer = hasTrailer
      ? `${trailerName}:${random.pick(['AAAAAA==', 'sOO8/Q=='])}`
      : undefined;
    const pieces = signChunks(signing, content, trailer);
    const whole = decode(payload, Buffer.concat(pieces));
    const trailers = trailer === undefined ? [] : [trailer.split(':')];
    const text = Buffer.concat(content).toString('latin1');
    assert.equal(whole, JSON.stringify([text, trailers]));
    for (const [what, body] of tamperings(pieces, random)) {
      changes++;
      const decoded = decode(payload, body);
      // A digit's or a name's case is no part of what it says.
      if (decoded !== undefined) assert.equal(decoded, whole, `${what} in round ${round}`);
      const isLetter = what.startsWith('a bit');
      assert.ok(decoded === undefined || isLetter, `${what} in round ${round}`);
    }
    assert.equal(decode(stranger.payload, Buffer.concat(pieces)), undefined);
    const theirs = Buffer.concat(signChunks(stranger.signing, content, trailer));
    assert.equal(decode(payload, theirs), undefined);
  }
  process.stdout.write(`${signer.name}: seed ${seed}, 20 bodies believed, ${changes} changes\n`);
}

describe('bodies in signed chunks', () => {
  for (const signer of [crt, smithy]) {
    it(`after a head of ${signer.name}`, () => prove(signer, false));
    it(`with a trailer, after a head of ${signer.name}`, () => prove(signer, true));
  }
});
