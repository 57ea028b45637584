import { ApiError } from '@carnet/wire';
import { iamArn } from '../arn.ts';
import type { ResolveContext, Resource, ResourceReference } from '../operation.ts';
import { parsePolicyArn } from './arn.ts';
import {
  type AccountScope,
  callerAccountId,
  findGroup,
  findManagedPolicy,
  findRole,
  findUser,
  readTags,
  requireNamedOrCallingUser,
  storedGroupArn,
  storedRoleArn,
  storedUserArn,
  type UserRow,
} from './entity.ts';
import { validationError } from './error.ts';

/**
 * The resources of the IAM actions. What exists is decided by its stored ARN, path included; what
 * does not by the ARN it would have at the path `/`. A refusal shows the latter in both cases, so
 * that a caller without permission reads the same answer either way.
 */
type From<Input> = (input: Input) => string | undefined;

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

export function groupResource<Input>(groupName: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'group',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(groupName(input));
      const group = await findGroup(scope, name);
      const askedArn = iamArn(scope.accountId, 'group', '/', name);
      return { ...plain(scope, group ? storedGroupArn(group) : askedArn), askedArn };
    },
  };
}

/** A group about to be made. */
export function newGroupResource<Input>(
  groupName: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'group',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = iamArn(scope.accountId, 'group', path(input) ?? '/', required(groupName(input)));
      return plain(scope, arn);
    },
  };
}

/** A group as it will be called: UpdateGroup needs permission on both names. */
export function renamedGroupResource<Input>(
  groupName: From<Input>,
  newPath: From<Input>,
  newGroupName: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'group',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(groupName(input));
      const group = await findGroup(scope, name);
      const path = newPath(input) ?? group?.path ?? '/';
      const arn = iamArn(
        scope.accountId,
        'group',
        path,
        newGroupName(input) ?? group?.name ?? name,
      );
      const askedArn = askedRename(scope, 'group', name, newPath(input), newGroupName(input));
      return { ...plain(scope, arn), askedArn };
    },
  };
}

export function roleResource<Input>(roleName: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'role',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(roleName(input));
      const role = await findRole(scope, name);
      const askedArn = iamArn(scope.accountId, 'role', '/', name);
      if (role === undefined) return plain(scope, askedArn);
      return { ...(await tagged(scope, storedRoleArn(role), role.role_id)), askedArn };
    },
  };
}

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

function accountScope(context: ResolveContext): AccountScope {
  return { accountId: callerAccountId(context.caller), database: context.database };
}

function askedRename(
  scope: AccountScope,
  kind: 'user' | 'group',
  name: string,
  newPath: string | undefined,
  newName: string | undefined,
): string {
  return iamArn(scope.accountId, kind, newPath ?? '/', newName ?? name);
}

function plain(scope: AccountScope, arn: string): Resource {
  return { arn, accountId: scope.accountId };
}

async function taggedUser(scope: AccountScope, user: UserRow): Promise<Resource> {
  return await tagged(scope, storedUserArn(user), user.user_id);
}

async function tagged(scope: AccountScope, arn: string, id: string): Promise<Resource> {
  return { arn, accountId: scope.accountId, tags: await readTags(scope, id) };
}

/** The codec has refused inputs without their required members. */
function required(value: string | undefined): string {
  if (value === undefined) throw validationError('A required member is missing.');
  return value;
}
