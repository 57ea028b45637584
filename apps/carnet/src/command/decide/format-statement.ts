import {
  type ElementExplanation,
  positionWithin,
  type StatementExplanation,
  type TextNode,
} from '@carnet/policy';
import type { Answer } from './answer.ts';
import { formatExcerpt, type Mark } from './format-excerpt.ts';
import { statementName } from './statement-name.ts';

/** How many elements do not fit. */
export function distanceOf({ elements }: StatementExplanation): number {
  return elements.filter(({ holds }) => !holds).length;
}

/** What a statement came to, and the places in its file that made it so. */
export function formatStatement(
  { question, textOf }: Answer,
  statement: StatementExplanation,
): readonly string[] {
  const { policy, statementIndex, effect, elements, truth } = statement;
  const document = question.documents.find((one) => one.policy === policy);
  const name = statementName(policy, statementIndex);
  const fits = distanceOf(statement) === 0;
  const verb = effect === 'Allow' ? 'allows' : 'denies';
  const unknown = truth === 'unknown' ? ' (unknown: a key is missing)' : '';
  const heading = fits ? `${name} ${verb}${unknown}` : `${name} does not match${unknown}`;
  const file = document && textOf(document);
  if (document === undefined || file === undefined) return [heading, ''];
  const markOf = ({ position, text }: TextNode): Mark => {
    const placed = positionWithin(document.start, position);
    return { position: placed, length: lengthOf(file.text, placed.offset, text) };
  };
  const excerpts = elements
    .filter(({ holds }) => fits || !holds)
    .flatMap((one) => formatExcerpt(file, one.values.map(markOf), toldElement(one)));
  return [heading, ...excerpts];
}

/** Columns of a value as it is written, with its quotes and escapes. */
function lengthOf(text: string, offset: number, value: string): number {
  if (text[offset] !== '"') return value.length;
  let end = offset + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1 - offset;
}

/** What the request carries, beside the values that are marked. */
function toldElement({ element, key, holds, carried, ...more }: ElementExplanation): string {
  const name = key === undefined ? element : `\`${key}\``;
  if (more.truth === 'unknown') return `unknown: the request carries no ${quoted(more.missing)}`;
  if (carried === undefined) return `the request carries no ${name}`;
  const value = quoted([carried].flat());
  if (more.isUndecidable) {
    const isOfSet = /^For(?:All|Any)Values?:/i.test(more.operator ?? '');
    return Array.isArray(carried) && carried.length > 1 && !isOfSet
      ? 'the request carries several values, and the operator takes one'
      : `cannot be compared with ${value}`;
  }
  if (holds) return `the request: ${value}`;
  const failing = more.failing.length === 0 ? '' : `, and ${quoted(more.failing)} does not pass`;
  const variables = quoted(more.missing.map((variable) => `\${${variable}}`));
  const valueless = variables === '' ? '' : `, and ${variables} has no value`;
  return `the request: ${value}${failing}${valueless}`;
}

export function quoted(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ');
}
