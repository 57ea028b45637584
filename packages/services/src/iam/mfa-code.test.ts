import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from 'otpauth';
import { type MfaScope, mfaCodeAt, stepAt, verifyMfaCode } from './mfa-code.ts';
import { deactivateMfaDevice, enableMfaDevice, resyncMfaDevice } from './mfa-device.ts';
import { firstAccount, firstCallAt, openTestIam, secondAccount } from './testing.ts';
import { createUser } from './user.ts';
import { createVirtualMfaDevice } from './virtual-mfa-device.ts';

const dave = { UserName: 'dave' };
const now = stepAt(firstCallAt);

test('codes are those of RFC 6238', () => {
  // Appendix B: the last six of its eight digits, with SHA-1.
  const seed = Secret.fromLatin1('12345678901234567890').base32;
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(mfaCodeAt(seed, stepAt(seconds * 1000)), code);
  }
});

async function enabledDevice(t: Parameters<typeof openTestIam>[0], enabledAt = now - 11) {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const { VirtualMFADevice: device } = await iam.call(createVirtualMfaDevice, {
    VirtualMFADeviceName: 'phone',
  });
  const seed = new TextDecoder().decode(device?.Base32StringSeed);
  const serialNumber = device?.SerialNumber ?? '';
  const codes = (step: number) => ({
    ...dave,
    SerialNumber: serialNumber,
    AuthenticationCode1: mfaCodeAt(seed, step),
    AuthenticationCode2: mfaCodeAt(seed, step + 1),
  });
  await iam.call(enableMfaDevice, codes(enabledAt));
  const own = { userId: user?.UserId ?? '', serialNumber };
  const at = (step: number) => mfaCodeAt(seed, step);
  const verify = async (
    code: string,
    other: { userId?: string; serialNumber?: string; accountId?: string; time?: number } = {},
  ): Promise<boolean> => {
    const { accountId = firstAccount, time = firstCallAt, ...named } = other;
    return await iam.store.transaction(async ({ database }) => {
      const { sealing } = iam.store;
      const scope: MfaScope = { accountId, database, sealing, now: time };
      return await verifyMfaCode(scope, { ...own, ...named, code });
    });
  };
  return { iam, codes, at, verify, serialNumber };
}

test('the present code is good, and those beside it, each once and never an earlier one', async (t) => {
  const { at, verify } = await enabledDevice(t, now - 4);
  // Enabling learned that the clock is three steps behind.
  const present = now - 3;
  assert.equal(await verify(at(present - 2)), false);
  assert.equal(await verify(at(present + 2)), false);
  assert.equal(await verify(at(present - 1)), false, 'used for enabling');
  assert.equal(await verify(at(present)), false, 'used for enabling');
  assert.equal(await verify(at(present + 1)), true);
  assert.equal(await verify(at(present + 1)), false);
  const time = firstCallAt + 30_000;
  assert.equal(await verify(at(present + 1), { time }), false);
  assert.equal(await verify(at(present + 2), { time }), true);
});

test('a code that was passed over is good until a later one is used', async (t) => {
  const { iam, codes, at, verify } = await enabledDevice(t);
  await iam.call(resyncMfaDevice, codes(now - 2));
  const time = firstCallAt + 30_000;
  assert.equal(await verify(at(now), { time }), true);
  assert.equal(await verify(at(now + 2), { time }), true);
  assert.equal(await verify(at(now + 1), { time }), false);
});

test('a code is good for its own user, device and account', async (t) => {
  const { iam, codes, at, verify, serialNumber } = await enabledDevice(t);
  await iam.call(resyncMfaDevice, codes(now - 1));
  const code = at(now + 1);
  assert.equal(await verify(code, { userId: 'AIDAEXAMPLEEXAMPLE222' }), false);
  assert.equal(await verify(code, { serialNumber: `${serialNumber}x` }), false);
  assert.equal(await verify(code, { accountId: secondAccount }), false);
  assert.equal(await verify(''), false);
  assert.equal(await verify(`${code}0`), false);
  assert.equal(await verify('éééééé'), false);
  await iam.call(deactivateMfaDevice, { ...dave, SerialNumber: serialNumber });
  assert.equal(await verify(code), false);
  await iam.call(enableMfaDevice, codes(now + 1));
  assert.equal(await verify(at(now + 3), { time: firstCallAt + 60_000 }), true);
});

test('a code that was used is used even when a transaction comes second', async (t) => {
  const { at, verify } = await enabledDevice(t, now - 2);
  const answers = await Promise.all([1, 2, 3].map(() => verify(at(now + 1))));
  assert.deepEqual(answers.toSorted(), [false, false, true]);
});

test('nothing is used up when the transaction is undone', async (t) => {
  const { iam, at, verify, serialNumber } = await enabledDevice(t, now - 2);
  const { user_id: userId } = await iam.store.database
    .selectFrom('iam_mfa_device')
    .select('user_id')
    .executeTakeFirstOrThrow();
  const undone = iam.store.transaction(async ({ database }) => {
    const scope = { accountId: firstAccount, database, sealing: iam.store.sealing };
    const code = { userId: userId ?? '', serialNumber, code: at(now + 1) };
    assert.equal(await verifyMfaCode({ ...scope, now: firstCallAt }, code), true);
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  assert.equal(await verify(at(now + 1)), true);
});

test('after ten wrong codes in a row the right one is refused too, for a quarter of an hour', async (t) => {
  const { at, verify } = await enabledDevice(t, now - 2);
  const wrong = Array.from({ length: 10 }, (_, index) => at(now + 100 + index));
  for (const code of wrong.slice(0, 9)) assert.equal(await verify(code), false);
  // The same one again is no other guess.
  assert.equal(await verify(wrong[8] ?? ''), false);
  assert.equal(await verify(at(now + 1)), true);
  // The count begins anew.
  for (const code of wrong.slice(0, 9)) assert.equal(await verify(code), false);
  const time = firstCallAt + 30_000;
  assert.equal(await verify(at(now + 2), { time }), true);
  for (const code of wrong) assert.equal(await verify(code, { time }), false);
  assert.equal(await verify(at(now + 3), { time }), false);
  const later = time + 15 * 60_000;
  assert.equal(await verify(at(now + 30), { time: later }), true);
});
