import type { Decision } from '../decision.ts';
import { denialMessage } from '../evaluate/denial-message.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type { PolicyType } from '../policy-type.ts';
import type { DecisionCase, Expectation } from './decision-case.ts';

/** One thing in which a decision is not as the case expects it. */
export interface Difference {
  readonly field: keyof Expectation;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Everything in which a decision is not as its case expects; nothing when the case expects nothing. */
export function checkExpectation(
  { request, expect }: DecisionCase,
  decision: Decision,
): readonly Difference[] {
  if (expect === undefined) return [];
  const actual: Readonly<Record<keyof Expectation, unknown>> = {
    decision: decision.decision,
    because: becauseOf(decision),
    missing: decision.missingContextValues,
    message: denialMessage(request, decision),
  };
  // S3 quotes the resource; a case may tell either.
  const quoted = isS3(request.action)
    ? denialMessage(request, decision, { quoteResource: true })
    : undefined;
  const fields = ['decision', 'because', 'missing', 'message'] as const;
  return fields
    .filter((field) => expect[field] !== undefined && !isSame(expect[field], actual[field]))
    .filter((field) => field !== 'message' || expect.message !== quoted)
    .map((field) => ({ field, expected: expect[field], actual: actual[field] }));
}

function isS3(action: string): boolean {
  return foldAscii(action).startsWith('s3:');
}

function becauseOf(decision: Decision): readonly string[] | PolicyType | undefined {
  if (decision.decision === 'implicitDeny') return decision.stoppedBy;
  return decision.matchedStatements.map(({ policy, statementIndex }) => {
    const sid = policy.document.statements[statementIndex]?.sid;
    return `${policy.source.name}[${sid || statementIndex}]`;
  });
}

/** Lists are compared without regard to their order, which decides nothing. */
function isSame(expected: unknown, actual: unknown): boolean {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return expected === actual;
  const sorted = [...actual].sort();
  return (
    expected.length === sorted.length && [...expected].sort().every((one, at) => one === sorted[at])
  );
}
