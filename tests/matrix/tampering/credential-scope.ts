import type { RawCall } from '../raw-call.ts';
import { type Refusal, refusalOf, type Situation } from '../refusal.ts';
import { type Cell, isJson, isQuery, isSession, onTheWay, type Tampering } from './tampering.ts';

type Edit = (call: RawCall, change: (credential: string) => string) => RawCall;

interface Reasons {
  readonly malformed: Situation;
  readonly scope: Situation;
}

const part = (index: number, change: (text: string) => string) => (credential: string) =>
  credential
    .split('/')
    .map((text, at) => (at === index ? change(text) : text))
    .join('/');

/** `KEY/20261123/us-east-1/iam/aws4_request` has five parts. */
const partCount = 5;

/** What can be done to the text of a credential, wherever it stands. */
export function credentialTamperings(
  applies: (cell: Cell) => boolean,
  edit: Edit,
  { malformed, scope }: Reasons,
): readonly Tampering[] {
  const made = (
    name: string,
    change: (credential: string, cell: Cell, place: number) => string,
    reason: Parameters<typeof onTheWay>[2],
    more: Parameters<typeof onTheWay>[3] = {},
  ) =>
    onTheWay(
      name,
      (call, place, cell) => edit(call, (credential) => change(credential, cell, place)),
      reason,
      { ...more, applies: (cell) => applies(cell) && (more.applies?.(cell) ?? true) },
    );
  const eachPart = { places: () => partCount };
  const drop = (credential: string, place: number) =>
    credential
      .split('/')
      .filter((_, index) => index !== place)
      .join('/');
  return [
    made(
      'a part of the credential left out',
      (text, _cell, place) => drop(text, place),
      malformed,
      eachPart,
    ),
    made(
      'an empty part of the credential',
      (text, _cell, place) => part(place, () => '')(text),
      malformed,
      eachPart,
    ),
    made('a further part of the credential', (text) => `${text}/x`, malformed),
    made(
      'another day in the scope',
      part(1, () => '20201123'),
      scope,
    ),
    made(
      'a day that is none in the scope',
      part(1, () => '20261332'),
      scope,
    ),
    made(
      'another region in the scope',
      part(2, () => 'us-east-2'),
      'wrongSignature',
    ),
    made(
      'another end of the scope',
      part(4, () => 'aws4_other'),
      scope,
    ),
    made(
      'an end of another case',
      part(4, () => 'AWS4_REQUEST'),
      scope,
    ),
    made(
      'a service of another name',
      part(3, () => 'dynamodb'),
      () => refusalOf('unservedService', 'query'),
      // Who says that it is JSON gets an answer of the JSON services.
      { applies: (cell) => !isJson(cell) },
    ),
    made(
      'another service in the scope',
      (text, cell) => part(3, () => otherService(cell))(text),
      otherServiceRefusal,
    ),
    made(
      'S3 in the scope',
      part(3, () => 's3'),
      s3Refusal,
      { applies: isQuery },
    ),
    made(
      'the id of a key that is none',
      part(0, () => 'AKIAAAAAAAAAAAAAAAAA'),
      (cell) => (isSession(cell) ? 'wrongToken' : 'unknownKey'),
    ),
    made(
      "the id of another user's key",
      (text, { world }) => part(0, () => world.otherUser.accessKeyId)(text),
      otherKey,
    ),
    made(
      "the id of a namesake's key",
      (text, { world }) => part(0, () => world.namesake.accessKeyId)(text),
      otherKey,
    ),
    made(
      "the id of another session's key",
      (text, { world }) => part(0, () => world.otherSession.accessKeyId)(text),
      (cell) => (isSession(cell) ? 'wrongToken' : 'unknownKey'),
    ),
  ];
}

const otherService = ({ signing }: Cell) => (signing.service === 'iam' ? 'sts' : 'iam');

const otherKey = (cell: Cell) => (isSession(cell) ? 'wrongToken' : 'wrongSignature');

/** Whose name the scope bears answers, and a query service has one path. */
function otherServiceRefusal(cell: Cell): Refusal {
  const { method, path } = cell.draft;
  const isForm = path === '/' && (method === 'GET' || method === 'POST');
  const isWhole = /^(?:hash|undeclared)$/.test(cell.signing.form.payload);
  if (isForm && !isWhole) return refusalOf('unsupportedPayload', 'query');
  return refusalOf(!isForm ? 'notARequestOfIt' : 'wrongSignature', 'query');
}

function s3Refusal({ signing }: Cell): Refusal {
  const { kind, payload } = signing.form;
  const missing = kind === 'header' && payload === 'undeclared';
  return refusalOf(missing ? 'missingPayloadHash' : 'wrongSignature', 's3');
}
