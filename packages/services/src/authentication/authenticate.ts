import type { Store } from '@carnet/store';
import {
  type AnonymousRequest,
  type CredentialReading,
  createSigningKeyCache,
  type SignatureVerification,
  type SignedRequest,
  sha256Hex,
  type Version2Request,
  verifySignature,
  verifyVersion2Signature,
} from '@carnet/wire';
import type { AuthorizationState, UserState } from '../authorization/authorization-state.ts';
import { explainUnavailable } from '../service-unavailable.ts';
import type { Transport, VerifiedRequest } from '../services.ts';
import type { AccessKey, AccessKeys } from './access-keys.ts';
import { type Caller, sessionOf } from './caller.ts';
import type { InstanceKeys } from './instance-keys.ts';
import type { LastUsed } from './last-used.ts';
import type { MfaDevices } from './mfa-devices.ts';
import { expiredToken, invalidToken, refusalError, unknownKey } from './refusal.ts';
import { createSessionReader, sessionCaller } from './session-credential.ts';

/** What authentication looks things up in. */
export interface AuthenticatorParts {
  readonly store: Store;
  readonly accessKeys: AccessKeys;
  readonly instanceKeys: InstanceKeys;
  readonly mfaDevices: MfaDevices;
  readonly state: AuthorizationState;
  readonly lastUsed: LastUsed;
  readonly clock: () => number;
  /** The deployment's. */
  readonly region: string;
}

/** The one verifier: nothing that credentials claim is true before it says so. */
export interface Authenticator {
  authenticate(
    reading: CredentialReading,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest>;
  /** Throws when the credential that began a call is no longer good. */
  stillHolds(request: VerifiedRequest): Promise<void>;
}

/** A secret to verify with, and whose it is. */
interface Credential {
  readonly secretAccessKey: string;
  readonly caller: Caller;
}

/** Whose secret is asked for, in the words of the request, and what its signature says besides. */
interface KeyClaim {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly service: string;
  readonly region: string;
  readonly form: VerifiedRequest['form'];
  readonly signedAt: number | undefined;
}

type SessionReader = ReturnType<typeof createSessionReader>;

/** Enough for every key in use at one moment; a miss costs four HMACs. */
const signingKeyLimit = 20_000;

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { clock, lastUsed } = parts;
  const signingKeys = createSigningKeyCache(signingKeyLimit);
  const readSession = createSessionReader(parts.store);

