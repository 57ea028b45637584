import type { ResourceReference } from '../../operation.ts';
import { findManagedPolicy } from '../entity.ts';
import { findIdentity, parseIdentityArn } from '../identity.ts';
import { accountScope, type From, plain, required, tagged } from './resource.ts';

/**
 * A user, group, role or managed policy by its ARN. What it is checked on is the ARN as it was sent:
 * whoever knows it learns nothing from it.
 */
export function identityResource<Input>(arnOf: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = required(arnOf(input));
      const { accountId } = parseIdentityArn(arn);
      if (accountId !== 'aws' && accountId !== scope.accountId) return { arn, accountId };
      const identity = await findIdentity(scope, arn);
      if (identity === undefined || identity.kind === 'group') return plain(scope, arn);
      if (identity.kind !== 'policy') return await tagged(scope, arn, identity.id);
      const policy = await findManagedPolicy(scope, arn);
      if (policy?.kind !== 'customer') return plain(scope, arn);
      return await tagged(scope, arn, policy.row.policy_id);
    },
  };
}
