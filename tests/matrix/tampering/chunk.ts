import type { Pair } from '../raw-call.ts';
import { type Chunk, type Chunks, chunkBytes, sign, trailerName } from '../signer.ts';
import {
  both,
  bySigner,
  type Cell,
  flip,
  hasChecksum,
  isOfMode,
  onTheWay,
  signed,
  type Tampering,
  withValue,
} from './tampering.ts';

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

export const chunkTamperings: readonly Tampering[] = [...signedChunks, ...framing, ...trailing];
