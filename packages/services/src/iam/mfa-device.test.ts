import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mfaCodeAt, stepAt } from './mfa-code.ts';
import {
  deactivateMfaDevice,
  enableMfaDevice,
  getMfaDevice,
  listMfaDevices,
  resyncMfaDevice,
} from './mfa-device.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
  userCaller,
} from './testing.ts';
import { createUser, deleteUser } from './user.ts';
import { createVirtualMfaDevice, listVirtualMfaDevices } from './virtual-mfa-device.ts';

const dave = { UserName: 'dave' };
const now = stepAt(firstCallAt);
const serialOf = (name: string) => `arn:aws:iam::${firstAccount}:mfa/${name}`;

/** A device and the codes it would show. */
async function newDevice(iam: TestIam, name: string) {
  const { VirtualMFADevice: device } = await iam.call(createVirtualMfaDevice, {
    VirtualMFADeviceName: name,
  });
  const seed = new TextDecoder().decode(device?.Base32StringSeed);
  const codes = (step: number, next = step + 1) => ({
    SerialNumber: device?.SerialNumber ?? '',
    AuthenticationCode1: mfaCodeAt(seed, step),
    AuthenticationCode2: mfaCodeAt(seed, next),
  });
  return { serial: device?.SerialNumber ?? '', codes };
}

async function refusedCodes(call: Promise<unknown>): Promise<void> {
  await assertRefused(
    call,
    'InvalidAuthenticationCode',
    403,
    'Authentication code for device is not valid.',
  );
}

async function clockOf(iam: TestIam) {
  return await iam.store.database
    .selectFrom('iam_mfa_device')
    .select(['clock_drift', 'last_used_step'])
    .executeTakeFirstOrThrow();
}

test('two codes in a row enable a device', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { serial, codes } = await newDevice(iam, 'phone');
  for (const [first, second] of [
    [now, now],
    [now, now - 1],
    [now, now + 2],
    [now - 30, now - 29],
    [now + 30, now + 31],
  ] as const) {
    await refusedCodes(iam.call(enableMfaDevice, { ...dave, ...codes(first, second) }));
  }
  assert.deepEqual(await iam.call(listMfaDevices, dave), { MFADevices: [], IsTruncated: false });
  iam.changes.length = 0;
  await iam.call(enableMfaDevice, { UserName: 'DAVE', ...codes(now - 1) });
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'mfaDevice', id: serial }]);
  const enabled = new Date(firstCallAt + 8000);
  const device = { UserName: 'dave', SerialNumber: serial, EnableDate: enabled };
  const { MFADevices: devices } = await iam.call(listMfaDevices, dave);
  assert.deepEqual(devices, [device]);
  assert.deepEqual(await iam.call(getMfaDevice, { ...dave, SerialNumber: serial }), device);
  assert.deepEqual(await clockOf(iam), { clock_drift: 0, last_used_step: now });
});

test('a device belongs to one user, and a user has no more than the quota', async (t) => {
  const iam = await openTestIam(t, { mfaDevicesPerUser: 2 });
  await iam.call(createUser, dave);
  await iam.call(createUser, { UserName: 'editor' });
  const [one, two, three] = [
    await newDevice(iam, 'one'),
    await newDevice(iam, 'two'),
    await newDevice(iam, 'three'),
  ];
  for (const device of [one, two])
    await iam.call(enableMfaDevice, { ...dave, ...device.codes(now) });
  for (const [UserName, message] of [
    ['dave', 'MFA Device for user dave already exists.'],
    ['editor', 'MFA Device is already in use.'],
  ] as const) {
    await assertRefused(
      iam.call(enableMfaDevice, { UserName, ...one.codes(now + 2) }),
      'EntityAlreadyExists',
      409,
      message,
    );
  }
  await assertRefused(
    iam.call(enableMfaDevice, { ...dave, ...three.codes(now) }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for MFADevicesPerUser: 2',
  );
  await iam.call(enableMfaDevice, { UserName: 'editor', ...three.codes(now) });
  const { MFADevices: devices } = await iam.call(listMfaDevices, dave);
  assert.deepEqual(
    devices?.map(({ SerialNumber: serial }) => serial),
    [serialOf('one'), serialOf('two')],
  );
});

test('a deactivated device is nobody’s, and its codes stay used', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { serial, codes } = await newDevice(iam, 'phone');
  await iam.call(enableMfaDevice, { ...dave, ...codes(now) });
  await assertRefused(
    iam.call(deleteUser, dave),
    'DeleteConflict',
    409,
    'Cannot delete entity, must remove tokens from principal first.',
  );
  await iam.call(deactivateMfaDevice, { ...dave, SerialNumber: serial });
  assert.deepEqual((await iam.call(listMfaDevices, dave)).MFADevices, []);
  const { VirtualMFADevices: devices } = await iam.call(listVirtualMfaDevices, {});
  assert.deepEqual(devices, [{ SerialNumber: serial }]);
  await refusedCodes(iam.call(enableMfaDevice, { ...dave, ...codes(now) }));
  await refusedCodes(iam.call(enableMfaDevice, { ...dave, ...codes(now + 1) }));
  await iam.call(enableMfaDevice, { ...dave, ...codes(now + 2) });
});

