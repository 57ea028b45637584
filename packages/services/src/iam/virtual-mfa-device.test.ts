import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccountAlias } from './account-alias.ts';
import {
  assertRefused,
  firstAccount,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';
import {
  createVirtualMfaDevice,
  deleteVirtualMfaDevice,
  listVirtualMfaDevices,
} from './virtual-mfa-device.ts';
import { listMfaDeviceTags, tagMfaDevice, untagMfaDevice } from './virtual-mfa-device-tag.ts';

const phone = { VirtualMFADeviceName: 'phone' };
const phoneSerial = { SerialNumber: `arn:aws:iam::${firstAccount}:mfa/phone` };

async function addDevice(
  iam: TestIam,
  serial: string,
  device: { readonly kind?: 'virtual' | 'passkey'; readonly userId?: string } = {},
): Promise<void> {
  const name = serial.slice(serial.lastIndexOf('/') + 1);
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_mfa_device')
      .values({
        ...{ account_id: iam.accountId, serial_number: serial, name, name_fold: name, path: '/' },
        ...{ kind: device.kind ?? 'virtual', seed: null, created_at: 5000 },
        ...{ user_id: device.userId ?? null, enabled_at: device.userId ? 6000 : null },
        ...{ clock_drift: 0, last_used_step: null },
      })
      .execute();
  });
}

async function serialsOf(iam: TestIam, status?: 'Assigned' | 'Unassigned' | 'Any') {
  const input = status === undefined ? {} : { AssignmentStatus: status };
  const { VirtualMFADevices: devices } = await iam.call(listVirtualMfaDevices, input);
  return devices?.map(({ SerialNumber: serial }) => serial?.slice(serial.indexOf(':mfa/') + 5));
}

test('a new device shows its seed and QR code once and keeps the seed sealed', async (t) => {
  const iam = await openTestIam(t);
  const { VirtualMFADevice: device } = await iam.call(createVirtualMfaDevice, {
    ...phone,
    Path: '/d/',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  const { Base32StringSeed: seed, QRCodePNG: png, ...rest } = device ?? {};
  const serial = `arn:aws:iam::${firstAccount}:mfa/d/phone`;
  assert.deepEqual(rest, { SerialNumber: serial, Tags: [{ Key: 'team', Value: 'photos' }] });
  const text = new TextDecoder().decode(seed);
  assert.match(text, /^[A-Z2-7]{64}$/);
  assert.equal(new TextDecoder('latin1').decode(png?.subarray(1, 4)), 'PNG');
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'mfaDevice', id: serial }]);
  const row = await iam.store.database
    .selectFrom('iam_mfa_device')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.ok(!JSON.stringify(row).includes(text));
  const opened = iam.store.sealing.open('secret', serial, row.seed ?? '');
  assert.equal(new TextDecoder().decode(opened), text);
  const again = await iam.call(createVirtualMfaDevice, { VirtualMFADeviceName: 'other' });
  assert.notEqual(new TextDecoder().decode(again.VirtualMFADevice?.Base32StringSeed), text);
  assert.deepEqual((await iam.call(listVirtualMfaDevices, {})).VirtualMFADevices, [
    { SerialNumber: serial },
    { SerialNumber: `arn:aws:iam::${firstAccount}:mfa/other` },
  ]);
});

test('the alias of the account stands in the QR code', async (t) => {
  const iam = await openTestIam(t);
  const sizeOf = async (name: string) => {
    const input = { VirtualMFADeviceName: name };
    const { VirtualMFADevice: device } = await iam.call(createVirtualMfaDevice, input);
    return Buffer.from(device?.QRCodePNG ?? []).readUInt32BE(16);
  };
  const before = await sizeOf('phone');
  await iam.call(createAccountAlias, { AccountAlias: 'a-very-long-alias-of-an-account-of-photos' });
  assert.ok((await sizeOf('watch')) > before);
});

test('a name is taken once in its path, in any case', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createVirtualMfaDevice, phone);
  await iam.call(createVirtualMfaDevice, { ...phone, Path: '/d/' });
  await iam.inAccount(secondAccount).call(createVirtualMfaDevice, phone);
  for (const input of [phone, { VirtualMFADeviceName: 'PHONE' }, { ...phone, Path: '/d/' }]) {
    await assertRefused(
      iam.call(createVirtualMfaDevice, input),
      'EntityAlreadyExists',
      409,
      'MFA device already exists.',
    );
  }
});

test('there are as many devices as there may be users, and no serial number is too long', async (t) => {
  const iam = await openTestIam(t, { usersPerAccount: 2 });
  await assertRefused(
    iam.call(createVirtualMfaDevice, { VirtualMFADeviceName: 'p'.repeat(203) }),
    'ValidationError',
    400,
    'The serial number of a virtual MFA device has at most 232 characters.',
  );
  const longest = { VirtualMFADeviceName: 'p'.repeat(202) };
  await iam.call(createVirtualMfaDevice, longest);
  await iam.call(createVirtualMfaDevice, phone);
  const { Marker: marker } = await iam.call(listVirtualMfaDevices, { MaxItems: 1 });
  assert.ok(marker === undefined || marker.length <= 320);
  await assertRefused(
    iam.call(createVirtualMfaDevice, { VirtualMFADeviceName: 'third' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for MFADevices: 2',
  );
});

test('a marker of the longest serial number fits', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createVirtualMfaDevice, { VirtualMFADeviceName: 'p'.repeat(202) });
  await iam.call(createVirtualMfaDevice, { VirtualMFADeviceName: 'q' });
  const { Marker: marker = '' } = await iam.call(listVirtualMfaDevices, { MaxItems: 1 });
  assert.ok(marker.length > 300 && marker.length <= 320, String(marker.length));
  const next = await iam.call(listVirtualMfaDevices, { MaxItems: 1, Marker: marker });
  assert.match(next.VirtualMFADevices?.[0]?.SerialNumber ?? '', /mfa\/q$/);
});

