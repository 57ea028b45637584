import assert from 'node:assert/strict';
import type { Credentials } from '../../packages/services/src/testing.ts';
import { credentialsOf, type House } from './house.ts';
import {
  type Attacker,
  document,
  type Gain,
  type Method,
  type Statement,
  trust,
} from './method.ts';
import { isRefusal } from './refusal.ts';

/** Gives dave what a method needs, and nothing else but his work. */
export async function asDave(house: House, needs: readonly Statement[]): Promise<Attacker> {
  const PolicyDocument = document(house.work, ...needs);
  const policy = { PolicyName: 'own', PolicyDocument };
  await house.call('iam', 'PutUserPolicy', { UserName: 'dave', ...policy });
  return attackerWith(house, house.dave, house.arn('user/delegated/dave'));
}

/** Gives the same to a role that dave works through; `Policy` limits his session. */
export async function asDeveloperRole(
  house: House,
  needs: readonly Statement[],
  Policy?: string,
): Promise<Attacker> {
  const RoleName = 'DeveloperRole';
  const AssumeRolePolicyDocument = trust(house.arn('user/delegated/dave'));
  const role = { RoleName, Path: '/delegated/', AssumeRolePolicyDocument };
  await house.call('iam', 'CreateRole', role);
  const policy = { PolicyName: 'own', PolicyDocument: document(house.work, ...needs) };
  await house.call('iam', 'PutRolePolicy', { RoleName, ...policy });
  const RoleArn = house.arn('role/delegated/DeveloperRole');
  const asked = { RoleArn, RoleSessionName: 'work', ...(Policy !== undefined && { Policy }) };
  const answer = await house.call('sts', 'AssumeRole', asked, house.dave);
  return attackerWith(house, credentialsOf(answer), RoleArn);
}

/** Gives it to dave, who works through a federated session under a policy. */
export async function asFederatedUser(
  house: House,
  needs: readonly Statement[],
  Policy: string,
): Promise<Attacker> {
  const federation = { Action: 'sts:GetFederationToken', Resource: '*' };
  const { principalArn } = await asDave(house, [...needs, federation]);
  const asked = { Name: 'work', Policy };
  const answer = await house.call('sts', 'GetFederationToken', asked, house.dave);
  return attackerWith(house, credentialsOf(answer), principalArn);
}

export function asOwnKind(house: House, method: Method, needs: readonly Statement[]) {
  return method.attacker === undefined ? asDave(house, needs) : asDeveloperRole(house, needs);
}

function attackerWith(house: House, credentials: Credentials, principalArn: string): Attacker {
  const call: Attacker['call'] = (service, operation, input) =>
    house.call(service, operation, input, credentials);
  return {
    house,
    credentials,
    principalArn,
    call,
    async assume(role) {
      const asked = { RoleArn: house.arn(role), RoleSessionName: 'gained' };
      return credentialsOf(await call('sts', 'AssumeRole', asked));
    },
  };
}

/** The attacker's boundary, and that of all others whom he may widen. */
export async function bound({ call, arn }: House, name: string, boundary: string): Promise<void> {
  await call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: boundary });
  const PermissionsBoundary = arn(`policy/${name}`);
  const below = { PathPrefix: '/delegated/' };
  const { Users } = (await call('iam', 'ListUsers', below)) as { Users: { UserName: string }[] };
  for (const { UserName } of Users) {
    await call('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary });
  }
  const { Roles } = (await call('iam', 'ListRoles', below)) as { Roles: { RoleName: string }[] };
  for (const { RoleName } of Roles) {
    await call('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
  }
}

/** What came of an attack. */
export type Outcome =
  /** What was gained reads what is secret, and makes users. */
  | 'gained'
  /** Every step went well, and what was to be gained may neither. */
  | 'contained'
  /** The first step was refused, and nothing was changed. */
  | 'refused'
  /** A further step was refused, and nothing was gained. */
  | 'stopped';

/** Goes through the steps of a method. Fails when the attacker could before, or half of it worked. */
export async function attack(method: Method, attacker: Attacker): Promise<Outcome> {
  const { house } = attacker;
  assert.deepEqual(await house.reaches(attacker.credentials), nothing, 'could before');
  const before = house.changes();
  const gain = await attempt(method, attacker);
  if (gain === undefined) {
    const isUnchanged = house.changes() === before;
    assert.deepEqual(await house.reaches(attacker.credentials), nothing);
    return isUnchanged ? 'refused' : 'stopped';
  }
  const reached = await house.reaches(gain);
  if (reached.secrets && reached.users) return 'gained';
  assert.deepEqual(reached, nothing);
  assert.deepEqual(await house.reaches(attacker.credentials), nothing);
  return 'contained';
}

const nothing = { secrets: false, users: false };

async function attempt(method: Method, attacker: Attacker): Promise<Gain | undefined> {
  try {
    return await method.steps(attacker);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
