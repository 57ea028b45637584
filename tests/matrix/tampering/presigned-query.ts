import { type Form, formsOf } from '../form.ts';
import type { Pair } from '../raw-call.ts';
import { formatDate, sign } from '../signer.ts';
import { credentialTamperings } from './credential-scope.ts';
import { signedHeaderTamperings } from './signed-header.ts';
import {
  both,
  type Cell,
  flip,
  has,
  isHeader,
  isPresigned,
  isS3,
  isSession,
  isSigned,
  onTheWay,
  otherCase,
  signed,
  type Tampering,
  textOf,
  without,
  withValue,
} from './tampering.ts';

const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
];
export const authenticationParameters = [...required, 'X-Amz-Expires', 'X-Amz-Security-Token'];

const presentOf = (cell: Cell) => {
  const { query } = signed(cell);
  return authenticationParameters.filter((name) => has(query, name));
};
const eachPresent = { places: (cell: Cell) => presentOf(cell).length };

/** Another query of a presigned URL; `name` is the parameter at this place. */
function parameters(
  title: string,
  change: (query: readonly Pair[], name: string, cell: Cell, place: number) => readonly Pair[],
  reason: Parameters<typeof onTheWay>[2],
  more: Parameters<typeof onTheWay>[3] = {},
): Tampering {
  return onTheWay(
    title,
    (call, place, cell) => ({
      ...call,
      query: change(call.query, presentOf(cell)[place] ?? '', cell, place),
    }),
    reason,
    { ...more, applies: both(isPresigned, more.applies ?? (() => true)) },
  );
}

const set =
  (name: string, value: (old: string, cell: Cell, place: number) => string) =>
  (query: readonly Pair[], _name: string, cell: Cell, place: number) =>
    withValue(query, name, value(textOf(query, name), cell, place));

const malformedExpiries = ['', '-1', '1e3', '0x10', '+5', '%205', '9.5'];
const malformedDates = ['2026-11-23T12%3A00%3A00Z', '20261332T120000Z', '20261123T120000z', '0'];

const ofParameters: readonly Tampering[] = [
  parameters(
    'a parameter left out',
    (query, name) => without(query, name),
    (cell, place) => {
      const name = presentOf(cell)[place];
      if (name === 'X-Amz-Security-Token') return 'unknownKey';
      return name === 'X-Amz-Expires' && !isS3(cell) ? 'wrongSignature' : 'malformedQuery';
    },
    eachPresent,
  ),
  parameters(
    'an empty parameter',
    (query, name) => withValue(query, name, ''),
    (cell, place) =>
      presentOf(cell)[place] === 'X-Amz-Security-Token' ? 'wrongToken' : 'malformedQuery',
    eachPresent,
  ),
  parameters(
    'a parameter twice',
    (query, name) => [...query, [name, textOf(query, name)]],
    'malformedQuery',
    eachPresent,
  ),
  parameters(
    'a parameter twice, with another value in front',
    (query, name) => [[name, flip(textOf(query, name), 0)], ...query],
    'malformedQuery',
    eachPresent,
  ),
  parameters(
    'a parameter in two spellings',
    (query, name) => [...query, [otherCase(name), textOf(query, name)]],
    'malformedQuery',
    eachPresent,
  ),
  parameters(
    'a parameter of another case',
    (query, name) => query.map((pair) => (pair[0] === name ? [otherCase(name), pair[1]] : pair)),
    'malformedQuery',
    eachPresent,
  ),
  parameters(
    'another algorithm',
    set('X-Amz-Algorithm', () => 'AWS4-HMAC-SHA512'),
    'malformedQuery',
  ),
  parameters('an algorithm of another case', set('X-Amz-Algorithm', otherCase), 'malformedQuery'),
  parameters(
    'another second',
    set('X-Amz-Date', (_old, { signing }) => formatDate(signing.time - 1000)),
    'wrongSignature',
  ),
  parameters(
    'another day',
    set('X-Amz-Date', () => '20201123T120000Z'),
    'queryScope',
  ),
  parameters(
    'a malformed date',
    set('X-Amz-Date', (_old, _cell, place) => malformedDates[place] ?? ''),
    'malformedQuery',
    { places: () => malformedDates.length },
  ),
  parameters(
    'a longer life',
    set('X-Amz-Expires', () => '3600'),
    'wrongSignature',
  ),
  parameters(
    'a life of more than a week',
    set('X-Amz-Expires', () => '604801'),
    (cell) => (isS3(cell) ? 'malformedQuery' : 'wrongSignature'),
  ),
  parameters(
    'a malformed life',
    set('X-Amz-Expires', (_old, _cell, place) => malformedExpiries[place] ?? ''),
    'malformedQuery',
    { places: () => malformedExpiries.length },
  ),
  parameters(
    'no credentials left of a presigned URL',
    (query) => query.filter(([name]) => !authenticationParameters.includes(name)),
    'noCredentials',
  ),
];