  async function authenticate(
    reading: CredentialReading,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest> {
    if (reading.kind === 'refused') throw refusalError(reading.refusal);
    try {
      // A request that comes while the database is lost must not meet what was known before.
      parts.store.assertAvailable();
      return await identify(reading, transport, body);
    } catch (error) {
      throw explainUnavailable(error);
    }
  }

  async function identify(
    reading: Exclude<CredentialReading, { readonly kind: 'refused' }>,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest> {
    switch (reading.kind) {
      case 'anonymous':
        return anonymousRequest(reading, transport);
      case 'signed':
        return known(signedClaim(reading), transport, (secretAccessKey, now) =>
          verifySignature(reading, {
            secretAccessKey,
            signingKeys,
            now,
            bodySha256: reading.scope.service === 's3' ? undefined : sha256Hex(body ?? noBytes),
          }),
        );
      case 'version2':
        return known(version2Claim(reading), transport, (secretAccessKey, now) =>
          verifyVersion2Signature(reading, { secretAccessKey, now }),
        );
    }
  }

  async function known(
    claim: KeyClaim,
    transport: Transport,
    verify: (secretAccessKey: string, now: number) => SignatureVerification,
  ): Promise<VerifiedRequest> {
    const { service, region, form, signedAt } = claim;
    const now = clock();
    const { secretAccessKey, caller } = await findCredential(parts, readSession, claim, now);
    const verification = verify(secretAccessKey, now);
    if (!verification.ok) throw refusalError(verification.refusal);
    noteUse(caller, { at: now, region, service });
    const { headers, query, payload } = verification;
    return brand({ caller, service, region, headers, query, payload, transport, form, signedAt });
  }

  function noteUse(
    caller: Caller,
    use: { readonly at: number; readonly region: string; readonly service: string },
  ): void {
    if (caller.kind === 'user' && caller.session === undefined) {
      lastUsed.noteKey(caller.accessKeyId, { accountId: caller.accountId, ...use });
    }
    if (caller.kind === 'assumedRole') {
      const { at, region } = use;
      lastUsed.noteRole(caller.roleId, { accountId: caller.accountId, at, region });
    }
  }

  return {
    authenticate,
    async stillHolds({ caller, service }) {
      if (caller.kind === 'anonymous') return;
      const session = sessionOf(caller);
      if (session === undefined) return void (await findKey(parts, service, caller.accessKeyId));
      if (session.expiresAt <= clock()) throw expiredToken(service);
      if (!(await sessionCaller(parts, caller.accessKeyId, session))) throw invalidToken(service);
    },
  };
}

const noBytes = new Uint8Array(0);

function signedClaim(reading: SignedRequest): KeyClaim {
  const { accessKeyId, sessionToken, scope, form, timestamp } = reading;
  const { service, region } = scope;
  return { accessKeyId, sessionToken, service, region, form, signedAt: timestamp };
}

function version2Claim({ accessKeyId, sessionToken }: Version2Request): KeyClaim {
  return {
    accessKeyId,
    sessionToken,
    service: 's3',
    region: unnamedRegion,
    form: 'presignedVersion2',
    signedAt: undefined,
  };
}

/** The region of a request that names none. */
const unnamedRegion = 'us-east-1';

function anonymousRequest(reading: AnonymousRequest, transport: Transport): VerifiedRequest {
  return brand({
    caller: { kind: 'anonymous' },
    service: 's3',
    region: unnamedRegion,
    headers: reading.headers,
    query: reading.query,
    payload: reading.payload,
    transport,
    form: 'anonymous',
    signedAt: undefined,
  });
}

/** The only place where a request becomes a verified one. */
function brand(request: Omit<VerifiedRequest, keyof Brand>): VerifiedRequest {
  return request as VerifiedRequest;
}

type Brand = Pick<VerifiedRequest, Extract<keyof VerifiedRequest, symbol>>;

/** The secret behind a key id. Long-term keys carry no token, temporary ones always do. */
async function findCredential(
  parts: AuthenticatorParts,
  readSession: SessionReader,
  claim: KeyClaim,
  now: number,
): Promise<Credential> {
  const { accessKeyId, sessionToken, service } = claim;
  if (accessKeyId.startsWith('ASIA')) {
    if (sessionToken === undefined) throw unknownKey(service, accessKeyId);
    return findSession(parts, readSession, claim, sessionToken, now);
  }
  if (sessionToken !== undefined) throw invalidToken(service);
  return findKey(parts, service, accessKeyId);
}

async function findKey(
  parts: AuthenticatorParts,
  service: string,
  accessKeyId: string,
): Promise<Credential> {
  // Version 2 lets anything be an id, which a database may not even be asked for.
  if (!/^\w{1,128}$/.test(accessKeyId)) throw unknownKey(service, accessKeyId);
  const find = accessKeyId.startsWith('CIKA') ? findInstance : findUser;
  return find(parts, service, accessKeyId);
}

async function findUser(
  { accessKeys, state }: AuthenticatorParts,
  service: string,
  accessKeyId: string,
): Promise<Credential> {
  const key = accessKeys.peek(accessKeyId) ?? (await accessKeys.find(accessKeyId));
  if (!key?.active) throw unknownKey(service, accessKeyId);
  const { accountId, userId } = key;
  const user = state.peekUser(accountId, userId) ?? (await state.user(accountId, userId));
  if (!user) throw unknownKey(service, accessKeyId);
  return userCredential(key, user);
}

const userCredentials = new WeakMap<AccessKey, { user: UserState; credential: Credential }>();

/**
 * Made once for a key and its user as known at one moment: a user who changed is another object, and
 * each request of a key has the same caller.
 */
function userCredential(key: AccessKey, user: UserState): Credential {
  const known = userCredentials.get(key);
  if (known?.user === user) return known.credential;
  const { accountId, accessKeyId, userId, secretAccessKey } = key;
  const { userName, arn } = user;
  const caller: Caller = { kind: 'user', accountId, arn, userId, userName, accessKeyId };
  const credential = { secretAccessKey, caller };
  userCredentials.set(key, { user, credential });
  return credential;
}

async function findInstance(
  { instanceKeys, region }: AuthenticatorParts,
  service: string,
  accessKeyId: string,
): Promise<Credential> {
  const key = await instanceKeys.find(accessKeyId);
  if (!key) throw unknownKey(service, accessKeyId);
  const { accountId, instanceId, secretAccessKey } = key;
  const arn = `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`;
  return { secretAccessKey, caller: { kind: 'instance', accountId, arn, instanceId, accessKeyId } };
}

/** The token's account and principal decide; what the key id says of the account only routes. */
async function findSession(
  parts: AuthenticatorParts,
  readSession: SessionReader,
  { accessKeyId, service }: KeyClaim,
  sessionToken: string,
  now: number,
): Promise<Credential> {
  const opened = readSession(accessKeyId, sessionToken);
  if (!opened) throw invalidToken(service);
  const { session, secretAccessKey } = opened;
  const caller = await sessionCaller(parts, accessKeyId, session);
  if (!caller) throw invalidToken(service);
  if (session.expiresAt <= now) throw expiredToken(service);
  return { secretAccessKey, caller };
}
