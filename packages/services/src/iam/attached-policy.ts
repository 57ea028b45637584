import type {
  AttachedPolicy,
  AttachGroupPolicyRequest,
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DetachGroupPolicyRequest,
  DetachRolePolicyRequest,
  DetachUserPolicyRequest,
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
} from '@aws-sdk/client-iam';
import { ApiError } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { parsePolicyArn } from './arn.ts';
import {
  findManagedPolicy,
  type ManagedPolicy,
  requireGroup,
  requireRole,
  requireUser,
} from './entity.ts';
import { noSuchEntity, quotaExceeded, validationError } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { type PageRequest, pageOfList } from './pagination.ts';
import { requireModifiableRole } from './protected-role.ts';
import { groupResource } from './resource/group.ts';
import { boundedRoleResource, roleResource } from './resource/role.ts';
import { boundedUserResource, userResource } from './resource/user.ts';

/** Whom a policy is on, in what `attach` and `detach` need of it. */
interface Owner {
  readonly kind: 'user' | 'group' | 'role';
  readonly id: string;
  /** AWS's name of the quota and its value. */
  readonly quota: readonly [name: string, most: number];
}

export const attachUserPolicy = operation<AttachUserPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:AttachUserPolicy',
    resource: boundedUserResource((input) => input.UserName),
    conditionKeys: { 'iam:PolicyARN': (input) => input.PolicyArn },
  },
  access: 'write',
  async run(context, input) {
    return await attach(context, await userOwner(context, input.UserName), input.PolicyArn);
  },
});

export const detachUserPolicy = operation<DetachUserPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DetachUserPolicy',
    resource: boundedUserResource((input) => input.UserName),
    conditionKeys: { 'iam:PolicyARN': (input) => input.PolicyArn },
  },
  access: 'write',
  async run(context, input) {
    return await detach(context, await userOwner(context, input.UserName), input.PolicyArn);
  },
});

export const attachGroupPolicy = operation<AttachGroupPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:AttachGroupPolicy',
    resource: groupResource((input) => input.GroupName),
    conditionKeys: { 'iam:PolicyARN': (input) => input.PolicyArn },
  },
  access: 'write',
  async run(context, input) {
    return await attach(context, await groupOwner(context, input.GroupName), input.PolicyArn);
  },
});

export const detachGroupPolicy = operation<DetachGroupPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DetachGroupPolicy',
    resource: groupResource((input) => input.GroupName),
    conditionKeys: { 'iam:PolicyARN': (input) => input.PolicyArn },
  },
  access: 'write',
  async run(context, input) {
    return await detach(context, await groupOwner(context, input.GroupName), input.PolicyArn);
  },
});

export const attachRolePolicy = operation<AttachRolePolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:AttachRolePolicy',
    resource: boundedRoleResource((input) => input.RoleName),
    conditionKeys: { 'iam:PolicyARN': (input) => input.PolicyArn },
  },
  access: 'write',
  async run(context, input) {
    return await attach(context, await roleOwner(context, input.RoleName), input.PolicyArn);
  },
});

export const detachRolePolicy = operation<DetachRolePolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DetachRolePolicy',
    resource: boundedRoleResource((input) => input.RoleName),
    conditionKeys: { 'iam:PolicyARN': (input) => input.PolicyArn },
  },
  access: 'write',
  async run(context, input) {
    return await detach(context, await roleOwner(context, input.RoleName), input.PolicyArn);
  },
});

export const listAttachedUserPolicies = operation<
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse
>({
  authorization: {
    action: 'iam:ListAttachedUserPolicies',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    return await pageOfAttached(context, 'ListAttachedUserPolicies', input, user.user_id);
  },
});

