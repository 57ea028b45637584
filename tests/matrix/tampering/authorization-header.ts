import type { Pair } from '../raw-call.ts';
import { refusalOf } from '../refusal.ts';
import { sign } from '../signer.ts';
import { credentialTamperings } from './credential-scope.ts';
import { signedHeaderTamperings } from './signed-header.ts';
import {
  both,
  type Cell,
  flip,
  has,
  isHeader,
  onTheWay,
  otherCase,
  signed,
  type Tampering,
  textOf,
  without,
  withValue,
} from './tampering.ts';

/** Another text in the Authorization header. */
function authorization(
  name: string,
  change: (text: string, place: number, cell: Cell) => string,
  reason: Parameters<typeof onTheWay>[2],
  more: Parameters<typeof onTheWay>[3] = {},
): Tampering {
  return onTheWay(
    name,
    (call, place, cell) => {
      const text = textOf(call.headers, 'authorization');
      const changed = change(text, place, cell);
      return { ...call, headers: withValue(call.headers, 'authorization', changed) };
    },
    reason,
    { ...more, applies: both(isHeader, more.applies ?? (() => true)) },
  );
}

const fields = ['Credential', 'SignedHeaders', 'Signature'] as const;
const eachField = { places: () => fields.length };
const field = (place: number) => fields[place] ?? 'Signature';
const fieldOf = (text: string, name: string) =>
  new Map(
    text
      .slice('AWS4-HMAC-SHA256 '.length)
      .split(', ')
      .map((part): Pair => {
        const equals = part.indexOf('=');
        return [part.slice(0, equals), part.slice(equals + 1)];
      }),
  ).get(name) ?? '';

const isSignature = (text: string) => fieldOf(text, 'Signature');
const withSignature = (text: string, signature: string) =>
  text.replace(isSignature(text), signature);

const otherMechanisms = [
  '',
  'AWS4-HMAC-SHA512 ',
  'aws4-hmac-sha256 ',
  'AWS4-ECDSA-P256-SHA256 ',
  'Bearer ',
  'Basic ',
];

/** Headers of which two readers could take different ones. */
const single = [
  'host',
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-decoded-content-length',
];
const singleOf = (cell: Cell) => {
  const { headers } = signed(cell);
  return single.filter((name) => has(headers, name));
};

const malformedDates = ['', '2026-11-23T12:00:00Z', '20261332T120000Z', '20261123T120000z', '0'];

const ofFields: readonly Tampering[] = [
  authorization(
    'a field left out',
    (text, place) =>
      `AWS4-HMAC-SHA256 ${fields
        .filter((_, index) => index !== place)
        .map((name) => `${name}=${fieldOf(text, name)}`)
        .join(', ')}`,
    'malformedHeader',
    eachField,
  ),
  authorization(
    'an empty field',
    (text, place) => text.replace(fieldOf(text, field(place)), ''),
    'malformedHeader',
    eachField,
  ),
  authorization(
    'a field twice',
    (text, place) => `${text}, ${field(place)}=${fieldOf(text, field(place))}`,
    'malformedHeader',
    eachField,
  ),
  authorization(
    'a field of another case',
    (text, place) => text.replace(`${field(place)}=`, `${otherCase(field(place))}=`),
    'malformedHeader',
    eachField,
  ),
  authorization('a field that nobody knows', (text) => `${text}, A=b`, 'malformedHeader'),
  authorization(
    'one field alone',
    (text, place) => `AWS4-HMAC-SHA256 ${field(place)}=${fieldOf(text, field(place))}`,
    'malformedHeader',
    eachField,
  ),
  authorization('the algorithm alone', () => 'AWS4-HMAC-SHA256', 'malformedHeader'),
  authorization(
    'another mechanism',
    (text, place) => text.replace('AWS4-HMAC-SHA256 ', otherMechanisms[place] ?? ''),
    'otherMechanism',
    { places: () => otherMechanisms.length },
  ),
  authorization('an empty header', () => '', 'otherMechanism'),
  // Nothing but S3 has taken it for long.
  authorization(
    'a header of Signature Version 2',
    (text, _place, { signing }) => `AWS ${signing.credentials.accessKeyId}:${isSignature(text)}`,
    () => refusalOf('otherMechanism', 's3'),
  ),
];