test('the list tells whose a device is, the root user’s too, and knows no passkeys', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'dave', Path: '/d/' });
  const arn = (name: string) => `arn:aws:iam::${firstAccount}:mfa/${name}`;
  await addDevice(iam, arn('free'));
  await addDevice(iam, arn('phone'), { userId: user?.UserId ?? '' });
  await addDevice(iam, arn('root-account-mfa-device'), { userId: firstAccount });
  await addDevice(iam, `arn:aws:iam::${firstAccount}:u2f/user/dave/key`, {
    kind: 'passkey',
    userId: user?.UserId ?? '',
  });
  await addDevice(iam.inAccount(secondAccount), `arn:aws:iam::${secondAccount}:mfa/theirs`);
  assert.deepEqual(await serialsOf(iam), ['free', 'phone', 'root-account-mfa-device']);
  assert.deepEqual(await serialsOf(iam, 'Any'), ['free', 'phone', 'root-account-mfa-device']);
  assert.deepEqual(await serialsOf(iam, 'Unassigned'), ['free']);
  assert.deepEqual(await serialsOf(iam, 'Assigned'), ['phone', 'root-account-mfa-device']);
  const { VirtualMFADevices: devices } = await iam.call(listVirtualMfaDevices, {});
  assert.deepEqual(devices?.[1], {
    SerialNumber: arn('phone'),
    EnableDate: new Date(6000),
    User: user,
  });
  assert.equal(devices?.[2]?.User?.Arn, `arn:aws:iam::${firstAccount}:root`);
  assert.equal(devices?.[2]?.User?.UserId, firstAccount);
  for (const serial of [arn('phone'), arn('root-account-mfa-device')]) {
    await assertRefused(
      iam.call(deleteVirtualMfaDevice, { SerialNumber: serial }),
      'DeleteConflict',
      409,
      'MFA VirtualDevice in use. Must deactivate first.',
    );
  }
});

test('a deleted device is gone with its tags, and its name is free', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createVirtualMfaDevice, { ...phone, Tags: [{ Key: 'a', Value: '1' }] });
  await iam.call(deleteVirtualMfaDevice, phoneSerial);
  const { VirtualMFADevice: device } = await iam.call(createVirtualMfaDevice, phone);
  assert.equal(device?.Tags, undefined);
  assert.deepEqual((await iam.call(listMfaDeviceTags, phoneSerial)).Tags, []);
});

test('tags are set, replaced and removed', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createVirtualMfaDevice, phone);
  const tags = async () => (await iam.call(listMfaDeviceTags, phoneSerial)).Tags;
  await iam.call(tagMfaDevice, {
    ...phoneSerial,
    Tags: [
      { Key: 'zone', Value: 'eu' },
      { Key: 'Team', Value: 'photos' },
    ],
  });
  await iam.call(tagMfaDevice, { ...phoneSerial, Tags: [{ Key: 'team', Value: 'videos' }] });
  await iam.call(tagMfaDevice, { ...phoneSerial, Tags: [{ Key: 'zone', Value: 'us' }] });
  assert.deepEqual(await tags(), [
    { Key: 'Team', Value: 'photos' },
    { Key: 'team', Value: 'videos' },
    { Key: 'zone', Value: 'us' },
  ]);
  await iam.call(untagMfaDevice, { ...phoneSerial, TagKeys: ['zone', 'TEAM'] });
  assert.deepEqual(await tags(), [
    { Key: 'Team', Value: 'photos' },
    { Key: 'team', Value: 'videos' },
  ]);
});

test('what is no virtual device of the account does not exist', async (t) => {
  const iam = await openTestIam(t);
  await iam.inAccount(secondAccount).call(createVirtualMfaDevice, phone);
  await iam.call(createVirtualMfaDevice, phone);
  const passkey = `arn:aws:iam::${firstAccount}:u2f/user/dave/key`;
  await addDevice(iam, passkey, { kind: 'passkey', userId: 'AIDAEXAMPLEEXAMPLE222' });
  for (const serial of [
    `arn:aws:iam::${firstAccount}:mfa/none`,
    `arn:aws:iam::${firstAccount}:mfa/PHONE`,
    `arn:aws:iam::${secondAccount}:mfa/phone`,
    passkey,
    'GAHT12345678',
  ]) {
    const SerialNumber = serial;
    for (const call of [
      iam.call(deleteVirtualMfaDevice, { SerialNumber }),
      iam.call(tagMfaDevice, { SerialNumber, Tags: [] }),
      iam.call(untagMfaDevice, { SerialNumber, TagKeys: [] }),
      iam.call(listMfaDeviceTags, { SerialNumber }),
    ]) {
      await assertRefused(
        call,
        'NoSuchEntity',
        404,
        `MFA Device with serial number ${serial} does not exist.`,
      );
    }
  }
});
