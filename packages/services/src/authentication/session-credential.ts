import type { Store } from '@carnet/store';
import type {
  AuthorizationState,
  RoleState,
  UserState,
} from '../authorization/authorization-state.ts';
import type {
  FederatedUserSession,
  RoleSession,
  RootSession,
  Session,
  SessionMfa,
  UserSession,
} from '../sts/session.ts';
import { type OpenedSession, openSession } from '../sts/session-token.ts';
import type { AccessKeys } from './access-keys.ts';
import type { Caller } from './caller.ts';
import { createCallerCache } from './caller-cache.ts';
import type { MfaDevices } from './mfa-devices.ts';

/** What the sessions are looked up in. */
export interface SessionParts {
  readonly store: Store;
  readonly state: AuthorizationState;
  readonly accessKeys: AccessKeys;
  readonly mfaDevices: MfaDevices;
}

/** A token is opened once, since nothing in it can change. */
const openSessionLimit = 10_000;

/** Opens tokens, and remembers those that open. */
export function createSessionReader(store: Store) {
  const openedByToken = new Map<string, OpenedSession & { readonly accessKeyId: string }>();
  return (accessKeyId: string, sessionToken: string): OpenedSession | undefined => {
    const known = openedByToken.get(sessionToken);
    if (known?.accessKeyId === accessKeyId) return known;
    const opened = openSession(store.sealing, accessKeyId, sessionToken);
    // Only what this deployment sealed is kept: nobody else can fill the memory.
    if (!opened) return undefined;
    if (openedByToken.size >= openSessionLimit) {
      // The oldest goes, which is the first to expire as a rule.
      const oldest = openedByToken.keys().next();
      if (!oldest.done) openedByToken.delete(oldest.value);
    }
    const kept = { ...opened, accessKeyId };
    openedByToken.set(sessionToken, kept);
    return kept;
  };
}

/**
 * Whose session it is, as the principal is now; undefined when the session has ended before its
 * time, because its principal, the key that began it or its MFA device is gone. Expiry is the
 * caller's to check.
 */
export async function sessionCaller(
  parts: SessionParts,
  accessKeyId: string,
  session: Session,
): Promise<Caller | undefined> {
  const { state } = parts;
  const { accountId, makerKeyId, mfa } = session;
  if (makerKeyId !== undefined && !(await isActive(parts, makerKeyId))) return undefined;
  if (mfa !== undefined && !(await isHeld(parts, mfa))) return undefined;
  switch (session.kind) {
    case 'role': {
      const { roleId } = session;
      const role = state.peekRole(accountId, roleId) ?? (await state.role(accountId, roleId));
      return role && roleCaller(accessKeyId, session, role);
    }
    case 'user':
    case 'federatedUser': {
      const { userId } = session;
      const user = state.peekUser(accountId, userId) ?? (await state.user(accountId, userId));
      if (!user) return undefined;
      return session.kind === 'user'
        ? userCaller(accessKeyId, session, user)
        : federatedUserCaller(accessKeyId, session, user);
    }
    case 'root':
      return rootCaller(accessKeyId, session);
  }
}

async function isActive({ accessKeys, state }: SessionParts, makerKeyId: string): Promise<boolean> {
  const key = accessKeys.peek(makerKeyId) ?? (await accessKeys.find(makerKeyId));
  if (!key?.active) return false;
  const { accountId, userId } = key;
  return (state.peekUser(accountId, userId) ?? (await state.user(accountId, userId))) !== undefined;
}

/** A device that was enabled anew has proved nothing for the sessions from before. */
async function isHeld({ mfaDevices }: SessionParts, mfa: SessionMfa): Promise<boolean> {
  const device = await mfaDevices.find(mfa.accountId, mfa.serialNumber);
  return device !== undefined && device.enabledAt <= mfa.authenticatedAt;
}

const callers = createCallerCache<Session>();

function roleCaller(accessKeyId: string, session: RoleSession, role: RoleState): Caller {
  const { accountId, roleId, sessionName } = session;
  return callers(session, role, () => ({
    kind: 'assumedRole',
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
    roleArn: role.arn,
    roleId,
    roleName: role.roleName,
    accessKeyId,
    session,
  }));
}

function userCaller(accessKeyId: string, session: UserSession, user: UserState): Caller {
  const { accountId, userId } = session;
  const { arn, userName } = user;
  return callers(session, user, () => {
    return { kind: 'user', accountId, arn, userId, userName, accessKeyId, session };
  });
}

function federatedUserCaller(
  accessKeyId: string,
  session: FederatedUserSession,
  user: UserState,
): Caller {
  const { accountId, userId, name } = session;
  return callers(session, user, () => ({
    kind: 'federatedUser',
    accountId,
    arn: `arn:aws:sts::${accountId}:federated-user/${name}`,
    userArn: user.arn,
    userId,
    userName: user.userName,
    accessKeyId,
    session,
  }));
}

function rootCaller(accessKeyId: string, session: RootSession): Caller {
  const { accountId } = session;
  return { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root`, accessKeyId, session };
}
