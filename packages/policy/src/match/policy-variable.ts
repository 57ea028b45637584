import { foldAscii } from './fold-ascii.ts';
import { ANY_ONE, ANY_RUN, type Pattern } from './glob.ts';

/** `${key}` or `${key, 'default'}` in a policy's value. */
export interface PolicyVariable {
  /** Folded, as the request context wants it. */
  readonly key: string;
  /** As written. */
  readonly name: string;
  readonly default: string | undefined;
  /** The whole of it as written, for the places where a variable is only text. */
  readonly source: string;
}

/** A value in its parts: pattern tokens, and variables between them. */
export type Template = readonly (number | PolicyVariable)[];

/** What a variable stands for; undefined when it has no value (or more than one). */
export type Resolve = (variable: PolicyVariable) => string | undefined;

/**
 * Reads a value. With `variables` (Version 2012-10-17) `${…}` names a variable and `${*}`, `${?}`,
 * `${$}` stand for the character itself; without, everything but the wildcards is literal.
 * What looks like a variable and is none stays literal text.
 */
export function parseTemplate(text: string, variables: boolean): Template {
  const parts: (number | PolicyVariable)[] = [];
  let index = 0;
  while (index < text.length) {
    const found = variables ? readVariable(text, index) : undefined;
    if (found !== undefined) {
      parts.push(found.part);
      index = found.end;
    } else {
      parts.push(wildcardOrLiteral(text, index));
      index++;
    }
  }
  return parts;
}

function wildcardOrLiteral(text: string, index: number): number {
  const character = text[index];
  return character === '*' ? ANY_RUN : character === '?' ? ANY_ONE : text.charCodeAt(index);
}

interface FoundVariable {
  readonly part: number | PolicyVariable;
  readonly end: number;
}

/** Tag keys may hold spaces, so a name ends at the comma or the brace and is trimmed afterwards. */
const VARIABLE = /\$\{(?:([*?$])|([^${}'",*?]+)(?:,\s*'([^']*)'\s*)?)\}/y;

function readVariable(text: string, start: number): FoundVariable | undefined {
  VARIABLE.lastIndex = start;
  const match = VARIABLE.exec(text);
  if (match === null) return undefined;
  const [source, escaped, written, fallback] = match;
  const end = start + source.length;
  if (escaped !== undefined) return { part: escaped.charCodeAt(0), end };
  const name = written?.trim();
  if (!name) return undefined;
  return { part: { key: foldAscii(name), name, default: fallback, source }, end };
}

/** The tokens of a template that has no variables; undefined when it has one. */
export function withoutVariables(template: Template): Pattern | undefined {
  const tokens: number[] = [];
  for (const part of template) {
    if (typeof part !== 'number') return undefined;
    tokens.push(part);
  }
  return tokens;
}

/**
 * The tokens with every variable put in. What is put in is literal: a `*` in a tag's value is no
 * wildcard. Undefined when a variable has no value, and when the values together are longer than
 * `longest`, the text to be fitted: a caller chooses values, and must not choose the work with them.
 * Every variable is asked for: who is denied wants to know all keys that were missing.
 */
export function substitute(
  template: Template,
  resolve: Resolve,
  longest: number,
): Pattern | undefined {
  const tokens: number[] = [];
  let fits = true;
  let length = 0;
  for (const part of template) {
    if (typeof part === 'number') {
      tokens.push(part);
      continue;
    }
    const value = resolve(part);
    if (value !== undefined) length += value.length;
    if (value === undefined || length > longest) fits = false;
    else pushText(tokens, value);
  }
  return fits ? tokens : undefined;
}

/** A text in its parts, for operators without wildcards and between the runs of others. */
export type Piece = string | PolicyVariable;

/** The pieces of a template in which a `*` is an asterisk and a `?` a question mark. */
export function piecesOf(template: Template): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const part of template) {
    const before = pieces.at(-1);
    if (typeof part !== 'number') pieces.push(part);
    else if (typeof before !== 'string') pieces.push(literalText([part]));
    else pieces[pieces.length - 1] = before + literalText([part]);
  }
  return pieces;
}

/** The texts of pieces; undefined when a variable has no value. Every variable is asked for. */
export function fillPieces(
  pieces: readonly Piece[],
  resolve: Resolve,
): readonly string[] | undefined {
  const texts: string[] = [];
  let isWhole = true;
  for (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : resolve(piece);
    if (text === undefined) isWhole = false;
    else texts.push(text);
  }
  return isWhole ? texts : undefined;
}

/** Whether the whole is these texts one after the other, without putting them together. */
export function isJoined(texts: readonly string[], whole: string): boolean {
  let at = 0;
  for (const text of texts) {
    if (!whole.startsWith(text, at)) return false;
    at += text.length;
  }
  return at === whole.length;
}

/** Variables before the fifth colon of a Resource entry are text and never had a meaning. */
export function variablesOnlyInResourcePart(template: Template): Template {
  let colons = 0;
  return template.flatMap((part) => {
    if (part === 58) colons++;
    if (typeof part === 'number' || colons >= 5) return [part];
    const text: number[] = [];
    pushText(text, part.source);
    return text;
  });
}

/** For operators without wildcards: a `*` is an asterisk. */
export function literalText(tokens: Pattern): string {
  let text = '';
  for (const token of tokens) {
    text += token === ANY_RUN ? '*' : token === ANY_ONE ? '?' : String.fromCharCode(token);
  }
  return text;
}

function pushText(tokens: number[], text: string): void {
  for (let index = 0; index < text.length; index++) tokens.push(text.charCodeAt(index));
}
