import { authorize, denialMessage, type Principal } from '@carnet/policy';
import type { Sealing } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { RoleState } from '../authorization/authorization-state.ts';
import { issueSession, type SessionCredentials } from './session-token.ts';

/** Who assumes which role, as what. */
export interface RoleAssumption {
  readonly principal: Principal;
  readonly role: RoleState;
  readonly sessionName: string;
  /** Seconds; at most the role's maximum. */
  readonly durationSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Assumes a role for a service principal: the role's trust policy decides, as it does for everybody,
 * and a session is sealed. Throws `AccessDenied` and `ValidationError`.
 */
export function assumeRole(sealing: Sealing, assumption: RoleAssumption): SessionCredentials {
  const { principal, role, sessionName, durationSeconds, now } = assumption;
  if (durationSeconds > role.maxSessionDuration) {
    throw new ApiError(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const question = {
    principal,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccount: role.accountId,
    context: new Map([['sts:rolesessionname', sessionName]]),
  };
  const decision = authorize(question, { identity: [], trust: role.trustPolicy });
  if (decision.decision !== 'allowed') {
    throw new ApiError('AccessDenied', 403, denialMessage(question, decision));
  }
  return issueSession(sealing, {
    accountId: role.accountId,
    roleId: role.roleId,
    sessionName,
    issuedAt: now,
    expiresAt: now + durationSeconds * 1000,
  });
}
