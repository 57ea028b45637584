import { ApiError } from '@carnet/wire';
import { iamArn } from '../../arn.ts';
import type { Resource, ResourceReference } from '../../operation.ts';
import {
  type AccountScope,
  findUser,
  requireNamedOrCallingUser,
  storedUserArn,
  type UserRow,
} from '../entity.ts';
import {
  accountScope,
  askedRename,
  boundaryKey,
  boundaryOf,
  type From,
  plain,
  required,
  tagged,
} from './resource.ts';

/** The named user, or the calling one when no name is given. */
export function userResource<Input>(userName: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = userName(input);
      if (name !== undefined) {
        const user = await findUser(scope, name);
        const askedArn = iamArn(scope.accountId, 'user', '/', name);
        if (user === undefined) return plain(scope, askedArn);
        return { ...(await taggedUser(scope, user)), askedArn };
      }
      return await taggedUser(
        scope,
        await requireNamedOrCallingUser(scope, context.caller, undefined),
      );
    },
  };
}

/** The named user with its permissions boundary, which actions on its permissions may ask for. */
export function boundedUserResource<Input>(userName: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'user',
    conditionKeys: [boundaryKey],
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(userName(input));
      const user = await findUser(scope, name);
      const askedArn = iamArn(scope.accountId, 'user', '/', name);
      if (user === undefined) return plain(scope, askedArn);
      const resource = await taggedUser(scope, user);
      return { ...resource, ...boundaryOf(user), askedArn };
    },
  };
}

/** A user about to be made. */
export function newUserResource<Input>(
  userName: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = iamArn(scope.accountId, 'user', path(input) ?? '/', required(userName(input)));
      return plain(scope, arn);
    },
  };
}

/** A user as it will be called: UpdateUser needs permission on both names (IAM API reference). */
export function renamedUserResource<Input>(
  userName: From<Input>,
  newPath: From<Input>,
  newUserName: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(userName(input));
      const user = await findUser(scope, name);
      const path = newPath(input) ?? user?.path ?? '/';
      const arn = iamArn(scope.accountId, 'user', path, newUserName(input) ?? user?.name ?? name);
      if (user === undefined) return plain(scope, arn);
      const askedArn = askedRename(scope, 'user', name, newPath(input), newUserName(input));
      return { ...(await taggedUser(scope, user)), arn, askedArn };
    },
  };
}

/** The calling user, for what nobody but a user does. */
export function callingUserResource<Input>(): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context) {
      const scope = accountScope(context);
      if (context.caller.kind !== 'user') {
        throw new ApiError('InvalidUserType', 400, 'Only IAM users have a password to change.');
      }
      const user = await requireNamedOrCallingUser(scope, context.caller, undefined);
      return await taggedUser(scope, user);
    },
  };
}

/** The user whose access key is named; for an unknown key, every user. */
export function accessKeyUserResource<Input>(accessKeyId: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context, input) {
      const scope = accountScope(context);
      const user = await scope.database
        .selectFrom('iam_access_key')
        .innerJoin('iam_user', (join) =>
          join
            .onRef('iam_user.account_id', '=', 'iam_access_key.account_id')
            .onRef('iam_user.user_id', '=', 'iam_access_key.user_id'),
        )
        .selectAll('iam_user')
        .where('iam_access_key.account_id', '=', scope.accountId)
        .where('iam_access_key.access_key_id', '=', required(accessKeyId(input)))
        .executeTakeFirst();
      const askedArn = iamArn(scope.accountId, 'user', '/', '*');
      if (user === undefined) return plain(scope, askedArn);
      // Whoever uses a key knows whose it is; nobody else learns it here.
      const isOwn = context.caller.kind === 'user' && context.caller.userId === user.user_id;
      const resource = await taggedUser(scope, user);
      return isOwn ? resource : { ...resource, askedArn };
    },
  };
}

async function taggedUser(scope: AccountScope, user: UserRow): Promise<Resource> {
  return await tagged(scope, storedUserArn(user), user.user_id);
}
