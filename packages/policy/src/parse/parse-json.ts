import type { Position, Problem } from '../problem.ts';
import type { JsonArray, JsonMember, JsonNode, JsonObject, JsonString } from './json-node.ts';
import { syntaxProblem } from './make-problem.ts';

/** Policies nest six deep; whoever sends more wants to see a stack overflow. */
const MAX_DEPTH = 32;

/** What a text holds: a value, or the one place where it stopped being JSON. */
export type JsonResult =
  | { readonly ok: true; readonly value: JsonNode }
  | { readonly ok: false; readonly problem: Problem };

/** Where the reader is. Functions that return undefined have set `problem`. */
interface Reader {
  readonly text: string;
  offset: number;
  line: number;
  /** Offset of the first character of the line. */
  lineStart: number;
  problem: Problem | undefined;
}

/**
 * Reads strict JSON (RFC 8259) and nothing more. `JSON.parse` would not do: it keeps the last of two
 * members of one name, tells no positions, and makes a prototype of `__proto__`.
 */
export function parseJson(text: string): JsonResult {
  const reader: Reader = { text, offset: 0, line: 1, lineStart: 0, problem: undefined };
  skipWhiteSpace(reader);
  const value = readValue(reader, 0);
  if (value !== undefined) {
    skipWhiteSpace(reader);
    if (reader.offset === text.length) return { ok: true, value };
    fail(reader, 'nothing more after the policy');
  }
  return { ok: false, problem: reader.problem ?? problemAt(reader, 'a value') };
}

function readValue(reader: Reader, depth: number): JsonNode | undefined {
  if (depth > MAX_DEPTH) return fail(reader, `at most ${MAX_DEPTH} levels`);
  const character = reader.text[reader.offset];
  if (character === '{') return readObject(reader, depth);
  if (character === '[') return readArray(reader, depth);
  if (character === '"') return readString(reader);
  return readWord(reader);
}

function readObject(reader: Reader, depth: number): JsonObject | undefined {
  const start = positionOf(reader);
  const members: JsonMember[] = [];
  reader.offset++;
  skipWhiteSpace(reader);
  if (take(reader, '}')) return { kind: 'object', members, start, end: positionOf(reader) };
  for (;;) {
    if (reader.text[reader.offset] !== '"') return fail(reader, 'a name in double quotes');
    const name = readString(reader);
    if (name === undefined) return undefined;
    skipWhiteSpace(reader);
    if (!take(reader, ':')) return fail(reader, '`:`');
    skipWhiteSpace(reader);
    const value = readValue(reader, depth + 1);
    if (value === undefined) return undefined;
    members.push(Object.freeze({ name, value }));
    skipWhiteSpace(reader);
    if (take(reader, '}')) return { kind: 'object', members, start, end: positionOf(reader) };
    if (!take(reader, ',')) return fail(reader, '`,` or `}`');
    skipWhiteSpace(reader);
  }
}

function readArray(reader: Reader, depth: number): JsonArray | undefined {
  const start = positionOf(reader);
  const items: JsonNode[] = [];
  reader.offset++;
  skipWhiteSpace(reader);
  if (take(reader, ']')) return { kind: 'array', items, start, end: positionOf(reader) };
  for (;;) {
    const item = readValue(reader, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
    skipWhiteSpace(reader);
    if (take(reader, ']')) return { kind: 'array', items, start, end: positionOf(reader) };
    if (!take(reader, ',')) return fail(reader, '`,` or `]`');
    skipWhiteSpace(reader);
  }
}

/** All but control characters, `"` and `\\`. */
const PLAIN_RUN = /[\u0020\u0021\u0023-\u005b\u005d-\uffff]*/y;

function readString(reader: Reader): JsonString | undefined {
  const start = positionOf(reader);
  reader.offset++;
  let text = '';
  for (;;) {
    PLAIN_RUN.lastIndex = reader.offset;
    text += PLAIN_RUN.exec(reader.text)?.[0] ?? '';
    reader.offset = PLAIN_RUN.lastIndex;
    if (take(reader, '"')) {
      // Half a character would fit half of one in a request.
      if (!text.isWellFormed()) return fail(reader, 'whole characters, both halves of each');
      return { kind: 'string', text, start, end: positionOf(reader) };
    }
    if (reader.text[reader.offset] !== '\\') return fail(reader, 'the closing `"`');
    const escaped = readEscape(reader);
    if (escaped === undefined) return fail(reader, 'an escape sequence of JSON');
    text += escaped;
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const UNICODE_ESCAPE = /^u[0-9A-Fa-f]{4}$/;

function readEscape(reader: Reader): string | undefined {
  const simple = ESCAPES.get(reader.text[reader.offset + 1] ?? '');
  if (simple !== undefined) {
    reader.offset += 2;
    return simple;
  }
  const unicode = reader.text.slice(reader.offset + 1, reader.offset + 6);
  if (!UNICODE_ESCAPE.test(unicode)) return undefined;
  reader.offset += 6;
  return String.fromCharCode(Number.parseInt(unicode.slice(1), 16));
}

const WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readWord(reader: Reader): JsonNode | undefined {
  const start = positionOf(reader);
  WORD.lastIndex = reader.offset;
  const text = WORD.exec(reader.text)?.[0];
  if (text === undefined) return fail(reader, 'a value');
  reader.offset += text.length;
  const end = positionOf(reader);
  if (text === 'null') return { kind: 'null', start, end };
  if (text === 'true' || text === 'false') return { kind: 'boolean', text, start, end };
  return { kind: 'number', text, start, end };
}

function take(reader: Reader, character: string): boolean {
  if (reader.text[reader.offset] !== character) return false;
  reader.offset++;
  return true;
}

function skipWhiteSpace(reader: Reader): void {
  for (;;) {
    const character = reader.text[reader.offset];
    if (character === '\n') {
      reader.line++;
      reader.lineStart = reader.offset + 1;
    } else if (character !== ' ' && character !== '\t' && character !== '\r') {
      return;
    }
    reader.offset++;
  }
}

function positionOf(reader: Reader): Position {
  const { offset, line, lineStart } = reader;
  return Object.freeze({ line, column: offset - lineStart + 1, offset });
}

function fail(reader: Reader, expected: string): undefined {
  reader.problem ??= problemAt(reader, expected);
  return undefined;
}

function problemAt(reader: Reader, expected: string): Problem {
  return syntaxProblem('json', '', positionOf(reader), `expected ${expected}`);
}
