import type { Store } from '@carnet/store';
import type { AuthorizationState } from '../authorization/authorization-state.ts';
import type { AccessKey, AccessKeys } from './access-keys.ts';
import { type Caller, sessionOf } from './caller.ts';
import { createCallerCache } from './caller-cache.ts';
import type { InstanceKeys } from './instance-keys.ts';
import type { MfaDevices } from './mfa-devices.ts';
import { expiredToken, invalidToken, unknownKey } from './refusal.ts';
import { createSessionReader, sessionCaller } from './session-credential.ts';

/** What credentials are looked up in. */
export interface CredentialParts {
  readonly store: Store;
  readonly accessKeys: AccessKeys;
  readonly instanceKeys: InstanceKeys;
  readonly mfaDevices: MfaDevices;
  readonly state: AuthorizationState;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The deployment's. */
  readonly region: string;
}

/** What a request says of its credential, and the service whose words a refusal has. */
export interface CredentialClaim {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly service: string;
}

/** A secret to verify with, and whose it is. */
export interface Credential {
  readonly secretAccessKey: string;
  readonly caller: Caller;
}

export interface Credentials {
  /** The credential that is claimed. Throws when there is none that is good now. */
  find(claim: CredentialClaim): Promise<Credential>;
  /** Throws when the credential of a verified caller is no longer good. */
  requireHeld(caller: Caller, service: string): Promise<void>;
}

export function createCredentials(parts: CredentialParts): Credentials {
  const { store, clock } = parts;
  const readSession = createSessionReader(store);

  /** The token's account and principal decide; what the key id says of the account only routes. */
  async function findSession(
    accessKeyId: string,
    sessionToken: string,
    service: string,
  ): Promise<Credential> {
    const opened = readSession(accessKeyId, sessionToken);
    if (!opened) throw invalidToken(service);
    const { session, secretAccessKey } = opened;
    const caller = await sessionCaller(parts, accessKeyId, session);
    if (!caller) throw invalidToken(service);
    if (session.expiresAt <= clock()) throw expiredToken(service);
    return { secretAccessKey, caller };
  }

  return {
    /** Long-term keys carry no token, temporary ones always do. */
    async find({ accessKeyId, sessionToken, service }) {
      if (accessKeyId.startsWith('ASIA')) {
        if (sessionToken === undefined) throw unknownKey(service, accessKeyId);
        return findSession(accessKeyId, sessionToken, service);
      }
      if (sessionToken !== undefined) throw invalidToken(service);
      return findKey(parts, service, accessKeyId);
    },
    async requireHeld(caller, service) {
      if (caller.kind === 'anonymous') return;
      const session = sessionOf(caller);
      if (session === undefined) return void (await findKey(parts, service, caller.accessKeyId));
      if (session.expiresAt <= clock()) throw expiredToken(service);
      if (!(await sessionCaller(parts, caller.accessKeyId, session))) throw invalidToken(service);
    },
  };
}

async function findKey(
  parts: CredentialParts,
  service: string,
  accessKeyId: string,
): Promise<Credential> {
  // Version 2 lets anything be an id, which a database may not even be asked for.
  if (!/^\w{1,128}$/.test(accessKeyId)) throw unknownKey(service, accessKeyId);
  const find = accessKeyId.startsWith('CIKA') ? findInstance : findUser;
  const found = await find(parts, accessKeyId);
  if (!found) throw unknownKey(service, accessKeyId);
  return found;
}

const userCallers = createCallerCache<AccessKey>();

async function findUser(
  { accessKeys, state }: CredentialParts,
  accessKeyId: string,
): Promise<Credential | undefined> {
  const key = accessKeys.peek(accessKeyId) ?? (await accessKeys.find(accessKeyId));
  if (!key?.active) return undefined;
  const { accountId, userId, secretAccessKey } = key;
  const user = state.peekUser(accountId, userId) ?? (await state.user(accountId, userId));
  if (!user) return undefined;
  const caller = userCallers(key, user, () => {
    const { userName, arn } = user;
    return { kind: 'user', accountId, arn, userId, userName, accessKeyId };
  });
  return { secretAccessKey, caller };
}

async function findInstance(
  { instanceKeys, region }: CredentialParts,
  accessKeyId: string,
): Promise<Credential | undefined> {
  const key = await instanceKeys.find(accessKeyId);
  if (!key) return undefined;
  const { accountId, instanceId, secretAccessKey } = key;
  const arn = `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`;
  return { secretAccessKey, caller: { kind: 'instance', accountId, arn, instanceId, accessKeyId } };
}
