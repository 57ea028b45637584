import type {
  DeleteGroupPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListGroupPoliciesRequest,
  ListGroupPoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutGroupPolicyRequest,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam';
import { foldAscii, policySize } from '@carnet/policy';
import type { Schema } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireGroup, requireRole, requireUser } from './entity.ts';
import { limitExceeded, noSuchEntity } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { type PageRequest, pageOfRows } from './pagination.ts';
import { checkIdentityPolicy, encodePolicyDocument } from './policy-document.ts';
import { requireModifiableRole } from './protected-role.ts';
import { groupResource } from './resource/group.ts';
import { boundedRoleResource, roleResource } from './resource/role.ts';
import { boundedUserResource, userResource } from './resource/user.ts';

type InlinePolicyRow = Schema['iam_inline_policy'];

/** Whom an inline policy is in. */
interface Owner {
  readonly kind: 'user' | 'group' | 'role';
  readonly id: string;
  readonly name: string;
}

/** Non-whitespace characters of all inline policies of one user, group or role (IAM quotas). */
export const inlinePolicySizeQuotas = { user: 2048, group: 5120, role: 10_240 } as const;

export const putUserPolicy = operation<PutUserPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:PutUserPolicy',
    resource: boundedUserResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    return await put(context, await userOwner(context, input.UserName), input);
  },
});

export const getUserPolicy = operation<GetUserPolicyRequest, GetUserPolicyResponse>({
  authorization: {
    action: 'iam:GetUserPolicy',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const owner = await userOwner(context, input.UserName);
    return { UserName: owner.name, ...(await describe(context, owner, input.PolicyName)) };
  },
});

export const listUserPolicies = operation<ListUserPoliciesRequest, ListUserPoliciesResponse>({
  authorization: {
    action: 'iam:ListUserPolicies',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const owner = await userOwner(context, input.UserName);
    return await pageOfNames(context, 'ListUserPolicies', input, owner);
  },
});

export const deleteUserPolicy = operation<DeleteUserPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteUserPolicy',
    resource: boundedUserResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    return await remove(context, await userOwner(context, input.UserName), input.PolicyName);
  },
});

export const putGroupPolicy = operation<PutGroupPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:PutGroupPolicy',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'write',
  async run(context, input) {
    return await put(context, await groupOwner(context, input.GroupName), input);
  },
});

export const getGroupPolicy = operation<GetGroupPolicyRequest, GetGroupPolicyResponse>({
  authorization: {
    action: 'iam:GetGroupPolicy',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'read',
  async run(context, input) {
    const owner = await groupOwner(context, input.GroupName);
    return { GroupName: owner.name, ...(await describe(context, owner, input.PolicyName)) };
  },
});

export const listGroupPolicies = operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse>({
  authorization: {
    action: 'iam:ListGroupPolicies',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'read',
  async run(context, input) {
    const owner = await groupOwner(context, input.GroupName);
    return await pageOfNames(context, 'ListGroupPolicies', input, owner);
  },
});

export const deleteGroupPolicy = operation<DeleteGroupPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteGroupPolicy',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'write',
  async run(context, input) {
    return await remove(context, await groupOwner(context, input.GroupName), input.PolicyName);
  },
});

export const putRolePolicy = operation<PutRolePolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:PutRolePolicy',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    return await put(context, await modifiableRoleOwner(context, input.RoleName), input);
  },
});

export const getRolePolicy = operation<GetRolePolicyRequest, GetRolePolicyResponse>({
  authorization: {
    action: 'iam:GetRolePolicy',
    resource: roleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const owner = await roleOwner(context, input.RoleName);
    return { RoleName: owner.name, ...(await describe(context, owner, input.PolicyName)) };
  },
});

export const listRolePolicies = operation<ListRolePoliciesRequest, ListRolePoliciesResponse>({
  authorization: {
    action: 'iam:ListRolePolicies',
    resource: roleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const owner = await roleOwner(context, input.RoleName);
    return await pageOfNames(context, 'ListRolePolicies', input, owner);
  },
});

export const deleteRolePolicy = operation<DeleteRolePolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteRolePolicy',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const owner = await modifiableRoleOwner(context, input.RoleName);
    return await remove(context, owner, input.PolicyName);
  },
});

export const inlinePolicyOperations: OperationTable = {
  DeleteGroupPolicy: deleteGroupPolicy,
  DeleteRolePolicy: deleteRolePolicy,
  DeleteUserPolicy: deleteUserPolicy,
  GetGroupPolicy: getGroupPolicy,
  GetRolePolicy: getRolePolicy,
  GetUserPolicy: getUserPolicy,
  ListGroupPolicies: listGroupPolicies,
  ListRolePolicies: listRolePolicies,
  ListUserPolicies: listUserPolicies,
  PutGroupPolicy: putGroupPolicy,
  PutRolePolicy: putRolePolicy,
  PutUserPolicy: putUserPolicy,
};

