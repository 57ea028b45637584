import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { findRole, storedRoleArn } from '../entity.ts';
import {
  accountScope,
  boundaryKey,
  boundaryOf,
  type From,
  plain,
  required,
  tagged,
} from './resource.ts';

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

/** A role about to be made. */
export function newRoleResource<Input>(
  roleName: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'role',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = iamArn(scope.accountId, 'role', path(input) ?? '/', required(roleName(input)));
      return plain(scope, arn);
    },
  };
}

/** A role with its permissions boundary, which actions on its permissions may ask for. */
export function boundedRoleResource<Input>(roleName: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'role',
    conditionKeys: [boundaryKey],
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(roleName(input));
      const role = await findRole(scope, name);
      const askedArn = iamArn(scope.accountId, 'role', '/', name);
      if (role === undefined) return plain(scope, askedArn);
      const resource = await tagged(scope, storedRoleArn(role), role.role_id);
      return { ...resource, ...boundaryOf(role), askedArn };
    },
  };
}
