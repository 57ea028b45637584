import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParseResult, parsePolicy } from '../src/index.ts';
import { faultOf } from './fuzz-check.ts';
import { type FuzzInput, makeInput } from './fuzz-input.ts';

export type Parse = typeof parsePolicy;

export interface FuzzReport {
  /** How often each thing came about: `accepted identity`, `refused duplicate-key`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly slowest: SlowInput;
  /** Among those of at most 10,000 characters. */
  readonly slowestShort: SlowInput;
  readonly failure: FuzzFailure | undefined;
}

export interface SlowInput {
  readonly seed: number;
  readonly length: number;
  readonly milliseconds: number;
}

export interface FuzzFailure {
  readonly seed: number;
  readonly input: FuzzInput;
  readonly fault: string;
}

/** Milliseconds for a text of at most 10,000 characters; a longer one has in proportion more. */
const MOST_MILLISECONDS = 50;
const SHORT = 10_000;

export interface FuzzOptions {
  readonly parse?: Parse;
  /** Milliseconds of a clock. With one, a text that takes too long is a failure. */
  readonly now?: () => number;
}

/** Gives the parser the inputs of these seeds, up to the first that it does wrong. */
export function fuzz(firstSeed: number, inputs: number, options: FuzzOptions = {}): FuzzReport {
  const { parse = parsePolicy, now = () => 0 } = options;
  const counts = new Map<string, number>();
  let slowest: SlowInput = { seed: 0, length: 0, milliseconds: 0 };
  let slowestShort = slowest;
  for (let seed = firstSeed; seed < firstSeed + inputs; seed++) {
    const input = makeInput(seed);
    const start = now();
    const { result, fault } = attempt(input, parse);
    const milliseconds = parsingTime(input, parse, now, now() - start);
    const { length } = input.text;
    const timed: SlowInput = { seed, length, milliseconds };
    if (milliseconds > slowest.milliseconds) slowest = timed;
    if (length <= SHORT && milliseconds > slowestShort.milliseconds) slowestShort = timed;
    const isSlow = milliseconds > allowance(input);
    const wrong = fault ?? (isSlow ? `${milliseconds.toFixed(1)} ms` : undefined);
    if (wrong !== undefined) {
      return { counts, slowest, slowestShort, failure: { seed, input, fault: wrong } };
    }
    for (const name of result === undefined ? [] : outcomes(input, result)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return { counts, slowest, slowestShort, failure: undefined };
}

interface Attempt {
  readonly result?: ParseResult;
  readonly fault: string | undefined;
}

function attempt({ text, type }: FuzzInput, parse: Parse): Attempt {
  try {
    const result = parse(text, type);
    return { result, fault: faultOf(text, type, result) };
  } catch (error) {
    return { fault: `threw ${error instanceof Error ? error.stack : String(error)}` };
  }
}

function allowance({ text }: FuzzInput): number {
  return MOST_MILLISECONDS * Math.max(1, text.length / SHORT);
}

/** The parser alone, and the best of five where the machine may have been busy with other things. */
function parsingTime(
  { text, type }: FuzzInput,
  parse: Parse,
  now: () => number,
  whole: number,
): number {
  if (whole < 5) return whole;
  const times = Array.from({ length: 5 }, () => {
    const start = now();
    parse(text, type);
    return now() - start;
  });
  return Math.min(...times);
}

function outcomes({ type }: FuzzInput, result: ParseResult): readonly string[] {
  if (result.ok) return [`accepted ${type}`];
  return [...new Set(result.problems.map(({ code }) => `refused ${code}`))];
}

/** Writes the input down where whoever looks for the reason finds it; gives the path. */
export function writeFailure({ seed, input, fault }: FuzzFailure): string {
  const path = join(mkdtempSync(join(tmpdir(), 'fuzz-')), `${input.type}-${seed}.json`);
  writeFileSync(path, input.text);
  return `${path}: ${fault}`;
}

export function fuzzReport(report: FuzzReport, inputs: number): readonly string[] {
  const listed = (prefix: string): string => {
    const rows = [...report.counts].filter(([name]) => name.startsWith(prefix));
    return rows.map(([name, times]) => `${name.slice(prefix.length)} ${times}`).join(', ');
  };
  const accepted = [...report.counts].filter(([name]) => name.startsWith('accepted '));
  const sum = accepted.reduce((total, [, times]) => total + times, 0);
  return [
    `${inputs} inputs, ${sum} accepted: ${listed('accepted ')}`,
    `refused for: ${listed('refused ')}`,
    ...[report.slowest, report.slowestShort]
      .filter(({ milliseconds }) => milliseconds > 0)
      .map(
        ({ seed, length, milliseconds }) =>
          `slowest: seed ${seed}, ${length} characters, ${milliseconds.toFixed(1)} ms`,
      ),
  ];
}
