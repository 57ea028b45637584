import { serviceOf } from '../match/action.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type { Statement } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Problem } from '../problem.ts';
import { pathOf, problem } from './make-problem.ts';

/** The types whose statements say whom they are about. */
const WITH_PRINCIPAL: readonly PolicyType[] = [
  'resource',
  'trust',
  'resourceControl',
  'vpcEndpoint',
];

/**
 * Which elements statements have to have, and which they must not, goes by the policy's type: first
 * whether they are about a resource, then whom they name.
 */
export function elementProblems(
  statements: readonly Statement[],
  policyType: PolicyType,
): Problem[] {
  return [
    ...statements.flatMap((statement) => resourceElementProblems(statement, policyType)),
    ...statements.flatMap((statement) => principalElementProblems(statement, policyType)),
    ...statements.flatMap((statement) => trustActionProblems(statement, policyType)),
  ];
}

function resourceElementProblems(statement: Statement, policyType: PolicyType): Problem[] {
  const path = `${pathOf(statement)}.Resource`;
  if (policyType === 'trust') {
    if (statement.resource === undefined) return [];
    return [
      problem('prohibited-resource', 'Has prohibited field Resource.', path, statement.start),
    ];
  }
  if (statement.resource !== undefined && statement.resource.values.length > 0) return [];
  const message = 'Policy statement must contain resources.';
  return [problem('missing-resource', message, path, statement.start)];
}

function principalElementProblems(statement: Statement, policyType: PolicyType): Problem[] {
  const path = `${pathOf(statement)}.Principal`;
  const { principal, start } = statement;
  if (!WITH_PRINCIPAL.includes(policyType)) {
    if (principal === undefined) return [];
    const help = 'whom the policy is about is said by attaching it';
    return [problem('prohibited-principal', 'Has prohibited field Principal.', path, start, help)];
  }
  if (principal === undefined) {
    return [problem('missing-principal', 'Missing required field Principal', path, start)];
  }
  if (policyType === 'trust' && principal.negated) {
    const message = 'AssumeRole policy must not contain NotPrincipal field.';
    return [problem('prohibited-not-principal', message, path, start)];
  }
  return [];
}

function trustActionProblems(statement: Statement, policyType: PolicyType): Problem[] {
  if (policyType !== 'trust') return [];
  const message = 'AssumeRole policy may only specify STS AssumeRole actions.';
  return statement.action.values
    .filter((value) => serviceOf(foldAscii(value.text)) !== 'sts')
    .map((value) =>
      problem('trust-action', message, `${pathOf(statement)}.Action`, value.position),
    );
}
