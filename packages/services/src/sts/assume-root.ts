import type { AssumeRootRequest, AssumeRootResponse } from '@aws-sdk/client-sts';
import { parseArn } from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { callerAccountId } from '../iam/entity.ts';
import { validationError } from '../iam/error.ts';
import { operation, type ResolveContext, type ResourceReference } from '../operation.ts';
import { requireTaskPolicy } from './root-session.ts';

/** The root user of an account, which has no policy that could let another account in. */
const rootUser: ResourceReference<AssumeRootRequest> = {
  resourceType: 'root-user',
  async resolve(_context, input) {
    const accountId = targetAccount(input);
    return { arn: rootArn(accountId), accountId, reasonHidden: true };
  },
};

/**
 * AWS lets the management account of an organization, and who it has delegated to, assume the root
 * user of a member account. There is no organization: nobody is let through, in the words in which AWS
 * refuses an account that is not the management account.
 * Source: "AssumeRoot", AWS STS API reference.
 */
export const assumeRoot = operation<AssumeRootRequest, AssumeRootResponse>({
  authorization: {
    action: 'sts:AssumeRoot',
    resource: rootUser,
    conditionKeys: { 'sts:TaskPolicyArn': (input) => input.TaskPolicyArn?.arn },
  },
  access: 'read',
  recordsAnswer: true,
  async run(context, input) {
    requireTaskPolicy(input.TaskPolicyArn?.arn);
    throw refusal(context, input);
  },
});

/** `111122223333` or `arn:aws:iam::111122223333:root`. */
function targetAccount({ TargetPrincipal: target = '' }: AssumeRootRequest): string {
  if (/^\d{12}$/.test(target)) return target;
  const arn = parseArn(target);
  if (arn !== undefined && rootArn(arn.accountId) === target) return arn.accountId;
  throw validationError(`${target} is invalid`);
}

function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

function refusal({ caller }: ResolveContext, input: AssumeRootRequest): ApiError {
  callerAccountId(caller);
  const user = caller.kind === 'anonymous' ? '' : caller.arn;
  const message =
    `User: ${user} is not authorized to perform: sts:AssumeRoot on resource: ` +
    rootArn(targetAccount(input));
  return new ApiError('AccessDenied', 403, message);
}
