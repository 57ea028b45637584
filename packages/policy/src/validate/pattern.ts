import { ANY_ONE, ANY_RUN, type Pattern, SEGMENT_ONE, SEGMENT_RUN } from '../match/glob.ts';

const COLON = 58;
/** A character that stands in no pattern: only wildcards take it. */
const OTHER = -9;
/** Steps that comparing patterns may take, over one or more comparisons. */
export interface Effort {
  left: number;
}

/**
 * Patterns that people write take some hundred steps. Those that take more are made to, and are then
 * said not to be covered.
 */
const MOST_STEPS = 200_000;

/**
 * True when every text that fits `narrow` fits `wide` as well, so that `narrow` says nothing new.
 * False as well when it cannot be found out with the effort that is left.
 *
 * It walks through `narrow` and keeps all the places of `wide` where a reader could be. Where
 * `narrow` may be any character it is enough to try one that stands in no pattern, and the colon
 * when wildcards of `wide` stop at it: what takes these takes the others. A set of places that holds
 * another one at the same place of `narrow` needs no look: it can only do better.
 */
export function covers(
  wide: Pattern,
  narrow: Pattern,
  effort: Effort = { left: MOST_STEPS },
): boolean {
  if (--effort.left < 0) return false;
  const quick = coversByPrefix(wide, narrow);
  if (quick !== undefined) return quick;
  effort.left -= wide.length + narrow.length;
  const outer = toCharacters(wide);
  const inner = toCharacters(narrow);
  const letters = outer.some(isSegmentToken) ? [OTHER, COLON] : [OTHER];
  const walk: Walk = { effort, waiting: [], seen: [...inner, 0].map(() => []) };
  if (!visit(walk, 0, closure(outer, [0]))) return false;
  for (let next = walk.waiting.pop(); next !== undefined; next = walk.waiting.pop()) {
    const { at, places } = next;
    const token = inner[at];
    if (token === undefined) {
      if (!places.includes(outer.length)) return false;
      continue;
    }
    if (isRun(token) && !visit(walk, at + 1, places)) return false;
    for (const letter of lettersOf(token, letters)) {
      if (!visit(walk, isRun(token) ? at : at + 1, step(outer, places, letter))) return false;
    }
  }
  return true;
}

/** Most pairs differ early on, and most wide patterns are a prefix and a star. */
function coversByPrefix(outer: Pattern, inner: Pattern): boolean | undefined {
  const wildcard = outer.findIndex((token) => token < 0);
  const prefix = wildcard < 0 ? outer.length : wildcard;
  for (let at = 0; at < prefix; at++) {
    if (outer[at] !== inner[at]) return false;
  }
  if (wildcard < 0) return inner.length === outer.length;
  return wildcard === outer.length - 1 && outer[wildcard] === ANY_RUN ? true : undefined;
}

interface Walk {
  readonly effort: Effort;
  readonly waiting: { readonly at: number; readonly places: readonly number[] }[];
  /** The sets of places that were met, by the place of `narrow`. */
  readonly seen: (readonly number[])[][];
}

/** False when the reader of `wide` is lost, or there is too much to do. */
function visit({ effort, waiting, seen }: Walk, at: number, places: readonly number[]): boolean {
  const known = seen[at] ?? [];
  effort.left -= places.length * (known.length + 1);
  if (places.length === 0 || effort.left < 0) return false;
  if (known.some((set) => isSubset(set, places))) return true;
  known.push(places);
  waiting.push({ at, places });
  return true;
}

/** True when some text fits both patterns. */
export function meet(one: Pattern, other: Pattern): boolean {
  const width = other.length + 1;
  const seen = new Uint8Array((one.length + 1) * width);
  const waiting = [0];
  seen[0] = 1;
  const visit = (a: number, b: number): void => {
    const place = a * width + b;
    if (seen[place] === 1) return;
    seen[place] = 1;
    waiting.push(place);
  };
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const a = Math.floor(place / width);
    const b = place % width;
    if (a === one.length && b === other.length) return true;
    const left = one[a];
    const right = other[b];
    if (left !== undefined && isRun(left)) visit(a + 1, b);
    if (right !== undefined && isRun(right)) visit(a, b + 1);
    if (left === undefined || right === undefined || !shareLetter(left, right)) continue;
    visit(isRun(left) ? a : a + 1, isRun(right) ? b : b + 1);
  }
  return false;
}

function isRun(token: number): boolean {
  return token === ANY_RUN || token === SEGMENT_RUN;
}

function isSegmentToken(token: number): boolean {
  return token === SEGMENT_RUN || token === SEGMENT_ONE;
}

function shareLetter(left: number, right: number): boolean {
  if (left >= 0 && right >= 0) return left === right;
  return left >= 0 ? takes(right, left) : right >= 0 ? takes(left, right) : true;
}

function takes(token: number, letter: number): boolean {
  if (token === ANY_RUN || token === ANY_ONE) return true;
  return isSegmentToken(token) ? letter !== COLON : token === letter;
}

function lettersOf(token: number, letters: readonly number[]): readonly number[] {
  if (token >= 0) return [token];
  return isSegmentToken(token) ? [OTHER] : letters;
}

/** Where the reader may be after one more letter. */
function step(pattern: Pattern, places: readonly number[], letter: number): readonly number[] {
  const next: number[] = [];
  for (const place of places) {
    const token = pattern[place];
    if (token !== undefined && takes(token, letter)) next.push(isRun(token) ? place : place + 1);
  }
  return closure(pattern, next);
}

/** The places themselves, and those behind the runs that may be empty; in order, each once. */
function closure(pattern: Pattern, places: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (let place of places) {
    while (!all.has(place)) {
      all.add(place);
      const token = pattern[place];
      if (token === undefined || !isRun(token)) break;
      place++;
    }
  }
  return [...all].sort((a, b) => a - b);
}

function isSubset(part: readonly number[], whole: readonly number[]): boolean {
  if (part.length > whole.length) return false;
  let at = 0;
  for (const place of whole) {
    if (part[at] === place) at++;
  }
  return at === part.length;
}

/** `?` takes a character, which may be two units of the text: here they are one token. */
function toCharacters(pattern: Pattern): readonly number[] {
  const characters: number[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const unit = pattern[index] ?? 0;
    const next = pattern[index + 1] ?? 0;
    const isPair = unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
    characters.push(isPair ? (unit - 0xd800) * 0x400 + (next - 0xdc00) + 0x10000 : unit);
    if (isPair) index++;
  }
  return characters;
}
