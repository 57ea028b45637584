import type { Pair } from '../raw-call.ts';
import { refusalOf, type Situation } from '../refusal.ts';
import { sha256 } from '../signer.ts';
import { authenticationParameters } from './presigned-query.ts';
import {
  both,
  bySigner,
  type Cell,
  has,
  isForm,
  isJson,
  isPresigned,
  isS3,
  isSigned,
  onTheWay,
  otherCase,
  signed,
  signedNames,
  type Tampering,
  textOf,
  without,
  withValue,
} from './tampering.ts';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
const otherMethods = ({ draft }: Cell) => methods.filter((method) => method !== draft.method);

const paths = (path: string) => [
  `${path}x`,
  `/${path}`,
  `${path}/.`,
  `${path}/..`,
  `${path}%2F`,
  `${path}%00`,
  otherCase(path) === path ? `${path}X` : otherCase(path),
];

const unseenInPath = new Set([1, 2]);

const furtherParameters: readonly Pair[] = [
  ['tampered', '1'],
  ['Action', 'DeleteUser'],
  ['Version', '2010-05-08'],
  ['action', 'DeleteUser'],
  ['acl', ''],
  ['uploads', ''],
  ['versionId', 'null'],
  ['X-Amz-Copy-Source', '%2Fmatrix-bucket%2Fsource'],
  ['X-Amz-Acl', 'public-read'],
];
const foldedNames = (pairs: readonly Pair[]) => pairs.map(([name]) => name.toLowerCase());

const ownParameters = (cell: Cell) =>
  signed(cell).query.filter(([name]) => !authenticationParameters.includes(name));

