import { formsOf } from '../form.ts';
import type { Pair } from '../raw-call.ts';
import { sha256, sign } from '../signer.ts';
import { authenticationParameters } from './presigned-query.ts';
import {
  both,
  bySigner,
  type Cell,
  flip,
  isSession,
  isVersion2,
  onTheWay,
  otherCase,
  signed,
  type Tampering,
  textOf,
  without,
  withValue,
} from './tampering.ts';

const own = ['AWSAccessKeyId', 'Signature', 'Expires'];
const named = (place: number) => own[place] ?? 'Signature';
const eachOwn = { applies: isVersion2, places: () => own.length };
const version2 = { applies: isVersion2 };

/** Another query of the URL; `name` is the parameter at this place. */
function parameters(
  title: string,
  change: (query: readonly Pair[], name: string, cell: Cell, place: number) => readonly Pair[],
  reason: Parameters<typeof onTheWay>[2],
  more: Parameters<typeof onTheWay>[3] = version2,
): Tampering {
  return onTheWay(
    title,
    (call, place, cell) => ({ ...call, query: change(call.query, named(place), cell, place) }),
    reason,
    more,
  );
}

const signature = (query: readonly Pair[], change: (text: string) => string) =>
  withValue(
    query,
    'Signature',
    encodeURIComponent(change(decodeURIComponent(textOf(query, 'Signature')))),
  );

const ofParameters: readonly Tampering[] = [
  parameters(
    'a parameter left out',
    (query, name) => without(query, name),
    'malformedVersion2',
    eachOwn,
  ),
  parameters(
    'an empty parameter',
    (query, name) => withValue(query, name, ''),
    'malformedVersion2',
    eachOwn,
  ),
  parameters(
    'a parameter twice',
    (query, name) => [...query, [name, textOf(query, name)]],
    'malformedQuery',
    eachOwn,
  ),
  parameters(
    'a parameter in two spellings',
    (query, name) => [...query, [name.toLowerCase(), textOf(query, name)]],
    'malformedQuery',
    eachOwn,
  ),
  parameters(
    'a parameter of another case',
    (query, name) => query.map((pair) => (pair[0] === name ? [otherCase(name), pair[1]] : pair)),
    'malformedQuery',
    eachOwn,
  ),
  parameters(
    'a longer life',
    (query) => withValue(query, 'Expires', '4102444800'),
    'wrongSignature',
  ),
  parameters(
    'a malformed life',
    (query, _name, _cell, place) => withValue(query, 'Expires', lives[place] ?? ''),
    'malformedVersion2',
    { ...version2, places: () => lives.length },
  ),
  bySigner(
    'a life that is over',
    ({ signing }) => ({ signing: { expires: String(Math.floor(signing.time / 1000) - 1) } }),
    'presignedExpired',
    version2,
  ),
  parameters(
    'a digit of the signature',
    (query, _name, _cell, place) => signature(query, (text) => flip(text, place)),
    'wrongSignature',
    { ...version2, samples: () => 27 },
  ),
  parameters(
    'a signature cut short',
    (query) => signature(query, (text) => text.slice(0, -1)),
    'wrongSignature',
  ),
  parameters(
    'a longer signature',
    (query) => signature(query, (text) => `${text}A`),
    'wrongSignature',
  ),
  parameters(
    'the signature of another request',
    (query, _name, { draft, signing }) =>
      withValue(
        query,
        'Signature',
        textOf(sign({ ...draft, path: `${draft.path}x` }, signing).query, 'Signature'),
      ),
    'wrongSignature',
  ),
  parameters(
    "the id of another user's key",
    (query, _name, { world }) => withValue(query, 'AWSAccessKeyId', world.otherUser.accessKeyId),
    (cell) => (isSession(cell) ? 'wrongToken' : 'wrongSignature'),
  ),
];

const lives = ['-1', '1e12', '0x7fffffff', '4102444800.5', '99999999999999', '%204102444800'];

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'];
const otherMethods = ({ draft }: Cell) => methods.filter((method) => method !== draft.method);

const signedParameters: readonly Pair[] = [
  ['acl', ''],
  ['policy', ''],
  ['tagging', ''],
  ['versionId', 'null'],
  ['response-content-type', 'text%2Fhtml'],
  ['x-amz-acl', 'public-read'],
  ['x-amz-copy-source', '%2Fmatrix-bucket%2Fsource'],
  ['content-type', 'text%2Fhtml'],
];
const addable = (cell: Cell) => {
  const { query, headers } = signed(cell);
  const names = [...query, ...headers].map(([name]) => name);
  return signedParameters.filter(([name]) => !names.includes(name));
};
const unsignedParameters: readonly Pair[] = [
  ['tampered', '1'],
  ['prefix', 'a'],
  ['list-type', '2'],
  ['Action', 'DeleteUser'],
];
const signedHeaders = ({ draft }: Cell) =>
  draft.headers.map(([name]) => name).filter((name) => /^x-amz-|^content-type$/.test(name));
