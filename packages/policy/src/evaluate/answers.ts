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
  ask: AskPolicies,
): Answers {
  const { kind } = request.principal;
  const hasAccount = kind !== 'anonymous' && kind !== 'service';
  const matches: Matches = { allowing: [], denying: [], deniedBy: undefined };

  const resourceControl = passes(
    ask,
    'resourceControl',
    policies.resourceControl,
    question,
    matches,
  );
  let serviceControl = true;
  if (hasAccount && policies.serviceControl !== undefined) {
    for (const level of policies.serviceControl) {
      if (!passes(ask, 'serviceControl', level, question, matches)) serviceControl = false;
    }
  }
  const { vpcEndpoint: endpoint, permissionsBoundary: boundary } = policies;
  // A service needs no Allow of an endpoint, but a Deny is a Deny.
  const vpcEndpoint =
    passes(ask, 'vpcEndpoint', endpoint && [endpoint], question, matches) || kind === 'service';
  const resource = policies.resource
    ? ask('resource', [policies.resource], question, matches)
    : 'none';
  const trust = policies.trust ? ask('trust', [policies.trust], question, matches) : 'none';
  const own = hasAccount ? policies.identity : NO_POLICIES;
  const identity = ask('identity', own, question, matches) !== 'none';
  const permissionsBoundary = passes(
    ask,
    'permissionsBoundary',
    boundary && [boundary],
    question,
    matches,
  );
  // A session passed without policies is not limited, but one of GetFederationToken has nothing.
  const hasSession = policies.session !== undefined && policies.session.length > 0;
  const session = hasSession
    ? passes(ask, 'session', policies.session, question, matches)
    : kind !== 'federatedUser';

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
  'tagsession',
  'setsourceidentity',
  'setcontext',
]);

/** A role without a trust policy at hand is assumed by nobody, nor passed tags or an identity. */
function asksForTrust({ action: { folded }, resource }: Question): boolean {
  if (!folded.startsWith('sts:')) return false;
  const name = folded.slice('sts:'.length);
  return name.startsWith('assumerole') || (ASSUMED_WITH.has(name) && resource.includes(':role/'));
}

/** What is not there limits nobody. */
function passes(
  ask: AskPolicies,
  type: PolicyType,
  policies: readonly CompiledPolicy[] | undefined,
  question: Question,
  matches: Matches,
): boolean {
  return policies === undefined || ask(type, policies, question, matches) !== 'none';
}
