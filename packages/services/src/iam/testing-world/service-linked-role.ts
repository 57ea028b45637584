import { createServiceLinkedRole } from '../service-linked-role.ts';
import { firstAccount, firstCallAt, type TestIam } from '../testing.ts';

/** The same id in both accounts, with another end in each. */
export const deletionTaskId =
  'task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/' +
  '8a1f6f0e-3c1e-4f3e-9d0b-2f4e6a7c8b9d';

/** The role of one service, and a task that deleted the role of another. */
export async function populateServiceLinkedRoles(
  iam: TestIam,
  ids: Map<string, string>,
): Promise<void> {
  const { Role: role } = await iam.call(createServiceLinkedRole, {
    AWSServiceName: 'autoscaling.amazonaws.com',
  });
  ids.set('role AWSServiceRoleForAutoScaling', role?.RoleId ?? '');
  const failed = iam.accountId === firstAccount;
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_service_linked_role_deletion')
      .values({
        account_id: iam.accountId,
        deletion_task_id: deletionTaskId,
        role_name: 'AWSServiceRoleForECS',
        status: failed ? 'FAILED' : 'SUCCEEDED',
        reason: failed ? `in use in ${iam.accountId}` : null,
        created_at: firstCallAt,
      })
      .execute();
  });
}
