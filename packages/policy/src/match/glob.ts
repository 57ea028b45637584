/**
 * Patterns as tokens, matched by a two-pointer walk. A token is the code of a literal UTF-16 unit, or
 * one of the negative wildcards below. No regular expression is built: seven stars in one take
 * minutes, and here they take what one star takes.
 */
export type Pattern = readonly number[];

/** `*`: any run, the empty one too. */
export const ANY_RUN = -1;
/** `?`: exactly one character. */
export const ANY_ONE = -2;
/** `*` inside one of the first five segments of an ARN: stops at a colon. */
export const SEGMENT_RUN = -3;
/** `?` inside one of the first five segments of an ARN: no colon. */
export const SEGMENT_ONE = -4;

const COLON = 58;
const STAR = 42;
const QUESTION_MARK = 63;
/** No run to go back to: what stands behind one is the second token at the earliest. */
const NO_TOKEN = 0;

/** The pattern that a text without variables stands for. */
export function globPattern(text: string): Pattern {
  const pattern: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    pattern.push(code === STAR ? ANY_RUN : code === QUESTION_MARK ? ANY_ONE : code);
  }
  return pattern;
}

/** True when the whole of `text` fits `pattern`. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  return walkPattern(pattern, text, 0, Number.POSITIVE_INFINITY) === true;
}

/**
 * Whether the text fits from a place on; undefined when more steps were needed. It remembers two
 * places to go back to: the latest run that may cross colons, and the latest run of the segment being
 * matched. That is enough: an earlier run of the same sort could only take what the later one can
 * take as well, since in a segment nothing takes a colon but a colon.
 */
export function walkPattern(
  pattern: Pattern,
  text: string,
  from: number,
  mostSteps: number,
): boolean | undefined {
  let steps = 0;
  let at = from;
  let token = 0;
  // What stands behind a run: the token, and the place up to which the run has taken the text.
  let runToken = NO_TOKEN;
  let runAt = at;
  let segmentToken = NO_TOKEN;
  let segmentAt = at;
  while (at < text.length || token < pattern.length) {
    steps++;
    if (steps > mostSteps) return undefined;
    const wanted = pattern[token];
    if (wanted === ANY_RUN) {
      runToken = ++token;
      runAt = at;
      segmentToken = NO_TOKEN;
      if (token === pattern.length) return true;
    } else if (wanted === SEGMENT_RUN) {
      segmentToken = ++token;
      segmentAt = at;
    } else if (wanted === text.charCodeAt(at)) {
      at++;
      token++;
    } else if (at < text.length && takesOne(wanted, text, at)) {
      at += widthOf(text, at);
      token++;
    } else if (segmentToken !== NO_TOKEN && segmentAt < text.length && !isColon(text, segmentAt)) {
      at = ++segmentAt;
      token = segmentToken;
    } else if (runToken !== NO_TOKEN && runAt < text.length) {
      at = ++runAt;
      token = runToken;
    } else {
      return false;
    }
  }
  return true;
}

/** A `?`: any character, in the first five segments of an ARN any but a colon. */
function takesOne(token: number | undefined, text: string, at: number): boolean {
  return token === ANY_ONE || (token === SEGMENT_ONE && !isColon(text, at));
}

/** UTF-16 units of the character at a place: a surrogate pair is one character. */
function widthOf(text: string, at: number): number {
  return text.codePointAt(at) === text.charCodeAt(at) ? 1 : 2;
}

function isColon(text: string, at: number): boolean {
  return text.charCodeAt(at) === COLON;
}
