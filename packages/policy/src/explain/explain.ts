import { coversAction } from '../compile/action-index.ts';
import { askAll } from '../evaluate/answers.ts';
import { type AskPolicies, matchStatement } from '../evaluate/ask-policies.ts';
import type {
  ApplicablePolicies,
  AuthorizationRequest,
} from '../evaluate/authorization-request.ts';
import { decide } from '../evaluate/authorize.ts';
import { Question } from '../evaluate/question.ts';
import {
  type AskedPolicies,
  type AskedStatement,
  countAsked,
  type DecideWith,
} from './asked-policies.ts';
import { explainGates } from './explain-gates.ts';
import { explainStatement } from './explain-statement.ts';
import type { Explanation } from './explanation.ts';
import { findBounds } from './find-bounds.ts';
import { findSingleChanges } from './find-single-changes.ts';

export interface ExplainOptions {
  /** A condition on a key that the request does not carry is `unknown`, neither true nor false. */
  readonly simulate?: boolean;
}

/**
 * Decides as `authorize` does, by the same rules in the same order, and keeps what every statement
 * of every policy said. It asks each statement, without the index of actions, and takes apart what
 * did not match: for whoever wants to know why, not for every request.
 */
export function explain(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  options: ExplainOptions = {},
): Explanation {
  const simulate = options.simulate ?? false;
  const question = new Question(request, policies);
  const asked: AskedPolicies[] = [];
  const ask: AskPolicies = (type, list, _question, matches) => {
    const statements = list.flatMap((policy) =>
      policy.statements.map((statement, index): AskedStatement => {
        const action = policy.actions.elements[index];
        const covers = action !== undefined && coversAction(action, question.action.folded);
        const match = covers ? matchStatement(statement, question) : 'none';
        return { ...explainStatement(policy, index, { request, policies, simulate }), match };
      }),
    );
    asked.push({ type, statements });
    return countAsked(type, statements, ({ match }) => match, matches);
  };
  const decision = decide(request, question, askAll(question, request, policies, ask));

  const decideWith: DecideWith = (override) => {
    const rest = asked.values();
    const again: AskPolicies = (type, _list, _question, matches) =>
      countAsked(type, rest.next().value?.statements ?? [], override, matches);
    return decide(request, question, askAll(question, request, policies, again)).decision;
  };
  return {
    decision,
    gates: explainGates(asked, policies),
    singleChanges: findSingleChanges(decision, asked, decideWith),
    bounds: simulate ? findBounds(decideWith) : undefined,
  };
}
