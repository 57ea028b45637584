import type { CompiledPolicy, DecisionCase, ElementExplanation, Explanation } from '@carnet/policy';
import { deniedSentence } from './denied-sentence.ts';

/** An explanation as plain data: statements by the names and places of their policies. */
export function explanationJson(question: DecisionCase, explanation: Explanation): object {
  const { decision, gates, singleChanges, bounds } = explanation;
  const isAllowed = decision.decision === 'allowed';
  return {
    name: question.name,
    decision: decision.decision,
    stoppedBy: decision.stoppedBy,
    message: isAllowed ? undefined : deniedSentence(question, decision),
    matchedStatements: decision.matchedStatements.map(placeOf),
    missingContextValues: decision.missingContextValues,
    bounds,
    singleChanges: singleChanges.map(({ kind, element, ...change }) => ({
      ...placeOf(change),
      kind,
      element: element && elementJson(element),
    })),
    gates: gates.map(({ statements, ...gate }) => ({
      ...gate,
      statements: statements.map((one) => ({
        ...placeOf(one),
        effect: one.effect,
        truth: one.truth,
        elements: one.elements.map(elementJson),
      })),
    })),
  };
}

/** Positions are those in the text of the policy's own document. */
function placeOf(statement: {
  readonly policy: CompiledPolicy;
  readonly statementIndex: number;
}): object {
  const { policy, statementIndex } = statement;
  const { sid, start, end } = policy.document.statements[statementIndex] ?? {};
  const { type, name, arn } = policy.source;
  return { policyType: type, policyName: name, policyArn: arn, statementIndex, sid, start, end };
}

function elementJson(element: ElementExplanation): object {
  return { ...element, values: element.values.map(({ text, position }) => ({ text, position })) };
}
