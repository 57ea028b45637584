import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { parseDeletionTaskId } from '../deletion-task.ts';
import {
  findServiceLinkedRoleTemplate,
  nameOfServiceLinkedRole,
  pathOfServiceLinkedRole,
} from '../service-linked-role-template.ts';
import { accountScope, type From, plain, required } from './resource.ts';

/** A service-linked role about to be made; of a service that has none, every one of its roles. */
export function newServiceLinkedRoleResource<Input>(
  serviceName: From<Input>,
  suffix: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'role',
    async resolve(context, input) {
      const scope = accountScope(context);
      const service = required(serviceName(input));
      const template = findServiceLinkedRoleTemplate(service);
      const name = template ? nameOfServiceLinkedRole(template, suffix(input)) : '*';
      return plain(scope, iamArn(scope.accountId, 'role', pathOfServiceLinkedRole(service), name));
    },
  };
}

/** The role that a deletion task is about, which may be gone. */
export function deletionTaskRoleResource<Input>(taskId: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'role',
    async resolve(context, input) {
      const scope = accountScope(context);
      const { service, roleName } = parseDeletionTaskId(required(taskId(input)));
      const path = pathOfServiceLinkedRole(service);
      return plain(scope, iamArn(scope.accountId, 'role', path, roleName));
    },
  };
}
