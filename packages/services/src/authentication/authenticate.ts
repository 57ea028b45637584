import type { Store } from '@carnet/store';
import {
  type AnonymousRequest,
  type CredentialReading,
  createSigningKeyCache,
  type SignedRequest,
  sha256Hex,
  verifySignature,
} from '@carnet/wire';
import type {
  AuthorizationState,
  RoleState,
  UserState,
} from '../authorization/authorization-state.ts';
import type { Transport, VerifiedRequest } from '../services.ts';
import { openSession, type Session } from '../sts/session-token.ts';
import type { AccessKey, AccessKeys } from './access-keys.ts';
import type { Caller } from './caller.ts';
import type { LastUsed } from './last-used.ts';
import { expiredToken, invalidToken, refusalError, unknownKey } from './refusal.ts';

/** What authentication looks things up in. */
export interface AuthenticatorParts {
  readonly store: Store;
  readonly accessKeys: AccessKeys;
  readonly state: AuthorizationState;
  readonly lastUsed: LastUsed;
  readonly clock: () => number;
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

type SessionReader = ReturnType<typeof createSessionReader>;

/** Enough for every key in use at one moment; a miss costs four HMACs. */
const signingKeyLimit = 20_000;

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { clock, lastUsed } = parts;
  const signingKeys = createSigningKeyCache(signingKeyLimit);
  const readSession = createSessionReader(parts);

  async function authenticate(
    reading: CredentialReading,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest> {
    switch (reading.kind) {
      case 'refused':
        throw refusalError(reading.refusal);
      case 'anonymous':
        return anonymousRequest(reading, transport);
      case 'signed':
        return verify(reading, transport, body);
    }
  }

  async function verify(
    signed: SignedRequest,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest> {
    const { service, region } = signed.scope;
    const now = clock();
    const { secretAccessKey, caller } = await findCredential(parts, readSession, signed, now);
    const isS3 = service === 's3';
    const verification = verifySignature(signed, {
      secretAccessKey,
      signingKeys,
      now,
      bodySha256: isS3 ? undefined : sha256Hex(body ?? noBytes),
    });
    if (!verification.ok) throw refusalError(verification.refusal);
    if (caller.kind === 'user') {
      lastUsed.note(caller.accessKeyId, { accountId: caller.accountId, at: now, region, service });
    }
    return brand({
      caller,
      service,
      region,
      headers: verification.headers,
      query: verification.query,
      payload: verification.payload,
      transport,
      form: signed.form,
      signedAt: signed.timestamp,
    });
  }

  return {
    authenticate,
    async stillHolds({ caller, service }) {
      if (caller.kind === 'user') await findUser(parts, service, caller.accessKeyId);
      if (caller.kind === 'assumedRole') {
        if (caller.expiresAt <= clock()) throw expiredToken(service);
        if (!(await parts.state.role(caller.accountId, caller.roleId))) throw invalidToken(service);
      }
    },
  };
}

const noBytes = new Uint8Array(0);

/** The region of a request that names none. */
const anonymousRegion = 'us-east-1';

function anonymousRequest(reading: AnonymousRequest, transport: Transport): VerifiedRequest {
  return brand({
    caller: { kind: 'anonymous' },
    service: 's3',
    region: anonymousRegion,
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
  signed: SignedRequest,
  now: number,
): Promise<Credential> {
  const { accessKeyId, sessionToken, scope } = signed;
  if (accessKeyId.startsWith('ASIA')) {
    if (sessionToken === undefined) throw unknownKey(scope.service, accessKeyId);
    return findSession(parts, readSession, signed, sessionToken, now);
  }
  if (sessionToken !== undefined) throw invalidToken(scope.service);
  return findUser(parts, scope.service, accessKeyId);
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
  return userCredential(key, user, () => {
    const { userName, arn } = user;
    return {
      secretAccessKey: key.secretAccessKey,
      caller: { kind: 'user', accountId, arn, userId, userName, accessKeyId },
    };
  });
}

const userCredential = createCredentialCache<AccessKey, UserState>();
const roleCredential = createCredentialCache<Session, RoleState>();

/**
 * Makes a credential once for a key and its principal as known at one moment: a principal that
 * changed is another object, and each request of a credential has the same caller.
 */
function createCredentialCache<Key extends object, PrincipalState>() {
  const made = new WeakMap<Key, { state: PrincipalState; credential: Credential }>();
  return (key: Key, state: PrincipalState, make: () => Credential): Credential => {
    const known = made.get(key);
    if (known?.state === state) return known.credential;
    const credential = make();
    made.set(key, { state, credential });
    return credential;
  };
}

/** Sessions by key id and token: a token is opened once, since nothing in it can change. */
const openSessionLimit = 10_000;

function createSessionReader({ store }: AuthenticatorParts) {
  const opened = new Map<string, Session>();
  return (accessKeyId: string, sessionToken: string): Session | undefined => {
    const name = `${accessKeyId}/${sessionToken}`;
    const known = opened.get(name);
    if (known) return known;
    const session = openSession(store.sealing, accessKeyId, sessionToken);
    // Only what this deployment sealed is kept: nobody else can fill the memory.
    if (session) {
      if (opened.size >= openSessionLimit) opened.clear();
      opened.set(name, session);
    }
    return session;
  };
}

/** The token's account and role decide; what the key id says of the account only routes. */
async function findSession(
  { state }: AuthenticatorParts,
  readSession: SessionReader,
  signed: SignedRequest,
  sessionToken: string,
  now: number,
): Promise<Credential> {
  const { accessKeyId, scope } = signed;
  const session = readSession(accessKeyId, sessionToken);
  if (!session) throw invalidToken(scope.service);
  const { accountId, roleId } = session;
  const role = state.peekRole(accountId, roleId) ?? (await state.role(accountId, roleId));
  if (!role) throw invalidToken(scope.service);
  if (session.expiresAt <= now) throw expiredToken(scope.service);
  return roleCredential(session, role, () => {
    const { sessionName, issuedAt, expiresAt } = session;
    return {
      secretAccessKey: session.secretAccessKey,
      caller: {
        kind: 'assumedRole',
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
        roleArn: role.arn,
        roleId,
        roleName: role.roleName,
        sessionName,
        accessKeyId,
        issuedAt,
        expiresAt,
      },
    };
  });
}
