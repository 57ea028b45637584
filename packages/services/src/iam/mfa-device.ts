import type {
  DeactivateMFADeviceRequest,
  EnableMFADeviceRequest,
  GetMFADeviceRequest,
  GetMFADeviceResponse,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  MFADevice,
  ResyncMFADeviceRequest,
} from '@aws-sdk/client-iam';
import { ApiError } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireNamedOrCallingUser, requireUser, type UserRow } from './entity.ts';
import { entityAlreadyExists, noSuchEntity, quotaExceeded } from './error.ts';
import { findMfaDevice, type MfaDeviceRow, synchronize } from './mfa-code.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';
import { userResource } from './resource/user.ts';
import { removeAllTags } from './tag-set.ts';

/** Devices of users: virtual ones, and passkeys, which no operation of the API registers. */
export const enableMfaDevice = operation<EnableMFADeviceRequest, EmptyOutput>({
  authorization: {
    action: 'iam:EnableMFADevice',
    resource: userResource((input) => input.UserName),
    // They tell of a passkey that is registered: of a virtual device they are absent.
    conditionKeys: {
      'iam:RegisterSecurityKey': () => undefined,
      'iam:FIDO-certification': () => undefined,
      'iam:FIDO-FIPS-140-2-certification': () => undefined,
      'iam:FIDO-FIPS-140-3-certification': () => undefined,
    },
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    const device = await requireMfaDevice(context, input.SerialNumber);
    if (device.user_id === user.user_id) {
      throw entityAlreadyExists(`MFA Device for user ${user.name} already exists.`);
    }
    if (device.user_id !== null) throw entityAlreadyExists('MFA Device is already in use.');
    const most = context.settings.quotas.mfaDevicesPerUser;
    const { length } = await mfaDevicesOf(context, user);
    if (length >= most) throw quotaExceeded('MFADevicesPerUser', most);
    const clock = requireConsecutiveCodes(context, device, input);
    await changeDevice(context, device, {
      ...clock,
      user_id: user.user_id,
      enabled_at: context.now,
    });
    return emptyOutput;
  },
});

export const getMfaDevice = operation<GetMFADeviceRequest, GetMFADeviceResponse>({
  authorization: {
    action: 'iam:GetMFADevice',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    return describeMfaDevice(user, await requireDeviceOf(context, user, input.SerialNumber));
  },
});

/** In the order in which they were enabled. */
export const listMfaDevices = operation<ListMFADevicesRequest, ListMFADevicesResponse>({
  authorization: {
    action: 'iam:ListMFADevices',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const devices = await mfaDevicesOf(context, user);
    const { rows, ...position } = pageOfList(context, 'ListMFADevices', input, devices);
    return { MFADevices: rows.map((row) => describeMfaDevice(user, row)), ...position };
  },
});

/** Learns anew how far the device's clock is from ours. */
export const resyncMfaDevice = operation<ResyncMFADeviceRequest, EmptyOutput>({
  authorization: {
    action: 'iam:ResyncMFADevice',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    const device = await requireDeviceOf(context, user, input.SerialNumber);
    await changeDevice(context, device, requireConsecutiveCodes(context, device, input));
    return emptyOutput;
  },
});

/** A virtual device becomes nobody's and may be enabled again; a passkey is gone. */
export const deactivateMfaDevice = operation<DeactivateMFADeviceRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeactivateMFADevice',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const device = await requireDeviceOf(context, user, input.SerialNumber);
    if (device.kind === 'virtual') {
      await changeDevice(context, device, { user_id: null, enabled_at: null });
    } else {
      await removeMfaDevice(context, device);
    }
    return emptyOutput;
  },
});

export const mfaDeviceOperations: OperationTable = {
  DeactivateMFADevice: deactivateMfaDevice,
  EnableMFADevice: enableMfaDevice,
  GetMFADevice: getMfaDevice,
  ListMFADevices: listMfaDevices,
  ResyncMFADevice: resyncMfaDevice,
};

export async function requireMfaDevice(
  context: OperationContext,
  serialNumber: string | undefined,
): Promise<MfaDeviceRow> {
  const device = await findMfaDevice(context, serialNumber ?? '');
  if (device === undefined) throw unknownMfaDevice(serialNumber);
  return device;
}

export function unknownMfaDevice(serialNumber: string | undefined): ApiError {
  return noSuchEntity(`MFA Device with serial number ${serialNumber} does not exist.`);
}

/** Tells the feed. */
export async function removeMfaDevice(
  context: OperationContext,
  { serial_number: serialNumber }: MfaDeviceRow,
): Promise<void> {
  await removeAllTags(context, serialNumber);
  await context.database
    .deleteFrom('iam_mfa_device')
    .where('account_id', '=', context.accountId)
    .where('serial_number', '=', serialNumber)
    .execute();
  context.changed({ accountId: context.accountId, kind: 'mfaDevice', id: serialNumber });
}

async function mfaDevicesOf(context: OperationContext, user: UserRow): Promise<MfaDeviceRow[]> {
  return await context.database
    .selectFrom('iam_mfa_device')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', user.user_id)
    .orderBy('enabled_at')
    .orderBy('serial_number')
    .execute();
}

async function requireDeviceOf(
  context: OperationContext,
  user: UserRow,
  serialNumber: string | undefined,
): Promise<MfaDeviceRow> {
  const device = await requireMfaDevice(context, serialNumber);
  if (device.user_id !== user.user_id) throw noSuchEntity('MFA Device invalid for user.');
  return device;
}

type DeviceChange = Partial<
  Pick<MfaDeviceRow, 'user_id' | 'enabled_at' | 'clock_drift' | 'last_used_step'>
>;

async function changeDevice(
  context: OperationContext,
  { serial_number: serialNumber }: MfaDeviceRow,
  change: DeviceChange,
): Promise<void> {
  await context.database
    .updateTable('iam_mfa_device')
    .set(change)
    .where('account_id', '=', context.accountId)
    .where('serial_number', '=', serialNumber)
    .execute();
  context.changed({ accountId: context.accountId, kind: 'mfaDevice', id: serialNumber });
}

function requireConsecutiveCodes(
  context: OperationContext,
  device: MfaDeviceRow,
  input: EnableMFADeviceRequest | ResyncMFADeviceRequest,
): DeviceChange {
  const { AuthenticationCode1: first = '', AuthenticationCode2: second = '' } = input;
  const clock =
    device.kind === 'virtual' ? synchronize(context, device, { first, second }) : undefined;
  if (clock === undefined) {
    const message = 'Authentication code for device is not valid.';
    throw new ApiError('InvalidAuthenticationCode', 403, message);
  }
  return clock;
}

/** `Certifications` are known of passkeys alone, and to those who keep FIDO's metadata. */
function describeMfaDevice(user: UserRow, row: MfaDeviceRow): MFADevice {
  return {
    UserName: user.name,
    SerialNumber: row.serial_number,
    EnableDate: new Date(row.enabled_at ?? row.created_at),
  };
}
