import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  type Decision,
  type Principal,
} from '@carnet/policy';
import type { Sealing } from '@carnet/store';
import type { Caller } from '../authentication/caller.ts';
import { takeTurns } from '../iam/simulation/give-way.ts';
import type {
  Authorization,
  AuthorizationRequirement,
  ConditionalRequirement,
  ResolveContext,
  Resource,
} from '../operation.ts';
import type { VerifiedRequest } from '../services.ts';
import { accessDenied } from './access-denied.ts';
import type { AuthorizationState } from './authorization-state.ts';
import { callerState } from './caller-state.ts';
import { denial } from './denial.ts';
import {
  asciiLowerCase,
  type RequestFacts,
  requestContext,
  toldConditions,
  valueOrAll,
} from './request-context.ts';

/**
 * Every question about one call goes through here: may this caller do this to that resource. Made
 * once for each call, with the caller's policies as they are at that moment.
 */
export interface Gate {
  /** Throws `AccessDenied`, with AWS's sentence, unless everything the operation declares is allowed. */
  check<Input>(authorization: Authorization<Input>, input: Input): Promise<void>;
  /** One more decision with the same caller and policies. */
  isAllowed(action: string, resource: Resource): boolean;
}

/**
 * The gate of an operation that every authenticated caller may call, or the agent of an instance: no
 * policy is asked, and nobody is let through to anything else.
 */
export function ungated({ caller }: VerifiedRequest, action: 'none' | 'instance'): Gate {
  if (caller.kind === 'anonymous') throw accessDenied();
  if ((caller.kind === 'instance') !== (action === 'instance')) throw accessDenied();
  return nothingMore;
}

/** Whether an operation asks no policy. */
export function isUngated<Input>(
  authorization: Authorization<Input>,
): authorization is { readonly action: 'none' | 'instance' } {
  return authorization.action === 'none' || authorization.action === 'instance';
}

const nothingMore: Gate = {
  check: () => Promise.reject(accessDenied()),
  isAllowed: () => false,
};

/** What a gate is opened with. */
export interface GateParts {
  readonly state: AuthorizationState;
  /** For what a refusal tells only to who may decode it. */
  readonly sealing: Sealing;
  readonly request: VerifiedRequest;
  readonly resolveContext: ResolveContext;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The deployment's. */
  readonly region: string;
  /** When the MFA code that came with the call was found good; undefined: none came. */
  readonly mfaAuthenticatedAt?: number | undefined;
  /** Told whose resource is asked for, before the decision. */
  readonly onResource: (resource: Resource) => void;
}

/** One question with its answer, and what it was answered from. */
interface Answer {
  readonly question: AuthorizationRequest;
  readonly decision: Decision;
  readonly facts: RequestFacts;
}

/** What one question is about, beside the caller. */
interface Asked {
  readonly action: string;
  readonly resource: Resource | undefined;
  readonly operationKeys: ReadonlyMap<string, string | readonly string[]>;
  readonly ofAccount?: CompiledPolicy | undefined;
}

export async function openGate(parts: GateParts): Promise<Gate> {
  const { state, sealing, request, resolveContext, now, region, onResource } = parts;
  const caller = await callerState(state, request.caller);

  function decide({ action, resource, operationKeys, ofAccount }: Asked): Answer {
    const facts: RequestFacts = {
      request,
      now,
      region,
      principalTags: caller.tags,
      userName: caller.userName,
      principalArn: principalArnOf(caller.principal),
      mfaAuthenticatedAt: parts.mfaAuthenticatedAt,
      resource,
      operationKeys,
    };
    const question: AuthorizationRequest = {
      principal: caller.principal,
      action,
      resource: resource?.arn ?? '*',
      resourceAccount: resource?.accountId ?? accountOf(request.caller),
      context: requestContext(facts),
    };
    const { policies: identity, permissionsBoundary, sessionPolicies: session } = caller;
    const policies: ApplicablePolicies = {
      identity: ofAccount ? [...identity, ofAccount] : identity,
      ...(resource?.policy && { resource: resource.policy }),
      ...(resource?.trustPolicy && { trust: resource.trustPolicy }),
      ...(permissionsBoundary && { permissionsBoundary }),
      ...(session && { session }),
    };
    return { question, decision: authorize(question, policies), facts };
  }

  async function require<Input>(
    requirement: AuthorizationRequirement<Input>,
    input: Input,
  ): Promise<void> {
    const { caller, service } = request;
    const isUser = caller.kind === 'user';
    const ofAccount = isUser ? await requirement.allowedByAccount?.(resolveContext) : undefined;
    const requested = requestedKeys(requirement, input, caller);
    const pause = takeTurns();
    for (const resource of await resourcesOf(requirement, resolveContext, input)) {
      // A call may be about a thousand of them.
      await pause();
      if (resource) onResource(resource);
      // A session's tags change nothing of the role that has them written otherwise.
      const stored = service === 'sts' ? undefined : resource?.tags;
      const keys = operationKeys(requested, stored);
      const asked = { action: requirement.action, resource, operationKeys: keys, ofAccount };
      const { question, decision, facts } = decide(asked);
      if (decision.decision === 'allowed') continue;
      const conditions = () => toldConditions(facts);
      throw denial(sealing, { caller, service, question, resource, decision, conditions });
    }
  }

  /** Whether a further permission is needed for this very call. */
  async function isNeeded<Input>(
    { when, applies }: ConditionalRequirement<Input>,
    input: Input,
  ): Promise<boolean> {
    if (when && !when(input, request.caller)) return false;
    return applies === undefined || (await applies(resolveContext, input));
  }

  return {
    async check(authorization, input) {
      if (isUngated(authorization)) return void ungated(request, authorization.action);
      const requirement = authorization;
      if (!requirement.perEntry) await require(requirement, input);
      for (const further of requirement.also ?? []) {
        if (await isNeeded(further, input)) await require(further, input);
      }
    },
    isAllowed(action, resource) {
      onResource(resource);
      return decide({ action, resource, operationKeys: noKeys }).decision.decision === 'allowed';
    },
  };
}

