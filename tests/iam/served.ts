import { operationTables } from '@carnet/services';

/** Operations that have nothing to speak of until another one makes it. */
const waitsFor: Readonly<Record<string, string>> = {
  GetRole: 'CreateRole',
  GetRolePolicy: 'PutRolePolicy',
  ListAttachedRolePolicies: 'AttachRolePolicy',
  ListInstanceProfilesForRole: 'CreateRole',
  ListRolePolicies: 'PutRolePolicy',
  ListRoles: 'CreateRole',
  ListRoleTags: 'TagRole',
};

const names = new Set(Object.keys(operationTables.iam ?? {}));

/** The operations of IAM that can be spoken of. */
export const served: ReadonlySet<string> = new Set(
  [...names].filter((name) => names.has(waitsFor[name] ?? name)),
);
