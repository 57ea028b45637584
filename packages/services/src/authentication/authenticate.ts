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
import { explainUnavailable } from '../service-unavailable.ts';
import type { Transport, VerifiedRequest } from '../services.ts';
import type { Caller } from './caller.ts';
import { type CredentialClaim, type CredentialParts, createCredentials } from './credential.ts';
import type { LastUsed } from './last-used.ts';
import { refusalError } from './refusal.ts';

/** What authentication looks things up in, and tells of what it found. */
export interface AuthenticatorParts extends CredentialParts {
  readonly lastUsed: LastUsed;
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

/** Whose secret is asked for, in the words of the request, and what its signature says besides. */
interface SignatureClaim extends CredentialClaim {
  readonly region: string;
  readonly form: VerifiedRequest['form'];
  readonly signedAt: number | undefined;
}

/** Enough for every key in use at one moment; a miss costs four HMACs. */
const signingKeyLimit = 20_000;

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { store, clock, lastUsed } = parts;
  const signingKeys = createSigningKeyCache(signingKeyLimit);
  const credentials = createCredentials(parts);

  async function authenticate(
    reading: CredentialReading,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest> {
    if (reading.kind === 'refused') throw refusalError(reading.refusal);
    try {
      // A request that comes while the database is lost must not meet what was known before.
      store.assertAvailable();
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
    claim: SignatureClaim,
    transport: Transport,
    verify: (secretAccessKey: string, now: number) => SignatureVerification,
  ): Promise<VerifiedRequest> {
    const { service, region, form, signedAt } = claim;
    const { secretAccessKey, caller } = await credentials.find(claim);
    const now = clock();
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
    stillHolds: ({ caller, service }) => credentials.requireHeld(caller, service),
  };
}

const noBytes = new Uint8Array(0);

function signedClaim(reading: SignedRequest): SignatureClaim {
  const { accessKeyId, sessionToken, scope, form, timestamp } = reading;
  const { service, region } = scope;
  return { accessKeyId, sessionToken, service, region, form, signedAt: timestamp };
}

function version2Claim({ accessKeyId, sessionToken }: Version2Request): SignatureClaim {
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
