import { putRolePermissionsBoundary, putUserPermissionsBoundary } from '../permissions-boundary.ts';
import { addRole, type TestIam } from '../testing.ts';

/** A role with nothing but tags, and permissions boundaries of some users and roles. */
export async function addRoles(iam: TestIam, ids: Map<string, string>): Promise<void> {
  const idle = await addRole(iam, { name: 'IdleRole', path: '/l/', tags: [['of', 'idle']] });
  ids.set('role IdleRole', idle);
  const boundary = { PermissionsBoundary: ids.get('arn Zoo') };
  for (const name of ['leaver', 'zonekeeper']) {
    await iam.call(putUserPermissionsBoundary, { UserName: name, ...boundary });
  }
  for (const name of ['ARole', 'DRole']) {
    await iam.call(putRolePermissionsBoundary, { RoleName: name, ...boundary });
  }
}
