import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mfaCodeAt, stepAt } from '../iam/mfa-code.ts';
import { firstAccountId } from '../testing.ts';
import { credentialsOf, openTestSts, refusalOf, type TestSts, trusting } from './testing-world.ts';

const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

const wrongCode =
  'AccessDenied 403 MultiFactorAuthentication failed with invalid MFA one time pass code. ';
const unknownDevice =
  'AccessDenied 403 MultiFactorAuthentication failed, unable to validate MFA code.  Please verify ' +
  'your MFA serial number is valid and associated with this user.';
const oneAlone =
  'AccessDenied 403 MultiFactorAuthentication failed, must provide both MFA serial number and one ' +
  'time pass code.';

/** A device of a user, and its code at the present moment, which moves on with every one given. */
async function enableDevice(sts: TestSts, UserName: string) {
  const made = (await sts.call('iam', 'CreateVirtualMFADevice', {
    VirtualMFADeviceName: UserName,
  })) as { VirtualMFADevice: { SerialNumber: string; Base32StringSeed: Uint8Array } };
  const { SerialNumber, Base32StringSeed } = made.VirtualMFADevice;
  const seed = new TextDecoder().decode(Base32StringSeed);
  const present = () => mfaCodeAt(seed, stepAt(sts.clock.now));
  const next = () => {
    sts.clock.now += 30_000;
    return present();
  };
  const [AuthenticationCode1, AuthenticationCode2] = [present(), next()];
  await sts.call('iam', 'EnableMFADevice', {
    UserName,
    SerialNumber,
    AuthenticationCode1,
    AuthenticationCode2,
  });
  return { SerialNumber, next };
}

async function openWorld(sts: TestSts) {
  const credentials = await sts.createUser('dave');
  const device = await enableDevice(sts, 'dave');
  const getSessionToken = async (input: object = {}, by = credentials) =>
    credentialsOf((await sts.call('sts', 'GetSessionToken', input, by)) as object);
  return { credentials, device, getSessionToken };
}

