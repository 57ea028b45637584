import { payloadWords } from '../form.ts';
import type { Pair } from '../raw-call.ts';
import { type Chunk, type Chunks, chunkBytes, sha256, sign, trailerName } from '../signer.ts';
import {
  both,
  bySigner,
  type Cell,
  flip,
  has,
  isHeader,
  isPresigned,
  isQuery,
  isS3,
  isSigned,
  onTheWay,
  signed,
  type Tampering,
  withValue,
} from './tampering.ts';

const words = Object.values(payloadWords);
const unknownWords = [
  '',
  'unsigned-payload',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  '0'.repeat(63),
];

const isOfMode =
  (...payloads: readonly string[]) =>
  ({ signing }: Cell) =>
    payloads.includes(signing.form.payload);
const coversBody = both(isSigned, (cell) => isQuery(cell) || isOfMode('hash')(cell));
const isDeclared = both(isSigned, ({ signing }) => signing.form.payload !== 'undeclared');
const hasBody = ({ draft }: Cell) => draft.body.length > 0;
/** Whether a signed header holds a checksum of the content. */
const hasChecksum = ({ draft }: Cell) => has(draft.headers, trailerName);

function edited(body: Uint8Array, place: number): Uint8Array {
  if (place === 0) return Buffer.concat([body, Buffer.from('x')]);
  if (place === 1) return new Uint8Array(0);
  if (place === 2) return body.subarray(0, -1);
  return body.map((byte, index) => (index === body.length - 1 ? byte ^ 1 : byte));
}

/** An operation may miss its document before it compares anything. */
const filled = [0, 2, 3];

const whole: readonly Tampering[] = [
  onTheWay(
    'another body',
    (call, place) => ({ ...call, body: edited(call.body, place) }),
    'otherPayload',
    { applies: coversBody, places: ({ draft }) => (draft.body.length > 0 ? 4 : 1) },
  ),
  onTheWay(
    'another body than its signed checksum says',
    (call, place) => ({ ...call, body: edited(call.body, filled[place] ?? 0) }),
    'otherChecksum',
    {
      applies: both(isS3, isOfMode('unsigned', 'undeclared'), isSigned, hasBody, hasChecksum),
      places: () => filled.length,
    },
  ),
  onTheWay(
    'the hash of another body in an unsigned header',
    (call) => ({
      ...call,
      headers: [...call.headers, ['x-amz-content-sha256', sha256('another')]],
    }),
    'otherPayload',
    { applies: both(isQuery, isSigned, isOfMode('undeclared')) },
  ),
  bySigner(
    'the hash of another body, signed',
    () => ({ signing: { payloadWord: sha256('another') } }),
    'otherPayload',
    { applies: both(isDeclared, isOfMode('hash')) },
  ),
];

/** Another value of `x-amz-content-sha256`, wherever it stands. */
const declared = (call: ReturnType<typeof sign>, word: string) => ({
  ...call,
  headers: withValue(call.headers, 'x-amz-content-sha256', word),
  query: withValue(call.query, 'X-Amz-Content-Sha256', word),
});

/** No service but S3 takes a body that is not signed as a whole, nor does a URL that is handed on. */
const otherWord = (cell: Cell, word: string) => {
  const streams = word.startsWith('STREAMING');
  return isQuery(cell) || (isPresigned(cell) && streams) ? 'unsupportedPayload' : 'wrongSignature';
};

const others = ({ signing }: Cell) =>
  words.filter((word) => word !== payloadWords[signing.form.payload as keyof typeof payloadWords]);

const mode: readonly Tampering[] = [
  onTheWay(
    'the word of another mode',
    (call, place, cell) => declared(call, others(cell)[place] ?? ''),
    (cell, place) => otherWord(cell, others(cell)[place] ?? ''),
    { applies: isDeclared, places: (cell) => others(cell).length },
  ),
  onTheWay(
    'a hash instead of the word',
    (call, _place, { draft }) => declared(call, sha256(draft.body)),
    'wrongSignature',
    { applies: both(isDeclared, (cell) => !isOfMode('hash')(cell)) },
  ),
  bySigner(
    'a word of no mode, signed',
    (_cell, place) => ({ signing: { payloadWord: unknownWords[place] ?? '' } }),
    'unknownPayloadWord',
    { applies: isOfMode('hash'), places: () => unknownWords.length },
  ),
  bySigner(
    'a word that the service does not take, signed',
    (cell, place) => ({ signing: { payloadWord: notTaken(cell)[place] ?? '' } }),
    'unsupportedPayload',
    {
      applies: both(isOfMode('hash'), (cell) => isQuery(cell) || isPresigned(cell)),
      places: (cell) => notTaken(cell).length,
    },
  ),
  bySigner(
    'no word',
    ({ signing }) => ({ signing: { form: { ...signing.form, payload: 'undeclared' } } }),
    'missingPayloadHash',
    { applies: both(isS3, isHeader, isOfMode('hash')) },
  ),
  onTheWay(
    'a hash of the body in an unsigned header',
    (call) => ({
      ...call,
      headers: [...call.headers, ['x-amz-content-sha256', sha256(call.body)]],
    }),
    'unsignedHeader',
    { applies: both(isS3, isPresigned, isOfMode('undeclared')) },
  ),
  onTheWay(
    'a streaming word in an unsigned header',
    (call, place) => ({
      ...call,
      headers: [...call.headers, ['x-amz-content-sha256', streamingWords[place] ?? '']],
    }),
    'unsupportedPayload',
    { applies: both(isPresigned, isOfMode('undeclared')), places: () => streamingWords.length },
  ),
  onTheWay(
    'a second declaration of the payload',
    (call, place) => ({
      ...call,
      headers: [
        ...call.headers,
        ['x-amz-content-sha256', [sha256(call.body), ...words][place] ?? ''],
      ],
    }),
    'severalMechanisms',
    { applies: both(isPresigned, isOfMode('hash')), places: () => 1 + words.length },
  ),
];

