import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { accountScope, type From, plain, required } from './resource.ts';

/** A delegation request by its id. None exists, so this is the ARN that it would have. */
export function delegationRequestResource<Input>(id: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'delegation-request',
    async resolve(context, input) {
      const scope = accountScope(context);
      return plain(scope, iamArn(scope.accountId, 'delegation-request', '/', required(id(input))));
    },
  };
}
