/** `unknown`: a value does not parse, or a key that should have one value has several. */
export type Truth = boolean | 'unknown';

/** The request's values of a condition key, whatever its case; none when the key is absent. */
export type Values = (key: string) => readonly string[];

/** One value of the policy against one of the request, by the positive operator. */
export function compare(
  operator: string,
  expected: string,
  actual: string,
  variables: Values | undefined,
): Truth {
  if (operator.startsWith('String') || operator.startsWith('Arn')) {
    const pieces = piecesOf(expected, variables);
    if (pieces === undefined) return false;
    if (operator === 'StringEquals') return textOf(pieces) === actual;
    if (operator === 'StringEqualsIgnoreCase') return fold(textOf(pieces)) === fold(actual);
    return operator === 'StringLike' ? fits(pieces, actual) : matchesArn(pieces, actual);
  }
  switch (operator) {
    case 'Bool':
      return ['true', 'false'].includes(fold(actual)) ? fold(expected) === fold(actual) : 'unknown';
    case 'BinaryEquals':
      return isBase64(actual) ? expected === actual : 'unknown';
    case 'IpAddress':
      return contains(readBlock(expected), actual.includes('/') ? undefined : readBlock(actual));
  }
  const [, family, order = ''] = /^(Date|Numeric)(.+)$/.exec(operator) ?? [];
  const read = family === 'Date' ? readDate : readDecimal;
  return compareNumbers(order, read(actual), read(expected));
}

/** Only ASCII: the Kelvin sign is not a k. */
export function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

// --- Patterns ---

/** A character, a run of any, or any one: a pattern piece by piece. */
export interface Piece {
  readonly kind: 'character' | 'run' | 'one';
  readonly text: string;
  /** Of a wildcard: it does not match a colon. Of a colon: it ends a component of an ARN. */
  readonly bounds: boolean;
}

export function piece(text: string, bounds: boolean): Piece {
  return { kind: text === '*' ? 'run' : text === '?' ? 'one' : 'character', text, bounds };
}

function literal(text: string, bounds: boolean): readonly Piece[] {
  return [...text].map((one) => ({ kind: 'character', text: one, bounds: bounds && one === ':' }));
}

/** Grows, piece by piece, the set of places in the text up to which the pattern fits. */
export function fits(pieces: readonly Piece[], text: string): boolean {
  const characters = [...text];
  let reached = [true, ...characters.map(() => false)];
  for (const { kind, text: wanted, bounds } of pieces) {
    const next = reached.map((before) => kind === 'run' && before);
    for (let place = 0; place < characters.length; place++) {
      const at = characters[place];
      const takes = kind === 'character' ? wanted === at : !bounds || at !== ':';
      if (takes && (kind === 'run' ? next : reached)[place]) next[place + 1] = true;
    }
    if (!next.includes(true)) return false;
    reached = next;
  }
  return reached[characters.length] ?? false;
}

const PIECE = /\$\{([^}]*)\}|./gsu;

/** Reads a pattern, with the values of its variables put in; undefined when one has none. */
export function piecesOf(pattern: string, variables?: Values): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const { 0: text, 1: inside, index } of pattern.matchAll(PIECE)) {
    if (inside === undefined) {
      pieces.push(piece(text, text === ':'));
    } else if (variables === undefined) {
      pieces.push(...literal('$', false), ...(piecesOf(text.slice(1)) ?? []));
    } else {
      const value = variableValue(inside, variables);
      if (value === undefined) return undefined;
      // What is put in is literal: its stars match stars. Its colons bound components only where it
      // opens the text, and so stands for an ARN.
      pieces.push(...literal(value, index === 0));
    }
  }
  return pieces;
}

/** `key`, `key, 'default'`, or an escaped character. Only keys of a single value, not empty, have one. */
function variableValue(inside: string, variables: Values): string | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const [, key = '', fallback] = /^([^,]*)(?:,\s*'(.*)'\s*)?$/.exec(inside) ?? [];
  const found = variables(key.trim());
  const [only] = found;
  return found.length === 1 && only !== '' ? only : fallback;
}

