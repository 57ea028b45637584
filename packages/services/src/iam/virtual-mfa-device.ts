import { randomBytes } from 'node:crypto';
import type {
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  DeleteVirtualMFADeviceRequest,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
  User,
  VirtualMFADevice,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { Secret } from 'otpauth';
import { iamArn } from '../arn.ts';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { findAccountAlias } from './account-alias.ts';
import { deleteConflict, entityAlreadyExists, quotaExceeded, validationError } from './error.ts';
import { type MfaDeviceRow, sealSeed } from './mfa-code.ts';
import { removeMfaDevice, requireMfaDevice, unknownMfaDevice } from './mfa-device.ts';
import { mfaKeyUri, qrCodePng } from './mfa-qr-code.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfRows } from './pagination.ts';
import { mfaResource, newMfaResource } from './resource/mfa.ts';

import { hasTags, writeFirstTags } from './tag-set.ts';
import { describeUser } from './user.ts';

/** The model takes 256 characters and a marker, which holds one, may have 320: 37 bytes are sealing. */
const longestSerialNumber = 232;

/** 64 characters of base32. */
const seedBytes = 40;

interface NewSeed {
  /** Base32. */
  readonly seed: string;
  readonly qrCode: Uint8Array;
}

const newDevice = newMfaResource<CreateVirtualMFADeviceRequest>(
  (input) => input.VirtualMFADeviceName,
  (input) => input.Path,
);

/** The only time that the seed is shown; at rest it is sealed to the serial number. */
export const createVirtualMfaDevice = operation<
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  NewSeed
>({
  authorization: {
    action: 'iam:CreateVirtualMFADevice',
    resource: newDevice,
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagMFADevice',
        when: (input) => hasTags(input.Tags),
        resource: newDevice,
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async prepare(context, input) {
    const seed = new Secret({ buffer: Uint8Array.from(randomBytes(seedBytes)).buffer }).base32;
    const accountName = (await findAccountAlias(context)) ?? context.accountId;
    const uri = mfaKeyUri(input.VirtualMFADeviceName ?? '', accountName, seed);
    return { seed, qrCode: qrCodePng(uri) };
  },
  async run(context, input, { seed, qrCode }) {
    const { Path: path = '/', VirtualMFADeviceName: name = '' } = input;
    const serialNumber = iamArn(context.accountId, 'mfa', path, name);
    if (serialNumber.length > longestSerialNumber) {
      throw validationError(
        `The serial number of a virtual MFA device has at most ${longestSerialNumber} characters.`,
      );
    }
    await refuseTakenName(context, path, name);
    await refuseDeviceOverQuota(context);
    const row: MfaDeviceRow = {
      account_id: context.accountId,
      serial_number: serialNumber,
      name,
      name_fold: foldAscii(name),
      path,
      kind: 'virtual',
      seed: sealSeed(context.sealing, serialNumber, seed),
      created_at: context.now,
      user_id: null,
      enabled_at: null,
      clock_drift: 0,
      last_used_step: null,
    };
    await context.database.insertInto('iam_mfa_device').values(row).execute();
    const tags = await writeFirstTags(context, serialNumber, input.Tags);
    context.changed({ accountId: context.accountId, kind: 'mfaDevice', id: serialNumber });
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: new TextEncoder().encode(seed),
        QRCodePNG: qrCode,
        ...tags,
      },
    };
  },
});

/** In the order of their serial numbers, assigned or not unless told otherwise. */
export const listVirtualMfaDevices = operation<
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse
>({
  authorization: { action: 'iam:ListVirtualMFADevices' },
  access: 'read',
  async run(context, input) {
    const { AssignmentStatus: status = 'Any' } = input;
    const start = iamArn(context.accountId, 'mfa', '', '');
    const { rows, ...position } = await pageOfRows<MfaDeviceRow>(
      context,
      'ListVirtualMFADevices',
      input,
      (row) => row.serial_number.slice(start.length),
      async (after, limit) => {
        let query = context.database
          .selectFrom('iam_mfa_device')
          .selectAll()
          .where('account_id', '=', context.accountId)
          .where('kind', '=', 'virtual')
          .where('serial_number', '>', start + after);
        if (status !== 'Any') {
          query = query.where('user_id', status === 'Assigned' ? 'is not' : 'is', null);
        }
        return await query.orderBy('serial_number').limit(limit).execute();
      },
    );
    const users = await readOwners(context, rows);
    return {
      VirtualMFADevices: rows.map((row) => describeVirtualMfaDevice(row, users)),
      ...position,
    };
  },
});

