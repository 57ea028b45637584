import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import { iamArn } from '../arn.ts';
import {
  type AccountScope,
  findInstanceProfile,
  type InstanceProfileRow,
  type RoleRow,
  storedInstanceProfileArn,
} from '../iam/entity.ts';
import { invalidParameterCombination, invalidParameterValue, missingParameter } from './error.ts';

type Specification = IamInstanceProfileSpecification | undefined;

/**
 * The instance profile that a call names, by its name or by its ARN; throws what AWS answers to one
 * that is not there, or that has no role.
 */
export async function requireProfile(
  scope: AccountScope,
  specification: Specification,
): Promise<InstanceProfileRow> {
  const { Name: name, Arn: arn } = specification ?? {};
  if (name === undefined && arn === undefined) throw missingParameter('IamInstanceProfile.Name');
  if (name !== undefined && arn !== undefined) {
    throw invalidParameterCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const profile = await findProfile(scope, specification);
  if (profile === undefined) {
    const [member, kind] = name === undefined ? ['arn', 'ARN'] : ['name', 'name'];
    const shown = (name ?? arn ?? '').slice(0, 128);
    throw invalidParameterValue(
      `Value (${shown}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${kind}`,
    );
  }
  if (profile.role_id === null) {
    throw invalidParameterValue(
      `IAM Instance Profile "${storedInstanceProfileArn(profile)}" has no associated IAM Roles`,
    );
  }
  return profile;
}

/** The same where it may be missing: before anybody knows whether the caller may be told. */
export async function findProfile(
  scope: AccountScope,
  specification: Specification,
): Promise<InstanceProfileRow | undefined> {
  const { Name, Arn } = specification ?? {};
  const name = Name ?? Arn?.slice(Arn.lastIndexOf('/') + 1) ?? '';
  const profile = await findInstanceProfile(scope, name);
  if (profile === undefined || Arn === undefined) return profile;
  // ARNs are compared exactly.
  return storedInstanceProfileArn(profile) === Arn ? profile : undefined;
}

/** The ARN that policies see: as stored, else as it would be. Undefined when none is named. */
export async function profileArn(
  scope: AccountScope,
  specification: Specification,
): Promise<string | undefined> {
  const { Name: name, Arn: arn } = specification ?? {};
  if (name === undefined && arn === undefined) return undefined;
  const profile = await findProfile(scope, specification);
  if (profile !== undefined) return storedInstanceProfileArn(profile);
  return arn ?? iamArn(scope.accountId, 'instance-profile', '/', name ?? '');
}

/** The role that an instance with this profile works as; undefined when there is none to pass. */
export async function roleOfProfile(
  scope: AccountScope,
  specification: Specification,
): Promise<RoleRow | undefined> {
  const profile = await findProfile(scope, specification);
  if (!profile?.role_id) return undefined;
  return await scope.database
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('role_id', '=', profile.role_id)
    .executeTakeFirst();
}
