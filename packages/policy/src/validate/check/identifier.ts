import { foldAscii } from '../../match/fold-ascii.ts';
import { type Check, EVERY_TYPE, eachCondition, found } from '../check.ts';
import { isKey } from '../condition-facts.ts';
import type { ConditionTree } from '../policy-tree.ts';
import { isPlain } from '../resource-entry.ts';

const KMS_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

/** Values that have to be identifiers of AWS's. */
export const identifierChecks: readonly Check[] = [
  identifierCheck(
    'INVALID_REGION',
    'a region that does not exist',
    (condition) => isKey(condition, 'aws:requestedregion'),
    // Bedrock's global inference asks in no region ("Global cross-Region inference", Bedrock).
    (text, regions) => regions.has(text) || text === 'unspecified',
    ['is no region', 'name a region, such as `us-east-1`'],
  ),
  identifierCheck(
    'INVALID_VPC_FORMAT',
    'a VPC by something that is no id of one',
    (condition) => isKey(condition, 'aws:sourcevpc'),
    (text) => /^vpc-(?:[0-9a-z]{8}|[0-9a-z]{17})$/i.test(text),
    ['is no id of a VPC', 'write `vpc-` and 8 or 17 letters and digits'],
  ),
  identifierCheck(
    'INVALID_VPCE_FORMAT',
    'a VPC endpoint by something that is no id of one',
    (condition) => isKey(condition, 'aws:sourcevpce'),
    (text) => /^vpce-(?:[0-9a-z]{8}|[0-9a-z]{17})$/i.test(text),
    ['is no id of a VPC endpoint', 'write `vpce-` and 8 or 17 letters and digits'],
  ),
  identifierCheck(
    'INVALID_KMS_KEY_VALUE',
    'a KMS key by something that is no ARN of one',
    isKmsKeyArn,
    (text) => KMS_KEY_ARN.test(text),
    ['is no ARN of a KMS key', 'write `arn:aws:kms:region:account:key/key-id`'],
  ),
];

function identifierCheck(
  code: string,
  meaning: string,
  applies: (condition: ConditionTree) => boolean,
  isValid: (text: string, regions: ReadonlySet<string>) => boolean,
  [message, help]: readonly [string, string],
): Check {
  return {
    code,
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning,
    check: eachCondition((condition, { catalogue }) => {
      if (!applies(condition)) return [];
      if (condition.facts?.family !== 'string' && condition.facts?.family !== 'arn') return [];
      return condition.values
        .filter(({ text }) => isPlain(text) && !isValid(text, catalogue.regions))
        .map((value) => found(value, `\`${value.text}\` ${message}`, help));
    }),
  };
}

/** `secretsmanager:KmsKeyArn`, `s3:x-amz-server-side-encryption-aws-kms-key-id`. */
function isKmsKeyArn({ key }: ConditionTree): boolean {
  const folded = foldAscii(key);
  return (
    folded.endsWith(':x-amz-server-side-encryption-aws-kms-key-id') ||
    /:.*kmskeyarns?$/.test(folded)
  );
}
