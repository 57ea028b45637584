import { ANY_RUN, type Pattern } from './glob.ts';
import { matchesAnySize } from './state-set.ts';

/** A pattern taken apart once: what stands between the runs is text, and text is found natively. */
export interface CompiledPattern {
  /** The text before the first wildcard. */
  readonly start: string;
  /** What follows; undefined when the pattern is its start and nothing more. */
  readonly rest: PatternRest | undefined;
}

export type PatternRest =
  | { readonly kind: 'anything' }
  | {
      readonly kind: 'runs';
      /** The texts between one run and the next, in order. */
      readonly texts: readonly string[];
      /** The text behind the last run. */
      readonly end: string;
    }
  /** With other wildcards than runs: to be walked. */
  | { readonly kind: 'walk'; readonly pattern: Pattern };

/** Most patterns end in their only wildcard. */
const ANYTHING: PatternRest = { kind: 'anything' };

export function compilePattern(pattern: Pattern): CompiledPattern {
  const wildcard = pattern.findIndex((token) => token < 0);
  if (wildcard < 0) return { start: textOf(pattern), rest: undefined };
  return { start: textOf(pattern.slice(0, wildcard)), rest: restOf(pattern.slice(wildcard)) };
}

function restOf(pattern: Pattern): PatternRest {
  if (pattern.length === 1 && pattern[0] === ANY_RUN) return ANYTHING;
  // All other wildcards are below this one.
  if (pattern.some((token) => token < ANY_RUN)) return { kind: 'walk', pattern };
  const texts: string[] = [];
  let from = 1;
  for (let index = 1; index < pattern.length; index++) {
    if (pattern[index] !== ANY_RUN) continue;
    if (index > from) texts.push(textOf(pattern.slice(from, index)));
    from = index + 1;
  }
  return { kind: 'runs', texts, end: textOf(pattern.slice(from)) };
}

/** Asks whether a text fits. */
export type Matcher = (text: string) => boolean;

export function compileMatcher(tokens: Pattern): Matcher {
  const pattern = compilePattern(tokens);
  return (text) => fitsPattern(pattern, text);
}

/** True when the whole of the text fits: the same as `matchesPattern`, which walks. */
export function fitsPattern({ start, rest }: CompiledPattern, text: string): boolean {
  return rest === undefined ? text === start : fitsRest(start, rest, text);
}

export function fitsRest(start: string, rest: PatternRest, text: string): boolean {
  switch (rest.kind) {
    case 'anything':
      return text.startsWith(start);
    case 'runs':
      // What tells ARNs of one service apart stands late in them.
      return fitsRuns(text, start.length, rest.texts, rest.end) && text.startsWith(start);
    case 'walk':
      return text.startsWith(start) && matchesAnySize(rest.pattern, text, start.length);
  }
}

/** The earliest place of each text is as good as any later one, and leaves most to the next. */
export function fitsRuns(
  text: string,
  from: number,
  texts: readonly string[],
  end: string,
): boolean {
  let at = from;
  for (const one of texts) {
    const found = text.indexOf(one, at);
    if (found < 0) return false;
    at = found + one.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
}

/** As many at once as a call takes: a text put together from pieces is slower to compare. */
function textOf(pattern: Pattern): string {
  let text = '';
  for (let from = 0; from < pattern.length; from += 4_096) {
    text += String.fromCharCode(...pattern.slice(from, from + 4_096));
  }
  return text;
}
