/** What a deployment may choose; the defaults are AWS's. */
export interface Settings {
  readonly region: string;
  readonly quotas: Quotas;
}

/** IAM quotas by AWS's names. */
export interface Quotas {
  readonly usersPerAccount: number;
  readonly groupsPerAccount: number;
  readonly policiesPerAccount: number;
  readonly attachedPoliciesPerUser: number;
  readonly attachedPoliciesPerGroup: number;
  readonly groupsPerUser: number;
  readonly versionsPerPolicy: number;
  readonly accessKeysPerUser: number;
  readonly tagsPerResource: number;
}

export const defaultQuotas: Quotas = {
  usersPerAccount: 5000,
  groupsPerAccount: 300,
  policiesPerAccount: 1500,
  attachedPoliciesPerUser: 10,
  attachedPoliciesPerGroup: 10,
  groupsPerUser: 10,
  versionsPerPolicy: 5,
  accessKeysPerUser: 2,
  tagsPerResource: 50,
};
