/**
 * Blanks out what is not code, keeping every offset and line break, so that a plain search finds
 * code only. Good enough for formatted TypeScript; not a parser.
 */
export function mask(source: string, what: 'comments' | 'commentsAndStrings'): string {
  const state: State = { source, out: [...source], at: 0, strings: what !== 'comments' };
  scan(state, false);
  return state.out.join('');
}

interface State {
  readonly source: string;
  readonly out: string[];
  at: number;
  readonly strings: boolean;
}

/** Scans code up to the end or, inside a template, up to the brace that closes `${`. */
function scan(state: State, insideTemplate: boolean): void {
  let depth = 0;
  while (state.at < state.source.length) {
    const char = state.source.charAt(state.at);
    const pair = state.source.slice(state.at, state.at + 2);
    if (pair === '//') {
      blankTo(state, endOf(state.source, '\n', state.at), true);
    } else if (pair === '/*') {
      blankTo(state, endOf(state.source, '*/', state.at + 2) + 2, true);
    } else if (char === "'" || char === '"') {
      blankTo(state, endOfQuoted(state.source, state.at, char), state.strings, 1);
    } else if (char === '`') {
      template(state);
    } else if (char === '/' && startsRegExp(state)) {
      blankTo(state, endOfRegExp(state.source, state.at), state.strings, 1);
    } else if (insideTemplate && char === '}' && depth === 0) {
      return;
    } else {
      depth += char === '{' ? 1 : char === '}' ? -1 : 0;
      state.at += 1;
    }
  }
}

/** Moves to `end`, blanking on the way all but `rim` characters at both ends. */
function blankTo(state: State, end: number, blank: boolean, rim = 0): void {
  const last = Math.min(end, state.source.length);
  for (let at = state.at + rim; blank && at < last - rim; at += 1) {
    if (state.source[at] !== '\n') state.out[at] = ' ';
  }
  state.at = last;
}

function template(state: State): void {
  state.at += 1;
  while (state.at < state.source.length && state.source[state.at] !== '`') {
    if (state.source.startsWith('${', state.at)) {
      state.at += 2;
      scan(state, true);
      state.at += 1;
    } else {
      blankTo(state, state.at + (state.source[state.at] === '\\' ? 2 : 1), state.strings);
    }
  }
  state.at += 1;
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found;
}

function endOfQuoted(source: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') {
    at += source[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

/** A slash begins a regular expression where no value can stand before it. */
function startsRegExp(state: State): boolean {
  const before = state.source.slice(Math.max(0, state.at - 40), state.at).trimEnd();
  return before === '' || /(?:[(,=:[!&|?{};>]|\b(?:return|case|typeof))$/.test(before);
}

function endOfRegExp(source: string, start: number): number {
  let inClass = false;
  let at = start + 1;
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true;
    else if (source[at] === ']') inClass = false;
    at += source[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}
