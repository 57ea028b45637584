import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { Matches } from '../evaluate/ask-policies.ts';
import type { ApplicablePolicies } from '../evaluate/authorization-request.ts';
import type { PolicyType } from '../policy-type.ts';
import { type AskedPolicies, countAsked } from './asked-policies.ts';
import type { GateExplanation } from './explanation.ts';

/** In the order in which they are asked. */
const TYPES: readonly PolicyType[] = [
  'resourceControl',
  'serviceControl',
  'vpcEndpoint',
  'resource',
  'trust',
  'identity',
  'permissionsBoundary',
  'session',
];

/** What each type of policy comes to by itself. */
export function explainGates(
  asked: readonly AskedPolicies[],
  policies: ApplicablePolicies,
): readonly GateExplanation[] {
  return TYPES.flatMap((type): readonly GateExplanation[] => {
    const given = policiesOf(type, policies);
    const ofType = asked.filter((one) => one.type === type);
    const isExempt = given.length > 0 && ofType.every(({ statements }) => statements.length === 0);
    if (isExempt || given.length === 0) {
      const verdict = isExempt ? 'exempt' : 'noPolicy';
      return [{ type, verdict, nearest: 'none', statements: [] }];
    }
    return ofType.map((one, level) => ({
      ...explainGate(one),
      level: type === 'serviceControl' ? level : undefined,
    }));
  });
}

function explainGate({ type, statements }: AskedPolicies): GateExplanation {
  const matches: Matches = { allowing: [], denying: [], deniedBy: undefined };
  const nearest = countAsked(type, statements, ({ match }) => match, matches);
  const silent = nearest === 'none' ? 'implicitDeny' : 'allowed';
  const verdict = matches.denying.length > 0 ? 'explicitDeny' : silent;
  return { type, verdict, nearest, statements };
}

function policiesOf(type: PolicyType, policies: ApplicablePolicies): readonly CompiledPolicy[] {
  switch (type) {
    case 'serviceControl':
      return (policies.serviceControl ?? []).flat();
    case 'resource':
    case 'trust':
    case 'vpcEndpoint':
    case 'permissionsBoundary':
      return policies[type] === undefined ? [] : [policies[type]];
    case 'identity':
    case 'session':
    case 'resourceControl':
      return policies[type] ?? [];
  }
}
