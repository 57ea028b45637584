import type {
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse,
  TagInstanceProfileRequest,
  UntagInstanceProfileRequest,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { requireInstanceProfile, tellInstanceProfile } from './instance-profile.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { instanceProfileResource } from './resource/instance-profile.ts';
import { pageOfTags } from './tag.ts';
import { removeTags, writeTags } from './tag-set.ts';

export const tagInstanceProfile = operation<TagInstanceProfileRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagInstanceProfile',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    await writeTags(context, row.instance_profile_id, input.Tags ?? []);
    tellInstanceProfile(context, row);
    return emptyOutput;
  },
});

export const untagInstanceProfile = operation<UntagInstanceProfileRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagInstanceProfile',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    await removeTags(context, row.instance_profile_id, input.TagKeys ?? []);
    tellInstanceProfile(context, row);
    return emptyOutput;
  },
});

/** Ordered by key, as AWS does. */
export const listInstanceProfileTags = operation<
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse
>({
  authorization: {
    action: 'iam:ListInstanceProfileTags',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    return await pageOfTags(context, 'ListInstanceProfileTags', input, row.instance_profile_id);
  },
});

export const instanceProfileTagOperations: OperationTable = {
  ListInstanceProfileTags: listInstanceProfileTags,
  TagInstanceProfile: tagInstanceProfile,
  UntagInstanceProfile: untagInstanceProfile,
};
