import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { MatchedStatement } from '../decision.ts';
import type { PrincipalMatch } from '../match/principal.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Principal } from '../principal.ts';
import { type Answer, askPolicies } from './ask-policies.ts';
import type { ApplicablePolicies, AuthorizationRequest } from './authorization-request.ts';
import type { Question } from './question.ts';

/** What each kind of policy says, in the terms in which a request is decided. */
export interface Answers {
  /** The kind of the first policy that denies. */
  readonly explicitDeny: PolicyType | undefined;
  readonly resourceControl: boolean;
  readonly serviceControl: boolean;
  readonly vpcEndpoint: boolean;
  /** How near the resource's (or the trust) policy comes to the caller. */
  readonly resource: PrincipalMatch;
  readonly resourceType: 'resource' | 'trust';
  readonly identity: boolean;
  readonly permissionsBoundary: boolean;
  readonly session: boolean;
  /** All, in the order in which the kinds are asked. */
  readonly all: readonly Answer[];
}

const ALLOWS: Answer = { allows: 'direct', allowing: [], denying: [] };
const SILENT: Answer = { allows: 'none', allowing: [], denying: [] };

/** Asks every policy that applies. None is left out: a Deny may stand anywhere. */
export function askAll(
  question: Question,
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
): Answers {
  const { principal } = request;
  const hasAccount = principal.kind !== 'anonymous' && principal.kind !== 'service';
  const ask = (list: readonly CompiledPolicy[]): Answer => askPolicies(list, question);
  const gate = (list: readonly CompiledPolicy[] | undefined): Answer =>
    list === undefined ? ALLOWS : ask(list);
  const one = (policy: CompiledPolicy | undefined): Answer =>
    policy === undefined ? SILENT : ask([policy]);

  const resourceControl = gate(policies.resourceControl);
  const serviceControl = hasAccount ? (policies.serviceControl ?? []).map(ask) : [];
  const vpcEndpoint = gate(listOf(principal.kind === 'service' ? undefined : policies.vpcEndpoint));
  const resource = one(policies.resource);
  const trust = one(policies.trust);
  const identity = hasAccount ? ask(policies.identity) : SILENT;
  const permissionsBoundary = gate(listOf(policies.permissionsBoundary));
  const session = askSession(principal, policies.session, ask);

  // The order of AWS's flow chart: it is also the order in which a deny is reported.
  const kinds: readonly (readonly [PolicyType, Answer])[] = [
    ['resourceControl', resourceControl],
    ...serviceControl.map((level) => ['serviceControl', level] as const),
    ['vpcEndpoint', vpcEndpoint],
    ['resource', resource],
    ['trust', trust],
    ['identity', identity],
    ['permissionsBoundary', permissionsBoundary],
    ['session', session],
  ];
  const hasTrust = policies.trust !== undefined || asksForTrust(question);
  return {
    explicitDeny: kinds.find(([, answer]) => answer.denying.length > 0)?.[0],
    resourceControl: allows(resourceControl),
    serviceControl: serviceControl.every(allows),
    vpcEndpoint: allows(vpcEndpoint),
    resource: hasTrust ? trust.allows : resource.allows,
    resourceType: hasTrust ? 'trust' : 'resource',
    identity: allows(identity),
    permissionsBoundary: allows(permissionsBoundary),
    session: allows(session),
    all: kinds.map(([, answer]) => answer),
  };
}

const ASSUMED_WITH: ReadonlySet<string> = new Set([
  'sts:tagsession',
  'sts:setsourceidentity',
  'sts:setcontext',
]);

/** A role without a trust policy at hand is assumed by nobody, nor passed tags or an identity. */
function asksForTrust({ action, resource }: Question): boolean {
  if (action.startsWith('sts:assumerole')) return true;
  return ASSUMED_WITH.has(action) && resource.includes(':role/');
}

/** A session passed without policies is not limited, but one of GetFederationToken has nothing. */
function askSession(
  principal: Principal,
  policies: readonly CompiledPolicy[] | undefined,
  ask: (list: readonly CompiledPolicy[]) => Answer,
): Answer {
  if (policies === undefined || policies.length === 0) {
    return principal.kind === 'federatedUser' ? SILENT : ALLOWS;
  }
  return ask(policies);
}

function listOf(policy: CompiledPolicy | undefined): readonly CompiledPolicy[] | undefined {
  return policy === undefined ? undefined : [policy];
}

function allows(answer: Answer): boolean {
  return answer.allows !== 'none';
}

export function matched(
  answers: Answers,
  which: 'allowing' | 'denying',
): readonly MatchedStatement[] {
  return answers.all.flatMap((answer) => answer[which]);
}