/** Whose it was has to let go of it first, the root user too. */
export const deleteVirtualMfaDevice = operation<DeleteVirtualMFADeviceRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteVirtualMFADevice',
    resource: mfaResource((input) => input.SerialNumber),
  },
  access: 'write',
  async run(context, input) {
    const device = await requireVirtualDevice(context, input.SerialNumber);
    if (device.user_id !== null) {
      throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
    }
    await removeMfaDevice(context, device);
    return emptyOutput;
  },
});

export const virtualMfaDeviceOperations: OperationTable = {
  CreateVirtualMFADevice: createVirtualMfaDevice,
  DeleteVirtualMFADevice: deleteVirtualMfaDevice,
  ListVirtualMFADevices: listVirtualMfaDevices,
};

/** A passkey is unknown here. */
export async function requireVirtualDevice(
  context: OperationContext,
  serialNumber: string | undefined,
): Promise<MfaDeviceRow> {
  const device = await requireMfaDevice(context, serialNumber);
  if (device.kind !== 'virtual') throw unknownMfaDevice(serialNumber);
  return device;
}

async function refuseTakenName(
  context: OperationContext,
  path: string,
  name: string,
): Promise<void> {
  const other = await context.database
    .selectFrom('iam_mfa_device')
    .select('serial_number')
    .where('account_id', '=', context.accountId)
    .where('path', '=', path)
    .where('name_fold', '=', foldAscii(name))
    .executeTakeFirst();
  if (other) throw entityAlreadyExists('MFA device already exists.');
}

/** As many virtual devices as users ("IAM and AWS STS quotas", IAM User Guide). */
async function refuseDeviceOverQuota(context: OperationContext): Promise<void> {
  const { count } = await context.database
    .selectFrom('iam_mfa_device')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', context.accountId)
    .where('kind', '=', 'virtual')
    .executeTakeFirstOrThrow();
  const most = context.settings.quotas.usersPerAccount;
  if (Number(count) >= most) throw quotaExceeded('MFADevices', most);
}

/** Users by their ids; the root user has the account's. */
async function readOwners(
  context: OperationContext,
  rows: readonly MfaDeviceRow[],
): Promise<ReadonlyMap<string, User>> {
  const ids = rows.flatMap((row) => (row.user_id === null ? [] : [row.user_id]));
  const owners = new Map<string, User>();
  if (ids.length === 0) return owners;
  const users = await context.database
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', 'in', ids)
    .execute();
  for (const user of users) owners.set(user.user_id, describeUser(user));
  if (ids.includes(context.accountId)) {
    owners.set(context.accountId, await describeRootUser(context));
  }
  return owners;
}

/** It has neither a name nor a path. */
async function describeRootUser({ accountId, database }: OperationContext): Promise<User> {
  const account = await database
    .selectFrom('account')
    .select('created_at')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return {
    Path: undefined,
    UserName: undefined,
    UserId: accountId,
    Arn: `arn:aws:iam::${accountId}:root`,
    CreateDate: new Date(account.created_at),
  };
}

function describeVirtualMfaDevice(
  row: MfaDeviceRow,
  users: ReadonlyMap<string, User>,
): VirtualMFADevice {
  const user = row.user_id === null ? undefined : users.get(row.user_id);
  return {
    SerialNumber: row.serial_number,
    ...(user && { User: user }),
    ...(row.enabled_at !== null && { EnableDate: new Date(row.enabled_at) }),
  };
}