const ofSignature: readonly Tampering[] = [
  parameters(
    'a digit of the signature',
    set('X-Amz-Signature', (old, _cell, place) => flip(old, place)),
    'wrongSignature',
    { samples: () => 64 },
  ),
  parameters(
    'a signature in capitals',
    set('X-Amz-Signature', (old) => old.toUpperCase()),
    'wrongSignature',
  ),
  parameters(
    'a signature cut short',
    set('X-Amz-Signature', (old) => old.slice(1)),
    'wrongSignature',
  ),
  parameters(
    'a longer signature',
    set('X-Amz-Signature', (old) => `${old}0`),
    'wrongSignature',
  ),
  parameters(
    'the signature of another request',
    set('X-Amz-Signature', (_old, { draft, signing }) => {
      const other = sign({ ...draft, query: [...draft.query, ['x', '1']] }, signing);
      return textOf(other.query, 'X-Amz-Signature');
    }),
    'wrongSignature',
  ),
  parameters(
    'the signature of another key',
    set('X-Amz-Signature', (_old, { draft, signing, world }) => {
      const { secretAccessKey } = world.otherUser;
      const credentials = { ...signing.credentials, secretAccessKey };
      return textOf(sign(draft, { ...signing, credentials }).query, 'X-Amz-Signature');
    }),
    'wrongSignature',
  ),
];

const version2: readonly Pair[] = [
  ['AWSAccessKeyId', 'AKIAAAAAAAAAAAAAAAAA'],
  ['Signature', 'abc%3D'],
  ['Expires', '4102444800'],
];

/** The same call in the other form, good by itself. */
function otherForm({ draft, signing }: Cell, kind: Form['kind']) {
  const form = formsOf(signing.service).find((one) => one.kind === kind) ?? signing.form;
  return sign(draft, { ...signing, form });
}

const oneParameter = (place: number): Pair => [authenticationParameters[place] ?? '', '1'];

const ofSeveralMechanisms: readonly Tampering[] = [
  onTheWay(
    'a presigned URL beside the header',
    (call, _place, cell) => ({ ...call, query: otherForm(cell, 'presigned').query }),
    'severalMechanisms',
    { applies: isHeader },
  ),
  onTheWay(
    'one parameter of a presigned URL beside the header',
    (call, place) => ({ ...call, query: [...call.query, oneParameter(place)] }),
    'severalMechanisms',
    { applies: isHeader, places: () => authenticationParameters.length },
  ),
  onTheWay(
    'one such parameter of another case beside the header',
    (call, place) => {
      const [name, value] = oneParameter(place);
      return { ...call, query: [...call.query, [name.toLowerCase(), value]] };
    },
    'severalMechanisms',
    { applies: isHeader, places: () => authenticationParameters.length },
  ),
  onTheWay(
    'parameters of Signature Version 2 beside the header',
    (call) => ({ ...call, query: [...call.query, ...version2] }),
    'severalMechanisms',
    { applies: isHeader },
  ),
  onTheWay(
    'an Authorization header beside a presigned URL',
    (call, _place, cell) => {
      const text = textOf(otherForm(cell, 'header').headers, 'authorization');
      return { ...call, headers: [...call.headers, ['authorization', text]] };
    },
    'severalMechanisms',
    { applies: isPresigned },
  ),
  onTheWay(
    'a parameter of a presigned URL as a header too',
    (call, place, cell) => {
      const name = presentOf(cell)[place] ?? '';
      const pair: Pair = [name.toLowerCase(), decodeURIComponent(textOf(call.query, name))];
      return { ...call, headers: [...call.headers, pair] };
    },
    'severalMechanisms',
    { applies: isPresigned, ...eachPresent },
  ),
  onTheWay(
    'a token in the other place',
    (call, _place, { world }) => ({
      ...call,
      headers: [...call.headers, ['x-amz-security-token', world.session.sessionToken]],
    }),
    (cell) => (isHeader(cell) ? 'wrongToken' : 'severalMechanisms'),
    { applies: (cell) => isSigned(cell) && !isSession(cell) },
  ),
];

export const presignedQueryTamperings: readonly Tampering[] = [
  ...ofParameters,
  ...ofSignature,
  ...ofSeveralMechanisms,
  ...credentialTamperings(
    isPresigned,
    (call, change) => {
      const credential = decodeURIComponent(textOf(call.query, 'X-Amz-Credential'));
      const changed = encodeURIComponent(change(credential));
      return { ...call, query: withValue(call.query, 'X-Amz-Credential', changed) };
    },
    { malformed: 'malformedQuery', scope: 'queryScope' },
  ),
  ...signedHeaderTamperings(
    isPresigned,
    (call, change) => {
      const names = decodeURIComponent(textOf(call.query, 'X-Amz-SignedHeaders')).split(';');
      const changed = encodeURIComponent(change(names).join(';'));
      return { ...call, query: withValue(call.query, 'X-Amz-SignedHeaders', changed) };
    },
    'malformedQuery',
  ),
];
