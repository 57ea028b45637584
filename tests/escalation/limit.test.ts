/** What keeps an escalation within limits, and what takes the limits away. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openTestServices } from '../../packages/services/src/testing.ts';
import { codeAt } from '../iam/one-time-code.ts';
import { asDave, asDeveloperRole, attack, bound } from './attack.ts';
import { tellingRunner } from './function-runner.ts';
import { credentialsOf, type House, openHouses } from './house.ts';
import { dailyWork, delegation } from './limit.ts';
import { administratorAccess, allow, document, everything, type Method } from './method.ts';
import { isAllowed } from './refusal.ts';
import { roleMethods } from './role-method.ts';

it('limits', async (test) => {
  const runner = tellingRunner();
  const services = await openTestServices(test, {}, runner);
  const newHouse = openHouses(services, runner.told);

  await test.test('a session stays within its policy when its role grows', async () => {
    for (const method of roleMethods.filter(({ attacker }) => attacker === 'DeveloperRole')) {
      const house = await newHouse();
      const needs = method.needs(house);
      const attacker = await asDeveloperRole(house, needs, document(house.work, ...needs));
      assert.equal(await attack(method, attacker), 'contained', method.name);
      // Only this session: the next is as wide as its role.
      assert.deepEqual(await house.reaches(await next(house)), { secrets: true, users: true });
    }
  });

  for (const method of escapes) {
    await test.test(
      `${method.name} opens a boundary that lets it through, and no other`,
      async () => {
        const open = await newHouse();
        const attacker = await asDave(open, [allow('*')]);
        await bound(open, 'Own', document(open.work, ...method.needs(open)));
        assert.equal(await attack(method, attacker), 'gained');
        const closed = await newHouse();
        const bounded = await asDave(closed, [allow('*')]);
        await bound(closed, 'Own', dailyWork(closed));
        assert.equal(await attack(method, bounded), 'refused');
        const delegated = await newHouse();
        const trusted = await asDave(delegated, [allow('*')]);
        // Of the same name: what would be widened is the boundary itself.
        await bound(delegated, 'Own', delegation(delegated, 'Own'));
        assert.equal(await attack(method, trusted), 'refused');
      },
    );
  }

  await test.test('who may delegate makes users within the same boundary', () =>
    newHouse().then(delegates),
  );

  await test.test('a second device opens what asks for MFA', async () => {
    const house = await newHouse();
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const attacker = await asDave(house, [
      allow('iam:CreateVirtualMFADevice', house.arn('mfa/other')),
      allow('iam:EnableMFADevice', house.arn('user/delegated/dave')),
      { ...allow('*'), Condition },
    ]);
    const device = enrols(() => services.clock.now);
    assert.equal(await attack(device, attacker), 'gained');
    const withoutEnabling = await newHouse();
    const needs = [
      allow('iam:CreateVirtualMFADevice', withoutEnabling.arn('mfa/other')),
      { ...allow('*'), Condition },
    ];
    assert.equal(await attack(device, await asDave(withoutEnabling, needs)), 'stopped');
  });

  await test.test('a service-specific credential opens nothing', async () => {
    const house = await newHouse();
    const { call, accountId } = await asDave(house, [
      allow('iam:CreateServiceSpecificCredential', house.arn('user/admin')),
    ]).then((attacker) => ({ call: attacker.call, accountId: house.accountId }));
    const asked = { UserName: 'admin', ServiceName: 'codecommit.amazonaws.com' };
    const { ServiceSpecificCredential: made } = (await call(
      'iam',
      'CreateServiceSpecificCredential',
      asked,
    )) as { ServiceSpecificCredential: { ServiceUserName: string; ServicePassword: string } };
    assert.ok(made.ServiceUserName.includes(accountId));
    const credentials = {
      accessKeyId: made.ServiceUserName.replaceAll('-', ''),
      secretAccessKey: made.ServicePassword,
    };
    // None of the services here takes it: as a key it is unknown to all of them.
    assert.equal(await isAllowed(house.call('iam', 'ListUsers', {}, credentials)), false);
  });
});

async function next(house: House) {
  const RoleArn = house.arn('role/delegated/DeveloperRole');
  const asked = { RoleArn, RoleSessionName: 'next' };
  return credentialsOf(await house.call('sts', 'AssumeRole', asked, house.dave));
}

/** By which a boundary is taken away, replaced or widened, where it lets this through. */
const escapes: readonly Method[] = [
  {
    name: 'DeleteUserPermissionsBoundary',
    needs: ({ arn }) => [allow('iam:DeleteUserPermissionsBoundary', arn('user/delegated/dave'))],
    async steps({ house, call }) {
      await call('iam', 'DeleteUserPermissionsBoundary', { UserName: 'dave' });
      return house.dave;
    },
    delegated: 'refused',
  },
  {
    name: 'PutUserPermissionsBoundary',
    needs: ({ arn }) => [allow('iam:PutUserPermissionsBoundary', arn('user/delegated/dave'))],
    async steps({ house, call }) {
      const PermissionsBoundary = administratorAccess;
      await call('iam', 'PutUserPermissionsBoundary', { UserName: 'dave', PermissionsBoundary });
      return house.dave;
    },
    delegated: 'refused',
  },
  {
    name: 'CreatePolicyVersion of the boundary',
    needs: ({ arn }) => [allow('iam:CreatePolicyVersion', arn('policy/Own'))],
    async steps({ house, call }) {
      const PolicyArn = house.arn('policy/Own');
      const version = { PolicyArn, PolicyDocument: everything, SetAsDefault: true };
      await call('iam', 'CreatePolicyVersion', version);
      return house.dave;
    },
    delegated: 'refused',
  },
];

