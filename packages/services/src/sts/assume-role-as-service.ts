import { authorize, type Decision, denialMessage } from '@carnet/policy';
import type { Sealing } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { RoleState } from '../authorization/authorization-state.ts';
import { allSpellings, asciiLowerCase } from '../authorization/request-context.ts';
import type { SessionWorkload } from './session.ts';
import { issueSession, type SessionCredentials } from './session-token.ts';

/** Which service assumes which role, for what. */
export interface ServiceAssumption {
  /** `ec2.amazonaws.com` */
  readonly service: string;
  readonly role: RoleState;
  readonly sessionName: string;
  /** Seconds; at most the role's maximum. */
  readonly durationSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The instance, task or function, for `aws:SourceArn`, `aws:SourceAccount` and the session. */
  readonly workload?: SessionWorkload;
}

/**
 * Assumes a role for a service: the role's trust policy decides, as it does for everybody, and a
 * session is sealed. Throws `AccessDenied` and `ValidationError`.
 */
export function assumeRoleAsService(
  sealing: Sealing,
  assumption: ServiceAssumption,
): SessionCredentials {
  const { role, sessionName, durationSeconds, now, workload } = assumption;
  if (durationSeconds > role.maxSessionDuration) {
    throw new ApiError(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const { decision, message } = mayServiceAssume(assumption);
  if (decision.decision !== 'allowed') throw new ApiError('AccessDenied', 403, message());
  return issueSession(sealing, {
    kind: 'role',
    accountId: role.accountId,
    roleId: role.roleId,
    sessionName,
    issuedAt: now,
    expiresAt: now + durationSeconds * 1000,
    tags: new Map(),
    transitiveTagKeys: [],
    workload,
  });
}

/** What the role's trust policy says to the service, and the sentence of a refusal. */
export function mayServiceAssume(assumption: Omit<ServiceAssumption, 'durationSeconds'>): {
  readonly decision: Decision;
  readonly message: () => string;
} {
  const { service, role } = assumption;
  const question = {
    principal: { kind: 'service', service } as const,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccount: role.accountId,
    context: serviceContext(assumption),
  };
  const decision = authorize(question, { identity: [], trust: role.trustPolicy });
  return { decision, message: () => denialMessage(question, decision) };
}

/**
 * The condition keys of a call that a service makes for a workload of its own.
 * Source: "The confused deputy problem", IAM User Guide.
 */
function serviceContext({
  service,
  role,
  sessionName,
  now,
  workload,
}: Omit<ServiceAssumption, 'durationSeconds'>): ReadonlyMap<string, string | readonly string[]> {
  const context = new Map<string, string | readonly string[]>([
    ['aws:currenttime', `${new Date(now).toISOString().slice(0, 19)}Z`],
    ['aws:epochtime', String(Math.floor(now / 1000))],
    ['aws:principalisawsservice', 'true'],
    ['aws:principalservicename', service],
    ['aws:principalservicenameslist', service],
    ['aws:resourceaccount', role.accountId],
    ['aws:viaawsservice', 'false'],
    ['sts:rolesessionname', sessionName],
  ]);
  for (const [key, value] of role.tags) {
    const name = `aws:resourcetag/${asciiLowerCase(key)}`;
    context.set(name, allSpellings(context.get(name), value));
  }
  if (workload === undefined) return context;
  context.set('aws:sourcearn', workload.arn);
  // A service assumes the roles of the account whose workload it is, and no others.
  context.set('aws:sourceaccount', role.accountId);
  return context;
}
