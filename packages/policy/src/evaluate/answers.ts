import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { PrincipalMatch } from '../match/principal.ts';
import type { PolicyType } from '../policy-type.ts';
import type { AskPolicies, Matches } from './ask-policies.ts';
import type { ApplicablePolicies, AuthorizationRequest } from './authorization-request.ts';
import type { Question } from './question.ts';

/** What each kind of policy says, in the terms in which a request is decided. */
export interface Answers {
  readonly resourceControl: boolean;
  readonly serviceControl: boolean;
  readonly vpcEndpoint: boolean;
  /** How near the resource's (or the trust) policy comes to the caller. */
  readonly resource: PrincipalMatch;
  readonly resourceType: 'resource' | 'trust';
  readonly identity: boolean;
  readonly permissionsBoundary: boolean;
  readonly session: boolean;
  readonly matches: Matches;
}

const NO_POLICIES: readonly CompiledPolicy[] = [];

/**
 * Asks every policy that applies. None is left out: a Deny may stand anywhere. The order is that of
 * AWS's flow chart, in which a deny is reported too.
 */
export function askAll(
  question: Question,
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  askPolicies: AskPolicies,
): Answers {
  const { kind } = request.principal;
  const hasAccount = kind !== 'anonymous' && kind !== 'service';
  const matches: Matches = { allowing: [], denying: [], deniedBy: undefined };
  const ask = (type: PolicyType, list: readonly CompiledPolicy[]): PrincipalMatch =>
    askPolicies(type, list, question, matches);
  const askOne = (type: PolicyType, policy: CompiledPolicy | undefined): PrincipalMatch =>
    policy === undefined ? 'none' : ask(type, [policy]);
  const passes = (type: PolicyType, list: readonly CompiledPolicy[] | undefined): boolean =>
    list === undefined || ask(type, list) !== 'none';

  const resourceControl = passes('resourceControl', policies.resourceControl);
  let serviceControl = true;
  if (hasAccount) {
    for (const level of policies.serviceControl ?? []) {
      if (!passes('serviceControl', level)) serviceControl = false;
    }
  }
  const { vpcEndpoint: endpoint, permissionsBoundary: boundary } = policies;
  // A service needs no Allow of an endpoint, but a Deny is a Deny.
  const vpcEndpoint =
    endpoint === undefined || passes('vpcEndpoint', [endpoint]) || kind === 'service';
  const resource = askOne('resource', policies.resource);
  const trust = askOne('trust', policies.trust);
  const identity = ask('identity', hasAccount ? policies.identity : NO_POLICIES) !== 'none';
  const permissionsBoundary = boundary === undefined || passes('permissionsBoundary', [boundary]);
  const session = passesSession(kind, policies.session, passes);

  const hasTrust = policies.trust !== undefined || asksForTrust(question);
  return {
    resourceControl,
    serviceControl,
    vpcEndpoint,
    resource: hasTrust ? trust : resource,
    resourceType: hasTrust ? 'trust' : 'resource',
    identity,
    permissionsBoundary,
    session,
    matches,
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
function passesSession(
  kind: AuthorizationRequest['principal']['kind'],
  policies: readonly CompiledPolicy[] | undefined,
  passes: (type: PolicyType, list: readonly CompiledPolicy[]) => boolean,
): boolean {
  if (policies === undefined || policies.length === 0) return kind !== 'federatedUser';
  return passes('session', policies);
}
