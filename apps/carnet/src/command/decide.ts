import { checkExpectation } from '@carnet/policy';
import { exitCode } from '../failure.ts';
import { type Answer, answer } from './decide/answer.ts';
import { checkUsage } from './decide/check-usage.ts';
import { escapedLines } from './decide/escape-control.ts';
import { explanationJson } from './decide/explanation-json.ts';
import { formatExplanation } from './decide/format-explanation.ts';
import type { QuestionFlags } from './decide/question-of-flags.ts';
import { readQuestions } from './decide/read-questions.ts';
import { writeOutput } from './decide/write-output.ts';

export interface DecideFlags extends QuestionFlags {
  readonly json?: boolean;
  readonly simulate?: boolean;
  readonly all?: boolean;
  readonly check?: boolean;
}

/**
 * Answers questions that stand in files, with the engine that stands before every call, and says
 * why. No server is asked. Exits with 3 when one is denied or, with `--check`, not as expected.
 */
export async function decide(files: readonly string[], flags: DecideFlags): Promise<void> {
  checkUsage(files, flags);
  const answers = readQuestions(files, flags).map((one) => answer(one, flags.simulate ?? false));
  if (flags.check) return check(answers);
  const denied = answers.some(({ explanation }) => explanation.decision.decision !== 'allowed');
  if (denied) process.exitCode = exitCode.denied;
  await writeOutput(flags.json ? formatJson(answers) : formatText(answers, flags.all ?? false));
}

/** JSON is written with escapes of its own, which leave out what follows U+007E. */
function formatJson(answers: readonly Answer[]): string {
  const text = JSON.stringify({ decisions: answers.map(explanationJson) }, undefined, 2);
  return `${escapedLines(text.split('\n'))}\n`;
}

function formatText(answers: readonly Answer[], all: boolean): string {
  return answers.map((one) => formatExplanation(one, { all })).join('\n');
}

/** One line for each question that is not answered as its file expects. */
async function check(answers: readonly Answer[]): Promise<void> {
  const lines: string[] = [];
  let wrong = 0;
  for (const { question, explanation } of answers) {
    const differences = checkExpectation(question, explanation.decision);
    if (differences.length === 0) continue;
    wrong += 1;
    lines.push(`wrong: ${question.name ?? 'a question without a name'}`);
    for (const { field, expected, actual } of differences) {
      const line = `${field} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
      lines.push(`  ${line}`);
    }
  }
  const unasked = answers.filter(({ question }) => question.expect === undefined).length;
  const silent = unasked === 0 ? '' : `, ${unasked} expect nothing`;
  const noun = answers.length === 1 ? 'question' : 'questions';
  lines.push(`${answers.length} ${noun}, ${wrong} wrong${silent}`);
  if (wrong > 0) process.exitCode = exitCode.denied;
  await writeOutput(`${escapedLines(lines)}\n`);
}
