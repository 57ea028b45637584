import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  firstAccount,
  noResourcePolicies,
  openTestIam,
  secondAccount,
  type TestIam,
  testSettings,
} from '../testing.ts';
import { createVirtualMfaDevice } from '../virtual-mfa-device.ts';
import { mfaResource, newMfaResource } from './mfa.ts';

type Input = { readonly [name: string]: string | undefined };

const device = mfaResource<Input>((input) => input.SerialNumber);
const newDevice = newMfaResource<Input>(
  (input) => input.VirtualMFADeviceName,
  (input) => input.Path,
);

async function resolve(iam: TestIam, reference: typeof device, input: Input) {
  return await reference.resolve(
    {
      caller: {
        kind: 'root',
        accountId: iam.accountId,
        arn: `arn:aws:iam::${iam.accountId}:root`,
        accessKeyId: 'ASIAEXAMPLEEXAMPLE22',
      },
      database: iam.store.database,
      resourcePolicies: noResourcePolicies,
      settings: testSettings,
    },
    input,
  );
}

test('a device is decided by its serial number and its tags', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createVirtualMfaDevice, {
    VirtualMFADeviceName: 'phone',
    Path: '/d/',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  const arn = `arn:aws:iam::${firstAccount}:mfa/d/phone`;
  const { tags, ...resource } = await resolve(iam, device, { SerialNumber: arn });
  assert.deepEqual(resource, { arn, accountId: firstAccount });
  assert.deepEqual([...(tags ?? [])], [['team', 'photos']]);
  const other = `arn:aws:iam::${firstAccount}:mfa/d/PHONE`;
  assert.deepEqual(await resolve(iam, device, { SerialNumber: other }), {
    arn: other,
    accountId: firstAccount,
  });
});

test('another account’s device is that account’s, and what is no ARN a name of the own', async (t) => {
  const iam = await openTestIam(t);
  const theirs = `arn:aws:iam::${secondAccount}:mfa/phone`;
  await iam
    .inAccount(secondAccount)
    .call(createVirtualMfaDevice, { VirtualMFADeviceName: 'phone' });
  assert.deepEqual(await resolve(iam, device, { SerialNumber: theirs }), {
    arn: theirs,
    accountId: secondAccount,
  });
  for (const serial of ['GAHT12345678', `arn:aws:iam::${secondAccount}:user/dave`]) {
    assert.deepEqual(await resolve(iam, device, { SerialNumber: serial }), {
      arn: `arn:aws:iam::${firstAccount}:mfa/${serial}`,
      accountId: firstAccount,
    });
  }
});

test('a new device is decided by the ARN that it will have', async (t) => {
  const iam = await openTestIam(t);
  for (const [input, path] of [
    [{ VirtualMFADeviceName: 'phone' }, '/phone'],
    [{ VirtualMFADeviceName: 'phone', Path: '/d/' }, '/d/phone'],
  ] as const) {
    const { arn } = await resolve(iam, newDevice, input);
    assert.equal(arn, `arn:aws:iam::${firstAccount}:mfa${path}`);
  }
});
