import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { storedUserArn } from '../entity.ts';
import { accountScope, type From, plain } from './resource.ts';
import { userResource } from './user.ts';

export const serviceNameKey = 'iam:ServiceSpecificCredentialServiceName';

/** The user whose credential is named, with the service of the stored credential. */
export function credentialUserResource<Input>(
  userName: From<Input>,
  credentialId: From<Input>,
): ResourceReference<Input> {
  const user = userResource(userName);
  return {
    ...user,
    conditionKeys: [serviceNameKey],
    async resolve(context, input) {
      const resource = await user.resolve(context, input);
      const row = await context.database
        .selectFrom('iam_service_specific_credential as credential')
        .innerJoin('iam_user', (join) =>
          join
            .onRef('iam_user.account_id', '=', 'credential.account_id')
            .onRef('iam_user.user_id', '=', 'credential.user_id'),
        )
        .selectAll('iam_user')
        .select('credential.service_name')
        .where('credential.account_id', '=', resource.accountId)
        .where('credential.service_specific_credential_id', '=', credentialId(input) ?? '')
        .executeTakeFirst();
      // Of another user's credential nothing is told.
      if (row === undefined || storedUserArn(row) !== resource.arn) return resource;
      const conditionKeys = new Map([[serviceNameKey.toLowerCase(), row.service_name]]);
      return { ...resource, conditionKeys };
    },
  };
}

/** The named or calling user, or every user of the account when all are asked for. */
export function listedUsersResource<Input>(
  userName: From<Input>,
  allUsers: (input: Input) => boolean | undefined,
): ResourceReference<Input> {
  const user = userResource(userName);
  return {
    ...user,
    async resolve(context, input) {
      if (allUsers(input) !== true) return await user.resolve(context, input);
      const scope = accountScope(context);
      return plain(scope, iamArn(scope.accountId, 'user', '/', '*'));
    },
  };
}