/** The good use of what `delegation` lets through. */
async function delegates(house: House): Promise<void> {
  const { call } = await asDave(house, [allow('*')]);
  await bound(house, 'Delegation', delegation(house, 'Delegation'));
  const iam = (operation: string, input: object) => isAllowed(call('iam', operation, input));
  const user = { UserName: 'photos', Path: '/delegated/' };
  const PermissionsBoundary = house.arn('policy/Delegation');
  assert.equal(await iam('CreateUser', user), false);
  const wider = { ...user, PermissionsBoundary: administratorAccess };
  assert.equal(await iam('CreateUser', wider), false);
  assert.equal(await iam('CreateUser', { ...user, PermissionsBoundary }), true);
  const UserName = 'photos';
  const policy = { UserName, PolicyName: 'all', PolicyDocument: everything };
  assert.equal(await iam('PutUserPolicy', policy), true);
  assert.equal(await iam('PutUserPolicy', { ...policy, UserName: 'admin' }), false);
  const made = credentialsOf(await call('iam', 'CreateAccessKey', { UserName }));
  assert.deepEqual(await house.reaches(made), { secrets: false, users: false });
  const own = { ...user, UserName: 'photos-2', PermissionsBoundary };
  assert.equal(await isAllowed(house.call('iam', 'CreateUser', own, made)), true);
}

/** Somebody with no more than a stolen key enables a device of his own. */
function enrols(now: () => number): Method {
  return {
    name: 'EnableMFADevice, then GetSessionToken',
    needs: () => [],
    async steps({ call }) {
      const answer = await call('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'other' });
      const { VirtualMFADevice: device } = answer as {
        readonly VirtualMFADevice: {
          readonly SerialNumber: string;
          readonly Base32StringSeed: Uint8Array;
        };
      };
      const { SerialNumber } = device;
      const code = (steps: number) =>
        codeAt(Buffer.from(device.Base32StringSeed).toString(), now() + steps * 30_000);
      await call('iam', 'EnableMFADevice', {
        UserName: 'dave',
        SerialNumber,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(0),
      });
      const proof = { SerialNumber, TokenCode: code(1) };
      return credentialsOf(await call('sts', 'GetSessionToken', proof));
    },
    delegated: 'refused',
  };
}
