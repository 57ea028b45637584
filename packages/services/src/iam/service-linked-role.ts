import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { newDeletionTaskId, parseDeletionTaskId } from './deletion-task.ts';
import { findRole, type RoleRow, requireRole, storedRoleArn } from './entity.ts';
import { accessDenied, invalidInput, noSuchEntity, validationError } from './error.ts';
import { encodePolicyDocument } from './policy-document.ts';
import { isServiceLinkedRole, serviceLinkedRolePath } from './protected-role.ts';
import { roleResource } from './resource/role.ts';
import {
  deletionTaskRoleResource,
  newServiceLinkedRoleResource,
} from './resource/service-linked-role.ts';
import {
  findServiceLinkedRoleTemplate,
  nameOfServiceLinkedRole,
  pathOfServiceLinkedRole,
  type ServiceLinkedRoleTemplate,
} from './service-linked-role-template.ts';
import { removeAllTags } from './tag-set.ts';

/** Not held against the quota of roles ("Service-linked roles", IAM User Guide). */
export const createServiceLinkedRole = operation<
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse
>({
  authorization: {
    action: 'iam:CreateServiceLinkedRole',
    resource: newServiceLinkedRoleResource(
      (input) => input.AWSServiceName,
      (input) => input.CustomSuffix,
    ),
    conditionKeys: { 'iam:AWSServiceName': (input) => input.AWSServiceName },
  },
  access: 'write',
  async run(context, input) {
    const template = requireTemplate(input.AWSServiceName ?? '');
    const name = checkedName(template, input.CustomSuffix);
    if ((await findRole(context, name)) !== undefined) {
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const row: RoleRow = {
      account_id: context.accountId,
      role_id: newUniqueId('AROA'),
      name,
      name_fold: foldAscii(name),
      path: pathOfServiceLinkedRole(template.service),
      created_at: context.now,
      trust_policy: trustPolicy(template.service, 'sts:AssumeRole'),
      description: input.Description ?? null,
      max_session_duration: 3600,
      permissions_boundary: null,
      last_used_at: null,
      last_used_region: null,
    };
    await context.database.insertInto('iam_role').values(row).execute();
    await context.database
      .insertInto('iam_attached_policy')
      .values({
        account_id: context.accountId,
        owner_id: row.role_id,
        policy_arn: template.policyArn,
        attached_at: context.now,
      })
      .execute();
    context.changed({ accountId: context.accountId, kind: 'role', id: row.role_id });
    return {
      Role: {
        Path: row.path,
        RoleName: row.name,
        RoleId: row.role_id,
        Arn: storedRoleArn(row),
        CreateDate: new Date(row.created_at),
        // AWS answers this one with lists, and GetRole without.
        AssumeRolePolicyDocument: encodePolicyDocument(
          trustPolicy([template.service], ['sts:AssumeRole']),
        ),
      },
    };
  },
});

/** Milliseconds for which a deletion's task is known at least; AWS does not document it. */
const taskLifetime = 86_400_000;

/** No service uses a role here, so what AWS begins is done at once, and the task has succeeded. */
export const deleteServiceLinkedRole = operation<
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse
>({
  authorization: {
    action: 'iam:DeleteServiceLinkedRole',
    resource: roleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const role = await requireRole(context, input.RoleName);
    const service = serviceOf(role);
    if (service === undefined) {
      throw noSuchEntity(`${role.name} exists but is not a service role.`);
    }
    await removeRole(context, role.role_id);
    const taskId = newDeletionTaskId({ service, roleName: role.name });
    await context.database
      .deleteFrom('iam_service_linked_role_deletion')
      .where('account_id', '=', context.accountId)
      .where('created_at', '<=', context.now - taskLifetime)
      .execute();
    await context.database
      .insertInto('iam_service_linked_role_deletion')
      .values({
        account_id: context.accountId,
        deletion_task_id: taskId,
        role_name: role.name,
        status: 'SUCCEEDED',
        reason: null,
        created_at: context.now,
      })
      .execute();
    context.changed({ accountId: context.accountId, kind: 'role', id: role.role_id });
    return { DeletionTaskId: taskId };
  },
});

export const getServiceLinkedRoleDeletionStatus = operation<
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse
>({
  authorization: {
    action: 'iam:GetServiceLinkedRoleDeletionStatus',
    resource: deletionTaskRoleResource((input) => input.DeletionTaskId),
  },
  access: 'read',
  async run(context, input) {
    const taskId = input.DeletionTaskId ?? '';
    parseDeletionTaskId(taskId);
    const task = await context.database
      .selectFrom('iam_service_linked_role_deletion')
      .select(['status', 'reason'])
      .where('account_id', '=', context.accountId)
      .where('deletion_task_id', '=', taskId)
      .executeTakeFirst();
    if (task === undefined) throw noSuchEntity('Cannot find deletion status for given id.');
    return {
      Status: task.status,
      ...(task.reason !== null && { Reason: { Reason: task.reason } }),
    };
  },
});

export const serviceLinkedRoleOperations: OperationTable = {
  CreateServiceLinkedRole: createServiceLinkedRole,
  DeleteServiceLinkedRole: deleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus: getServiceLinkedRoleDeletionStatus,
};

/** AWS says AccessDenied of a service that it has no template of. */
function requireTemplate(service: string): ServiceLinkedRoleTemplate {
  const template = findServiceLinkedRoleTemplate(service);
  if (template !== undefined) return template;
  throw accessDenied(`Cannot find Service Linked Role template for ${service}`);
}

function checkedName(template: ServiceLinkedRoleTemplate, suffix: string | undefined): string {
  if (suffix !== undefined && !template.takesSuffix) {
    throw invalidInput(`Custom suffix is not allowed for ${template.service}`);
  }
  const name = nameOfServiceLinkedRole(template, suffix);
  if (name.length <= 64) return name;
  throw validationError(
    "1 validation error detected: Value at 'roleName' failed to satisfy constraint: " +
      'Member must have length less than or equal to 64',
  );
}

function trustPolicy<Texts>(service: Texts, action: Texts): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action }],
  });
}

/** The service that a role is linked to: it stands in the path, which no other role may have. */
function serviceOf(role: RoleRow): string | undefined {
  if (!isServiceLinkedRole(role)) return undefined;
  return role.path.slice(serviceLinkedRolePath.length, -1);
}

async function removeRole(context: OperationContext, roleId: string): Promise<void> {
  const { accountId, database } = context;
  await database
    .deleteFrom('iam_attached_policy')
    .where('account_id', '=', accountId)
    .where('owner_id', '=', roleId)
    .execute();
  await removeAllTags(context, roleId);
  await database
    .deleteFrom('iam_role')
    .where('account_id', '=', accountId)
    .where('role_id', '=', roleId)
    .execute();
}
