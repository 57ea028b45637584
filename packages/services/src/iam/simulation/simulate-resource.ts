import type { PolicyEvaluationDecisionType } from '@aws-sdk/client-iam';
import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  parseArn,
  parsePolicy,
} from '@carnet/policy';
import type { SimulatedPolicy, SourceType } from './simulated-policy.ts';
import { everyResource, type Simulation } from './simulation.ts';

/** What a simulation comes to for one action on one resource. */
export interface ResourceResult {
  readonly decision: PolicyEvaluationDecisionType;
  readonly matched: readonly Matched[];
  readonly missing: readonly string[];
  readonly allowedByBoundary: boolean | undefined;
  readonly allowedByOrganizations: boolean | undefined;
  /** What each type of policy comes to by itself; of a call across accounts. */
  readonly details: Readonly<Partial<Record<SourceType, PolicyEvaluationDecisionType>>> | undefined;
}

export interface Matched {
  readonly policy: SimulatedPolicy;
  readonly statementIndex: number;
}

/**
 * Decides as the gate before every call does. Where service control policies do not allow, nothing
 * is told of the other policies.
 */
export function simulateResource(
  simulation: Simulation,
  action: string,
  resource: string,
): ResourceResult {
  const { applicable, caller, context, missing } = simulation;
  const { identity, permissionsBoundary, resource: resourcePolicy, serviceControl } = applicable;
  const ownAccount = caller.principal.accountId;
  const owner = ownerOf(simulation, resource);
  const request: AuthorizationRequest = {
    principal: caller.principal,
    action,
    resource,
    resourceAccount: owner,
    resourceMustAgree: resourcePolicy !== undefined && isKey(action, resource),
    context,
  };
  // A type of policy by itself, as if everything were in the caller's own account.
  const own = { ...request, resourceAccount: ownAccount, resourceMustAgree: false };
  const organizations =
    serviceControl && decide(own, { identity: [everythingAllowed], serviceControl }).decision;
  const decision = decide(request, applicable);
  if (organizations !== undefined && organizations !== 'allowed') {
    return { ...noReasons, decision: decision.decision, allowedByOrganizations: false };
  }
  const boundary = permissionsBoundary && decide(own, { identity: [permissionsBoundary] }).decision;
  const isCross = resourcePolicy !== undefined && owner !== ownAccount;
  return {
    decision: decision.decision,
    matched: matchedOf(simulation, decision),
    missing: decision.decision === 'implicitDeny' ? missing : [],
    allowedByBoundary: boundary && boundary === 'allowed',
    allowedByOrganizations: organizations && true,
    details: isCross
      ? {
          ...(boundary && { 'Permissions Boundary Policy': boundary }),
          'IAM Policy': decide(own, { identity }).decision,
          'Resource Policy': decide(request, {
            identity: [everythingAllowed],
            resource: resourcePolicy,
          }).decision,
        }
      : undefined,
  };
}

const noReasons = {
  matched: [],
  missing: [],
  allowedByBoundary: undefined,
  details: undefined,
} as const;

/** The account in the ARN; of an ARN without one, who is said to own it, or else the caller. */
function ownerOf({ applicable, caller, resourceOwner }: Simulation, resource: string): string {
  const own = caller.principal.accountId;
  // Nothing is asked of the resource's side that is not told of it.
  if (applicable.resource === undefined || resource === everyResource) return own;
  return parseArn(resource)?.accountId || resourceOwner || own;
}

/** A key of KMS lets nobody in without its own policy. */
function isKey(action: string, resource: string): boolean {
  const arn = parseArn(resource);
  return /^kms:/i.test(action) && arn?.service === 'kms' && arn.resource.startsWith('key/');
}

/**
 * A role is assumed by whom its trust policy names. The resource policy is that policy then; where
 * none is told, the role's account is taken to be trusted, and the rest decides.
 */
function decide(request: AuthorizationRequest, policies: ApplicablePolicies): Decision {
  const decision = authorize(request, policies);
  if (decision.stoppedBy !== 'trust') return decision;
  const { resource, ...others } = policies;
  const trust = resource ?? trustOf(request.resourceAccount);
  return authorize(request, { ...others, trust });
}

const everythingAllowed = ours('identity', {
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
});

function trustOf(accountId: string): CompiledPolicy {
  return ours('trust', { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:*' });
}

/** A policy that is no part of the simulation, and of no result. */
function ours(type: 'identity' | 'trust', statement: object): CompiledPolicy {
  const parsed = parsePolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    type,
  );
  if (!parsed.ok) throw new Error('a policy of our own does not parse');
  return compilePolicy(parsed.document, { type, name: 'simulation' });
}

/** Of what allows, the statements that give: those of a boundary only let through. */
function matchedOf(
  { named }: Simulation,
  { decision, matchedStatements }: Decision,
): readonly Matched[] {
  if (decision === 'implicitDeny') return [];
  return matchedStatements.flatMap(({ policy: compiled, statementIndex }) => {
    const policy = named.get(compiled);
    const isLimit = compiled.source.type === 'permissionsBoundary' && decision === 'allowed';
    return policy === undefined || isLimit ? [] : [{ policy, statementIndex }];
  });
}
