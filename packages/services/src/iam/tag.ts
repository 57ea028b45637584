import type {
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  ListUserTagsRequest,
  ListUserTagsResponse,
  Tag,
  TagPolicyRequest,
  TagRoleRequest,
  TagUserRequest,
  UntagPolicyRequest,
  UntagRoleRequest,
  UntagUserRequest,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { readTags, requireManagedPolicy, requireRole, requireUser } from './entity.ts';
import { requireCustomerPolicy } from './managed-policy.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { type PageRequest, pageOfList } from './pagination.ts';
import { policyResource } from './resource/policy.ts';
import { roleResource } from './resource/role.ts';
import { userResource } from './resource/user.ts';
import { removeTags, requireTags, writeTags } from './tag-set.ts';

export const tagUser = operation<TagUserRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagUser',
    resource: userResource((input) => input.UserName),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    await writeTags(context, user.user_id, requireTags(input.Tags));
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return emptyOutput;
  },
});

export const untagUser = operation<UntagUserRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagUser',
    resource: userResource((input) => input.UserName),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    await removeTags(context, user.user_id, input.TagKeys ?? []);
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return emptyOutput;
  },
});

/** Ordered by key, as AWS does. */
export const listUserTags = operation<ListUserTagsRequest, ListUserTagsResponse>({
  authorization: {
    action: 'iam:ListUserTags',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    return await pageOfTags(context, 'ListUserTags', input, user.user_id);
  },
});

export const tagPolicy = operation<TagPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagPolicy',
    resource: policyResource((input) => input.PolicyArn),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const { arn, row } = await requireCustomerPolicy(context, 'TagPolicy', input.PolicyArn);
    await writeTags(context, row.policy_id, input.Tags ?? []);
    context.changed({ accountId: context.accountId, kind: 'managedPolicy', id: arn });
    return emptyOutput;
  },
});

export const untagPolicy = operation<UntagPolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagPolicy',
    resource: policyResource((input) => input.PolicyArn),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const { arn, row } = await requireCustomerPolicy(context, 'UntagPolicy', input.PolicyArn);
    await removeTags(context, row.policy_id, input.TagKeys ?? []);
    context.changed({ accountId: context.accountId, kind: 'managedPolicy', id: arn });
    return emptyOutput;
  },
});

/** AWS's own policies have no tags. */
export const listPolicyTags = operation<ListPolicyTagsRequest, ListPolicyTagsResponse>({
  authorization: {
    action: 'iam:ListPolicyTags',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'read',
  async run(context, input) {
    const policy = await requireManagedPolicy(context, input.PolicyArn);
    if (policy.kind === 'aws') return { Tags: [], IsTruncated: false };
    return await pageOfTags(context, 'ListPolicyTags', input, policy.row.policy_id);
  },
});

/** Service-linked roles can be tagged too. */
export const tagRole = operation<TagRoleRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagRole',
    resource: roleResource((input) => input.RoleName),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const role = await requireRole(context, input.RoleName);
    await writeTags(context, role.role_id, input.Tags ?? []);
    context.changed({ accountId: context.accountId, kind: 'role', id: role.role_id });
    return emptyOutput;
  },
});

export const untagRole = operation<UntagRoleRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagRole',
    resource: roleResource((input) => input.RoleName),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const role = await requireRole(context, input.RoleName);
    await removeTags(context, role.role_id, input.TagKeys ?? []);
    context.changed({ accountId: context.accountId, kind: 'role', id: role.role_id });
    return emptyOutput;
  },
});

export const listRoleTags = operation<ListRoleTagsRequest, ListRoleTagsResponse>({
  authorization: {
    action: 'iam:ListRoleTags',
    resource: roleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const role = await requireRole(context, input.RoleName);
    return await pageOfTags(context, 'ListRoleTags', input, role.role_id);
  },
});

export const tagOperations: OperationTable = {
  ListPolicyTags: listPolicyTags,
  ListRoleTags: listRoleTags,
  ListUserTags: listUserTags,
  TagPolicy: tagPolicy,
  TagRole: tagRole,
  TagUser: tagUser,
  UntagPolicy: untagPolicy,
  UntagRole: untagRole,
  UntagUser: untagUser,
};

export async function pageOfTags(
  context: OperationContext,
  operationName: string,
  request: PageRequest,
  resourceId: string,
): Promise<{ Tags: Tag[]; IsTruncated: boolean; Marker?: string }> {
  const tags = await readTags(context, resourceId);
  const { rows, ...position } = pageOfList(context, operationName, request, [...tags]);
  return { Tags: rows.map(([Key, Value]) => ({ Key, Value })), ...position };
}
