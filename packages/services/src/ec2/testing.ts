import { addRoleToInstanceProfile, createInstanceProfile } from '../iam/instance-profile.ts';
import { addRole, openTestIam, type TestIam } from '../iam/testing.ts';
import { runInstances } from './run-instances.ts';

export const imageId = 'ami-0123456789abcdef0';
export const profileArn = 'arn:aws:iam::111111111111:instance-profile/photos';

/** What every launch needs. */
export const one = { ImageId: imageId, MinCount: 1, MaxCount: 1 };

/** A world with an instance profile `photos` that has the role `PhotoAppRole`. */
export async function openTestEc2(...[test, quotas]: Parameters<typeof openTestIam>) {
  const iam = await openTestIam(test, quotas);
  await addRole(iam, { name: 'PhotoAppRole', path: '/apps/' });
  await addProfile(iam, 'photos', 'PhotoAppRole');
  return iam;
}

/** An instance profile, with a role when one is named. */
export async function addProfile(iam: TestIam, name: string, roleName?: string): Promise<string> {
  const InstanceProfileName = name;
  const { InstanceProfile: made } = await iam.call(createInstanceProfile, { InstanceProfileName });
  if (roleName !== undefined) {
    await iam.call(addRoleToInstanceProfile, { InstanceProfileName, RoleName: roleName });
  }
  return made?.InstanceProfileId ?? '';
}

/** Runs one instance and gives its id. */
export async function runOne(iam: TestIam, input: object = {}): Promise<string> {
  const { Instances } = await iam.call(runInstances, { ...one, ...input });
  return Instances?.[0]?.InstanceId ?? '';
}