/** A presigned URL of S3 may say that its payload is unsigned, as it is without a word. */
const notTaken = (cell: Cell) => (isQuery(cell) ? words : streamingWords);

const streamingWords = words.filter((word) => word.startsWith('STREAMING'));

/** The chunks of a call taken apart, changed and put together again. */
function rechunked(
  name: string,
  change: (chunks: Chunks, place: number, cell: Cell) => Chunks,
  reason: Parameters<typeof onTheWay>[2],
  more: { applies: (cell: Cell) => boolean; places?: (cell: Cell) => number },
): Tampering {
  return onTheWay(
    name,
    (call, place, cell) =>
      call.chunked === undefined
        ? call
        : { ...call, body: chunkBytes(change(call.chunked, place, cell)) },
    reason,
    more,
  );
}

const signsChunks = isOfMode('signedChunks', 'signedChunksWithTrailer');
const streams = (cell: Cell) => signsChunks(cell) || isOfMode('unsignedChunksWithTrailer')(cell);
const chunkCount = (cell: Cell) => signed(cell).chunked?.chunks.length ?? 0;
const hasThree = both(signsChunks, (cell) => chunkCount(cell) > 2);
/** The last chunk, which is empty, not counted. */
const dataChunks = (cell: Cell) => chunkCount(cell) - 1;

const at = (chunks: Chunks, place: number, change: (chunk: Chunk) => Chunk[]): Chunks => ({
  ...chunks,
  chunks: chunks.chunks.flatMap((chunk, index) => (index === place ? change(chunk) : [chunk])),
});
const flipByte = (data: Uint8Array) => data.map((byte, index) => (index === 0 ? byte ^ 1 : byte));

/** A chunk's bytes come out of it changed, and nobody who signed them. */
const changedData = (chunk: Chunk): Chunk[] => [{ ...chunk, data: flipByte(chunk.data) }];

const signedChunks: readonly Tampering[] = [
  rechunked('a byte of a chunk', (chunks, place) => at(chunks, place, changedData), 'otherChunk', {
    applies: signsChunks,
    places: dataChunks,
  }),
  rechunked(
    'the signature of a chunk',
    (chunks, place) =>
      at(chunks, place, (chunk) => [{ ...chunk, signature: flip(chunk.signature ?? '0', 5) }]),
    'otherChunk',
    { applies: signsChunks, places: chunkCount },
  ),
  rechunked(
    'a chunk without signature',
    (chunks, place) => at(chunks, place, ({ data }) => [{ data, signature: undefined }]),
    'otherChunk',
    { applies: signsChunks, places: chunkCount },
  ),
  rechunked('a chunk left out', (chunks, place) => at(chunks, place, () => []), 'otherChunk', {
    applies: signsChunks,
    places: dataChunks,
  }),
  rechunked('a chunk twice', (chunks) => at(chunks, 0, (chunk) => [chunk, chunk]), 'otherChunk', {
    applies: hasThree,
  }),
  rechunked(
    'two chunks in the other order',
    ({ chunks, trailers }) => {
      const [first, second, ...rest] = chunks as [Chunk, Chunk, ...Chunk[]];
      return { chunks: [second, first, ...rest], trailers };
    },
    'otherChunk',
    { applies: hasThree },
  ),
  rechunked(
    'two chunks in one',
    ({ chunks, trailers }) => {
      const [first, second, ...rest] = chunks as [Chunk, Chunk, ...Chunk[]];
      const data = Buffer.concat([first.data, second.data]);
      return { chunks: [{ ...first, data }, ...rest], trailers };
    },
    'otherChunk',
    { applies: hasThree },
  ),
  rechunked(
    'the chunks of another request',
    (chunks, _place, { draft, signing }) =>
      sign({ ...draft, query: [...draft.query, ['x', '1']] }, signing).chunked ?? chunks,
    'otherChunk',
    { applies: signsChunks },
  ),
  rechunked(
    'the chunks of another key',
    (chunks, _place, { draft, signing, world }) => {
      const { secretAccessKey } = world.otherUser;
      const credentials = { ...signing.credentials, secretAccessKey };
      return sign(draft, { ...signing, credentials }).chunked ?? chunks;
    },
    'otherChunk',
    { applies: signsChunks },
  ),
];

