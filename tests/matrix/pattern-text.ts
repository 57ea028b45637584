/** A text that matches one of the models' patterns: `start`, filled up before `end`. */
interface PatternText {
  readonly start?: string;
  readonly fill: string;
  readonly end?: string;
  /** The fewest and most characters that match; one and any number unless told. */
  readonly fewest?: number;
  readonly most?: number;
}

const word: PatternText = { start: 'matrix', fill: 'x' };
const path: PatternText = { start: '/', fill: 'x', end: '/' };

/** By pattern, as it stands in the model. Nobody derives them: they are read off. */
const texts: Readonly<Record<string, PatternText>> = {
  '[\\w]+': word,
  '[\\w]*': { ...word, fewest: 0 },
  '[\\w-]+': word,
  '[\\w-]*': { ...word, fewest: 0 },
  '[\\w._-]+': word,
  '[\\w+=,.@-]+': word,
  '[\\w+=,.@-]*': { ...word, fewest: 0 },
  '[\\w+=,.@:\\/-]*': { ...word, fewest: 0 },
  '[\\w+=/:,.@-]*': { ...word, fewest: 0 },
  '[\\w+=/:,.@-]+': word,
  '([a-zA-Z0-9-_]+)': word,
  '([a-zA-Z0-9-_.]+)': word,
  '[\\d]+': { fill: '1' },
  '[\\d]*': { fill: '1', fewest: 0 },
  '\\d{12}': { fill: '1', fewest: 12, most: 12 },
  '[A-Z0-9]+': { fill: 'X' },
  '^[a-zA-Z0-9:_.-]+$': word,
  '^[a-zA-Z0-9:/+=,.@_-]+$': word,
  '[ -~]+': word,
  '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+': word,
  '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*': { ...word, fewest: 0 },
  '[\\u0020-\\u00FF]+': word,
  '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+': word,
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]+': word,
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*': { ...word, fewest: 0 },
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+':
    word,
  '\\u002F[\\u0021-\\u007F]*': { start: '/', fill: 'x' },
  '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)': path,
  '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/': path,
  '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$': { ...word, fewest: 3, most: 63 },
  'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?': { start: 'v1', fill: '0', fewest: 2 },
  '^p-[0-9a-zA-Z_]{8,128}$': { start: 'p-', fill: 'x', fewest: 10, most: 130 },
  '^o-[0-9a-z]{10,32}\\/r-[0-9a-z]{4,32}[0-9a-z-\\/]*': {
    start: 'o-xxxxxxxxxx/r-xxxx',
    fill: 'x',
    fewest: 19,
  },
  '^http(s?)://[a-zA-Z0-9._/-]*(\\?[a-zA-Z0-9._=&-]*)?(#[a-zA-Z0-9._/-]*)?$': {
    start: 'https://',
    fill: 'x',
    fewest: 8,
  },
};

/** A character that the pattern does not have. */
export function unmatchedBy(pattern: string): string {
  return pattern.includes('\\u00A0-\\uD7FF') ? '\u007F' : '☃';
}

/** A text of that length that matches; undefined when none does. */
export function textOfLength(pattern: string | undefined, length: number): string | undefined {
  const known = pattern === undefined ? { ...word, fewest: 0 } : texts[pattern];
  if (known === undefined) {
    throw new Error(`no text matches ${pattern} yet: add one to tests/matrix/pattern-text.ts`);
  }
  const { start = '', fill, end = '', fewest = 1, most = Number.POSITIVE_INFINITY } = known;
  if (length < fewest || length > most) return undefined;
  if (length === 1 && end !== '') return end;
  if (length < start.length + end.length) return `${start}${end}`.slice(0, length);
  return `${start}${fill.repeat(length - start.length - end.length)}${end}`;
}

/** A short text that matches and is as long as the shape wants it. */
export function sampleText(shape: { pattern?: string; min?: number; max?: number }): string {
  const { fewest = 1, start = '', end = '' } = texts[shape.pattern ?? ''] ?? word;
  const written = start.length + end.length + (end === '' ? 0 : 1);
  const natural = Math.max(written, fewest, shape.min ?? 1);
  const text = textOfLength(shape.pattern, Math.min(natural, shape.max ?? natural));
  if (text === undefined) throw new Error(`no sample matches ${shape.pattern}`);
  return text;
}
