import { type DecisionCase, type Explanation, explain, foldAscii } from '@carnet/policy';
import type { Question } from './read-questions.ts';

export interface Answer extends Question {
  readonly explanation: Explanation;
  /** What no policy says, and a reader of the decision has to know. */
  readonly remarks: readonly string[];
}

export function answer(asked: Question, simulate: boolean): Answer {
  const { question } = asked;
  const explanation = explain(question.request, question.policies, { simulate });
  if (!needsNoPermission(question)) {
    return { ...asked, explanation, remarks: remarksOn(question, explanation) };
  }
  const bounds = simulate ? ({ best: 'allowed', worst: 'allowed' } as const) : undefined;
  return {
    ...asked,
    explanation: { decision: ALLOWED, gates: [], singleChanges: [], bounds },
    remarks: [`${question.request.action} needs no permission, and no policy can deny it`],
  };
}

const ALLOWED: Explanation['decision'] = {
  decision: 'allowed',
  matchedStatements: [],
  stoppedBy: undefined,
  missingContextValues: [],
};

/** Source: GetCallerIdentity, AWS Security Token Service API Reference. */
function needsNoPermission({ request }: DecisionCase): boolean {
  const isSigned = request.principal.kind !== 'anonymous';
  return isSigned && foldAscii(request.action) === 'sts:getcalleridentity';
}

function remarksOn(question: DecisionCase, { decision, gates }: Explanation): readonly string[] {
  if (decision.decision !== 'implicitDeny') return [];
  const { principal, resource, resourceMustAgree } = question.request;
  const { stoppedBy } = decision;
  const remarks = gates
    .filter(({ type, verdict }) => type === stoppedBy && verdict === 'implicitDeny')
    .filter(({ statements }) => statements.every(({ effect }) => effect === 'Deny'))
    .flatMap(({ type, level }) => adviceOfGate(type, level));
  if (stoppedBy === 'resource' && resourceMustAgree === true) {
    remarks.push("the resource's own policy has to agree: an identity policy alone is not enough");
  }
  if (stoppedBy !== 'trust') return remarks;
  if (principal.kind === 'root') remarks.push('the root user assumes no role');
  if (principal.kind === 'assumedRole' && principal.roleArn === resource) {
    remarks.push('a role assumes itself only when its trust policy names it');
  }
  return remarks;
}

function adviceOfGate(type: string, level: number | undefined): readonly string[] {
  if (type === 'serviceControl') {
    const place = level === undefined ? 'there' : `of level ${level}`;
    return [
      `no policy ${place} allows anything: FullAWSAccess is attached by default; name it beside`,
    ];
  }
  if (type !== 'resourceControl') return [];
  return [
    'no policy of this type allows anything: RCPFullAWSAccess is always attached; name it beside',
  ];
}