const lastOf = ({ chunks }: Chunks) => chunks.length - 1;

const framing: readonly Tampering[] = [
  onTheWay(
    'no last chunk',
    (call) => {
      if (call.chunked === undefined) return call;
      const bytes = chunkBytes({
        ...at(call.chunked, lastOf(call.chunked), () => []),
        trailers: [],
      });
      return { ...call, body: bytes.subarray(0, -2) };
    },
    'incompleteBody',
    { applies: streams },
  ),
  onTheWay(
    'a body cut short',
    (call, place) => ({ ...call, body: call.body.subarray(0, -1 - place) }),
    'incompleteBody',
    { applies: streams, places: () => 4 },
  ),
  onTheWay(
    'bytes after the end',
    (call) => ({ ...call, body: Buffer.concat([call.body, Buffer.from('x')]) }),
    'incompleteBody',
    { applies: streams },
  ),
  onTheWay(
    'a body that is in no chunks',
    (call, _place, { draft }) => ({ ...call, body: draft.body }),
    'incompleteBody',
    {
      applies: streams,
    },
  ),
  rechunked(
    'a signature on a chunk that has none',
    (chunks) => at(chunks, 0, (chunk) => [{ ...chunk, signature: '0'.repeat(64) }]),
    'incompleteBody',
    { applies: isOfMode('unsignedChunksWithTrailer') },
  ),
  bySigner(
    'another length of the content, signed',
    ({ draft }, place) => ({
      signing: { decodedLength: Math.max(0, draft.body.length + (place === 0 ? 1 : -1)) },
    }),
    'incompleteBody',
    { applies: streams, places: ({ draft }) => (draft.body.length > 0 ? 2 : 1) },
  ),
  rechunked(
    'a byte of a chunk that its checksum covers',
    (chunks, place) => at(chunks, place, changedData),
    'otherChecksum',
    { applies: both(isOfMode('unsignedChunksWithTrailer'), hasChecksum), places: dataChunks },
  ),
];

const withTrailer = isOfMode('signedChunksWithTrailer', 'unsignedChunksWithTrailer');
const isTrailerSigned = isOfMode('signedChunksWithTrailer');
const trailers = (change: (lines: readonly Pair[]) => readonly Pair[]) => (chunks: Chunks) => ({
  ...chunks,
  trailers: change(chunks.trailers),
});
const further: Pair = ['x-amz-meta-tampered', '1'];

const trailing: readonly Tampering[] = [
  rechunked(
    'a trailer of another value',
    trailers((lines) => withValue(lines, trailerName, 'AAAAAQ==')),
    (cell) => (isTrailerSigned(cell) ? 'otherChunk' : 'otherChecksum'),
    { applies: both(withTrailer, (cell) => isTrailerSigned(cell) || hasChecksum(cell)) },
  ),
  rechunked(
    'a trailer of another name',
    trailers(([, ...rest]) => [further, ...rest]),
    'otherTrailer',
    { applies: withTrailer },
  ),
  rechunked(
    'a trailer more',
    trailers((lines) => [further, ...lines]),
    'otherTrailer',
    { applies: streams },
  ),
  rechunked(
    'a trailer after all others',
    trailers((lines) => [...lines, further]),
    'otherTrailer',
    {
      applies: streams,
    },
  ),
  rechunked(
    'a trailer twice',
    trailers(([first = further, ...rest]) => [first, first, ...rest]),
    'otherTrailer',
    {
      applies: withTrailer,
    },
  ),
  rechunked(
    'a trailer left out',
    trailers((lines) => lines.slice(1)),
    (cell) => (isTrailerSigned(cell) ? 'otherChunk' : 'otherTrailer'),
    { applies: withTrailer },
  ),
  rechunked(
    'the signature of the trailers left out',
    trailers((lines) => lines.slice(0, -1)),
    'otherChunk',
    {
      applies: isTrailerSigned,
    },
  ),
  rechunked(
    'another signature of the trailers',
    trailers((lines) =>
      lines.map(([name, value], index) => (index === 0 ? [name, value] : [name, flip(value, 9)])),
    ),
    'otherChunk',
    { applies: isTrailerSigned },
  ),
  rechunked(
    'no trailers at all',
    trailers(() => []),
    'incompleteBody',
    { applies: isTrailerSigned },
  ),
];

export const payloadTamperings: readonly Tampering[] = [
  ...whole,
  ...mode,
  ...signedChunks,
  ...framing,
  ...trailing,
];
