import type { AuthorizationRequest, PolicyType, Principal } from '@carnet/policy';
import { evaluate, type ReferencePolicy } from '../../packages/policy/proof/reference-evaluator.ts';
import type { JsonObject } from '../../packages/policy/proof/reference-language.ts';

/**
 * Whoever has a credential, as AWS's documentation describes it and in nothing but plain JSON: what
 * the services make of a session token is held against this.
 */
export interface Holder {
  readonly principal: Known;
  readonly policies: readonly ReferencePolicy[];
  /** `aws:PrincipalTag/*`: keys as they were given. */
  readonly tags: ReadonlyMap<string, string>;
  readonly userName: string | undefined;
  /** Absent: a long-term key. */
  readonly session?: SessionFacts;
}

type Known = Exclude<Principal, { readonly kind: 'anonymous' | 'service' }>;

export interface SessionFacts {
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly name: string;
  readonly mfaAt: number | undefined;
  readonly sourceIdentity: string | undefined;
  /** Tags that the next session has too. */
  readonly transitive: ReadonlyMap<string, string>;
  readonly workload: { readonly service: string; readonly arn: string } | undefined;
  /** The access key with which it ends; absent: a service began it. */
  readonly keyId: string | undefined;
}

export interface Question {
  readonly action: string;
  readonly resource: string;
  /** Of the call itself: `sts:externalid`. */
  readonly keys?: ReadonlyMap<string, string | readonly string[]>;
}

/** The policies of a holder that limit a session: what is left without them. */
export function withoutSessionPolicies(holder: Holder): Holder {
  return { ...holder, policies: holder.policies.filter(({ type }) => type !== 'session') };
}

export function policy(type: PolicyType, name: string, document: object): ReferencePolicy {
  return { type, name, document: document as JsonObject };
}

/** What a question is asked in. */
export interface Asking {
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The policy of what is asked for. */
  readonly further: readonly ReferencePolicy[];
}

/**
 * What the slow evaluator says, which shares no code with the engine; `facts` are those of another
 * holder, when it is asked what somebody might in his place.
 */
export function isAllowed(
  { principal, policies, ...own }: Holder,
  { action, resource, keys }: Question,
  { accountId, now, further }: Asking,
  facts: Holder = { principal, policies, ...own },
): boolean {
  const context = new Map([...conditionKeys(facts, now), ...(keys ?? [])]);
  const request = { principal, action, resource, resourceAccount: accountId, context };
  return evaluate(request, [...policies, ...further]).decision === 'allowed';
}

/** Whether a trust policy lets a service of AWS in. */
export function letsServiceIn(
  service: string,
  { action, resource, keys }: Question,
  accountId: string,
  now: number,
  trust: ReferencePolicy,
): boolean {
  const request: AuthorizationRequest = {
    principal: { kind: 'service', service: `${service}.amazonaws.com` },
    action,
    resource,
    resourceAccount: accountId,
    context: new Map([['aws:currenttime', second(now)], ...(keys ?? [])]),
  };
  return evaluate(request, [trust]).decision === 'allowed';
}

const second = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** "AWS global condition context keys", IAM User Guide. */
export function conditionKeys(holder: Holder, now: number): Map<string, string> {
  const { principal, session, tags, userName } = holder;
  const keys = new Map([
    ['aws:sourceip', '127.0.0.1'],
    ['aws:securetransport', 'false'],
    ['aws:currenttime', second(now)],
    ['aws:principalaccount', principal.accountId],
    ['aws:principaltype', principalTypes[principal.kind]],
    ['aws:principalarn', principal.kind === 'assumedRole' ? principal.roleArn : principal.arn],
    ['aws:userid', userIdOf(holder)],
  ]);
  for (const [key, value] of tags) keys.set(`aws:principaltag/${key.toLowerCase()}`, value);
  if (userName !== undefined) keys.set('aws:username', userName);
  if (session === undefined) return keys;
  keys.set('aws:tokenissuetime', second(session.issuedAt));
  // How a role was assumed is its trust policy's affair: the role's session says false.
  keys.set('aws:multifactorauthpresent', String(session.mfaAt !== undefined));
  if (session.mfaAt !== undefined) {
    keys.set('aws:multifactorauthage', String(Math.floor((now - session.mfaAt) / 1000)));
  }
  if (session.sourceIdentity !== undefined) keys.set('aws:sourceidentity', session.sourceIdentity);
  if (session.workload?.service === 'ec2') {
    keys.set('ec2:sourceinstancearn', session.workload.arn);
    keys.set('ec2:roledelivery', '2.0');
  }
  if (session.workload?.service === 'lambda') {
    keys.set('lambda:sourcefunctionarn', session.workload.arn);
  }
  return keys;
}

const principalTypes: Readonly<Record<Known['kind'], string>> = {
  root: 'Account',
  user: 'User',
  assumedRole: 'AssumedRole',
  federatedUser: 'FederatedUser',
};

function userIdOf({ principal, session }: Holder): string {
  switch (principal.kind) {
    case 'root':
      return principal.accountId;
    case 'user':
      return principal.uniqueId;
    case 'assumedRole':
      return `${principal.uniqueId}:${session?.name}`;
    case 'federatedUser':
      return `${principal.accountId}:${session?.name}`;
  }
}

/** Tags of the same key in another case are one: the upper stand above. */
export function overlaid(
  ...layers: readonly ReadonlyMap<string, string>[]
): ReadonlyMap<string, string> {
  const found = new Map<string, readonly [key: string, value: string]>();
  for (const layer of layers) {
    for (const [key, value] of layer) found.set(key.toLowerCase(), [key, value]);
  }
  return new Map(found.values());
}
