import type { ValueSource } from '../condition/comparison.ts';
import { compilePattern, fitsRest, fitsRuns, type PatternRest } from './compiled-pattern.ts';
import { ANY_RUN } from './glob.ts';
import {
  type Piece,
  type PolicyVariable,
  piecesOf,
  substitute,
  type Template,
  withoutVariables,
} from './policy-variable.ts';
import { matchesAnySize } from './state-set.ts';

/** A pattern that may hold variables, taken apart once. */
export interface CompiledTemplate {
  /** The text before the first wildcard; nothing where there are variables. */
  readonly start: string;
  /** What follows; undefined when the template is its start and nothing more. */
  readonly rest: PatternRest | VariableRest | undefined;
  /** The next one of a list, any of which may fit. */
  readonly next: CompiledTemplate | undefined;
}

interface VariableRest {
  readonly kind: 'variables';
  readonly template: Template;
  readonly variables: readonly PolicyVariable[];
  /** Of the texts without the values. */
  readonly literalLength: number;
  /** The pieces of each text between runs; undefined where there are other wildcards than runs. */
  readonly texts: readonly (readonly Piece[])[] | undefined;
}

export function compileTemplate(template: Template, next?: CompiledTemplate): CompiledTemplate {
  const tokens = withoutVariables(template);
  const { start, rest } =
    tokens === undefined ? compileVariables(template) : compilePattern(tokens);
  return { start, rest, next };
}

function compileVariables(template: Template): { start: string; rest: VariableRest } {
  const hasRunsOnly = template.every((part) => typeof part !== 'number' || part >= ANY_RUN);
  const rest: VariableRest = {
    kind: 'variables',
    template,
    variables: template.filter((part) => typeof part !== 'number'),
    literalLength: template.filter((part) => typeof part === 'number' && part >= 0).length,
    texts: hasRunsOnly ? textsOf(template) : undefined,
  };
  return { start: '', rest };
}

function textsOf(template: Template): readonly (readonly Piece[])[] {
  const texts: (readonly Piece[])[] = [];
  let from = 0;
  for (let index = 0; index <= template.length; index++) {
    if (index < template.length && template[index] !== ANY_RUN) continue;
    texts.push(piecesOf(template.slice(from, index)));
    from = index + 1;
  }
  return texts;
}

/** True when the whole text fits; a template one of whose variables has no value fits nothing. */
export function fitsTemplate(
  { start, rest }: CompiledTemplate,
  text: string,
  source: ValueSource,
): boolean {
  if (rest === undefined) return text === start;
  return rest.kind === 'variables'
    ? fitsVariables(rest, text, source)
    : fitsRest(start, rest, text);
}

/**
 * Every variable is asked for, wherever the text differs already: who is denied wants to know all
 * keys that were missing.
 */
function fitsVariables(
  { template, variables, texts, literalLength }: VariableRest,
  text: string,
  source: ValueSource,
): boolean {
  let isWhole = true;
  const values: string[] = [];
  for (const variable of variables) {
    const value = source.resolve(variable);
    if (value === undefined) isWhole = false;
    else values.push(value);
  }
  if (!isWhole) return false;
  if (texts === undefined) {
    const tokens = substitute(template, (variable) => source.resolve(variable), text.length);
    return tokens !== undefined && matchesAnySize(tokens, text);
  }
  // A caller chooses the values: what is longer than the text is not put together.
  let length = literalLength;
  for (const value of values) length += value.length;
  return length <= text.length && fitsTexts(texts, values, text);
}

function fitsTexts(
  [first = [], ...others]: readonly (readonly Piece[])[],
  values: readonly string[],
  text: string,
): boolean {
  let at = 0;
  let next = 0;
  for (const piece of first) {
    const part = typeof piece === 'string' ? piece : values[next++];
    if (part === undefined || !text.startsWith(part, at)) return false;
    at += part.length;
  }
  const filled = others.map((pieces) => {
    let whole = '';
    for (const piece of pieces) whole += typeof piece === 'string' ? piece : values[next++];
    return whole;
  });
  const last = filled.pop();
  return last === undefined ? at === text.length : fitsRuns(text, at, filled, last);
}
