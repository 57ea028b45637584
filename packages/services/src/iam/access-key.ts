import type {
  AccessKeyMetadata,
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam';
import { newAccessKeyId, newSecretAccessKey, type Schema } from '@carnet/store';
import type { Caller } from '../authentication/caller.ts';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireStatus } from './credential-status.ts';
import { requireNamedOrCallingUser, type UserRow } from './entity.ts';
import { accessDenied, noSuchEntity, quotaExceeded } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';
import { accessKeyUserResource, userResource } from './resource/user.ts';

type AccessKeyRow = Schema['iam_access_key'];

/** The only time that the secret is shown; at rest it is sealed to its access key id. */
export const createAccessKey = operation<CreateAccessKeyRequest, CreateAccessKeyResponse>({
  authorization: {
    action: 'iam:CreateAccessKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const most = context.settings.quotas.accessKeysPerUser;
    const keys = await accessKeysOf(context, user);
    if (keys.length >= most) throw quotaExceeded('AccessKeysPerUser', most);
    const accessKeyId = newAccessKeyId('AKIA', context.accountId);
    const secretAccessKey = newSecretAccessKey();
    const sealed = context.sealing.seal(
      'secret',
      accessKeyId,
      new TextEncoder().encode(secretAccessKey),
    );
    const row: AccessKeyRow = {
      account_id: context.accountId,
      access_key_id: accessKeyId,
      user_id: user.user_id,
      status: 'Active',
      secret_access_key: sealed,
      created_at: context.now,
      last_used_at: null,
      last_used_region: null,
      last_used_service: null,
    };
    await context.database.insertInto('iam_access_key').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'accessKey', id: accessKeyId });
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: accessKeyId,
        Status: row.status,
        SecretAccessKey: secretAccessKey,
        CreateDate: new Date(row.created_at),
      },
    };
  },
});

/** Oldest first. */
export const listAccessKeys = operation<ListAccessKeysRequest, ListAccessKeysResponse>({
  authorization: {
    action: 'iam:ListAccessKeys',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const keys = await accessKeysOf(context, user);
    const { rows, ...position } = pageOfList(context, 'ListAccessKeys', input, keys);
    return { AccessKeyMetadata: rows.map((row) => describeAccessKey(user, row)), ...position };
  },
});

export const updateAccessKey = operation<UpdateAccessKeyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateAccessKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const status = requireStatus(input.Status);
    const { access_key_id: accessKeyId } = await requireAccessKey(context, input);
    await context.database
      .updateTable('iam_access_key')
      .set({ status })
      .where('account_id', '=', context.accountId)
      .where('access_key_id', '=', accessKeyId)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'accessKey', id: accessKeyId });
    return emptyOutput;
  },
});

export const deleteAccessKey = operation<DeleteAccessKeyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteAccessKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const { access_key_id: accessKeyId } = await requireAccessKey(context, input);
    await context.database
      .deleteFrom('iam_access_key')
      .where('account_id', '=', context.accountId)
      .where('access_key_id', '=', accessKeyId)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'accessKey', id: accessKeyId });
    return emptyOutput;
  },
});

/** `N/A` stands for a region and a service of a key that was never used (IAM API reference). */
export const getAccessKeyLastUsed = operation<
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse
>({
  authorization: {
    action: 'iam:GetAccessKeyLastUsed',
    resource: accessKeyUserResource((input) => input.AccessKeyId),
  },
  access: 'read',
  async run(context, input) {
    const row = await context.database
      .selectFrom('iam_access_key')
      .innerJoin('iam_user', (join) =>
        join
          .onRef('iam_user.account_id', '=', 'iam_access_key.account_id')
          .onRef('iam_user.user_id', '=', 'iam_access_key.user_id'),
      )
      .select([
        'iam_user.name',
        'iam_access_key.last_used_at',
        'iam_access_key.last_used_region',
        'iam_access_key.last_used_service',
      ])
      .where('iam_access_key.account_id', '=', context.accountId)
      .where('iam_access_key.access_key_id', '=', input.AccessKeyId ?? '')
      .executeTakeFirst();
    if (row === undefined) throw foreignAccessKey(context.caller, input.AccessKeyId);
    const lastUsed = row.last_used_at === null ? undefined : new Date(row.last_used_at);
    return {
      UserName: row.name,
      AccessKeyLastUsed: {
        LastUsedDate: lastUsed,
        ServiceName: row.last_used_service ?? 'N/A',
        Region: row.last_used_region ?? 'N/A',
      },
    };
  },
});

export const accessKeyOperations: OperationTable = {
  CreateAccessKey: createAccessKey,
  DeleteAccessKey: deleteAccessKey,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  ListAccessKeys: listAccessKeys,
  UpdateAccessKey: updateAccessKey,
};

async function accessKeysOf(context: OperationContext, user: UserRow): Promise<AccessKeyRow[]> {
  return await context.database
    .selectFrom('iam_access_key')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', user.user_id)
    .orderBy('created_at')
    .orderBy('access_key_id')
    .execute();
}

/** A key of another user is as unknown as one that does not exist. */
async function requireAccessKey(
  context: OperationContext,
  input: { readonly UserName?: string | undefined; readonly AccessKeyId: string | undefined },
): Promise<AccessKeyRow> {
  const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
  const keys = await accessKeysOf(context, user);
  const key = keys.find((row) => row.access_key_id === input.AccessKeyId);
  if (key === undefined) throw unknownAccessKey(input.AccessKeyId);
  return key;
}

/** GetAccessKeyLastUsed knows no error of its own: a key that is not here may be another account's. */
function foreignAccessKey(caller: Caller, accessKeyId: string | undefined): Error {
  const who = caller.kind === 'anonymous' ? 'anonymous' : caller.arn;
  return accessDenied(
    `User: ${who} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${accessKeyId}`,
  );
}

function unknownAccessKey(accessKeyId: string | undefined): Error {
  return noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
}

function describeAccessKey(user: UserRow, row: AccessKeyRow): AccessKeyMetadata {
  return {
    UserName: user.name,
    AccessKeyId: row.access_key_id,
    Status: row.status,
    CreateDate: new Date(row.created_at),
  };
}