describe('an MFA code that comes with a call', () => {
  it('is good once, for the user of the device, and never alone', async (test) => {
    const sts = await openTestSts(test);
    const { device, getSessionToken, credentials } = await openWorld(sts);
    const analyst = await sts.createUser('analyst');
    const other = await enableDevice(sts, 'analyst');
    const { SerialNumber } = device;
    const code = device.next();
    const rows: readonly (readonly [object, string])[] = [
      [{ SerialNumber }, oneAlone],
      [{ TokenCode: code }, oneAlone],
      [{ SerialNumber, TokenCode: '000000' }, wrongCode],
      [{ SerialNumber, TokenCode: 'abcdef' }, wrongCode],
      [{ SerialNumber: `${SerialNumber}x`, TokenCode: code }, unknownDevice],
      [{ SerialNumber: 'GAHT12345678', TokenCode: code }, unknownDevice],
      [{ SerialNumber: other.SerialNumber, TokenCode: code }, unknownDevice],
    ];
    for (const [input, refusal] of rows) {
      assert.equal(await refusalOf(getSessionToken(input)), refusal, JSON.stringify(input));
    }
    const good = { SerialNumber, TokenCode: code };
    assert.equal(await refusalOf(getSessionToken(good, analyst)), unknownDevice);
    await getSessionToken(good);
    assert.equal(await refusalOf(getSessionToken(good)), wrongCode);
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)]);
    assert.equal(await refusalOf(sts.assumeRole(credentials, { RoleArn, ...good })), wrongCode);
    const session = await sts.assumed(credentials, { RoleArn });
    const fresh = { SerialNumber, TokenCode: device.next() };
    assert.equal(
      await refusalOf(sts.assumeRole(session, { RoleArn, ...fresh })),
      unknownDevice,
      'a role has no device',
    );
  });

  it('is used up by a call that is then refused, and before anything is told', async (test) => {
    const sts = await openTestSts(test);
    const { device, credentials, getSessionToken } = await openWorld(sts);
    const RoleArn = `arn:aws:iam::${firstAccountId}:role/none`;
    const { SerialNumber } = device;
    const wrong = { RoleArn, SerialNumber, TokenCode: '000000' };
    assert.equal(await refusalOf(sts.assumeRole(credentials, wrong)), wrongCode);
    const good = { SerialNumber, TokenCode: device.next() };
    const refused = await refusalOf(sts.assumeRole(credentials, { RoleArn, ...good }));
    assert.match(refused, /is not authorized to perform: sts:AssumeRole/);
    assert.equal(await refusalOf(getSessionToken(good)), wrongCode);
  });

  it('opens a trust policy that asks for it, for as long as it is fresh', async (test) => {
    const sts = await openTestSts(test);
    const { device, credentials, getSessionToken } = await openWorld(sts);
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave, { Condition: withMfa })]);
    const recent = await sts.createRole('recent', [
      trusting(dave, { Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } } }),
    ]);
    const { SerialNumber } = device;
    const assume = (by: object, arn: string, more: object = {}) =>
      sts.assumeRole(by as never, { RoleArn: arn, ...more });
    const denied = /is not authorized to perform: sts:AssumeRole/;
    for (const arn of [RoleArn, recent]) {
      assert.match(await refusalOf(assume(credentials, arn)), denied);
      assert.match(await refusalOf(assume(await getSessionToken(), arn)), denied);
      await assume(credentials, arn, { SerialNumber, TokenCode: device.next() });
    }
    const session = await getSessionToken({ SerialNumber, TokenCode: device.next() });
    await assume(session, RoleArn);
    await assume(session, recent);
    sts.clock.now += 600_000;
    await assume(session, RoleArn);
    assert.match(await refusalOf(assume(session, recent)), denied);
    // A code with the call counts before that of the session.
    await assume(session, recent, { SerialNumber, TokenCode: device.next() });
  });

  it('lets a policy deny what is done without it', async (test) => {
    const sts = await openTestSts(test);
    const { device, credentials, getSessionToken } = await openWorld(sts);
    await sts.allowUser('dave', [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: 's3:ListAllMyBuckets',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      },
    ]);
    const list = (by: object) => sts.call('s3', 'ListBuckets', {}, by as never);
    for (const by of [credentials, await getSessionToken()]) {
      await assert.rejects(list(by), { code: 'AccessDenied' });
    }
    const { SerialNumber } = device;
    const session = await getSessionToken({ SerialNumber, TokenCode: device.next() });
    await list(session);
    // Nothing of IAM without it, and all with it.
    await sts.call('iam', 'ListUsers', {}, session);
    await assert.rejects(sts.call('iam', 'ListUsers', {}, await getSessionToken()), {
      code: 'InvalidClientTokenId',
    });
    // A role's session does not say how whoever assumed it had signed in.
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)], {
      statements: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: withMfa }],
    });
    const role = await sts.assumed(session, { RoleArn });
    await assert.rejects(sts.call('iam', 'ListUsers', {}, role), { code: 'AccessDenied' });
  });

  it('ends with its device, for every session that rests on it', async (test) => {
    const sts = await openTestSts(test);
    const { device, credentials, getSessionToken } = await openWorld(sts);
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)]);
    const { SerialNumber } = device;
    const withCode = () => ({ SerialNumber, TokenCode: device.next() });
    const session = await getSessionToken(withCode());
    const ofSession = await sts.assumed(session, { RoleArn });
    const ofCall = await sts.assumed(credentials, { RoleArn, ...withCode() });
    const without = await sts.assumed(credentials, { RoleArn });
    await sts.call('iam', 'DeactivateMFADevice', { UserName: 'dave', SerialNumber });
    for (const ended of [session, ofSession, ofCall]) {
      await assert.rejects(sts.arnOf(ended), { code: 'InvalidClientTokenId' });
    }
    await sts.arnOf(without);
  });

  it('is refused for a while after ten wrong ones', async (test) => {
    const sts = await openTestSts(test);
    const { device, getSessionToken } = await openWorld(sts);
    const { SerialNumber } = device;
    for (let wrong = 0; wrong < 10; wrong += 1) {
      const TokenCode = `00000${wrong}`;
      assert.equal(await refusalOf(getSessionToken({ SerialNumber, TokenCode })), wrongCode);
    }
    const good = () => ({ SerialNumber, TokenCode: device.next() });
    assert.equal(await refusalOf(getSessionToken(good())), wrongCode);
    sts.clock.now += 15 * 60_000;
    await getSessionToken(good());
  });
});