async function userOwner(context: OperationContext, name: string | undefined): Promise<Owner> {
  const user = await requireUser(context, name);
  return { kind: 'user', id: user.user_id, name: user.name };
}

async function groupOwner(context: OperationContext, name: string | undefined): Promise<Owner> {
  const group = await requireGroup(context, name);
  return { kind: 'group', id: group.group_id, name: group.name };
}

async function roleOwner(context: OperationContext, name: string | undefined): Promise<Owner> {
  const role = await requireRole(context, name);
  return { kind: 'role', id: role.role_id, name: role.name };
}

async function modifiableRoleOwner(
  context: OperationContext,
  name: string | undefined,
): Promise<Owner> {
  const role = await requireModifiableRole(context, name);
  return { kind: 'role', id: role.role_id, name: role.name };
}

/** Replaces the policy of that name, in whatever case it was first written, or adds it. */
async function put(
  context: OperationContext,
  owner: Owner,
  input: {
    readonly PolicyName: string | undefined;
    readonly PolicyDocument: string | undefined;
  },
): Promise<EmptyOutput> {
  const { PolicyName: name = '', PolicyDocument: document = '' } = input;
  checkIdentityPolicy(document);
  const nameFold = foldAscii(name);
  const existing = await policiesOf(context, owner);
  const others = existing.filter((row) => row.name_fold !== nameFold);
  const size = others.reduce((sum, row) => sum + policySize(row.document), policySize(document));
  const most = inlinePolicySizeQuotas[owner.kind];
  if (size > most) {
    throw limitExceeded(
      `Maximum policy size of ${most} bytes exceeded for ${owner.kind} ${owner.name}`,
    );
  }
  if (others.length < existing.length) {
    await context.database
      .updateTable('iam_inline_policy')
      .set({ document })
      .where('account_id', '=', context.accountId)
      .where('owner_id', '=', owner.id)
      .where('name_fold', '=', nameFold)
      .execute();
  } else {
    await context.database
      .insertInto('iam_inline_policy')
      .values({
        account_id: context.accountId,
        owner_id: owner.id,
        name,
        name_fold: nameFold,
        document,
      })
      .execute();
  }
  context.changed({ accountId: context.accountId, kind: owner.kind, id: owner.id });
  return emptyOutput;
}

async function remove(
  context: OperationContext,
  owner: Owner,
  name: string | undefined,
): Promise<EmptyOutput> {
  const { name_fold: nameFold } = await requirePolicy(context, owner, name);
  await context.database
    .deleteFrom('iam_inline_policy')
    .where('account_id', '=', context.accountId)
    .where('owner_id', '=', owner.id)
    .where('name_fold', '=', nameFold)
    .execute();
  context.changed({ accountId: context.accountId, kind: owner.kind, id: owner.id });
  return emptyOutput;
}

async function describe(
  context: OperationContext,
  owner: Owner,
  name: string | undefined,
): Promise<{ PolicyName: string; PolicyDocument: string }> {
  const row = await requirePolicy(context, owner, name);
  // AWS gives the name back as it was asked for; lists have it as it was first put.
  return { PolicyName: name ?? row.name, PolicyDocument: encodePolicyDocument(row.document) };
}

/** In the order of the folded names. */
async function pageOfNames(
  context: OperationContext,
  operationName: string,
  request: PageRequest,
  owner: Owner,
): Promise<{ PolicyNames: string[]; IsTruncated: boolean; Marker?: string }> {
  const { rows, ...position } = await pageOfRows<Pick<InlinePolicyRow, 'name' | 'name_fold'>>(
    context,
    operationName,
    request,
    (row) => row.name_fold,
    async (after, limit) =>
      await context.database
        .selectFrom('iam_inline_policy')
        .select(['name', 'name_fold'])
        .where('account_id', '=', context.accountId)
        .where('owner_id', '=', owner.id)
        .where('name_fold', '>', after)
        .orderBy('name_fold')
        .limit(limit)
        .execute(),
  );
  return { PolicyNames: rows.map((row) => row.name), ...position };
}

async function policiesOf(context: OperationContext, owner: Owner): Promise<InlinePolicyRow[]> {
  return await context.database
    .selectFrom('iam_inline_policy')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('owner_id', '=', owner.id)
    .execute();
}

async function requirePolicy(
  context: OperationContext,
  owner: Owner,
  name: string | undefined,
): Promise<InlinePolicyRow> {
  const row = await context.database
    .selectFrom('iam_inline_policy')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('owner_id', '=', owner.id)
    .where('name_fold', '=', foldAscii(name ?? ''))
    .executeTakeFirst();
  if (row === undefined) {
    throw noSuchEntity(`The ${owner.kind} policy with name ${name} cannot be found.`);
  }
  return row;
}