export const listAttachedGroupPolicies = operation<
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse
>({
  authorization: {
    action: 'iam:ListAttachedGroupPolicies',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'read',
  async run(context, input) {
    const group = await requireGroup(context, input.GroupName);
    return await pageOfAttached(context, 'ListAttachedGroupPolicies', input, group.group_id);
  },
});

export const listAttachedRolePolicies = operation<
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse
>({
  authorization: {
    action: 'iam:ListAttachedRolePolicies',
    resource: roleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const role = await requireRole(context, input.RoleName);
    return await pageOfAttached(context, 'ListAttachedRolePolicies', input, role.role_id);
  },
});

export const attachedPolicyOperations: OperationTable = {
  AttachGroupPolicy: attachGroupPolicy,
  AttachRolePolicy: attachRolePolicy,
  AttachUserPolicy: attachUserPolicy,
  DetachGroupPolicy: detachGroupPolicy,
  DetachRolePolicy: detachRolePolicy,
  DetachUserPolicy: detachUserPolicy,
  ListAttachedGroupPolicies: listAttachedGroupPolicies,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListAttachedUserPolicies: listAttachedUserPolicies,
};

async function userOwner(context: OperationContext, name: string | undefined): Promise<Owner> {
  const user = await requireUser(context, name);
  const most = context.settings.quotas.attachedPoliciesPerUser;
  return { kind: 'user', id: user.user_id, quota: ['PoliciesPerUser', most] };
}

async function groupOwner(context: OperationContext, name: string | undefined): Promise<Owner> {
  const group = await requireGroup(context, name);
  const most = context.settings.quotas.attachedPoliciesPerGroup;
  return { kind: 'group', id: group.group_id, quota: ['PoliciesPerGroup', most] };
}

async function roleOwner(context: OperationContext, name: string | undefined): Promise<Owner> {
  const role = await requireModifiableRole(context, name);
  const most = context.settings.quotas.attachedPoliciesPerRole;
  return { kind: 'role', id: role.role_id, quota: ['PoliciesPerRole', most] };
}

/** Throws `PolicyNotAttachable` for a policy that AWS keeps for service-linked roles. */
export function refuseServiceRolePolicy(policy: ManagedPolicy): void {
  if (policy.kind !== 'aws' || !policy.policy.path.startsWith('/aws-service-role/')) return;
  throw new ApiError(
    'PolicyNotAttachable',
    400,
    `Policy ${policy.arn} is for service-linked roles only and cannot be attached.`,
  );
}

/** A second time changes nothing and is no error. */
async function attach(
  context: OperationContext,
  owner: Owner,
  arn: string | undefined,
): Promise<EmptyOutput> {
  parsePolicyArn(arn ?? '', validationError);
  const policy = await findManagedPolicy(context, arn ?? '');
  if (policy === undefined) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
  refuseServiceRolePolicy(policy);
  const attached = await attachedArns(context, owner.id);
  if (attached.includes(policy.arn)) return emptyOutput;
  const [quota, most] = owner.quota;
  if (attached.length >= most) throw quotaExceeded(quota, most);
  await context.database
    .insertInto('iam_attached_policy')
    .values({
      account_id: context.accountId,
      owner_id: owner.id,
      policy_arn: policy.arn,
      attached_at: context.now,
    })
    .execute();
  context.changed({ accountId: context.accountId, kind: owner.kind, id: owner.id });
  return emptyOutput;
}

async function detach(
  context: OperationContext,
  owner: Owner,
  arn: string | undefined,
): Promise<EmptyOutput> {
  parsePolicyArn(arn ?? '', validationError);
  const attached = await attachedArns(context, owner.id);
  if (arn === undefined || !attached.includes(arn)) {
    throw noSuchEntity(`Policy ${arn} was not found.`);
  }
  await context.database
    .deleteFrom('iam_attached_policy')
    .where('account_id', '=', context.accountId)
    .where('owner_id', '=', owner.id)
    .where('policy_arn', '=', arn)
    .execute();
  context.changed({ accountId: context.accountId, kind: owner.kind, id: owner.id });
  return emptyOutput;
}

async function attachedArns(context: OperationContext, ownerId: string): Promise<string[]> {
  const rows = await context.database
    .selectFrom('iam_attached_policy')
    .select('policy_arn')
    .where('account_id', '=', context.accountId)
    .where('owner_id', '=', ownerId)
    .execute();
  return rows.map((row) => row.policy_arn);
}

/** By ARN; AWS promises no order. */
async function pageOfAttached(
  context: OperationContext,
  operationName: string,
  input: PageRequest & { readonly PathPrefix?: string | undefined },
  ownerId: string,
): Promise<{ AttachedPolicies: AttachedPolicy[]; IsTruncated: boolean; Marker?: string }> {
  const prefix = input.PathPrefix ?? '/';
  const policies = (await attachedArns(context, ownerId))
    .toSorted()
    .map((arn) => ({ arn, ...parsePolicyArn(arn) }))
    .filter(({ path }) => path.startsWith(prefix));
  const { rows, ...position } = pageOfList(context, operationName, input, policies);
  return {
    AttachedPolicies: rows.map(({ arn, name }) => ({ PolicyName: name, PolicyArn: arn })),
    ...position,
  };
}
