import type {
  DeleteServerCertificateRequest,
  GetServerCertificateRequest,
  GetServerCertificateResponse,
  ListServerCertificatesRequest,
  ListServerCertificatesResponse,
  ListServerCertificateTagsRequest,
  ListServerCertificateTagsResponse,
  ServerCertificateMetadata,
  TagServerCertificateRequest,
  UntagServerCertificateRequest,
  UpdateServerCertificateRequest,
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import {
  findServerCertificate,
  readTags,
  requireServerCertificate,
  type ServerCertificateRow,
  storedServerCertificateArn,
} from './entity.ts';
import { entityAlreadyExists, quotaExceeded } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { endOfPrefix, pageOfRows } from './pagination.ts';
import {
  newServerCertificateResource,
  renamedServerCertificateResource,
  serverCertificateResource,
} from './resource/server-certificate.ts';
import { checkServerCertificate, type ServerCertificateFacts } from './server-certificate-check.ts';
import { pageOfTags } from './tag.ts';
import {
  hasTags,
  removeTags,
  requireTagKeys,
  requireTags,
  tagList,
  writeFirstTags,
  writeTags,
} from './tag-set.ts';

/** The private key is sealed to the certificate's id and never given back. */
export const uploadServerCertificate = operation<
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
  ServerCertificateFacts
>({
  authorization: {
    action: 'iam:UploadServerCertificate',
    resource: newServerCertificateResource(
      (input) => input.ServerCertificateName,
      (input) => input.Path,
    ),
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagServerCertificate',
        when: (input) => hasTags(input.Tags),
        resource: newServerCertificateResource(
          (input) => input.ServerCertificateName,
          (input) => input.Path,
        ),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async prepare(context, input) {
    return checkServerCertificate(input, context.now);
  },
  async run(context, input, { expiresAt }) {
    const name = input.ServerCertificateName ?? '';
    await refuseTakenName(context, name, undefined);
    await refuseOverQuota(context);
    const id = newUniqueId('ASCA');
    const privateKey = new TextEncoder().encode(input.PrivateKey);
    const row: ServerCertificateRow = {
      account_id: context.accountId,
      server_certificate_id: id,
      name,
      name_fold: foldAscii(name),
      path: input.Path ?? '/',
      created_at: context.now,
      // AWS gives them back without the line ends around them, which Terraform compares.
      certificate_body: input.CertificateBody?.trim() ?? '',
      certificate_chain: input.CertificateChain?.trim() ?? null,
      private_key: context.sealing.seal('secret', id, privateKey),
      expires_at: expiresAt,
    };
    await context.database.insertInto('iam_server_certificate').values(row).execute();
    const tags = await writeFirstTags(context, id, input.Tags);
    changed(context, row);
    return { ServerCertificateMetadata: describeMetadata(row), ...tags };
  },
});

export const getServerCertificate = operation<
  GetServerCertificateRequest,
  GetServerCertificateResponse
>({
  authorization: {
    action: 'iam:GetServerCertificate',
    resource: serverCertificateResource((input) => input.ServerCertificateName),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireServerCertificate(context, input.ServerCertificateName);
    const tags = await readTags(context, row.server_certificate_id);
    return {
      ServerCertificate: {
        ServerCertificateMetadata: describeMetadata(row),
        CertificateBody: row.certificate_body,
        ...(row.certificate_chain !== null && { CertificateChain: row.certificate_chain }),
        // AWS answers an empty list here, where users and roles without tags have none.
        Tags: tagList(tags).Tags ?? [],
      },
    };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listServerCertificates = operation<
  ListServerCertificatesRequest,
  ListServerCertificatesResponse
>({
  authorization: { action: 'iam:ListServerCertificates' },
  access: 'read',
  async run(context, input) {
    const prefix = input.PathPrefix ?? '/';
    const { rows, ...position } = await pageOfRows<ServerCertificateRow>(
      context,
      'ListServerCertificates',
      input,
      (row) => row.name_fold,
      async (after, limit) =>
        await context.database
          .selectFrom('iam_server_certificate')
          .selectAll()
          .where('account_id', '=', context.accountId)
          .where('name_fold', '>', after)
          .where('path', '>=', prefix)
          .where('path', '<', endOfPrefix(prefix))
          .orderBy('name_fold')
          .limit(limit)
          .execute(),
    );
    return { ServerCertificateMetadataList: rows.map(describeMetadata), ...position };
  },
});

export const updateServerCertificate = operation<UpdateServerCertificateRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateServerCertificate',
    resource: serverCertificateResource((input) => input.ServerCertificateName),
    also: [
      {
        action: 'iam:UpdateServerCertificate',
        when: (input) =>
          input.NewServerCertificateName !== undefined || input.NewPath !== undefined,
        resource: renamedServerCertificateResource(
          (input) => input.ServerCertificateName,
          (input) => input.NewPath,
          (input) => input.NewServerCertificateName,
        ),
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireServerCertificate(context, input.ServerCertificateName);
    const name = input.NewServerCertificateName ?? row.name;
    await refuseTakenName(context, name, row.server_certificate_id);
    await context.database
      .updateTable('iam_server_certificate')
      .set({ name, name_fold: foldAscii(name), path: input.NewPath ?? row.path })
      .where('account_id', '=', context.accountId)
      .where('server_certificate_id', '=', row.server_certificate_id)
      .execute();
    changed(context, row);
    return emptyOutput;
  },
});

export const deleteServerCertificate = operation<DeleteServerCertificateRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteServerCertificate',
    resource: serverCertificateResource((input) => input.ServerCertificateName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireServerCertificate(context, input.ServerCertificateName);
    await context.database
      .deleteFrom('iam_tag')
      .where('account_id', '=', context.accountId)
      .where('resource_id', '=', row.server_certificate_id)
      .execute();
    await context.database
      .deleteFrom('iam_server_certificate')
      .where('account_id', '=', context.accountId)
      .where('server_certificate_id', '=', row.server_certificate_id)
      .execute();
    changed(context, row);
    return emptyOutput;
  },
});

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
    changed(context, row);
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
    changed(context, row);
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

export const serverCertificateOperations: OperationTable = {
  DeleteServerCertificate: deleteServerCertificate,
  GetServerCertificate: getServerCertificate,
  ListServerCertificates: listServerCertificates,
  ListServerCertificateTags: listServerCertificateTags,
  TagServerCertificate: tagServerCertificate,
  UntagServerCertificate: untagServerCertificate,
  UpdateServerCertificate: updateServerCertificate,
  UploadServerCertificate: uploadServerCertificate,
};

function changed(context: OperationContext, row: ServerCertificateRow): void {
  const { accountId } = context;
  context.changed({ accountId, kind: 'serverCertificate', id: row.server_certificate_id });
}

/** `id` is the certificate that is renamed: another spelling of its own name is free. */
async function refuseTakenName(
  context: OperationContext,
  name: string,
  id: string | undefined,
): Promise<void> {
  const other = await findServerCertificate(context, name);
  if (other === undefined || other.server_certificate_id === id) return;
  throw entityAlreadyExists(`The Server Certificate with name ${name} already exists.`);
}

async function refuseOverQuota(context: OperationContext): Promise<void> {
  const { count } = await context.database
    .selectFrom('iam_server_certificate')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', context.accountId)
    .executeTakeFirstOrThrow();
  const most = context.settings.quotas.serverCertificatesPerAccount;
  if (Number(count) >= most) throw quotaExceeded('ServerCertificatesPerAccount', most);
}

function describeMetadata(row: ServerCertificateRow): ServerCertificateMetadata {
  return {
    Path: row.path,
    ServerCertificateName: row.name,
    ServerCertificateId: row.server_certificate_id,
    Arn: storedServerCertificateArn(row),
    UploadDate: new Date(row.created_at),
    Expiration: new Date(row.expires_at),
  };
}
