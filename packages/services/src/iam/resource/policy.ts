import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { parsePolicyArn } from '../arn.ts';
import { findManagedPolicy } from '../entity.ts';
import { accountScope, type From, plain, required, tagged } from './resource.ts';

/**
 * A managed policy by its ARN. AWS's own policies count as the caller's account's: everybody may
 * read them whose identity policies say so. Another account's policy is that account's.
 */
export function policyResource<Input>(arnOf: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'policy',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = required(arnOf(input));
      const { accountId } = parsePolicyArn(arn);
      if (accountId !== 'aws' && accountId !== scope.accountId) return { arn, accountId };
      const policy = await findManagedPolicy(scope, arn);
      if (policy?.kind !== 'customer') return plain(scope, arn);
      return await tagged(scope, arn, policy.row.policy_id);
    },
  };
}

/** A managed policy about to be made. */
export function newPolicyResource<Input>(
  policyName: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'policy',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = iamArn(
        scope.accountId,
        'policy',
        path(input) ?? '/',
        required(policyName(input)),
      );
      return plain(scope, arn);
    },
  };
}
