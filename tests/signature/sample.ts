import { createHash } from 'node:crypto';
import type { Random } from './random.ts';

/** A request before it is signed. */
export interface Sample {
  readonly form: 'header' | 'query';
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** As it will be sent. */
  readonly path: string;
  /** Decoded names and values, in order. */
  readonly query: readonly (readonly [string, string])[];
  /** The same as it will be sent, without a question mark. */
  readonly rawQuery: string;
  /** Text, that goes out as UTF-8. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** `x-amz-content-sha256`, a hash or one of AWS's words. */
  readonly payload: string;
  readonly sessionToken: string | undefined;
}

/** What a signer can be asked: some cannot say everything that HTTP can. */
export interface Abilities {
  /** Values of `x-amz-content-sha256` in S3's header form besides the hash. */
  readonly payloads: readonly string[];
  /** Whether a presigned URL of S3 can bind the body. */
  readonly presignsHash: boolean;
  /** False for who signs a query as it is spelled. */
  readonly respellsQuery: boolean;
  /** False for who moves a body into the URL. */
  readonly bodyInUrl: boolean;
  readonly repeatsHeaders: boolean;
  readonly repeatsParameters: boolean;
  readonly services: readonly string[];
  /** What may stand in a path, by service; a segment is joined of such texts. */
  readonly pathTexts: (service: string) => readonly string[];
  readonly queryTexts: (service: string) => readonly string[];
  readonly headerValues: readonly string[];
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const letters = ['€', 'é', '漢', '😀', '\u00a0', '\u2028', '\uffff', 'ß'];
const printable = Array.from({ length: 0x7f - 0x21 }, (_, index) =>
  String.fromCharCode(0x21 + index),
);

/** One byte, escaped: every class of ASCII, control characters included. */
export const escapedBytes = Array.from(
  { length: 128 },
  (_, byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
);
export const escapedLetters = letters.map(encodeURIComponent);
/** What may stand in a path as it is, by RFC 3986. */
export const literals = [...digits, ..."-._~!$&'()*+,;=:@"];
/** What no client should send as it is, and Node's parser takes. */
export const oddLiterals = [...'"<>[]\\^`{|}'];
/** What is written in another way than AWS writes it. */
export const oddEscapes = ['%2f', '%c3%a9', '%7e', '%61', '%2E%2E', '%2e', '%252F', '%2B'];

export const everyText = [...printable, ...letters, ' ', '%', '\u0000', '\n', '\u007f'];

const headerValues = ['', 'a', ' a', 'a ', 'a  b', ' a   b  c ', 'a,b', '"a  b"', '=', ';', 'Z~!'];
/** Spaces that HTTP knows, and letters of more than one byte. */
export const everyHeaderValue = [...headerValues, 'a\tb', '\ta \t b\t', 'é', '漢 字', 'a:b'];

const hostHeader = ['Host', '127.0.0.1:4580'] as const;

export function makeSample(random: Random, able: Abilities): Sample {
  const form = random.oneIn(3) ? 'query' : 'header';
  const service = random.pick(able.services);
  const body = form === 'query' && !able.bodyInUrl ? Buffer.alloc(0) : makeBody(random);
  const query = makeQuery(random, able, service);
  return {
    form,
    service,
    region: random.pick(['us-east-1', 'eu-central-2', 'aws-global', 'x']),
    method: random.pick(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH']),
    path: makePath(random, able.pathTexts(service)),
    query,
    rawQuery: query
      .map((pair) => (able.respellsQuery ? spellParameter(random, pair) : plainParameter(pair)))
      .join('&'),
    headers: [hostHeader, ...makeHeaders(random, able)],
    body,
    payload: makePayload(random, able, { form, service, body }),
    sessionToken: random.oneIn(2)
      ? random.list(4, 40, () => random.pick([...digits, '+', '/', '='])).join('')
      : undefined,
  };
}

function makePath(random: Random, texts: readonly string[]): string {
  const segment = () =>
    random.oneIn(8)
      ? random.pick(['', '', '.', '..'])
      : random.list(1, 5, () => random.pick(texts)).join('');
  return `/${random.list(0, 5, segment).join('/')}`;
}

function makeQuery(random: Random, able: Abilities, service: string): [string, string][] {
  const texts = able.queryTexts(service);
  const text = (min: number) => random.list(min, 4, () => random.pick(texts)).join('');
  const pairs = random.list(0, 4, (): [string, string] => {
    const name = random.oneIn(4) ? random.pick(['A', 'a', 'a-', 'a0', 'aa', 'B']) : text(1);
    return [name, random.oneIn(4) ? '' : text(0)];
  });
  if (able.repeatsParameters && pairs[0] !== undefined && random.oneIn(3)) {
    pairs.push([pairs[0][0], text(0)], [pairs[0][0], pairs[0][1]]);
  }
  const seen = new Set<string>();
  return pairs.filter(([name]) => {
    // These mean something to the verifier; an object's own name means something to a signer.
    if (/^(?:x-amz-.*|action|version|awsaccesskeyid|signature|__proto__)$/i.test(name))
      return false;
    if (seen.has(name) && !able.repeatsParameters) return false;
    seen.add(name);
    return true;
  });
}

/** One and the same parameter in one of its spellings. */
function spellParameter(random: Random, [name, value]: readonly [string, string]): string {
  if (value === '' && random.oneIn(2)) return spell(random, name);
  return `${spell(random, name)}=${spell(random, value)}`;
}

/** In AWS's spelling. */
function plainParameter(pair: readonly [string, string]): string {
  const escaped = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return pair.map((text) => encodeURIComponent(text).replace(/[!'()*]/g, escaped)).join('=');
}

function spell(random: Random, text: string): string {
  const escaped = encodeURIComponent(text).replace(/[!'()*]/g, (one) =>
    random.oneIn(2) ? one : `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return random.oneIn(8) ? escaped.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()) : escaped;
}

function makeHeaders(random: Random, able: Abilities): [string, string][] {
  const name = () =>
    random.pick(['X-Amz-Meta-', 'x-amz-meta-', 'Z-', 'x-a-', 'Content-']) +
    random.list(1, 3, () => random.pick([...'abcdef-0'])).join('');
  const pairs = random.list(0, 4, (): [string, string] => [name(), random.pick(able.headerValues)]);
  if (able.repeatsHeaders && pairs[0] !== undefined && random.oneIn(2)) {
    pairs.push([pairs[0][0].toUpperCase(), random.pick(able.headerValues)]);
  }
  const seen = new Set<string>();
  return pairs.filter(([one]) => {
    const isNew = !seen.has(one.toLowerCase());
    seen.add(one.toLowerCase());
    return isNew || able.repeatsHeaders;
  });
}

function makeBody(random: Random): Buffer {
  return Buffer.from(random.list(0, random.pick([0, 3, 200]), () => random.below(256)));
}

function makePayload(
  random: Random,
  able: Abilities,
  { form, service, body }: Pick<Sample, 'form' | 'service' | 'body'>,
): string {
  const hash = createHash('sha256').update(body).digest('hex');
  if (service !== 's3') return hash;
  if (form === 'header') return random.pick([hash, hash, ...able.payloads]);
  return able.presignsHash && random.oneIn(2) ? hash : 'UNSIGNED-PAYLOAD';
}
