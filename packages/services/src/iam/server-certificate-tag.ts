import type {
  ListServerCertificateTagsRequest,
  ListServerCertificateTagsResponse,
  TagServerCertificateRequest,
  UntagServerCertificateRequest,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { requireServerCertificate } from './entity.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { serverCertificateResource } from './resource/server-certificate.ts';
import { tellServerCertificate } from './server-certificate.ts';
import { pageOfTags } from './tag.ts';
import { removeTags, requireTagKeys, requireTags, writeTags } from './tag-set.ts';

export const tagServerCertificate = operation<TagServerCertificateRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagServerCertificate',
    resource: serverCertificateResource((input) => input.ServerCertificateName),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const row = await requireServerCertificate(context, input.ServerCertificateName);
    await writeTags(context, row.server_certificate_id, requireTags(input.Tags));
    tellServerCertificate(context, row);
    return emptyOutput;
  },
});

export const untagServerCertificate = operation<UntagServerCertificateRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagServerCertificate',
    resource: serverCertificateResource((input) => input.ServerCertificateName),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const row = await requireServerCertificate(context, input.ServerCertificateName);
    await removeTags(context, row.server_certificate_id, requireTagKeys(input.TagKeys));
    tellServerCertificate(context, row);
    return emptyOutput;
  },
});

/** Ordered by key, as AWS does. */
export const listServerCertificateTags = operation<
  ListServerCertificateTagsRequest,
  ListServerCertificateTagsResponse
>({
  authorization: {
    action: 'iam:ListServerCertificateTags',
    resource: serverCertificateResource((input) => input.ServerCertificateName),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireServerCertificate(context, input.ServerCertificateName);
    const { server_certificate_id: id } = row;
    return await pageOfTags(context, 'ListServerCertificateTags', input, id);
  },
});

export const serverCertificateTagOperations: OperationTable = {
  ListServerCertificateTags: listServerCertificateTags,
  TagServerCertificate: tagServerCertificate,
  UntagServerCertificate: untagServerCertificate,
};
