import type { Position } from '@carnet/policy';
import { escapeControl } from './escape-control.ts';

/** Columns of a line that are shown: a policy on one line would fill the terminal. */
const WIDTH = 100;

export interface Mark {
  readonly position: Position;
  /** Columns. */
  readonly length: number;
}

interface MarkedLine {
  readonly line: number;
  readonly marks: readonly Mark[];
}

/**
 * Lines of a file with carets under what is meant, and a note behind the last of them, as compilers
 * print them; an empty line ends them.
 */
export function formatExcerpt(
  { file, text }: { readonly file: string; readonly text: string },
  marks: readonly Mark[],
  note: string,
): readonly string[] {
  const [first] = marks;
  const lines = [...Map.groupBy(marks, ({ position }) => position.line)]
    .map(([line, ofLine]): MarkedLine => ({ line, marks: ofLine }))
    .sort((one, other) => one.line - other.line);
  const margin = String(lines.at(-1)?.line ?? 1).length;
  const written = text.split('\n');
  const rows = lines.flatMap((one, index) =>
    formatLine(written, one, margin, index === lines.length - 1 ? ` ${note}` : ''),
  );
  const place =
    first === undefined ? file : `${file}:${first.position.line}:${first.position.column}`;
  return [`${' '.repeat(margin)}--> ${place}`, ...rows, ''].map(escapeControl);
}

function formatLine(
  written: readonly string[],
  { line, marks }: MarkedLine,
  margin: number,
  note: string,
): readonly string[] {
  const whole = (written[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
  const columns = marks.map(({ position }) => position.column);
  const start = windowStart(
    whole,
    columns.reduce((least, column) => Math.min(least, column)),
  );
  const shown = whole.slice(start, start + WIDTH);
  // A character that is escaped takes more columns than it did in the file.
  const widthOf = (from: number, to: number): number =>
    escapeControl(shown.slice(from, to)).length + Math.max(0, to - Math.max(from, shown.length));
  let carets = '';
  for (const { position, length } of marks) {
    const column = position.column - 1 - start;
    if (column >= WIDTH) break;
    const end = Math.min(column + length, WIDTH);
    carets = carets.padEnd(widthOf(0, column)) + '^'.repeat(widthOf(column, end));
  }
  const gutter = ' '.repeat(margin);
  return [
    `${String(line).padStart(margin)} | ${escapeControl(shown)}`,
    `${gutter} | ${carets}${note}`,
  ];
}

/** The column, from 0, at which a long line begins to be shown. */
function windowStart(line: string, column: number): number {
  if (line.length <= WIDTH || column <= WIDTH / 2) return 0;
  return Math.min(column - 1 - WIDTH / 4, line.length - WIDTH);
}
