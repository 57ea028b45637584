import type {
  ListMFADeviceTagsRequest,
  ListMFADeviceTagsResponse,
  TagMFADeviceRequest,
  UntagMFADeviceRequest,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { mfaResource } from './resource/mfa.ts';
import { pageOfTags } from './tag.ts';
import { removeTags, writeTags } from './tag-set.ts';
import { requireVirtualDevice } from './virtual-mfa-device.ts';

export const tagMfaDevice = operation<TagMFADeviceRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagMFADevice',
    resource: mfaResource((input) => input.SerialNumber),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const { serial_number: id } = await requireVirtualDevice(context, input.SerialNumber);
    await writeTags(context, id, input.Tags ?? []);
    context.changed({ accountId: context.accountId, kind: 'mfaDevice', id });
    return emptyOutput;
  },
});

export const untagMfaDevice = operation<UntagMFADeviceRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagMFADevice',
    resource: mfaResource((input) => input.SerialNumber),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const { serial_number: id } = await requireVirtualDevice(context, input.SerialNumber);
    await removeTags(context, id, input.TagKeys ?? []);
    context.changed({ accountId: context.accountId, kind: 'mfaDevice', id });
    return emptyOutput;
  },
});

export const listMfaDeviceTags = operation<ListMFADeviceTagsRequest, ListMFADeviceTagsResponse>({
  authorization: {
    action: 'iam:ListMFADeviceTags',
    resource: mfaResource((input) => input.SerialNumber),
  },
  access: 'read',
  async run(context, input) {
    const { serial_number: id } = await requireVirtualDevice(context, input.SerialNumber);
    return await pageOfTags(context, 'ListMFADeviceTags', input, id);
  },
});

export const virtualMfaDeviceTagOperations: OperationTable = {
  ListMFADeviceTags: listMfaDeviceTags,
  TagMFADevice: tagMfaDevice,
  UntagMFADevice: untagMfaDevice,
};
