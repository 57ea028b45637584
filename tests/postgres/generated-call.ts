import { createHash } from 'node:crypto';

/** One call, to be signed for whichever server it goes to. */
export interface Call {
  readonly service: 'iam' | 's3';
  readonly method: string;
  /** As it will be sent, percent-encoded. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Parameters = Readonly<Record<string, string>>;
type Random = (below: number) => number;

/**
 * A sequence of calls that follows from its seed. Names come from small sets, so that calls meet
 * each other's leftovers; the sets hold what databases compare differently: case, signs that sort
 * between letters, `_` and `%` of LIKE, characters above the BMP, U+0000.
 */
export function* createCalls(seed: number, count: number): Generator<Call> {
  const random = generator(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value;
  for (const bucket of buckets) yield { service: 's3', method: 'PUT', target: `/${bucket}` };
  for (const parameter of ['prefix', 'marker', 'delimiter', 'key-marker', 'start-after']) {
    for (const value of ['\0', 'a\0b', '\u{10ffff}']) {
      const query = form({ [parameter]: value, ...listings[parameter] });
      yield { service: 's3', method: 'GET', target: `/${buckets[0]}?${query}` };
    }
  }
  for (let number = 0; number < count; number += 1) {
    yield random(2) === 0 ? iamCall(random, pick) : s3Call(random, pick);
  }
}

type Pick = <Value>(values: readonly Value[]) => Value;

/** mulberry32 */
function generator(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const names = ['dave', 'Dave', 'DAVE', 'd_ve', 'd-ve', 'd+ve', 'd=ve', 'd.ve', 'd,ve', 'd@ve']
  .concat(['dav', 'davee', 'e', 'E', '0', '9', '_', '-', 'Z', 'a'])
  .concat(['a\0', 'é', '', 'x'.repeat(64), 'x'.repeat(65), '\u{1f600}', 'd%ve']);
const paths = ['/', '/a/', '/A/', '/a_b/', '/a%b/', '/aXb/', '/a/b/', '/~/', '/!/', '/a', '/\0/'];
const prefixes = [...paths, '/a_', '/a%', '/A'];
const sizes = ['1', '2', '3', '7', '1000', '0', '-1', '1001', '99999999999999999999', '1.5', 'x'];
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*', Sid: 'a' },
});
const documents = [document, document.replace('"a"', '"\\u0000"'), `${document}\0`, '{'];
const policyArns = ['ReadOnlyAccess', 'AdministratorAccess', 'IAMFullAccess', 'None'].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);

function iamCall(random: Random, pick: Pick): Call {
  const user = { UserName: pick(names) };
  const group = { GroupName: pick(names) };
  const page: Parameters = random(3) === 0 ? {} : { MaxItems: pick(sizes) };
  const prefix: Parameters = random(2) === 0 ? {} : { PathPrefix: pick(prefixes) };
  const policy = { PolicyName: pick(names), PolicyDocument: pick(documents) };
  const arn = random(2)
    ? pick(policyArns)
    : `arn:aws:iam::111111111111:policy${pick(['/', '/a/'])}${pick(names)}`;
  const tag = { 'Tags.member.1.Key': pick(names), 'Tags.member.1.Value': pick(names) };
  const calls: readonly (readonly [string, Parameters])[] = [
    ['CreateUser', { ...user, Path: pick(paths) }],
    ['CreateUser', user],
    ['GetUser', user],
    ['UpdateUser', { ...user, NewUserName: pick(names) }],
    ['DeleteUser', user],
    ['ListUsers', { ...page, ...prefix }],
    ['ListUsers', page],
    ['CreateGroup', { ...group, Path: pick(paths) }],
    ['ListGroups', { ...page, ...prefix }],
    ['AddUserToGroup', { ...user, ...group }],
    ['RemoveUserFromGroup', { ...user, ...group }],
    ['GetGroup', { ...group, ...page }],
    ['ListGroupsForUser', { ...user, ...page }],
    ['PutUserPolicy', { ...user, ...policy }],
    ['GetUserPolicy', { ...user, PolicyName: pick(names) }],
    ['ListUserPolicies', { ...user, ...page }],
    ['CreatePolicy', { ...policy, Path: pick(paths), Description: pick(names) }],
    ['ListPolicies', { Scope: 'Local', ...page, ...prefix }],
    ['AttachUserPolicy', { ...user, PolicyArn: arn }],
    ['ListAttachedUserPolicies', { ...user, ...page }],
    ['ListEntitiesForPolicy', { PolicyArn: arn, ...page, ...prefix }],
    ['TagUser', { ...user, ...tag }],
    ['ListUserTags', { ...user, ...page }],
    ['GetAccessKeyLastUsed', { AccessKeyId: pick(names) }],
    ['GetAccountSummary', {}],
  ];
  const [Action, parameters] = pick(calls);
  return {
    service: 'iam',
    method: 'POST',
    target: '/',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form({ Action, Version: '2010-05-08', ...parameters }),
  };
}

