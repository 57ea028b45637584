import type { CompiledPolicy, ElementExplanation, Principal } from '@carnet/policy';
import type { Answer } from './answer.ts';
import { deniedSentence } from './denied-sentence.ts';

/** An explanation as plain data: statements by the names and places of their policies. */
export function explanationJson({ question, file, explanation, remarks }: Answer): object {
  const { principal, action, resource, resourceAccount } = question.request;
  const { decision, gates, singleChanges, bounds } = explanation;
  const isAllowed = decision.decision === 'allowed';
  return {
    name: question.name,
    file,
    request: { principal: nameOf(principal), action, resource, resourceAccount },
    decision: decision.decision,
    stoppedBy: decision.stoppedBy,
    message: isAllowed ? undefined : deniedSentence(question, decision),
    remarks,
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

/** As a question names it. */
function nameOf(principal: Principal): string {
  if (principal.kind === 'anonymous') return '*';
  return principal.kind === 'service' ? principal.service : principal.arn;
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
