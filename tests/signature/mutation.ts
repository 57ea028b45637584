import type { RawRequest } from '@carnet/wire';
import type { Random } from './random.ts';

/** What was done to a request, and what came of it. */
export type Mutation = readonly [what: string, request: RawRequest];

/** Every part of a signed request, each changed, taken away, moved or doubled by itself. */
export function* mutations(request: RawRequest, random: Random): Generator<Mutation> {
  for (const mutation of all(request, random)) if (differ(mutation[1], request)) yield mutation;
}

function differ(one: RawRequest, other: RawRequest): boolean {
  return (
    one.method !== other.method ||
    one.target !== other.target ||
    one.rawHeaders.length !== other.rawHeaders.length ||
    one.rawHeaders.some((text, index) => text !== other.rawHeaders[index])
  );
}

function* all(request: RawRequest, random: Random): Generator<Mutation> {
  for (const method of ['GET', 'PUT', request.method.toLowerCase()]) {
    yield ['method', { ...request, method }];
  }
  yield* ofPath(request, random);
  yield* ofQuery(request, random);
  yield* ofHeaders(request, random);
  yield* ofCredentials(request, random);
}

function* ofPath(request: RawRequest, random: Random): Generator<Mutation> {
  const [path = '', ...rest] = request.target.split('?');
  const with_ = (changed: string): RawRequest => ({
    ...request,
    target: [changed, ...rest].join('?'),
  });
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    if (index === 0) continue;
    const other = (text: string) => with_(segments.with(index, text).join('/'));
    yield ['segment changed', other(`${segment}x`)];
    yield ['segment escaped further', other(segment.replace('%', '%25'))];
    yield ['segment respelled', other(respelled(segment, random))];
    if (segments.length > 2) {
      yield ['segment removed', with_(segments.toSpliced(index, 1).join('/'))];
    }
    for (const more of ['', '.', 'x']) {
      yield [`segment '${more}' added`, with_(segments.toSpliced(index, 0, more).join('/'))];
    }
  }
  yield ['slash escaped', with_(path.replace(/(?<=.)\//, '%2F'))];
  yield ['slash at the end', with_(path.endsWith('/') ? path.slice(0, -1) || '/x' : `${path}/`)];
}

/** One character in another spelling, which decodes to the same. */
function respelled(text: string, random: Random): string {
  const escaped = /%[0-9a-fA-F]{2}/.exec(text)?.[0];
  if (escaped !== undefined && random.oneIn(2)) return text.replace(escaped, escaped.toLowerCase());
  const letter = /(?<!%|%.)[A-Za-z0-9~]/.exec(text)?.[0];
  if (letter === undefined) return text;
  return text.replace(
    /(?<!%|%.)[A-Za-z0-9~]/,
    `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function* ofQuery(request: RawRequest, random: Random): Generator<Mutation> {
  const mark = request.target.indexOf('?');
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const parts = mark < 0 ? [] : request.target.slice(mark + 1).split('&');
  const with_ = (changed: readonly string[]): RawRequest => ({
    ...request,
    target: `${path}?${changed.join('&')}`,
  });
  yield ['parameter added', with_([...parts, 'added=1'])];
  yield ['parameter without value added', with_([...parts, 'added'])];
  yield ['header as parameter added', with_([...parts, 'x-amz-acl=public-read'])];
  yield ['ampersands added', with_(['', ...parts, '', ''])];
  for (const [index, part] of parts.entries()) {
    const [name = '', ...value] = part.split('=');
    yield ['parameter removed', with_(parts.toSpliced(index, 1))];
    yield ['parameter doubled', with_([...parts, part])];
    yield ['parameter renamed', with_(parts.with(index, `${part.replace(name, `${name}x`)}`))];
    yield ['value changed', with_(parts.with(index, `${name}=${value.join('=')}0`))];
    yield ['value emptied', with_(parts.with(index, `${name}=`))];
    const split = part.replace(/%3[dD]|=/, '&');
    yield ['parameter split', with_(parts.with(index, split))];
    if (random.oneIn(8)) {
      yield ['parameter moved', with_([part, ...parts.toSpliced(index, 1)])];
      yield ['parameter respelled', with_(parts.with(index, respelled(part, random)))];
    }
    const joined = [...parts.slice(0, index), `${part}%26${parts[index + 1] ?? ''}`];
    yield ['parameters joined', with_([...joined, ...parts.slice(index + 2)])];
  }
}

function* ofHeaders(request: RawRequest, random: Random): Generator<Mutation> {
  const { rawHeaders } = request;
  const with_ = (changed: readonly string[]): RawRequest => ({ ...request, rawHeaders: changed });
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() === 'authorization') continue;
    yield [`header ${name} changed`, with_(rawHeaders.with(index + 1, `${value}x`))];
    yield [`header ${name} removed`, with_(rawHeaders.toSpliced(index, 2))];
    yield [`header ${name} renamed`, with_(rawHeaders.with(index, `${name}x`))];
    yield [`header ${name} doubled`, with_([...rawHeaders, name, value])];
    yield [`header ${name} emptied`, with_(rawHeaders.with(index + 1, ''))];
    const inner = value.replace(/(?<=.)(?=.)/s, ' ');
    yield [`header ${name} with a space in it`, with_(rawHeaders.with(index + 1, inner))];
    // What changes nothing need not be tried on each of them.
    if (!random.oneIn(8)) continue;
    yield [`header ${name} spaced`, with_(rawHeaders.with(index + 1, `\t${value} `))];
    yield [`header ${name} cased`, with_(rawHeaders.with(index, name.toUpperCase()))];
    const moved = [...rawHeaders.toSpliced(index, 2), name, value];
    yield [`header ${name} moved`, with_(moved)];
  }
}

function* ofCredentials(request: RawRequest, random: Random): Generator<Mutation> {
  const at = random.below(64);
  const bit = 1 << random.below(4);
  const edits: readonly [string, (text: string) => string][] = [
    [
      'signature bit',
      (text) =>
        text.replace(/(?<=Signature=)[0-9a-f]{64}/, (hex) => {
          const digit = Number.parseInt(hex[at] ?? '0', 16) ^ bit;
          return `${hex.slice(0, at)}${digit.toString(16)}${hex.slice(at + 1)}`;
        }),
    ],
    ['signature cut', (text) => text.replace(/(?<=Signature=[0-9a-f]{63})[0-9a-f]/, '')],
    ['signature longer', (text) => text.replace(/(?<=Signature=)(?=[0-9a-f]{64})/, '0')],
    ['scope date', (text) => text.replace(/20261123(?=\/|%2F)/, '20261122')],
    ['scope region', (text) => text.replace(/(?<=20261123(?:\/|%2F))[a-z0-9-]+/, 'mars')],
    ['scope service', (text) => text.replace(/[a-z0-9-]+(?=(?:\/|%2F)aws4_request)/, 'ec2')],
    ['scope terminator', (text) => text.replace('aws4_request', 'aws5_request')],
    ['algorithm', (text) => text.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1')],
    ['date by a second', (text) => text.replace(/20261123T120000Z/, '20261123T120001Z')],
    ['signed headers longer', (text) => text.replace(/(?<=SignedHeaders=)/, 'accept;')],
    ['signed headers doubled', (text) => text.replace(/(?<=SignedHeaders=)/, 'host;')],
    ['signed headers without host', (text) => text.replace(/(?<=[=;B])host(?:;|%3B)?/, '')],
    [
      'signed headers reversed',
      (text) =>
        text.replace(/(?<=SignedHeaders=)[^,&]+/, (names) => {
          const separator = names.includes('%3B') ? '%3B' : ';';
          return names.split(separator).toReversed().join(separator);
        }),
    ],
  ];
  const signed = /SignedHeaders=([^,&]+)/.exec(`${request.target} ${request.rawHeaders.join(' ')}`);
  const names = signed?.[1]?.split(/;|%3B/) ?? [];
  const without = names.map((name): [string, (text: string) => string] => [
    `signed headers without ${name}`,
    (text) =>
      text.replace(/(?<=SignedHeaders=)[^,&]+/, (all) => {
        const separator = all.includes('%3B') ? '%3B' : ';';
        return all
          .split(separator)
          .filter((one) => one !== name)
          .join(separator);
      }),
  ]);
  for (const [what, edit] of [...edits, ...without]) {
    // Dates stand in a header of their own.
    const rawHeaders = request.rawHeaders.map((text, index) =>
      index % 2 === 1 ? edit(text) : text,
    );
    yield [what, { ...request, target: edit(request.target), rawHeaders }];
  }
}

/** What nobody may add, though the signature is still that of the rest. */
export function* additions({ rawHeaders, ...request }: RawRequest): Generator<Mutation> {
  const headers = [
    ['X-Amz-Copy-Source', '/other/object'],
    ['x-amz-acl', 'public-read'],
    ['X-AMZ-SECURITY-TOKEN', 'other'],
    ['x-amz-', ''],
    ['Host', 'other'],
    ['X-Amz-Date', '20261123T120000Z'],
    ['Authorization', 'AWS AKIAIOSFODNN7EXAMPLE:c2ln'],
    ['Authorization', 'Bearer x'],
  ] as const;
  for (const [name, value] of headers) {
    yield [`${name} beside it`, { ...request, rawHeaders: [...rawHeaders, name, value] }];
    yield [`${name} before it`, { ...request, rawHeaders: [name, value, ...rawHeaders] }];
  }
}