/** Where wildcards mean nothing, they stand for themselves. */
function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}

/** Six components, wildcards in each. What is no ARN, on either side, does not match. */
function matchesArn(pieces: readonly Piece[], actual: string): boolean {
  const components: Piece[][] = [[]];
  for (const one of pieces) {
    const isEnd = one.kind === 'character' && one.bounds && components.length < 6;
    if (isEnd) components.push([]);
    else components.at(-1)?.push(one);
  }
  const [prefix, partition, service, region = '', account, ...resource] = actual.split(':');
  if (prefix !== 'arn' || !partition || !service || account === undefined) return false;
  if (components.length < 6 || resource.length === 0) return false;
  const parts = [prefix, partition, service, region, account, resource.join(':')];
  return components.every((component, place) => fits(component, parts[place] ?? ''));
}

// --- Numbers, dates, bytes ---

/** `digits` divided by ten to the power of `scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

function readDecimal(text: string): Decimal | undefined {
  const [, whole, fraction = ''] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function compareNumbers(order: string, actual?: Decimal, expected?: Decimal): Truth {
  if (expected === undefined || actual === undefined) return 'unknown';
  const left = actual.digits * 10n ** BigInt(expected.scale);
  const right = expected.digits * 10n ** BigInt(actual.scale);
  // `LessThanEquals` holds of both.
  return order.includes(left < right ? 'Less' : left > right ? 'Greater' : 'Equals');
}

const DAY = /^\d{4}-\d\d(?:-\d\d)?/;
const CLOCK =
  /^T((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A date of the W3C's profile of ISO 8601, or whole epoch seconds, as epoch seconds. */
function readDate(text: string): Decimal | undefined {
  if (/^\d+$/.test(text)) return readDecimal(text);
  const [day = ''] = DAY.exec(text) ?? [];
  const clock = text.slice(day.length);
  const midnight = new Date(day);
  // The 31 February would become one of March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  if (clock === '') return { digits: BigInt(midnight.getTime() / 1000), scale: 0 };
  const [, minute, second = '00', fraction = '', zone] = CLOCK.exec(clock) ?? [];
  if (minute === undefined || day.length < 10) return undefined;
  const seconds = BigInt(new Date(`${day}T${minute}:${second}${zone}`).getTime() / 1000);
  const scale = fraction.length;
  return { digits: seconds * 10n ** BigInt(scale) + BigInt(fraction), scale };
}

function isBase64(text: string): boolean {
  try {
    return btoa(atob(text)) === text;
  } catch {
    return false;
  }
}

// --- Addresses ---

interface Block {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

function contains(block: Block | undefined, address: Block | undefined): Truth {
  if (block === undefined || address === undefined) return 'unknown';
  const free = BigInt(block.bits - block.prefix);
  return block.bits === address.bits && block.address >> free === address.address >> free;
}

/** An address or a CIDR block; an IPv4-mapped IPv6 address is its IPv4 address. */
function readBlock(text: string): Block | undefined {
  const [, written = '', size] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const version4 = readVersion4(written);
  const address = version4 ?? readVersion6(written);
  const bits = version4 === undefined ? 128 : 32;
  const prefix = size === undefined ? bits : Number(size);
  if (address === undefined || prefix > bits) return undefined;
  const isMapped = bits === 128 && address >> 32n === 0xffffn && prefix >= 96;
  if (isMapped) return { bits: 32, address: address & 0xffffffffn, prefix: prefix - 96 };
  return { bits, address, prefix };
}

function readVersion4(text: string): bigint | undefined {
  const parts = text.split('.');
  const isByte = (part: string) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  if (parts.length !== 4 || !parts.every(isByte)) return undefined;
  return parts.reduce((address, part) => address * 256n + BigInt(part), 0n);
}

function readVersion6(text: string): bigint | undefined {
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]`)) return undefined;
  // The standard of URLs writes every address in one way, with at most one `::`.
  const [before = [], after = []] = new URL(`http://[${text}]`).hostname
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after];
  return groups.reduce((address, group) => address * 65536n + BigInt(`0x${group}`), 0n);
}
