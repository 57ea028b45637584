import { policySize } from '../../parse/parse-policy.ts';
import type { PolicyType } from '../../policy-type.ts';
import { type Check, type CheckContext, found, IDENTITY_TYPES } from '../check.ts';
import type { FindingType, PolicyQuotas } from '../finding.ts';

/** What documents may be long (IAM and STS quotas, Organizations quotas, S3's bucket policies). */
export const DEFAULT_QUOTAS: PolicyQuotas = {
  identity: 6_144,
  trust: 2_048,
  resource: 20_480,
  serviceControl: 10_240,
  resourceControl: 5_120,
};

/** Documents that are too long to be kept. */
export const sizeChecks: readonly Check[] = [
  sizeCheck('POLICY_SIZE_EXCEEDS_SCP_QUOTA', 'ERROR', ['serviceControl'], 'serviceControl'),
  sizeCheck('POLICY_SIZE_EXCEEDS_RCP_QUOTA', 'ERROR', ['resourceControl'], 'resourceControl'),
  sizeCheck('POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA', 'WARNING', IDENTITY_TYPES, 'identity'),
  sizeCheck('POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA', 'WARNING', ['resource'], 'resource'),
  sizeCheck('POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA', 'WARNING', ['trust'], 'trust'),
];

function sizeCheck(
  code: string,
  findingType: FindingType,
  policyTypes: readonly PolicyType[],
  quota: keyof PolicyQuotas,
): Check {
  return {
    code,
    findingType,
    policyTypes,
    meaning: `the document is longer than the quota for its type (${quota})`,
    check: ({ text, tree, quotas }: CheckContext) => {
      const isPlain = quota === 'identity' || quota === 'trust';
      const size = isPlain ? policySize(text) : text.length;
      if (size <= quotas[quota]) return [];
      const counted = isPlain ? 'characters, white space not counted,' : 'characters';
      const message = `${size} ${counted} exceed the quota of ${quotas[quota]}`;
      return [found(tree.root, message, 'split the policy, or have the quota raised')];
    },
  };
}