test('Resync learns the clock of a device from two new codes in a row', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { codes } = await newDevice(iam, 'phone');
  await iam.call(enableMfaDevice, { ...dave, ...codes(now - 1) });
  const resync = async (...steps: Parameters<typeof codes>) =>
    await iam.call(resyncMfaDevice, { ...dave, ...codes(...steps) });
  await refusedCodes(resync(now - 1));
  await refusedCodes(resync(now + 9, now + 11));
  await resync(now + 9);
  assert.deepEqual(await clockOf(iam), { clock_drift: 10, last_used_step: now + 10 });
  await refusedCodes(resync(now + 10));
  await resync(now + 11);
  assert.deepEqual(await clockOf(iam), { clock_drift: 12, last_used_step: now + 12 });
});

test('a clock that is behind is learned too, and one that is nearly right is right', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { codes } = await newDevice(iam, 'phone');
  await iam.call(enableMfaDevice, { ...dave, ...codes(now - 20) });
  assert.deepEqual(await clockOf(iam), { clock_drift: -19, last_used_step: now - 19 });
  await iam.call(resyncMfaDevice, { ...dave, ...codes(now) });
  assert.deepEqual(await clockOf(iam), { clock_drift: 0, last_used_step: now + 1 });
});

test('who is named has to exist, and the device has to be theirs', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  await iam.call(createUser, { UserName: 'editor' });
  const { serial, codes } = await newDevice(iam, 'phone');
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  const given = { SerialNumber: serial };
  const nobody = { UserName: 'nobody' };
  const refused = async (call: Promise<unknown>, message: string) =>
    await assertRefused(call, 'NoSuchEntity', 404, message);
  const unknownUser = 'The user with name nobody cannot be found.';
  await refused(iam.call(enableMfaDevice, { ...nobody, ...codes(now) }), unknownUser);
  await refused(iam.call(resyncMfaDevice, { ...nobody, ...codes(now) }), unknownUser);
  await refused(iam.call(deactivateMfaDevice, { ...nobody, ...given }), unknownUser);
  await refused(iam.call(getMfaDevice, { ...nobody, ...given }), unknownUser);
  await refused(iam.call(listMfaDevices, nobody), unknownUser);

  const unknownDevice = (serialNumber: string) =>
    `MFA Device with serial number ${serialNumber} does not exist.`;
  const none = { ...dave, ...codes(now), SerialNumber: serialOf('none') };
  for (const operation of [enableMfaDevice, resyncMfaDevice, deactivateMfaDevice, getMfaDevice]) {
    await refused(iam.call(operation, none), unknownDevice(none.SerialNumber));
    await refused(other.call(operation, { ...dave, ...codes(now) }), unknownDevice(serial));
  }

  await iam.call(enableMfaDevice, { UserName: 'editor', ...codes(now) });
  for (const operation of [resyncMfaDevice, deactivateMfaDevice, getMfaDevice]) {
    const call = iam.call(operation, { ...dave, ...codes(now + 2) });
    await refused(call, 'MFA Device invalid for user.');
  }
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  await refused(asDave.call(deactivateMfaDevice, given), 'MFA Device invalid for user.');
});

test('without a name the caller is meant', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const { serial, codes } = await newDevice(iam, 'phone');
  const given = { SerialNumber: serial };
  await iam.call(enableMfaDevice, { ...dave, ...codes(now) });
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  assert.equal((await asDave.call(getMfaDevice, given)).UserName, 'dave');
  assert.equal((await asDave.call(listMfaDevices, {})).MFADevices?.length, 1);
  for (const call of [
    iam.call(listMfaDevices, {}),
    iam.call(getMfaDevice, given),
    iam.call(deactivateMfaDevice, given),
  ]) {
    const message = 'Must specify userName when calling with non-User credentials';
    await assertRefused(call, 'ValidationError', 400, message);
  }
  await asDave.call(deactivateMfaDevice, given);
  assert.equal((await asDave.call(listMfaDevices, {})).MFADevices?.length, 0);
});

test('a passkey is shown beside virtual devices, and is gone when it is deactivated', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const serial = `arn:aws:iam::${firstAccount}:u2f/user/dave/laptop-EXAMPLEEXAMPLEEXAMPLE22`;
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_mfa_device')
      .values({
        ...{ account_id: firstAccount, serial_number: serial, path: '/', kind: 'passkey' },
        ...{ name: 'laptop', name_fold: 'laptop', seed: null, created_at: 1000 },
        ...{ user_id: user?.UserId ?? '', enabled_at: 2000 },
        ...{ clock_drift: 0, last_used_step: null },
      })
      .execute();
  });
  const { serial: phone, codes } = await newDevice(iam, 'phone');
  await iam.call(enableMfaDevice, { ...dave, ...codes(now) });
  const passkey = { UserName: 'dave', SerialNumber: serial, EnableDate: new Date(2000) };
  const { MFADevices: devices } = await iam.call(listMfaDevices, dave);
  assert.deepEqual(
    devices?.map(({ SerialNumber }) => SerialNumber),
    [serial, phone],
  );
  const given = { ...dave, SerialNumber: serial };
  assert.deepEqual(await iam.call(getMfaDevice, given), passkey);
  await refusedCodes(iam.call(resyncMfaDevice, { ...codes(now + 2), ...given }));
  await iam.call(deactivateMfaDevice, given);
  const rows = await iam.store.database.selectFrom('iam_mfa_device').selectAll().execute();
  assert.deepEqual(
    rows.map((row) => row.serial_number),
    [phone],
  );
});
