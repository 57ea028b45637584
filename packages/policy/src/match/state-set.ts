import { ANY_ONE, ANY_RUN, type Pattern, SEGMENT_ONE, SEGMENT_RUN, walkPattern } from './glob.ts';

/** Nearly always the walk is done in fewer; the longest ARN has 2,048 characters. */
const MOST_STEPS = 8_192;

/** What `matchesPattern` says, from a place on, in a time that no pattern draws out. */
export function matchesAnySize(pattern: Pattern, text: string, from = 0): boolean {
  return walkPattern(pattern, text, from, MOST_STEPS) ?? matchesByStates(pattern, text, from);
}

/** 32 tokens in a word: bit `i` is token `i`. */
type Bits = Int32Array;

const COLON = 58;

/**
 * Follows all ways at once, 32 of them in a step (Baeza-Yates and Gonnet, "A new approach to text
 * searching", 1992). A bit that is set says that the tokens before it fit the text so far; the one
 * behind the last token says that all do.
 */
export function matchesByStates(written: Pattern, text: string, from = 0): boolean {
  const pattern = withoutDoubleRuns(written);
  const masks = masksOf(pattern);
  const states = newBits(pattern);
  // Nothing is read yet, and a run in front is passed already.
  states[0] = 1 | ((wordOf(masks.runs, 0) & 1) << 1);
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (text.codePointAt(at) === code) {
      const ones = code === COLON ? masks.anyOnes : masks.ones;
      if (!takeUnit(states, masks, code, ones)) return false;
      continue;
    }
    // A `?` takes both halves of a character; its first half alone only a letter or a run takes.
    const behind = states.slice();
    takeUnit(behind, masks, NO_CODE, masks.ones);
    takeUnit(states, masks, code, masks.none);
    takeUnit(states, masks, text.charCodeAt(++at), masks.ones);
    for (const word of states.keys()) states[word] = wordOf(states, word) | wordOf(behind, word);
  }
  return isSet(states, pattern.length);
}

/** Of no unit: no letter takes it. */
const NO_CODE = -1;

/** Takes one unit of the text, by letters, runs and the given `?`; false when no way goes on. */
function takeUnit(states: Bits, masks: Masks, code: number, ones: Bits): boolean {
  const loops = code === COLON ? masks.anyRuns : masks.runs;
  const literals = masks.literals.get(code) ?? masks.none;
  const { runs } = masks;
  let carry = 0;
  let isAlive = 0;
  for (let word = 0; word < states.length; word++) {
    const state = wordOf(states, word);
    const step = state & (wordOf(literals, word) | wordOf(ones, word));
    const reached = (step << 1) | (state & wordOf(loops, word)) | carry;
    // A run may be empty and is passed at once; two never stand side by side.
    const passed = reached & wordOf(runs, word);
    states[word] = reached | (passed << 1);
    carry = (step | passed) >>> 31;
    isAlive |= reached | carry;
  }
  return isAlive !== 0;
}

function withoutDoubleRuns(pattern: Pattern): Pattern {
  const isRun = (token: number | undefined) => token === ANY_RUN || token === SEGMENT_RUN;
  const single: number[] = [];
  for (const token of pattern) {
    const before = single.at(-1);
    if (!isRun(token) || !isRun(before)) single.push(token);
    else if (token === ANY_RUN) single[single.length - 1] = ANY_RUN;
  }
  return single;
}

interface Masks {
  readonly literals: ReadonlyMap<number, Bits>;
  /** `*` and `?`, and those of them that take a colon. */
  readonly runs: Bits;
  readonly anyRuns: Bits;
  readonly ones: Bits;
  readonly anyOnes: Bits;
  readonly none: Bits;
}

function masksOf(pattern: Pattern): Masks {
  const literals = new Map<number, Bits>();
  const masks = {
    literals,
    runs: newBits(pattern),
    anyRuns: newBits(pattern),
    ones: newBits(pattern),
    anyOnes: newBits(pattern),
    none: newBits(pattern),
  };
  for (const [index, token] of pattern.entries()) {
    if (token === ANY_RUN || token === SEGMENT_RUN) set(masks.runs, index);
    else if (token === ANY_ONE || token === SEGMENT_ONE) set(masks.ones, index);
    if (token === ANY_RUN) set(masks.anyRuns, index);
    else if (token === ANY_ONE) set(masks.anyOnes, index);
    if (token < 0) continue;
    const bits = literals.get(token) ?? newBits(pattern);
    set(bits, index);
    literals.set(token, bits);
  }
  return masks;
}

function newBits(pattern: Pattern): Bits {
  return new Int32Array(Math.ceil((pattern.length + 1) / 32));
}

function wordOf(bits: Bits, word: number): number {
  return bits[word] ?? 0;
}

function set(bits: Bits, index: number): void {
  const word = index >>> 5;
  bits[word] = wordOf(bits, word) | (1 << (index & 31));
}

function isSet(bits: Bits, index: number): boolean {
  return (wordOf(bits, index >>> 5) & (1 << (index & 31))) !== 0;
}
