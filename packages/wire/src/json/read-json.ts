/** A value of JSON as it was written; members in order, each name once. */
export type JsonValue =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonValue> }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

/** Requests of AWS's services nest less than ten deep. */
const maximumDepth = 32;
/** Values of all kinds in one document: one string may be long, but not everything many. */
const maximumCount = 20_000;

interface Reader {
  readonly text: string;
  offset: number;
  count: number;
}

/**
 * Reads strict JSON (RFC 8259); undefined when the text is anything else, nests too deep, has too
 * many values or two members of one name. `JSON.parse` would not do: it keeps the last of two
 * members, and whoever checks one reader may meet another that keeps the first.
 */
export function readJson(text: string): JsonValue | undefined {
  const reader: Reader = { text, offset: 0, count: 0 };
  skipWhiteSpace(reader);
  const value = readValue(reader, 0);
  skipWhiteSpace(reader);
  return reader.offset === text.length ? value : undefined;
}

function readValue(reader: Reader, depth: number): JsonValue | undefined {
  reader.count += 1;
  if (depth > maximumDepth || reader.count > maximumCount) return undefined;
  switch (reader.text[reader.offset]) {
    case '{':
      return readObject(reader, depth);
    case '[':
      return readArray(reader, depth);
    case '"': {
      const text = readString(reader);
      return text === undefined ? undefined : { kind: 'string', text };
    }
    default:
      return readWord(reader);
  }
}

function readObject(reader: Reader, depth: number): JsonValue | undefined {
  const members = new Map<string, JsonValue>();
  reader.offset += 1;
  skipWhiteSpace(reader);
  if (take(reader, '}')) return { kind: 'object', members };
  for (;;) {
    const name = readString(reader);
    skipWhiteSpace(reader);
    if (name === undefined || members.has(name) || !take(reader, ':')) return undefined;
    skipWhiteSpace(reader);
    const value = readValue(reader, depth + 1);
    if (value === undefined) return undefined;
    members.set(name, value);
    skipWhiteSpace(reader);
    if (take(reader, '}')) return { kind: 'object', members };
    if (!take(reader, ',')) return undefined;
    skipWhiteSpace(reader);
  }
}

function readArray(reader: Reader, depth: number): JsonValue | undefined {
  const items: JsonValue[] = [];
  reader.offset += 1;
  skipWhiteSpace(reader);
  if (take(reader, ']')) return { kind: 'array', items };
  for (;;) {
    const item = readValue(reader, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
    skipWhiteSpace(reader);
    if (take(reader, ']')) return { kind: 'array', items };
    if (!take(reader, ',')) return undefined;
    skipWhiteSpace(reader);
  }
}

/**
 * From quote to quote. The end is looked for by `indexOf`, so that a zip of many megabytes costs one
 * pass; what is between is left to `JSON.parse`, which takes no control character and no bad escape.
 */
function readString(reader: Reader): string | undefined {
  const { text, offset: start } = reader;
  if (text[start] !== '"') return undefined;
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end < 0) return undefined;
  reader.offset = end + 1;
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1));
    // Half a character is none that a database could keep.
    return typeof value === 'string' && value.isWellFormed() ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readWord(reader: Reader): JsonValue | undefined {
  word.lastIndex = reader.offset;
  const text = word.exec(reader.text)?.[0];
  if (text === undefined) return undefined;
  reader.offset += text.length;
  if (text === 'null') return { kind: 'null' };
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  return { kind: 'number', text };
}

function take(reader: Reader, character: string): boolean {
  if (reader.text[reader.offset] !== character) return false;
  reader.offset += 1;
  return true;
}

const whiteSpace = /[ \t\r\n]*/y;

function skipWhiteSpace(reader: Reader): void {
  whiteSpace.lastIndex = reader.offset;
  reader.offset += whiteSpace.exec(reader.text)?.[0].length ?? 0;
}