/** All that a requirement is about: one resource as a rule, and the whole service when it has none. */
async function resourcesOf<Input>(
  requirement: AuthorizationRequirement<Input>,
  context: ResolveContext,
  input: Input,
): Promise<readonly (Resource | undefined)[]> {
  const further = await requirement.resource?.resolveFurther?.(context, input);
  return [await resourceOf(requirement, context, input), ...(further ?? [])];
}

/** The resource with its policy, unless the policy does not bind this caller. */
async function resourceOf<Input>(
  { resource: reference, rootPassesPolicy }: AuthorizationRequirement<Input>,
  context: ResolveContext,
  input: Input,
): Promise<Resource | undefined> {
  const resource = await reference?.resolve(context, input);
  const { caller } = context;
  if (!resource || !rootPassesPolicy || caller.kind !== 'root') return resource;
  if (caller.accountId !== resource.accountId) return resource;
  const { policy: _, ...unguarded } = resource;
  return unguarded;
}

const noKeys: ReadonlyMap<string, string> = new Map();

/** `aws:PrincipalArn`: of a session the role's. */
function principalArnOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'anonymous':
    case 'service':
      return undefined;
    case 'assumedRole':
      return principal.roleArn;
    default:
      return principal.arn;
  }
}

/** An anonymous caller has no account: the empty string is nobody's. */
function accountOf(caller: Caller): string {
  return caller.kind === 'anonymous' ? '' : caller.accountId;
}

/** The operation's condition keys as the input gives them, whatever it is about. */
interface RequestedKeys {
  readonly keys: ReadonlyMap<string, string | readonly string[]>;
  /** The tag keys of `aws:TagKeys`, and the same in ASCII lower case. */
  readonly tagKeys: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

/** Made once for all resources of a requirement: they may be a thousand, and the tags fifty. */
function requestedKeys<Input>(
  { conditionKeys, requestTags, tagKeys: named }: AuthorizationRequirement<Input>,
  input: Input,
  caller: Caller,
): RequestedKeys {
  const keys = new Map<string, string | readonly string[]>();
  for (const [key, read] of Object.entries(conditionKeys ?? {})) {
    const value = read(input, caller);
    if (value !== undefined) keys.set(asciiLowerCase(key), value);
  }
  const tagKeys = new Set(named?.(input));
  const values = new Map<string, string[]>();
  for (const { Key: key, Value: value = '' } of requestTags?.(input, caller) ?? []) {
    if (key === undefined) continue;
    tagKeys.add(key);
    const folded = `aws:requesttag/${asciiLowerCase(key)}`;
    const known = values.get(folded);
    if (known) known.push(value);
    else values.set(folded, [value]);
  }
  for (const [key, of] of values) keys.set(key, valueOrAll(of));
  if (tagKeys.size > 0) keys.set('aws:tagkeys', [...tagKeys]);
  return { keys, tagKeys, folded: new Set([...tagKeys].map(asciiLowerCase)) };
}

/**
 * Tag keys of IAM are the same in any case: a policy that guards `locked` guards it from a caller
 * who writes `LOCKED` too, so that `aws:TagKeys` has the spellings that the resource has as well.
 */
function operationKeys(
  { keys, tagKeys, folded }: RequestedKeys,
  stored: ReadonlyMap<string, string> | undefined,
): RequestedKeys['keys'] {
  if (tagKeys.size === 0 || !stored) return keys;
  const spellings = [...stored.keys()].filter(
    (key) => !tagKeys.has(key) && folded.has(asciiLowerCase(key)),
  );
  if (spellings.length === 0) return keys;
  return new Map(keys).set('aws:tagkeys', [...tagKeys, ...spellings]);
}
