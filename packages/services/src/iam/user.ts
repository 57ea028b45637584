import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { refuseWhileInUse } from './dependent.ts';
import {
  findUser,
  readTags,
  requireNamedOrCallingUser,
  requireUser,
  storedUserArn,
  type UserRow,
} from './entity.ts';
import { entityAlreadyExists } from './error.ts';
import { forgetLastAccessed } from './last-accessed.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageBelowPath } from './pagination.ts';
import { forgetPasswords } from './password-history.ts';
import { describeBoundary, requireBoundary } from './permissions-boundary.ts';
import { refuseOverQuota } from './quota.ts';
import { newUserResource, renamedUserResource, userResource } from './resource/user.ts';
import { hasTags, removeAllTags, tagList, writeFirstTags } from './tag-set.ts';

export const createUser = operation<CreateUserRequest, CreateUserResponse>({
  authorization: {
    action: 'iam:CreateUser',
    resource: newUserResource(
      (input) => input.UserName,
      (input) => input.Path,
    ),
    conditionKeys: { 'iam:PermissionsBoundary': (input) => input.PermissionsBoundary },
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagUser',
        when: (input) => hasTags(input.Tags),
        resource: newUserResource(
          (input) => input.UserName,
          (input) => input.Path,
        ),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const { UserName: name = '', PermissionsBoundary: boundary } = input;
    const boundaryArn = boundary === undefined ? null : await requireBoundary(context, boundary);
    await refuseTakenName(context, name, undefined);
    await refuseOverQuota(context, 'iam_user');
    const row: UserRow = {
      account_id: context.accountId,
      user_id: newUniqueId('AIDA'),
      name,
      name_fold: foldAscii(name),
      path: input.Path ?? '/',
      created_at: context.now,
      password_last_used_at: null,
      permissions_boundary: boundaryArn,
    };
    await context.database.insertInto('iam_user').values(row).execute();
    const tags = await writeFirstTags(context, row.user_id, input.Tags);
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return { User: { ...describeUser(row), ...describeBoundary(row), ...tags } };
  },
});

export const getUser = operation<GetUserRequest, GetUserResponse>({
  authorization: { action: 'iam:GetUser', resource: userResource((input) => input.UserName) },
  access: 'read',
  async run(context, input) {
    const row = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const tags = await readTags(context, row.user_id);
    return { User: { ...describeUser(row), ...describeBoundary(row), ...tagList(tags) } };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listUsers = operation<ListUsersRequest, ListUsersResponse>({
  authorization: { action: 'iam:ListUsers' },
  access: 'read',
  async run(context, input) {
    const { rows, ...position } = await pageBelowPath(context, 'ListUsers', input, 'iam_user');
    return { Users: rows.map(describeUser), ...position };
  },
});

export const updateUser = operation<UpdateUserRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateUser',
    resource: userResource((input) => input.UserName),
    also: [
      {
        action: 'iam:UpdateUser',
        when: (input) => input.NewUserName !== undefined || input.NewPath !== undefined,
        resource: renamedUserResource(
          (input) => input.UserName,
          (input) => input.NewPath,
          (input) => input.NewUserName,
        ),
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireUser(context, input.UserName);
    const name = input.NewUserName ?? row.name;
    await refuseTakenName(context, name, row.user_id);
    await context.database
      .updateTable('iam_user')
      .set({ name, name_fold: foldAscii(name), path: input.NewPath ?? row.path })
      .where('account_id', '=', context.accountId)
      .where('user_id', '=', row.user_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return emptyOutput;
  },
});

export const deleteUser = operation<DeleteUserRequest, EmptyOutput>({
  authorization: { action: 'iam:DeleteUser', resource: userResource((input) => input.UserName) },
  access: 'write',
  async run(context, input) {
    const { user_id: userId } = await requireUser(context, input.UserName);
    await refuseWhileInUse(context, 'user', userId);
    await forgetPasswords(context, userId);
    await removeAllTags(context, userId);
    await forgetLastAccessed(context, userId);
    await context.database
      .deleteFrom('iam_user')
      .where('account_id', '=', context.accountId)
      .where('user_id', '=', userId)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: userId });
    return emptyOutput;
  },
});

export const userOperations: OperationTable = {
  CreateUser: createUser,
  DeleteUser: deleteUser,
  GetUser: getUser,
  ListUsers: listUsers,
  UpdateUser: updateUser,
};

/** Without tags and permissions boundary, which only some answers carry. */
export function describeUser(row: UserRow): User {
  return {
    Path: row.path,
    UserName: row.name,
    UserId: row.user_id,
    Arn: storedUserArn(row),
    CreateDate: new Date(row.created_at),
    ...(row.password_last_used_at !== null && {
      PasswordLastUsed: new Date(row.password_last_used_at),
    }),
  };
}

/** `userId` is the user that is renamed: another spelling of its own name is free. */
async function refuseTakenName(
  context: OperationContext,
  name: string,
  userId: string | undefined,
): Promise<void> {
  const other = await findUser(context, name);
  if (other === undefined || other.user_id === userId) return;
  throw entityAlreadyExists(`User with name ${name} already exists.`);
}
