import type { InstanceEnrolment, InstanceMetadata, TaskCredentials } from '@carnet/services';
import type { ExitCode } from '../failure.ts';

// The operator socket: JSON over HTTP. What each answer holds.

/** `POST /credentials {accountId?, roleName?, rootTask?}` */
export interface CredentialsAnswer {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiration: number;
}

/** Where the programs of a workload find the server. */
interface ServerPlace {
  readonly endpoint: string;
  readonly region: string;
}

/** `POST /instance-metadata {accountId?, instanceId}` */
export interface InstanceMetadataAnswer extends ServerPlace {
  readonly metadata: InstanceMetadata;
}

/** `POST /instance-enrolments {accountId?, instanceId}` */
export interface InstanceEnrolmentAnswer extends ServerPlace {
  readonly enrolment: InstanceEnrolment;
}

/** `POST /task-credentials {accountId?, roleName, taskId}` */
export interface TaskCredentialsAnswer extends ServerPlace {
  readonly credentials: TaskCredentials;
}

/** `GET /status` */
export interface StatusAnswer {
  readonly version: string;
  readonly endpoint: string;
  /** The first account. */
  readonly accountId: string;
  /** How many accounts there are; undefined: the database is away. */
  readonly accounts?: number | undefined;
  readonly region: string;
  readonly ephemeral: boolean;
  readonly dataDirectory: string;
  /** `postgres://host/name`, without credentials; undefined: an embedded one. */
  readonly database?: string | undefined;
  readonly processId: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** `POST /accounts {name, accountId?}` */
export interface AccountAnswer {
  readonly accountId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** `GET /accounts` */
export interface AccountsAnswer {
  readonly accounts: readonly AccountAnswer[];
}

/** Any answer that is not 200. */
export interface FailureAnswer {
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly exitCode: ExitCode;
  readonly code?: string;
}
