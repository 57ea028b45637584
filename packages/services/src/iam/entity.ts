import { foldAscii } from '@carnet/policy';
import { type Database, prepareQuery, type Schema } from '@carnet/store';
import { iamArn } from '../arn.ts';
import type { Caller } from '../authentication/caller.ts';
import { parsePolicyArn } from './arn.ts';
import { type AwsManagedPolicy, findAwsManagedPolicy } from './aws-managed-policies.ts';
import { accessDenied, noSuchEntity, validationError } from './error.ts';

/**
 * Finding what is stored. AWS does not tell IAM names apart by case (CreateUser and its sisters in
 * the IAM API reference) and finds them in any case: every look-up by name goes by the folded name.
 * ARNs are compared exactly, or a Deny on `iam:PolicyARN` could be passed by another spelling.
 */
export interface AccountScope {
  readonly accountId: string;
  readonly database: Database;
}

export type UserRow = Schema['iam_user'];
export type GroupRow = Schema['iam_group'];
export type RoleRow = Schema['iam_role'];
export type InstanceProfileRow = Schema['iam_instance_profile'];
export type ServerCertificateRow = Schema['iam_server_certificate'];
export type CustomerPolicyRow = Schema['iam_policy'];

/** A managed policy of the account, or one of AWS's. */
export type ManagedPolicy =
  | { readonly kind: 'customer'; readonly arn: string; readonly row: CustomerPolicyRow }
  | { readonly kind: 'aws'; readonly arn: string; readonly policy: AwsManagedPolicy };

interface Named {
  readonly accountId: string;
  readonly nameFold: string;
}

const selectUser = prepareQuery<Named, UserRow>((database, value) =>
  database
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', value('accountId'))
    .where('name_fold', '=', value('nameFold')),
);

const selectGroup = prepareQuery<Named, GroupRow>((database, value) =>
  database
    .selectFrom('iam_group')
    .selectAll()
    .where('account_id', '=', value('accountId'))
    .where('name_fold', '=', value('nameFold')),
);

const selectRole = prepareQuery<Named, RoleRow>((database, value) =>
  database
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', value('accountId'))
    .where('name_fold', '=', value('nameFold')),
);

const selectTags = prepareQuery<
  { readonly accountId: string; readonly resourceId: string },
  Pick<Schema['iam_tag'], 'key' | 'value'>
>((database, value) =>
  database
    .selectFrom('iam_tag')
    .select(['key', 'value'])
    .where('account_id', '=', value('accountId'))
    .where('resource_id', '=', value('resourceId'))
    .orderBy('key_fold'),
);

/** The account a call works in. */
export function callerAccountId(caller: Caller): string {
  if (caller.kind === 'anonymous') throw accessDenied('Access Denied');
  return caller.accountId;
}

export async function findUser(scope: AccountScope, name: string): Promise<UserRow | undefined> {
  const named = { accountId: scope.accountId, nameFold: foldAscii(name) };
  return (await selectUser(scope.database, named))[0];
}