const unsignedHeaders: readonly Pair[] = [
  ['x-amz-meta-tampered', '1'],
  ['x-amz-copy-source', '/matrix-bucket/source'],
  ['X-AMZ-COPY-SOURCE', '/matrix-bucket/source'],
  ['x-amz-acl', 'public-read'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-metadata-directive', 'REPLACE'],
  ['x-amz-bypass-governance-retention', 'true'],
  ['x-amz-decoded-content-length', '1'],
  ['x-amz-trailer', 'x-amz-checksum-crc32'],
  ['x-amz-date', '20261123T120000Z'],
  ['x-amz-expires', '604800'],
];
const addable = (cell: Cell) => {
  const names = foldedNames(signed(cell).headers);
  return unsignedHeaders.filter(([name]) => !names.includes(name.toLowerCase()));
};

const target: readonly Tampering[] = [
  onTheWay(
    'another method',
    (call, place, cell) => ({ ...call, method: otherMethods(cell)[place] ?? '' }),
    (cell, place) => {
      const method = otherMethods(cell)[place] ?? '';
      return isForm(cell) && !/^(?:GET|POST)$/.test(method) ? 'notARequestOfIt' : 'wrongSignature';
    },
    { applies: isSigned, places: (cell) => otherMethods(cell).length },
  ),
  onTheWay(
    'another path',
    (call, place) => ({ ...call, path: paths(call.path)[place] ?? '' }),
    (cell, place) => {
      // The signature knows the path without its double slashes and dots, and no operation with.
      if (isJson(cell)) return unseenInPath.has(place) ? 'unknownRoute' : 'wrongSignature';
      return isForm(cell) ? 'notARequestOfIt' : 'wrongSignature';
    },
    { applies: isSigned, places: ({ draft }) => paths(draft.path).length },
  ),
  onTheWay(
    'a further query parameter',
    (call, place) => ({ ...call, query: [...call.query, furtherParameters[place] ?? ['', '']] }),
    furtherParameterRefusal,
    { applies: isSigned, places: () => furtherParameters.length },
  ),
  onTheWay(
    'a target that does not decode',
    (call, place) => {
      const broken: Pair = ['a', ['%', '%ZZ', '%C0%AF', '%FF'][place] ?? '#'];
      return { ...call, query: [...call.query, broken] };
    },
    'malformedTarget',
    { applies: isSigned, places: () => 5 },
  ),
  onTheWay(
    'a path that does not decode',
    (call, place) => ({ ...call, path: `${call.path}${['%', '%ZZ', '%C0%AF', '%FF'][place]}` }),
    // Nobody can tell whose it is.
    () => refusalOf('malformedTarget', 's3'),
    { applies: isSigned, places: () => 4 },
  ),
  onTheWay(
    'a query parameter fewer',
    (call, place, cell) => ({
      ...call,
      query: without(call.query, ownParameters(cell)[place]?.[0] ?? ''),
    }),
    'wrongSignature',
    { applies: isSigned, places: (cell) => ownParameters(cell).length },
  ),
  onTheWay(
    'a query parameter of another value',
    (call, place, cell) => {
      const [name, value] = ownParameters(cell)[place] ?? ['', ''];
      return { ...call, query: withValue(call.query, name, `${value}0`) };
    },
    (cell, place) => otherParameterRefusal(ownParameters(cell)[place]?.[0] ?? ''),
    { applies: isSigned, places: (cell) => ownParameters(cell).length },
  ),
];

/** Of two that choose the operation, two readers could take different ones. */
function furtherParameterRefusal(cell: Cell, place: number): Situation {
  const name = furtherParameters[place]?.[0].toLowerCase() ?? '';
  const { query } = signed(cell);
  const twice = /^(?:action|version)$/.test(name) && foldedNames(query).includes(name);
  if (twice) return 'malformedQuery';
  // A presigned URL's `x-amz-` parameters count as headers.
  const inBoth = isPresigned(cell) && has(cell.draft.headers, name);
  return inBoth ? 'severalMechanisms' : 'wrongSignature';
}

/** A hash with a digit more is none. */
function otherParameterRefusal(name: string): Situation {
  return name === 'X-Amz-Content-Sha256' ? 'unknownPayloadWord' : 'wrongSignature';
}

const headers: readonly Tampering[] = [
  onTheWay(
    'an unsigned x-amz- header',
    (call, place, cell) => ({
      ...call,
      headers: [...call.headers, addable(cell)[place] ?? ['', '']],
    }),
    (cell, place) => {
      // A date in the header and in the query is two mechanisms.
      const name = addable(cell)[place]?.[0] ?? '';
      return isPresigned(cell) && /^x-amz-(?:date|expires)$/.test(name)
        ? 'severalMechanisms'
        : 'unsignedHeader';
    },
    { applies: isSigned, places: (cell) => addable(cell).length },
  ),
  onTheWay(
    'a signed header of another value',
    (call, place, cell) => {
      const name = signedNames(cell)[place] ?? '';
      const value = name === 'host' ? '127.0.0.1:1' : otherValue(name, textOf(call.headers, name));
      return { ...call, headers: withValue(call.headers, name, value) };
    },
    (cell, place) => otherValueRefusal(signedNames(cell)[place] ?? ''),
    { applies: isSigned, places: (cell) => signedNames(cell).length },
  ),
  onTheWay(
    'a signed header left out',
    (call, place, cell) => ({
      ...call,
      headers: without(call.headers, signedNames(cell)[place] ?? ''),
    }),
    (cell, place) => missingHeaderRefusal(cell, signedNames(cell)[place] ?? ''),
    { applies: isSigned, places: (cell) => signedNames(cell).length },
  ),
  onTheWay(
    'a host that is a bucket',
    (call) => ({ ...call, headers: withValue(call.headers, 'host', 'matrix-bucket.localhost') }),
    'wrongSignature',
    { applies: isSigned },
  ),
];

function otherValue(name: string, value: string): string {
  if (name === 'x-amz-content-sha256') return sha256('another');
  if (name === 'x-amz-decoded-content-length') return `${value}0`;
  if (name === 'x-amz-date') return value.replace(/.Z$/, (end) => (end === '0Z' ? '1Z' : '0Z'));
  return `${value}x`;
}

function otherValueRefusal(name: string): Situation {
  return name === 'x-amz-security-token' ? 'wrongToken' : 'wrongSignature';
}

function missingHeaderRefusal(cell: Cell, name: string): Situation {
  if (name === 'host') return 'noHost';
  if (name === 'x-amz-date') return 'malformedHeader';
  if (name === 'x-amz-security-token') return 'unknownKey';
  if (name === 'x-amz-content-sha256' && isS3(cell)) return 'missingPayloadHash';
  return 'wrongSignature';
}

const form = (text: string) => ({ draft: { body: Buffer.from(text) } });
const bodyText = ({ draft }: Cell) => Buffer.from(draft.body).toString();
const hasForm = both(isForm, isSigned, ({ draft }) => draft.body.length > 0);
const inQuery = both(isForm, isSigned, ({ draft }) => has(draft.query, 'Action'));

/** What a signer may not send: nobody could tell which of two is meant. */
const protocol: readonly Tampering[] = [
  bySigner(
    'an Action twice in the body',
    (cell) => form(`${bodyText(cell)}&Action=GetUser`),
    'malformedForm',
    { applies: hasForm },
  ),
  bySigner(
    'a Version twice in the body',
    (cell) => form(`${bodyText(cell)}&Version=2010-05-08`),
    'malformedForm',
    { applies: hasForm },
  ),
  bySigner(
    'an Action in two spellings',
    (cell) => form(`${bodyText(cell)}&action=GetUser`),
    'caseVariant',
    { applies: hasForm },
  ),
  bySigner(
    'a Version in two spellings',
    (cell) => form(`${bodyText(cell)}&VERSION=2010-05-08`),
    'caseVariant',
    { applies: hasForm },
  ),
  bySigner(
    'an Action in the query and in the body',
    ({ draft }) => ({ draft: { query: [...draft.query, ['Action', 'GetUser']] } }),
    'malformedForm',
    { applies: hasForm },
  ),
  bySigner(
    'a Version in the query and in the body',
    ({ draft }) => ({ draft: { query: [...draft.query, ['version', '2010-05-08']] } }),
    'malformedForm',
    { applies: hasForm },
  ),
  bySigner(
    'an Action in the body of a GET',
    () => ({ draft: { body: Buffer.from('Action=GetUser&Version=2010-05-08') } }),
    'malformedForm',
    { applies: inQuery },
  ),
  onTheWay(
    'a content type of another decoder',
    (call, place, cell) => ({
      ...call,
      headers: withValue(call.headers, 'content-type', otherTypes(cell)[place] ?? ''),
    }),
    'wrongSignature',
    {
      applies: both(isSigned, ({ draft }) => has(draft.headers, 'content-type')),
      places: (cell) => otherTypes(cell).length,
    },
  ),
  bySigner(
    'a content type of another decoder, signed',
    ({ draft }, place) => ({
      draft: { headers: withValue(draft.headers, 'content-type', mediaTypes[place] ?? '') },
    }),
    'otherMediaType',
    { applies: hasForm, places: () => mediaTypes.length },
  ),
];

const mediaTypes = [
  'application/json',
  'application/x-amz-json-1.1',
  'multipart/form-data',
  'text/xml',
];

const otherTypes = ({ draft }: Cell) =>
  mediaTypes.filter((type) => type !== textOf(draft.headers, 'content-type'));

export const requestTamperings: readonly Tampering[] = [...target, ...headers, ...protocol];
