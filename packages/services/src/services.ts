import type { ApiError, CredentialReading, PayloadMode } from '@carnet/wire';
import type { AuditLoss } from './audit.ts';
import type { Caller } from './authentication/caller.ts';
import type { WorkloadOperator } from './workload/workload-operator.ts';

/** The services behind one port: what the gateway calls. */
export interface Services {
  /**
   * The one verifier. Throws `ApiError` when the request is refused. `reading` is what
   * `readCredentials` of wire made of the raw request; `body` is the whole body for every service but
   * S3, whose signature covers the payload's declared hash instead.
   */
  authenticate(
    reading: CredentialReading,
    transport: Transport,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRequest>;
  /**
   * The one gate: authorizes, runs and records one operation, and resolves with its output. Throws
   * `ApiError`; an operation that is not served is `NotImplemented`, 501.
   */
  dispatch(call: Call): Promise<unknown>;
  /** Records a call that was refused between the two: its input is not what the model asks for. */
  recordRefusal(call: Call, error: ApiError): void;
  readonly operator: Operator;
  /**
   * Writes what is remembered and lets go of the store, which stays open. Never rejects: resolves with
   * the records of calls that could not be written and are lost, if there are any.
   */
  close(): Promise<AuditLoss | undefined>;
}

/** What the socket knows of a request. */
export interface Transport {
  /** The peer's address, or the right-most untrusted one behind trusted proxies. */
  readonly sourceIp: string;
  readonly secure: boolean;
}

declare const verified: unique symbol;

/** A request whose signature was checked, or that is anonymous; made by `authenticate` alone. */
export interface VerifiedRequest {
  readonly [verified]: true;
  readonly caller: Caller;
  /** The credential scope's, `iam`, `sts`, `ec2` or `s3`; `s3` for an anonymous request. */
  readonly service: string;
  readonly region: string;
  /** Lower-case names; signed headers and the few that clients never sign. Nothing else. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded, in order, without the parameters of the signature itself. */
  readonly query: readonly (readonly [string, string])[];
  /** How the payload is to be verified; `createPayloadVerifier` of wire takes it. */
  readonly payload: PayloadMode;
  readonly transport: Transport;
  /** `s3:authType` and `s3:signatureversion` come from it. */
  readonly form: 'header' | 'presigned' | 'presignedVersion2' | 'anonymous';
  /** Milliseconds since 1970, as the signature says; Version 2 and anonymous requests do not. */
  readonly signedAt: number | undefined;
}

/** One call of one operation. */
export interface Call {
  readonly request: VerifiedRequest;
  /** `iam`, `sts`, `ec2` or `s3`. */
  readonly service: string;
  /** `CreateUser` */
  readonly operation: string;
  /** As decoded from the wire; a streamed body is `Body`, an `AsyncIterable<Uint8Array>`. */
  readonly input: object;
  readonly requestId: string;
}

/** What whoever owns the data directory may do, through the operator socket. */
export interface Operator extends WorkloadOperator {
  /**
   * Temporary credentials of a role, `Administrator` of the first account unless told otherwise. Every
   * other role is assumed with those of `Administrator`, and has to trust it. `rootTask` instead gives
   * the root user of the account, for the AWS-managed task policy of that name.
   */
  credentials(choice: {
    readonly accountId?: string;
    readonly roleName?: string;
    readonly sessionName?: string;
    /** `S3UnlockBucketPolicy` */
    readonly rootTask?: string;
  }): Promise<TemporaryCredentials>;
  createAccount(choice: { readonly name: string; readonly accountId?: string }): Promise<Account>;
  listAccounts(): Promise<readonly Account[]>;
  /** Empties an ephemeral server; its first account is made again under the same id. */
  reset(): Promise<void>;
}

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiration: number;
}

export interface Account {
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: number;
}
