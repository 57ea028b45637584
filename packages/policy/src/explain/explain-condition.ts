import { compileCondition } from '../condition/compile-condition.ts';
import { parseOperator } from '../condition/operator.ts';
import { Question } from '../evaluate/question.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type { Condition } from '../policy-document.ts';
import { type Asked, decisive } from './explain-element.ts';
import type { ElementExplanation } from './explanation.ts';

/** One operator with one key, and each of its values alone, as conditions of their own. */
export function explainCondition(
  condition: Condition,
  effect: 'Allow' | 'Deny',
  variables: boolean,
  { request, policies, simulate }: Asked,
): ElementExplanation {
  const { operator, key, values } = condition;
  const negated = parseOperator(operator)?.negated ?? false;
  const question = new Question(request, policies);
  const all = askCondition(condition, variables, question);
  const missing = question.missing;
  const carried = question.lookUp(foldAscii(key), key);
  const holds = effect === 'Allow' ? all.ofAllow : all.ofDeny;

  const alone = values.map((value) => {
    const probe = new Question(request, policies);
    const answer = askCondition({ ...condition, values: [value] }, variables, probe);
    return { value, answer, isKnown: probe.missing.length === 0 };
  });
  const fits = ({ isUndecidable, ofAllow }: Answer) => !isUndecidable && ofAllow !== negated;
  const culprits = alone
    .filter(({ answer }) => (all.isUndecidable ? answer.isUndecidable : fits(answer)))
    .map(({ value }) => value);
  // What fits by values that need no missing key, fits whatever that key would be.
  const known = alone.filter(({ isKnown }) => isKnown).map(({ value }) => value);
  const isSettled =
    carried !== undefined &&
    fits(askCondition({ ...condition, values: known }, variables, question));
  const isUnknown = simulate && missing.length > 0 && !isSettled;
  return {
    element: 'Condition',
    operator,
    key,
    holds,
    truth: isUnknown ? 'unknown' : holds ? 'true' : 'false',
    values: carried === undefined ? values : decisive(culprits, values),
    carried,
    failing: failingOf(condition, variables, question, carried),
    missing,
    isUndecidable: all.isUndecidable,
  };
}

interface Answer {
  readonly ofAllow: boolean;
  readonly ofDeny: boolean;
  /** Where nobody can know, an Allow and a Deny are answered differently: that is how one sees it. */
  readonly isUndecidable: boolean;
}

function askCondition(condition: Condition, variables: boolean, question: Question): Answer {
  const ofAllow = compileCondition(condition, 'Allow', variables)(question);
  const ofDeny = compileCondition(condition, 'Deny', variables)(question);
  return { ofAllow, ofDeny, isUndecidable: ofAllow !== ofDeny };
}

/** The values of a list that do not pass when the request carries each alone. */
function failingOf(
  condition: Condition,
  variables: boolean,
  question: Question,
  carried: string | readonly string[] | undefined,
): readonly string[] {
  if (carried === undefined || typeof carried === 'string') return [];
  const key = foldAscii(condition.key);
  const passes = compileCondition(condition, 'Allow', variables);
  return carried.filter((value) => {
    const lookUp: Question['lookUp'] = (asked, name) =>
      asked === key ? [value] : question.lookUp(asked, name);
    return !passes({ lookUp, resolve: (variable) => question.resolve(variable) });
  });
}