export async function requireUser(scope: AccountScope, name: string | undefined): Promise<UserRow> {
  const user = name === undefined ? undefined : await findUser(scope, name);
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/**
 * The user a call is about: the named one, or the caller itself when no name is given. Anybody but
 * a user has to name one. The root user too: it has no access keys and no login profile here.
 */
export async function requireNamedOrCallingUser(
  scope: AccountScope,
  caller: Caller,
  name: string | undefined,
): Promise<UserRow> {
  if (name !== undefined) return await requireUser(scope, name);
  if (caller.kind !== 'user') {
    throw validationError('Must specify userName when calling with non-User credentials');
  }
  const user = await scope.database
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('user_id', '=', caller.userId)
    .executeTakeFirst();
  if (user === undefined) {
    throw noSuchEntity(`The user with name ${caller.userName} cannot be found.`);
  }
  return user;
}

export async function findGroup(scope: AccountScope, name: string): Promise<GroupRow | undefined> {
  const named = { accountId: scope.accountId, nameFold: foldAscii(name) };
  return (await selectGroup(scope.database, named))[0];
}

export async function requireGroup(
  scope: AccountScope,
  name: string | undefined,
): Promise<GroupRow> {
  const group = name === undefined ? undefined : await findGroup(scope, name);
  if (group === undefined) throw noSuchEntity(`The group with name ${name} cannot be found.`);
  return group;
}

export async function findRole(scope: AccountScope, name: string): Promise<RoleRow | undefined> {
  const named = { accountId: scope.accountId, nameFold: foldAscii(name) };
  return (await selectRole(scope.database, named))[0];
}

export async function requireRole(scope: AccountScope, name: string | undefined): Promise<RoleRow> {
  const role = name === undefined ? undefined : await findRole(scope, name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

export async function findInstanceProfile(
  scope: AccountScope,
  name: string,
): Promise<InstanceProfileRow | undefined> {
  return await scope.database
    .selectFrom('iam_instance_profile')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('name_fold', '=', foldAscii(name))
    .executeTakeFirst();
}

/** A managed policy that the account may use; another account's is not found. */
export async function findManagedPolicy(
  scope: AccountScope,
  arn: string,
): Promise<ManagedPolicy | undefined> {
  const { accountId, name } = parsePolicyArn(arn);
  if (accountId === 'aws') {
    const policy = findAwsManagedPolicy(arn);
    return policy && { kind: 'aws', arn, policy };
  }
  if (accountId !== scope.accountId) return undefined;
  const row = await scope.database
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('name_fold', '=', foldAscii(name))
    .executeTakeFirst();
  if (row === undefined || customerPolicyArn(row) !== arn) return undefined;
  return { kind: 'customer', arn, row };
}

/** `unknown` is what is said of a policy that is not there. */
export async function requireManagedPolicy(
  scope: AccountScope,
  arn: string | undefined,
  unknown = `Policy ${arn} was not found.`,
): Promise<ManagedPolicy> {
  const policy = arn === undefined ? undefined : await findManagedPolicy(scope, arn);
  if (policy === undefined) throw noSuchEntity(unknown);
  return policy;
}

export async function findServerCertificate(
  scope: AccountScope,
  name: string,
): Promise<ServerCertificateRow | undefined> {
  return await scope.database
    .selectFrom('iam_server_certificate')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('name_fold', '=', foldAscii(name))
    .executeTakeFirst();
}

export async function requireServerCertificate(
  scope: AccountScope,
  name: string | undefined,
): Promise<ServerCertificateRow> {
  const row = name === undefined ? undefined : await findServerCertificate(scope, name);
  if (row === undefined) {
    throw noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);
  }
  return row;
}

/** The groups of a user, in the order of their folded names. */
export async function readGroups(
  scope: AccountScope,
  userId: string,
): Promise<Pick<GroupRow, 'group_id' | 'name'>[]> {
  return await scope.database
    .selectFrom('iam_group_member')
    .innerJoin('iam_group', (join) =>
      join
        .onRef('iam_group.account_id', '=', 'iam_group_member.account_id')
        .onRef('iam_group.group_id', '=', 'iam_group_member.group_id'),
    )
    .select(['iam_group.group_id', 'iam_group.name'])
    .where('iam_group_member.account_id', '=', scope.accountId)
    .where('iam_group_member.user_id', '=', userId)
    .orderBy('iam_group.name_fold')
    .execute();
}

/** By key, in the order of the folded keys. */
export async function readTags(
  scope: AccountScope,
  resourceId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await selectTags(scope.database, { accountId: scope.accountId, resourceId });
  return new Map(rows.map((row) => [row.key, row.value]));
}

export function storedUserArn(row: UserRow): string {
  return iamArn(row.account_id, 'user', row.path, row.name);
}

export function storedGroupArn(row: GroupRow): string {
  return iamArn(row.account_id, 'group', row.path, row.name);
}

export function storedRoleArn(row: RoleRow): string {
  return iamArn(row.account_id, 'role', row.path, row.name);
}

export function storedInstanceProfileArn(row: InstanceProfileRow): string {
  return iamArn(row.account_id, 'instance-profile', row.path, row.name);
}

export function storedServerCertificateArn(row: ServerCertificateRow): string {
  return iamArn(row.account_id, 'server-certificate', row.path, row.name);
}

export function customerPolicyArn(row: CustomerPolicyRow): string {
  return iamArn(row.account_id, 'policy', row.path, row.name);
}
