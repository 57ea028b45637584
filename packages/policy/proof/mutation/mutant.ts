/** One small fault, planted in one place of one file of the engine. */
export interface Mutant extends Change {
  /** Below the package, `src/match/glob.ts`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line it begins on, without its indentation: where to find it when line numbers move. */
  readonly lineText: string;
  readonly before: string;
}

/** Text to be put in place of other text; offsets in UTF-16 units. */
export interface Change {
  /** The operator's name, `comparison`. */
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly after: string;
}

export function placeMutant(file: string, text: string, change: Change): Mutant {
  const { start, end } = change;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', start);
  return {
    ...change,
    file,
    line: text.slice(0, start).split('\n').length,
    column: start - lineStart + 1,
    lineText: text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).trim(),
    before: text.slice(start, end),
  };
}

/** The whole text of the file with the fault in it. */
export function mutatedText(text: string, { start, end, after }: Change): string {
  return text.slice(0, start) + after + text.slice(end);
}

/** `src/match/glob.ts:41:9 comparison: index < 3 → (index <= 3)` */
export function describeMutant(mutant: Mutant): string {
  const { file, line, column } = mutant;
  return `${file}:${line}:${column} ${describeChange(mutant)}`;
}

/** `comparison: index < 3 → (index <= 3)`, on one line, and long texts cut. */
export function describeChange({ operator, before, after }: Mutant): string {
  return `${operator}: ${shorten(before)} → ${after === '' ? 'nothing' : shorten(after)}`;
}

const LONGEST = 36;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
