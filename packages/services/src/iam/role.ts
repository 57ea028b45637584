import type {
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { type RoleRow, readTags, requireRole, storedRoleArn } from './entity.ts';
import { endOfPrefix, pageOfRows } from './pagination.ts';
import { encodePolicyDocument } from './policy-document.ts';
import { boundedRoleResource } from './resource/role.ts';
import { tagList } from './tag-set.ts';

/** Roles can be read; making and changing them comes with AssumeRole for everybody. */
export const getRole = operation<GetRoleRequest, GetRoleResponse>({
  authorization: {
    action: 'iam:GetRole',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireRole(context, input.RoleName);
    const tags = await readTags(context, row.role_id);
    return { Role: { ...describeRole(row), ...tagList(tags) } };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listRoles = operation<ListRolesRequest, ListRolesResponse>({
  authorization: { action: 'iam:ListRoles' },
  access: 'read',
  async run(context, input) {
    const prefix = input.PathPrefix ?? '/';
    const { rows, ...position } = await pageOfRows<RoleRow>(
      context,
      'ListRoles',
      input,
      (row) => row.name_fold,
      async (after, limit) =>
        await context.database
          .selectFrom('iam_role')
          .selectAll()
          .where('account_id', '=', context.accountId)
          .where('name_fold', '>', after)
          .where('path', '>=', prefix)
          .where('path', '<', endOfPrefix(prefix))
          .orderBy('name_fold')
          .limit(limit)
          .execute(),
    );
    return { Roles: rows.map(describeRole), ...position };
  },
});

export const roleOperations: OperationTable = {
  GetRole: getRole,
  ListRoles: listRoles,
};

export function describeRole(row: RoleRow): Role {
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.role_id,
    Arn: storedRoleArn(row),
    CreateDate: new Date(row.created_at),
    AssumeRolePolicyDocument: encodePolicyDocument(row.trust_policy),
    ...(row.description !== null && { Description: row.description }),
    MaxSessionDuration: row.max_session_duration,
  };
}
