import type { ValueSource } from '../condition/comparison.ts';
import { compilePattern, fitsRest, fitsRuns, type PatternRest } from './compiled-pattern.ts';
import { ANY_RUN } from './glob.ts';
import {
  type PolicyVariable,
  substitute,
  type Template,
  withoutVariables,
} from './policy-variable.ts';
import { matchesAnySize } from './state-set.ts';

/** A pattern that may hold variables, taken apart once. */
export interface CompiledTemplate {
  /** The text before the first wildcard or variable. */
  readonly start: string;
  /** What follows; undefined when the template is its start and nothing more. */
  readonly rest: PatternRest | VariableRest | undefined;
  /** The next one of a list, any of which may fit. */
  readonly next: CompiledTemplate | undefined;
}

interface VariableRest {
  readonly kind: 'variables';
  /** The whole template, its start too. */
  readonly template: Template;
  readonly variables: readonly PolicyVariable[];
  /** The pieces of each text between runs; undefined where there are other wildcards than runs. */
  readonly texts: readonly (readonly Piece[])[] | undefined;
  /** What the texts came to the last time: mostly the same callers come again. */
  filled: Filled | undefined;
}

interface Filled {
  readonly values: readonly (string | undefined)[];
  readonly first: string;
  readonly runs: readonly string[];
  /** Undefined when there are no runs. */
  readonly last: string | undefined;
}

type Piece = string | PolicyVariable;

export function compileTemplate(template: Template, next?: CompiledTemplate): CompiledTemplate {
  const tokens = withoutVariables(template);
  const { start, rest } =
    tokens === undefined ? compileVariables(template) : compilePattern(tokens);
  return { start, rest, next };
}

function compileVariables(template: Template): { start: string; rest: VariableRest } {
  const start = template.slice(
    0,
    template.findIndex((part) => typeof part !== 'number'),
  );
  const hasRunsOnly = template.every((part) => typeof part !== 'number' || part >= ANY_RUN);
  const rest: VariableRest = {
    kind: 'variables',
    template,
    variables: template.filter((part) => typeof part !== 'number'),
    texts: hasRunsOnly ? textsOf(template) : undefined,
    filled: undefined,
  };
  return { start: compilePattern(withoutVariables(start) ?? []).start, rest };
}

function textsOf(template: Template): readonly (readonly Piece[])[] {
  const texts: Piece[][] = [];
  let pieces: Piece[] = [];
  let literal = '';
  const closePiece = () => {
    if (literal !== '') pieces.push(literal);
    literal = '';
  };
  for (const part of template) {
    if (typeof part !== 'number') {
      closePiece();
      pieces.push(part);
    } else if (part === ANY_RUN) {
      closePiece();
      texts.push(pieces);
      pieces = [];
    } else {
      literal += String.fromCharCode(part);
    }
  }
  closePiece();
  return [...texts, pieces];
}

/** True when the whole text fits; a template one of whose variables has no value fits nothing. */
export function fitsTemplate(
  { start, rest }: CompiledTemplate,
  text: string,
  source: ValueSource,
): boolean {
  if (rest === undefined) return text === start;
  return rest.kind === 'variables'
    ? fitsVariables(rest, text.startsWith(start), text, source)
    : fitsRest(start, rest, text);
}

/**
 * Every variable is asked for, wherever the text differs already: who is denied wants to know all
 * keys that were missing.
 */
function fitsVariables(
  rest: VariableRest,
  begins: boolean,
  text: string,
  source: ValueSource,
): boolean {
  const { template, variables, texts } = rest;
  let isFilled = true;
  for (let index = 0; index < variables.length; index++) {
    const variable = variables[index];
    const value = variable && source.resolve(variable);
    if (value === undefined) return false;
    if (rest.filled?.values[index] !== value) isFilled = false;
  }
  if (!begins) return false;
  if (texts === undefined) {
    const tokens = substitute(template, (variable) => source.resolve(variable));
    return tokens !== undefined && matchesAnySize(tokens, text);
  }
  const filled = isFilled && rest.filled ? rest.filled : fill(texts, variables, source);
  rest.filled = filled;
  const { first, runs, last } = filled;
  if (last === undefined) return text === first;
  return text.startsWith(first) && fitsRuns(text, first.length, runs, last);
}

function fill(
  texts: readonly (readonly Piece[])[],
  variables: readonly PolicyVariable[],
  source: ValueSource,
): Filled {
  const [first = '', ...runs] = texts.map((pieces) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : source.resolve(piece))).join(''),
  );
  const values = variables.map((variable) => source.resolve(variable));
  return { values, first, last: runs.pop(), runs };
}
