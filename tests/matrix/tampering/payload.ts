import { payloadWords } from '../form.ts';
import { sha256, type sign } from '../signer.ts';
import {
  both,
  bySigner,
  type Cell,
  hasChecksum,
  isHeader,
  isOfMode,
  isPresigned,
  isQuery,
  isS3,
  isSigned,
  onTheWay,
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

const coversBody = both(isSigned, (cell) => isQuery(cell) || isOfMode('hash')(cell));
const isDeclared = both(isSigned, ({ signing }) => signing.form.payload !== 'undeclared');
const hasBody = ({ draft }: Cell) => draft.body.length > 0;
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

export const payloadTamperings: readonly Tampering[] = [...whole, ...mode];
