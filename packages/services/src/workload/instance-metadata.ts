import type { TemporaryCredentials } from '../services.ts';

/** What an instance is told of itself; looked up anew each time. */
export interface InstanceMetadata {
  readonly accountId: string;
  /** `i-` and 17 hexadecimal digits. */
  readonly instanceId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly region: string;
  readonly availabilityZone: string;
  /** `x86_64` */
  readonly architecture: string;
  /** Milliseconds since 1970. */
  readonly launchedAt: number;
  /** Undefined: no instance profile is associated. */
  readonly profile?: ProfileMetadata | undefined;
}

export interface ProfileMetadata {
  readonly instanceProfileArn: string;
  /** `AIPA…` */
  readonly instanceProfileId: string;
  /** Milliseconds since 1970. */
  readonly associatedAt: number;
  /** False: the profile was deleted after it had been associated. */
  readonly exists: boolean;
  /** Undefined: there is no role in the profile. */
  readonly role?: RoleMetadata | undefined;
}

export interface RoleMetadata {
  readonly roleName: string;
  /** Undefined: the role does not let EC2 assume it. */
  readonly credentials?: WorkloadCredentials | undefined;
}

/** Temporary credentials on their way to a program. */
export interface WorkloadCredentials extends TemporaryCredentials {
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
}

/** Those of a program that runs as a task. */
export interface TaskCredentials extends WorkloadCredentials {
  readonly roleArn: string;
}
