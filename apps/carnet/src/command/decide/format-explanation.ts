import {
  type ElementExplanation,
  type Explanation,
  type GateExplanation,
  positionWithin,
  type SingleChange,
  type StatementExplanation,
  type TextNode,
} from '@carnet/policy';
import { deniedSentence } from './denied-sentence.ts';
import { formatExcerpt, type Mark } from './format-excerpt.ts';
import type { Question } from './read-questions.ts';
import { statementName } from './statement-name.ts';

/** Statements that were not near enough to matter are counted, and shown with `all`. */
const MOST_STATEMENTS = 5;

interface Answer extends Question {
  readonly explanation: Explanation;
}

/** A decision for a person at a terminal: what, each gate, and the statements with their reasons. */
export function formatExplanation(answer: Answer, options: { readonly all: boolean }): string {
  const { question, explanation } = answer;
  const { decision, gates, singleChanges, bounds } = explanation;
  const { request } = question;
  const lines = question.name === undefined ? [] : [question.name];
  lines.push(`${decision.decision}: ${request.action} on ${request.resource}`);
  if (decision.decision !== 'allowed') lines.push(deniedSentence(question, decision));
  lines.push('', ...gates.flatMap((gate) => formatGate(gate, explanation)), '');
  lines.push(...formatStatements(answer, chooseStatements(explanation, options.all)));
  if (decision.missingContextValues.length > 0) {
    lines.push(`the request does not carry ${quoted(decision.missingContextValues)}`);
  }
  if (bounds !== undefined) {
    const { best, worst } = bounds;
    const settled = best === worst ? 'no missing key changes it' : `${worst} to ${best}`;
    lines.push(`with the keys that are missing: ${settled}`);
  }
  lines.push(...singleChanges.map((change) => `one change would allow it: ${toldChange(change)}`));
  return `${lines.join('\n').trimEnd()}\n`;
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ');
}

/** One line for each type of policy that was asked. */
function formatGate(gate: GateExplanation, { decision }: Explanation): readonly string[] {
  const { type, level, verdict, statements } = gate;
  const stopped = type === decision.stoppedBy && verdict !== 'allowed' ? ', and stops it' : '';
  if (verdict === 'noPolicy' && stopped === '') return [];
  const matched = statements.filter(({ elements }) => elements.every(({ holds }) => holds));
  const names = matched.map((one) => statementName(one.policy, one.statementIndex));
  const name = level === undefined ? type : `${type} ${level}`;
  return [`  ${name.padEnd(20)} ${verdict}${stopped}  ${names.join(', ')}`.trimEnd()];
}

/** What decided; of an implicit denial, the statements that could have allowed it, nearest first. */
function chooseStatements(
  { decision, gates }: Explanation,
  all: boolean,
): { readonly shown: readonly StatementExplanation[]; readonly left: number } {
  if (all) return { shown: gates.flatMap(({ statements }) => statements), left: 0 };
  if (decision.decision !== 'implicitDeny') {
    const effect = decision.decision === 'allowed' ? 'Allow' : 'Deny';
    const matched = gates
      .flatMap(({ statements }) => statements)
      .filter((one) => one.effect === effect && distanceOf(one) === 0);
    return { shown: matched, left: 0 };
  }
  const candidates = gates
    .filter(({ type, verdict }) => type === decision.stoppedBy && verdict !== 'allowed')
    .flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow'))
    .sort((one, other) => rankOf(one) - rankOf(other));
  const shown = candidates.slice(0, MOST_STATEMENTS);
  return { shown, left: candidates.length - shown.length };
}

/** A statement about another action is further away than any that is about this one. */
function rankOf(statement: StatementExplanation): number {
  const action = statement.elements.find(({ element }) => /Action$/.test(element));
  return distanceOf(statement) + (action?.holds ? 0 : statement.elements.length);
}

/** How many elements do not fit. */
function distanceOf({ elements }: StatementExplanation): number {
  return elements.filter(({ holds }) => !holds).length;
}

function formatStatements(
  answer: Answer,
  { shown, left }: ReturnType<typeof chooseStatements>,
): readonly string[] {
  const texts = shown.map((statement) => formatStatement(answer, statement));
  if (left > 0) texts.push(`${left} more statements do not fit; \`--all\` shows them\n`);
  return texts;
}

function formatStatement({ question, textOf }: Answer, statement: StatementExplanation): string {
  const { policy, statementIndex, effect, elements, truth } = statement;
  const document = question.documents.find((one) => one.policy === policy);
  const name = statementName(policy, statementIndex);
  const fits = distanceOf(statement) === 0;
  const verb = effect === 'Allow' ? 'allows' : 'denies';
  const unknown = truth === 'unknown' ? ' (unknown: a key is missing)' : '';
  const heading = fits ? `${name} ${verb}${unknown}` : `${name} does not match${unknown}`;
  if (document === undefined) return `${heading}\n`;
  const file = textOf(document);
  const markOf = ({ position, text }: TextNode): Mark => {
    const placed = positionWithin(document.start, position);
    return { position: placed, length: lengthOf(file.text, placed.offset, text) };
  };
  const excerpts = elements
    .filter(({ holds }) => fits || !holds)
    .map((one) => formatExcerpt(file, one.values.map(markOf), toldElement(one)));
  return [heading, ...excerpts].join('\n');
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
  if (more.isUndecidable) return `cannot be compared with ${value}`;
  const failing = more.failing.length === 0 ? '' : `, and ${quoted(more.failing)} does not pass`;
  return holds ? `the request: ${value}` : `the request: ${value}${failing}`;
}

function toldChange({ policy, statementIndex, kind, element }: SingleChange): string {
  const name = statementName(policy, statementIndex);
  if (kind === 'lift') return `if ${name} did not deny it`;
  if (kind === 'name') return `if ${name} named ${quoted([element?.carried ?? ''].flat())} itself`;
  if (element?.element !== 'Condition') {
    return `if the ${element?.element} of ${name} fitted ${quoted([element?.carried ?? ''].flat())}`;
  }
  return `if the condition ${element.operator} on \`${element.key}\` of ${name} held`;
}
