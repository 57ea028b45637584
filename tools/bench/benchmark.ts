/** One section of docs/performance.md. A later benchmark is a file beside this one. */
export interface Benchmark {
  readonly title: string;
  /** Checks first that what it measures is right, then measures; bounded to about 30 s. */
  run(): Promise<BenchmarkResult>;
}

export interface BenchmarkResult {
  /** What was measured and how, one paragraph. */
  readonly method: string;
  readonly table: readonly (readonly string[])[];
}

/** A table of Markdown, its columns padded so that a terminal shows it as well. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0), 3),
  );
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export const formatMicroseconds = (value: number) =>
  `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 1)} µs`;
export const percent = (value: number) => `${Math.round(value * 100)} %`;