const furtherHeaders: readonly Pair[] = [
  ['x-amz-meta-tampered', '1'],
  ['x-amz-acl', 'public-read'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-date', '20261123T120000Z'],
  ['content-md5', 'AAAAAAAAAAAAAAAAAAAAAA=='],
];

/** Signed as `a=b&c=d`, in the order of their names. */
const resourceOf = ({ draft }: Cell) =>
  draft.query.filter(([name]) => name !== 'x-id').toSorted(([a], [b]) => (a < b ? -1 : 1));

function joined(query: readonly Pair[], resource: readonly Pair[]): readonly Pair[] {
  const [[first = '', value] = [], ...rest] = resource;
  const others = query.filter(([name]) => !resource.some(([other]) => other === name));
  const text = rest.map(([name, one]) => `%26${name}%3D${one}`).join('');
  return [...others, [first, `${value}${text}`]];
}

/** Signed as lines, in the order of their names. */
const amzHeaders = ({ draft }: Cell) =>
  draft.headers
    .filter(([name]) => name.startsWith('x-amz-'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const ofRequest: readonly Tampering[] = [
  onTheWay(
    'another method',
    (call, place, cell) => ({ ...call, method: otherMethods(cell)[place] ?? '' }),
    (cell, place) =>
      /^(?:GET|HEAD|PUT)$/.test(otherMethods(cell)[place] ?? '')
        ? 'wrongSignature'
        : 'otherMechanism',
    { ...version2, places: (cell) => otherMethods(cell).length },
  ),
  onTheWay(
    'another path',
    (call, place) => ({
      ...call,
      path: [`${call.path}x`, `/${call.path}`, `${call.path}/`][place] ?? '',
    }),
    'wrongSignature',
    { ...version2, places: () => 3 },
  ),
  onTheWay(
    'a further parameter that is signed',
    (call, place, cell) => ({ ...call, query: [...call.query, addable(cell)[place] ?? ['', '']] }),
    'wrongSignature',
    { ...version2, places: (cell) => addable(cell).length },
  ),
  onTheWay(
    'a further parameter that nobody signs',
    (call, place) => ({ ...call, query: [...call.query, unsignedParameters[place] ?? ['', '']] }),
    'otherMechanism',
    { ...version2, places: () => unsignedParameters.length },
  ),
  onTheWay(
    'two parameters written as one',
    (call, _place, cell) => ({ ...call, query: joined(call.query, resourceOf(cell)) }),
    'otherMechanism',
    { applies: both(isVersion2, (cell) => resourceOf(cell).length > 1) },
  ),
  onTheWay(
    'two headers written as one parameter',
    (call, _place, cell) => {
      const [[first = '', value] = [], ...rest] = amzHeaders(cell);
      const lines = rest.map(([name, text]) => `\n${name}:${text}`).join('');
      const parameter: Pair = [first, encodeURIComponent(`${value}${lines}`)];
      const others = call.headers.filter(([name]) => !name.startsWith('x-amz-'));
      return { ...call, headers: others, query: [...call.query, parameter] };
    },
    'malformedRequest',
    { applies: both(isVersion2, (cell) => amzHeaders(cell).length > 1) },
  ),
  onTheWay(
    'a further header',
    (call, place) => ({ ...call, headers: [...call.headers, furtherHeaders[place] ?? ['', '']] }),
    'wrongSignature',
    { ...version2, places: () => furtherHeaders.length },
  ),
  onTheWay(
    'a signed header of another value',
    (call, place, cell) => {
      const name = signedHeaders(cell)[place] ?? '';
      return { ...call, headers: withValue(call.headers, name, `${textOf(call.headers, name)}x`) };
    },
    'wrongSignature',
    { ...version2, places: (cell) => signedHeaders(cell).length },
  ),
  onTheWay(
    'a signed header left out',
    (call, place, cell) => ({
      ...call,
      headers: without(call.headers, signedHeaders(cell)[place] ?? ''),
    }),
    'wrongSignature',
    { ...version2, places: (cell) => signedHeaders(cell).length },
  ),
  onTheWay(
    'a host that is a bucket',
    (call) => ({ ...call, headers: withValue(call.headers, 'host', 'matrix-bucket.localhost') }),
    'wrongSignature',
    version2,
  ),
  onTheWay(
    'a hash of the body in a header',
    (call) => ({
      ...call,
      headers: [...call.headers, ['x-amz-content-sha256', sha256(call.body)]],
    }),
    'wrongSignature',
    version2,
  ),
  onTheWay(
    'a streaming word in a header',
    (call) => ({
      ...call,
      headers: [...call.headers, ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']],
    }),
    'unsupportedPayload',
    version2,
  ),
];

/** The same call, good by itself, in a form of Signature Version 4. */
function version4({ draft, signing }: Cell, kind: 'header' | 'presigned') {
  const form = formsOf('s3').find((one) => one.kind === kind) ?? signing.form;
  return sign(draft, { ...signing, form });
}

const ofSeveralMechanisms: readonly Tampering[] = [
  onTheWay(
    'an Authorization header beside it',
    (call, _place, cell) => {
      const text = textOf(version4(cell, 'header').headers, 'authorization');
      return { ...call, headers: [...call.headers, ['authorization', text]] };
    },
    'severalMechanisms',
    version2,
  ),
  onTheWay(
    'a presigned URL of Version 4 beside it',
    (call, _place, cell) => ({
      ...call,
      query: [...call.query, ...version4(cell, 'presigned').query],
    }),
    'severalMechanisms',
    version2,
  ),
  onTheWay(
    'one parameter of Version 4 beside it',
    (call, place) => ({ ...call, query: [...call.query, [version4Names[place] ?? '', '1']] }),
    'severalMechanisms',
    { ...version2, places: () => version4Names.length },
  ),
  onTheWay(
    'a token of another value in the headers',
    (call, _place, { world }) => ({
      ...call,
      headers: [...call.headers, ['x-amz-security-token', world.otherSession.sessionToken]],
    }),
    (cell) => (isSession(cell) ? 'severalMechanisms' : 'wrongToken'),
    version2,
  ),
  onTheWay(
    'no token',
    (call) => ({ ...call, query: without(call.query, 'x-amz-security-token') }),
    'unknownKey',
    { applies: both(isVersion2, isSession) },
  ),
];

const version4Names = authenticationParameters.filter((name) => name !== 'X-Amz-Security-Token');

export const version2Tamperings: readonly Tampering[] = [
  ...ofParameters,
  ...ofRequest,
  ...ofSeveralMechanisms,
];
