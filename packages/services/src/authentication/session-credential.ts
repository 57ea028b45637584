import type { Store } from '@carnet/store';
import type { AuthorizationState } from '../authorization/authorization-state.ts';
import type {
  FederatedUserSession,
  RoleSession,
  RootSession,
  Session,
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

/** Sessions by key id and token: a token is opened once, since nothing in it can change. */
const openSessionLimit = 10_000;

/** Opens tokens, and remembers those that open. */
export function createSessionReader(store: Store) {
  const opened = new Map<string, OpenedSession>();
  function keep(name: string, session: OpenedSession): void {
    if (opened.size >= openSessionLimit) {
      // The oldest goes, which is the first to expire as a rule.
      const oldest = opened.keys().next();
      if (!oldest.done) opened.delete(oldest.value);
    }
    opened.set(name, session);
  }
  return (accessKeyId: string, sessionToken: string): OpenedSession | undefined => {
    const name = `${accessKeyId}/${sessionToken}`;
    const known = opened.get(name);
    if (known) return known;
    const session = openSession(store.sealing, accessKeyId, sessionToken);
    // Only what this deployment sealed is kept: nobody else can fill the memory.
    if (session) keep(name, session);
    return session;
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
  if (!(await isMakerActive(parts, session)) || !(await holdsMfa(parts, session))) return undefined;
  switch (session.kind) {
    case 'role':
      return await roleCaller(parts, accessKeyId, session);
    case 'user':
      return await userCaller(parts, accessKeyId, session);
    case 'federatedUser':
      return await federatedUserCaller(parts, accessKeyId, session);
    case 'root':
      return rootCaller(accessKeyId, session);
  }
}

async function isMakerActive(
  { accessKeys, state }: SessionParts,
  { makerKeyId }: Session,
): Promise<boolean> {
  if (makerKeyId === undefined) return true;
  const key = accessKeys.peek(makerKeyId) ?? (await accessKeys.find(makerKeyId));
  if (!key?.active) return false;
  const { accountId, userId } = key;
  return (state.peekUser(accountId, userId) ?? (await state.user(accountId, userId))) !== undefined;
}

/** A device that was enabled anew has proved nothing for the sessions from before. */
async function holdsMfa({ mfaDevices }: SessionParts, { mfa }: Session): Promise<boolean> {
  if (mfa === undefined) return true;
  const device = await mfaDevices.find(mfa.accountId, mfa.serialNumber);
  return device !== undefined && device.enabledAt <= mfa.authenticatedAt;
}

const roleCallers = createCallerCache<RoleSession>();
const userCallers = createCallerCache<UserSession>();
const federatedUserCallers = createCallerCache<FederatedUserSession>();

async function roleCaller(
  { state }: SessionParts,
  accessKeyId: string,
  session: RoleSession,
): Promise<Caller | undefined> {
  const { accountId, roleId, sessionName } = session;
  const role = state.peekRole(accountId, roleId) ?? (await state.role(accountId, roleId));
  if (!role) return undefined;
  return roleCallers(session, role, () => ({
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

async function userCaller(
  { state }: SessionParts,
  accessKeyId: string,
  session: UserSession,
): Promise<Caller | undefined> {
  const { accountId, userId } = session;
  const user = state.peekUser(accountId, userId) ?? (await state.user(accountId, userId));
  if (!user) return undefined;
  return userCallers(session, user, () => {
    const { arn, userName } = user;
    return { kind: 'user', accountId, arn, userId, userName, accessKeyId, session };
  });
}

async function federatedUserCaller(
  { state }: SessionParts,
  accessKeyId: string,
  session: FederatedUserSession,
): Promise<Caller | undefined> {
  const { accountId, userId, name } = session;
  const user = state.peekUser(accountId, userId) ?? (await state.user(accountId, userId));
  if (!user) return undefined;
  return federatedUserCallers(session, user, () => ({
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