/** What makes a listing take a parameter, when it is not the plain one. */
const listings: Readonly<Record<string, Parameters>> = {
  'key-marker': { uploads: '' },
  'start-after': { 'list-type': '2' },
};
const buckets = ['bucket-a', 'bucket-b'];
/** Of each class of ASCII, and what UTF-16 and UTF-8 sort differently. */
const characters = [...'aAzZ09/-_.~%+*?"\'\\ !$&()=@,:;[]{}|^`<>#']
  .concat(['\u0001', '\t', '\n', '\u007f', 'é', 'e\u0301', 'ß', '\u{e000}', '\u{ff5e}', '\u{d7ff}'])
  .concat(['\u{1f600}', '\u{10ffff}', '\u{fffd}', '//', 'a/', 'a_b']);

function key(random: Random, pick: Pick): string {
  if (random(40) === 0) return pick(['\0', 'a\0b', 'x'.repeat(1024), 'é'.repeat(513)]);
  return Array.from({ length: 1 + random(4) }, () => pick(characters)).join('');
}

function s3Call(random: Random, pick: Pick): Call {
  const bucket = pick([...buckets, ...buckets, ...buckets, 'bucket-none']);
  const object = `/${bucket}/${encode(key(random, pick))}`;
  const kind = random(12);
  if (kind < 5) return { service: 's3', method: 'PUT', target: object, body: String(kind) };
  if (kind === 5) return { service: 's3', method: 'DELETE', target: object };
  if (kind === 6) return { service: 's3', method: 'GET', target: object };
  if (kind === 7)
    return deleteObjects(
      bucket,
      Array.from({ length: 5 }, () => key(random, pick)),
    );
  if (kind === 8) return { service: 's3', method: 'POST', target: `${object}?uploads=` };
  const query: Record<string, string> = {};
  const some = (name: string, value: string) => {
    if (random(2) === 0) query[name] = value;
  };
  some('prefix', key(random, pick));
  some('delimiter', pick(['/', '_', 'a', '%', '\u{1f600}', '\0', 'a/']));
  if (kind === 9) {
    some('max-uploads', pick(sizes));
    some('key-marker', key(random, pick));
    return {
      service: 's3',
      method: 'GET',
      target: `/${bucket}?${form({ uploads: '', ...query })}`,
    };
  }
  some('max-keys', pick(sizes));
  some('encoding-type', 'url');
  some(kind === 10 ? 'start-after' : 'marker', key(random, pick));
  if (kind === 10) query['list-type'] = '2';
  return { service: 's3', method: 'GET', target: `/${bucket}?${form(query)}` };
}

/** Keys come in a document here, where a reference may name a character that is none. */
function deleteObjects(bucket: string, keys: readonly string[]): Call {
  const objects = [...keys.map(escapeXml), '&#xD800;', '&#0;', 'a&#x1F600;']
    .map((name) => `<Object><Key>${name}</Key></Object>`)
    .join('');
  const body = `<Delete>${objects}</Delete>`;
  return {
    service: 's3',
    method: 'POST',
    target: `/${bucket}?delete=`,
    headers: { 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': sha256(body) },
    body,
  };
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function form(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
