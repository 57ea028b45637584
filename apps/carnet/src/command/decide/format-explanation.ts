import type {
  Explanation,
  GateExplanation,
  SingleChange,
  StatementExplanation,
} from '@carnet/policy';
import type { Answer } from './answer.ts';
import { deniedSentence } from './denied-sentence.ts';
import { escapedLines } from './escape-control.ts';
import { distanceOf, formatStatement, quoted } from './format-statement.ts';
import { statementName } from './statement-name.ts';

/** Statements that were not near enough to matter are counted, and shown with `all`. */
const MOST_STATEMENTS = 5;

/** Changes that are told; the others are counted, for the first are the smallest. */
const MOST_CHANGES = 5;

/** A decision for a person at a terminal: what, each gate, and the statements with their reasons. */
export function formatExplanation(answer: Answer, options: { readonly all: boolean }): string {
  const { question, explanation, remarks } = answer;
  const { decision, gates } = explanation;
  const { request } = question;
  const head = question.name === undefined ? [] : [question.name];
  head.push(`${decision.decision}: ${request.action} on ${request.resource}`);
  if (decision.decision !== 'allowed') head.push(deniedSentence(question, decision));
  const sections = [
    head,
    gates.flatMap((gate) => formatGate(gate, explanation)),
    remarks,
    [
      ...formatStatements(answer, chooseStatements(explanation, options.all)),
      ...formatOutlook(explanation),
    ],
  ];
  const lines = sections.filter(({ length }) => length > 0).flatMap((section) => ['', ...section]);
  return `${escapedLines(lines.slice(1)).trimEnd()}\n`;
}

/** What would be otherwise: with keys that are missing, and with one change. */
function formatOutlook({ decision, bounds, singleChanges }: Explanation): readonly string[] {
  const lines: string[] = [];
  if (decision.missingContextValues.length > 0) {
    lines.push(`the request does not carry ${quoted(decision.missingContextValues)}`);
  }
  if (bounds !== undefined) {
    const { best, worst } = bounds;
    const settled = best === worst ? 'no missing key changes it' : `${worst} to ${best}`;
    lines.push(`with the keys that are missing: ${settled}`);
  }
  const told = singleChanges.slice(0, MOST_CHANGES);
  lines.push(...told.map((change) => `one change would allow it: ${toldChange(change)}`));
  const left = singleChanges.length - told.length;
  if (left > 0) lines.push(`${left} more changes would each allow it; \`--json\` has them`);
  return lines;
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

function formatStatements(
  answer: Answer,
  { shown, left }: ReturnType<typeof chooseStatements>,
): readonly string[] {
  const lines = shown.flatMap((statement) => formatStatement(answer, statement));
  if (left === 0) return lines;
  return [...lines, `${left} more statements do not fit; \`--all\` shows them`, ''];
}

function toldChange({ policy, statementIndex, kind, element }: SingleChange): string {
  const name = statementName(policy, statementIndex);
  const carried = quoted([element?.carried ?? ''].flat());
  if (kind === 'lift') return `if ${name} did not deny it`;
  if (kind === 'name') return `if ${name} named ${carried} itself`;
  if (element?.element === 'Condition') {
    return `if the condition ${element.operator} on \`${element.key}\` of ${name} held`;
  }
  const part = `the ${element?.element} of ${name}`;
  // What is in the list of a NotAction is what the statement is not about.
  if (element?.element.startsWith('Not')) return `if ${part} left ${carried} out`;
  return `if ${part} fitted ${carried}`;
}
