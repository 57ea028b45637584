import type { PolicyDescriptorType } from '@aws-sdk/client-sts';
import { parsePolicy } from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { parsePolicyArn } from '../iam/arn.ts';
import { type AccountScope, findManagedPolicy } from '../iam/entity.ts';
import { validationError } from '../iam/error.ts';
import { brokenConstraint } from './error.ts';
import type { SessionPolicies } from './session.ts';

/** Of the document and all ARNs together, white space counted (IAM and STS quotas). */
const mostCharacters = 2048;
const mostArns = 10;

interface PassedPolicies {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined;
}

/**
 * The session policies that were passed; undefined: none. They are AWS's or the account's own, which is
 * that of the role or of the user. Throws `ValidationError` and `MalformedPolicyDocument`.
 */
export async function passedPolicies(
  scope: AccountScope,
  { Policy: document, PolicyArns: descriptors = [] }: PassedPolicies,
): Promise<SessionPolicies | undefined> {
  if (document === undefined && descriptors.length === 0) return undefined;
  if (descriptors.length > mostArns) {
    throw brokenConstraint(
      undefined,
      'policyArns',
      `Member must have length less than or equal to ${mostArns}`,
    );
  }
  const arns = descriptors.map(({ arn }, index) => {
    if (arn !== undefined) return arn;
    const path = `policyArns.${index + 1}.member.arn`;
    throw brokenConstraint(undefined, path, 'Member must not be null');
  });
  const text = [document ?? '', ...arns].join('');
  if ([...text].length > mostCharacters) {
    throw brokenConstraint(
      text,
      'policy',
      `Member must have length less than or equal to ${mostCharacters}`,
    );
  }
  if (document !== undefined) checkDocument(document);
  for (const arn of arns) await requirePolicy(scope, arn);
  return { document, arns };
}

function checkDocument(document: string): void {
  const parsed = parsePolicy(document, 'session');
  if (parsed.ok) return;
  const message = parsed.problems[0]?.message ?? 'Syntax errors in policy.';
  throw new ApiError('MalformedPolicyDocument', 400, message);
}

async function requirePolicy(scope: AccountScope, arn: string): Promise<void> {
  parsePolicyArn(arn, validationError);
  if ((await findManagedPolicy(scope, arn)) !== undefined) return;
  throw validationError(`Policy ${arn} does not exist or is not attachable.`);
}
