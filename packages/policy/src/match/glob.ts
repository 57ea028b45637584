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
/** No token: there is no run to go back to. */
const NO_TOKEN = -1;

/** The pattern that a text without variables stands for. */
export function globPattern(text: string): Pattern {
  const pattern: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    pattern.push(code === STAR ? ANY_RUN : code === QUESTION_MARK ? ANY_ONE : code);
  }
  return pattern;
}

/**
 * True when the whole of `text` fits `pattern`. It remembers two places to go back to: the latest
 * run that may cross colons, and the latest run of the segment being matched. That is enough: an
 * earlier run of the same sort could only take what the later one can take as well. Time is at most
 * the product of both lengths.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let at = 0;
  let token = 0;
  let runToken = NO_TOKEN;
  let runAt = 0;
  let segmentToken = NO_TOKEN;
  let segmentAt = 0;
  while (at < text.length || token < pattern.length) {
    const wanted = pattern[token];
    if (wanted === ANY_RUN) {
      runToken = token++;
      runAt = at;
      segmentToken = NO_TOKEN;
      if (token === pattern.length) return true;
      continue;
    }
    if (wanted === SEGMENT_RUN) {
      segmentToken = token++;
      segmentAt = at;
      continue;
    }
    const width = wanted === undefined ? 0 : widthOf(wanted, text, at);
    if (width > 0) {
      at += width;
      token++;
    } else if (segmentToken !== NO_TOKEN && segmentAt < text.length && !isColon(text, segmentAt)) {
      at = ++segmentAt;
      token = segmentToken + 1;
    } else if (runToken !== NO_TOKEN && runAt < text.length) {
      at = ++runAt;
      token = runToken + 1;
      segmentToken = NO_TOKEN;
    } else {
      return false;
    }
  }
  return true;
}

/** How many UTF-16 units of the text a token takes at a place; 0 when it does not fit. */
function widthOf(token: number, text: string, at: number): number {
  if (at >= text.length) return 0;
  const code = text.charCodeAt(at);
  if (token >= 0) return code === token ? 1 : 0;
  if (token === SEGMENT_ONE && code === COLON) return 0;
  return (text.codePointAt(at) ?? code) > 0xffff ? 2 : 1;
}

function isColon(text: string, at: number): boolean {
  return text.charCodeAt(at) === COLON;
}

/** Asks whether a text fits. */
export type Matcher = (text: string) => boolean;

/** A matcher for a pattern: the usual shapes need no walk. */
export function compilePattern(pattern: Pattern): Matcher {
  const wildcard = pattern.findIndex((token) => token < 0);
  const prefix = literalText(wildcard < 0 ? pattern : pattern.slice(0, wildcard));
  if (wildcard < 0) return (text) => text === prefix;
  const rest = pattern.slice(wildcard);
  if (rest.length === 1 && rest[0] === ANY_RUN) {
    return prefix === '' ? () => true : (text) => text.startsWith(prefix);
  }
  return (text) => text.startsWith(prefix) && matchesPattern(rest, text.slice(prefix.length));
}

function literalText(pattern: Pattern): string {
  return pattern.map((code) => String.fromCharCode(code)).join('');
}
