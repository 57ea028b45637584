import { checkExpectation, type DecisionCase, explain } from '@carnet/policy';
import { exitCode } from '../failure.ts';
import { explanationJson } from './decide/explanation-json.ts';
import { formatExplanation } from './decide/format-explanation.ts';
import { type QuestionFlags, readQuestions } from './decide/read-questions.ts';

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
export function decide(files: readonly string[], flags: DecideFlags): void {
  const questions = readQuestions(files, flags);
  const answers = questions.map(({ question, textOf }) => {
    const explanation = explain(question.request, question.policies, { simulate: flags.simulate });
    return { question, textOf, explanation };
  });
  if (flags.check) {
    check(answers.map(({ question, explanation }) => ({ question, ...explanation })));
    return;
  }
  if (flags.json) {
    const decisions = answers.map(({ question, explanation }) =>
      explanationJson(question, explanation),
    );
    process.stdout.write(`${JSON.stringify({ decisions }, undefined, 2)}\n`);
  } else {
    const texts = answers.map((answer) => formatExplanation(answer, { all: flags.all ?? false }));
    process.stdout.write(texts.join('\n'));
  }
  const denied = answers.some(({ explanation }) => explanation.decision.decision !== 'allowed');
  if (denied) process.exitCode = exitCode.denied;
}

/** One line for each question that is not answered as its file expects. */
function check(
  answers: readonly {
    readonly question: DecisionCase;
    readonly decision: Parameters<typeof checkExpectation>[1];
  }[],
): void {
  let wrong = 0;
  for (const { question, decision } of answers) {
    const differences = checkExpectation(question, decision);
    if (differences.length === 0) continue;
    wrong += 1;
    process.stdout.write(`wrong: ${question.name ?? 'a question without a name'}\n`);
    for (const { field, expected, actual } of differences) {
      const line = `${field} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
      process.stdout.write(`  ${line}\n`);
    }
  }
  const unasked = answers.filter(({ question }) => question.expect === undefined).length;
  const silent = unasked === 0 ? '' : `, ${unasked} expect nothing`;
  const noun = answers.length === 1 ? 'question' : 'questions';
  process.stdout.write(`${answers.length} ${noun}, ${wrong} wrong${silent}\n`);
  if (wrong > 0) process.exitCode = exitCode.denied;
}
