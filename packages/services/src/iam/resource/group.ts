import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { findGroup, storedGroupArn } from '../entity.ts';
import { accountScope, askedRename, type From, plain, required } from './resource.ts';

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
