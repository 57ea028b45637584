import type {
  DeleteSSHPublicKeyRequest,
  EncodingType,
  GetSSHPublicKeyRequest,
  GetSSHPublicKeyResponse,
  ListSSHPublicKeysRequest,
  ListSSHPublicKeysResponse,
  SSHPublicKey,
  SSHPublicKeyMetadata,
  UpdateSSHPublicKeyRequest,
  UploadSSHPublicKeyRequest,
  UploadSSHPublicKeyResponse,
} from '@aws-sdk/client-iam';
import { newUniqueId, type Schema } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireStatus } from './credential-status.ts';
import { requireNamedOrCallingUser, requireUser, type UserRow } from './entity.ts';
import { noSuchEntity, quotaExceeded } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';
import { userResource } from './resource/user.ts';
import {
  fingerprintOf,
  isPem,
  type RsaPublicKey,
  readRsaPublicKey,
  writePem,
  writeSshLine,
} from './rsa-public-key.ts';

type SshPublicKeyRow = Schema['iam_ssh_public_key'];

/** A user has a key once, in whatever form it comes. */
export const uploadSshPublicKey = operation<UploadSSHPublicKeyRequest, UploadSSHPublicKeyResponse>({
  authorization: {
    action: 'iam:UploadSSHPublicKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    const body = input.SSHPublicKeyBody ?? '';
    const key = requireRsaPublicKey(body);
    const keys = await sshPublicKeysOf(context, user);
    for (const row of keys) {
      if (requireRsaPublicKey(row.ssh_public_key_body).wire.equals(key.wire)) {
        throw new ApiError('DuplicateSSHPublicKey', 400, 'Duplicate SSH public key uploaded.');
      }
    }
    const most = context.settings.quotas.sshPublicKeysPerUser;
    if (keys.length >= most) throw quotaExceeded('SSHPublicKeysPerUser', most);
    const row: SshPublicKeyRow = {
      account_id: context.accountId,
      ssh_public_key_id: newUniqueId('APKA'),
      user_id: user.user_id,
      fingerprint: fingerprintOf(key),
      ssh_public_key_body: body,
      status: 'Active',
      uploaded_at: context.now,
    };
    await context.database.insertInto('iam_ssh_public_key').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return { SSHPublicKey: describeSshPublicKey(user, row, body) };
  },
});

export const getSshPublicKey = operation<GetSSHPublicKeyRequest, GetSSHPublicKeyResponse>({
  authorization: {
    action: 'iam:GetSSHPublicKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const { user, row } = await requireSshPublicKey(context, input);
    return { SSHPublicKey: describeSshPublicKey(user, row, bodyIn(row, input.Encoding)) };
  },
});

/** In the order of their ids. */
export const listSshPublicKeys = operation<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse>({
  authorization: {
    action: 'iam:ListSSHPublicKeys',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const keys = await sshPublicKeysOf(context, user);
    const { rows, ...position } = pageOfList(context, 'ListSSHPublicKeys', input, keys);
    return { SSHPublicKeys: rows.map((row) => describeMetadata(user, row)), ...position };
  },
});

export const updateSshPublicKey = operation<UpdateSSHPublicKeyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateSSHPublicKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const { row } = await requireSshPublicKey(context, input);
    await context.database
      .updateTable('iam_ssh_public_key')
      .set({ status: requireStatus(input.Status) })
      .where('account_id', '=', context.accountId)
      .where('ssh_public_key_id', '=', row.ssh_public_key_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return emptyOutput;
  },
});

export const deleteSshPublicKey = operation<DeleteSSHPublicKeyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteSSHPublicKey',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const { row } = await requireSshPublicKey(context, input);
    await context.database
      .deleteFrom('iam_ssh_public_key')
      .where('account_id', '=', context.accountId)
      .where('ssh_public_key_id', '=', row.ssh_public_key_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return emptyOutput;
  },
});

export const sshPublicKeyOperations: OperationTable = {
  DeleteSSHPublicKey: deleteSshPublicKey,
  GetSSHPublicKey: getSshPublicKey,
  ListSSHPublicKeys: listSshPublicKeys,
  UpdateSSHPublicKey: updateSshPublicKey,
  UploadSSHPublicKey: uploadSshPublicKey,
};

function requireRsaPublicKey(body: string): RsaPublicKey {
  const key = readRsaPublicKey(body);
  if (typeof key !== 'string') return key;
  if (key === 'unrecognized') {
    const message = 'Invalid public key uploaded.';
    throw new ApiError('UnrecognizedPublicKeyEncoding', 400, message);
  }
  throw new ApiError('InvalidPublicKey', 400, 'Invalid body for public key');
}

/** A key as it was uploaded, when that is the form asked for. */
function bodyIn(row: SshPublicKeyRow, encoding: EncodingType | undefined): string {
  const body = row.ssh_public_key_body;
  const wantsPem = encoding === 'PEM';
  if (isPem(body) === wantsPem) return body;
  const key = requireRsaPublicKey(body);
  return wantsPem ? writePem(key) : writeSshLine(key);
}

async function sshPublicKeysOf(
  context: OperationContext,
  user: UserRow,
): Promise<SshPublicKeyRow[]> {
  return await context.database
    .selectFrom('iam_ssh_public_key')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', user.user_id)
    .orderBy('ssh_public_key_id')
    .execute();
}

/** Another account's key is as unknown as one that does not exist; another user's is not. */
async function requireSshPublicKey(
  context: OperationContext,
  input: { readonly UserName: string | undefined; readonly SSHPublicKeyId: string | undefined },
): Promise<{ readonly user: UserRow; readonly row: SshPublicKeyRow }> {
  const user = await requireUser(context, input.UserName);
  const keys = await sshPublicKeysOf(context, user);
  const row = keys.find((key) => key.ssh_public_key_id === input.SSHPublicKeyId);
  if (row !== undefined) return { user, row };
  const id = input.SSHPublicKeyId ?? '';
  const other = await context.database
    .selectFrom('iam_ssh_public_key')
    .select('user_id')
    .where('account_id', '=', context.accountId)
    .where('ssh_public_key_id', '=', id)
    .executeTakeFirst();
  if (other === undefined) throw noSuchEntity(`The Public Key with id ${id} cannot be found.`);
  throw noSuchEntity(`User has no Public Key with id ${id}.`);
}

function describeMetadata(user: UserRow, row: SshPublicKeyRow): SSHPublicKeyMetadata {
  return {
    UserName: user.name,
    SSHPublicKeyId: row.ssh_public_key_id,
    Status: row.status,
    UploadDate: new Date(row.uploaded_at),
  };
}

function describeSshPublicKey(user: UserRow, row: SshPublicKeyRow, body: string): SSHPublicKey {
  return {
    ...describeMetadata(user, row),
    Fingerprint: row.fingerprint,
    SSHPublicKeyBody: body,
  };
}