const ofSignature: readonly Tampering[] = [
  authorization(
    'a digit of the signature',
    (text, place) => withSignature(text, flip(isSignature(text), place)),
    'wrongSignature',
    { samples: () => 64 },
  ),
  authorization(
    'a signature in capitals',
    (text) => withSignature(text, isSignature(text).toUpperCase()),
    'wrongSignature',
  ),
  authorization('a signature cut short', (text) => text.slice(0, -1), 'wrongSignature'),
  authorization('a longer signature', (text) => `${text}0`, 'wrongSignature'),
  authorization(
    'the signature of another request',
    (text, _place, { draft, signing }) => {
      const other = sign({ ...draft, query: [...draft.query, ['x', '1']] }, signing);
      return withSignature(text, isSignature(textOf(other.headers, 'authorization')));
    },
    'wrongSignature',
  ),
  authorization(
    'the signature of another key',
    (text, _place, { draft, signing, world }) => {
      const { secretAccessKey } = world.otherUser;
      const credentials = { ...signing.credentials, secretAccessKey };
      const other = sign(draft, { ...signing, credentials });
      return withSignature(text, isSignature(textOf(other.headers, 'authorization')));
    },
    'wrongSignature',
  ),
];

const ofHeaders: readonly Tampering[] = [
  onTheWay(
    'a header twice that there is once',
    (call, place, cell) => {
      const name = singleOf(cell)[place] ?? '';
      return { ...call, headers: [...call.headers, [name, textOf(call.headers, name)]] };
    },
    'duplicateHeader',
    { applies: isHeader, places: (cell) => singleOf(cell).length },
  ),
  onTheWay(
    'no date',
    (call) => ({ ...call, headers: without(call.headers, 'x-amz-date') }),
    'malformedHeader',
    { applies: isHeader },
  ),
  onTheWay(
    'a malformed date',
    (call, place) => ({
      ...call,
      headers: withValue(call.headers, 'x-amz-date', malformedDates[place] ?? ''),
    }),
    'malformedHeader',
    { applies: isHeader, places: () => malformedDates.length },
  ),
  onTheWay(
    'a date of another day',
    (call) => ({ ...call, headers: withValue(call.headers, 'x-amz-date', '20201123T120000Z') }),
    'headerScope',
    { applies: isHeader },
  ),
  onTheWay(
    'another second',
    (call) => {
      const [day = '', time = ''] = textOf(call.headers, 'x-amz-date').split('T');
      const second = `${time.slice(0, 5)}${time[5] === '9' ? '8' : Number(time[5]) + 1}Z`;
      return { ...call, headers: withValue(call.headers, 'x-amz-date', `${day}T${second}`) };
    },
    'wrongSignature',
    { applies: isHeader },
  ),
  onTheWay(
    'no Authorization header',
    (call) => ({ ...call, headers: without(call.headers, 'authorization') }),
    (cell) => {
      const { payload } = cell.signing.form;
      const signed = payload === 'signedChunks' || payload === 'signedChunksWithTrailer';
      return signed ? 'unsupportedPayload' : 'noCredentials';
    },
    { applies: isHeader },
  ),
];

export const authorizationHeaderTamperings: readonly Tampering[] = [
  ...ofFields,
  ...ofSignature,
  ...ofHeaders,
  ...credentialTamperings(
    isHeader,
    (call, change) => {
      const text = textOf(call.headers, 'authorization');
      const credential = fieldOf(text, 'Credential');
      const changed = text.replace(credential, change(credential));
      return { ...call, headers: withValue(call.headers, 'authorization', changed) };
    },
    { malformed: 'malformedHeader', scope: 'headerScope' },
  ),
  ...signedHeaderTamperings(
    isHeader,
    (call, change) => {
      const text = textOf(call.headers, 'authorization');
      const names = fieldOf(text, 'SignedHeaders');
      const changed = text.replace(names, change(names.split(';')).join(';'));
      return { ...call, headers: withValue(call.headers, 'authorization', changed) };
    },
    'malformedHeader',
  ),
];
