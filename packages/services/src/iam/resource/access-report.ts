import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { accountScope, type From, plain, required } from './resource.ts';

/** The report on an entity of an organization, by its path from the organization down. */
export function accessReportResource<Input>(entityPath: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'access-report',
    async resolve(context, input) {
      const scope = accountScope(context);
      const path = required(entityPath(input));
      return plain(scope, iamArn(scope.accountId, 'access-report', '/', path));
    },
  };
}
