/** What a deployment may choose; the defaults are AWS's. */
export interface Settings {
  readonly region: string;
  readonly quotas: Quotas;
  /**
   * How long sessions of instances and tasks last, in seconds, if their roles allow as much;
   * undefined: six hours.
   */
  readonly workloadSessionSeconds?: number | undefined;
}

/** Quotas of IAM by AWS's names, and of what works without a person. */
export interface Quotas {
  readonly usersPerAccount: number;
  readonly groupsPerAccount: number;
  readonly rolesPerAccount: number;
  readonly instanceProfilesPerAccount: number;
  readonly policiesPerAccount: number;
  readonly serverCertificatesPerAccount: number;
  readonly samlProvidersPerAccount: number;
  readonly openIdConnectProvidersPerAccount: number;
  readonly attachedPoliciesPerUser: number;
  readonly attachedPoliciesPerGroup: number;
  readonly attachedPoliciesPerRole: number;
  /** Non-whitespace characters of a role's trust policy. */
  readonly assumeRolePolicySize: number;
  readonly groupsPerUser: number;
  readonly versionsPerPolicy: number;
  readonly accessKeysPerUser: number;
  readonly mfaDevicesPerUser: number;
  readonly signingCertificatesPerUser: number;
  readonly sshPublicKeysPerUser: number;
  readonly serviceSpecificCredentialsPerUser: number;
  readonly clientIdsPerOpenIdConnectProvider: number;
  readonly thumbprintsPerOpenIdConnectProvider: number;
  readonly tagsPerResource: number;
  /** Of EC2, running or stopped. */
  readonly instancesPerAccount: number;
  /** Megabytes of zipped code. */
  readonly functionStoragePerAccount: number;
}

export const defaultQuotas: Quotas = {
  usersPerAccount: 5000,
  groupsPerAccount: 300,
  rolesPerAccount: 1000,
  instanceProfilesPerAccount: 1000,
  policiesPerAccount: 1500,
  serverCertificatesPerAccount: 20,
  samlProvidersPerAccount: 100,
  openIdConnectProvidersPerAccount: 100,
  attachedPoliciesPerUser: 10,
  attachedPoliciesPerGroup: 10,
  attachedPoliciesPerRole: 10,
  assumeRolePolicySize: 2048,
  groupsPerUser: 10,
  versionsPerPolicy: 5,
  accessKeysPerUser: 2,
  mfaDevicesPerUser: 8,
  signingCertificatesPerUser: 2,
  sshPublicKeysPerUser: 5,
  serviceSpecificCredentialsPerUser: 2,
  clientIdsPerOpenIdConnectProvider: 100,
  thumbprintsPerOpenIdConnectProvider: 5,
  tagsPerResource: 50,
  instancesPerAccount: 1000,
  functionStoragePerAccount: 76_800,
};
