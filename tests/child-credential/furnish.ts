import type { Store, Transaction } from '@carnet/store';
import { createAccount } from '../../packages/services/src/account/account.ts';
import { sealSeed } from '../../packages/services/src/iam/mfa-code.ts';
import type { Credentials, TestServices } from '../../packages/services/src/testing.ts';
import { type Holder, policy } from './holder.ts';
import { type Iam, inOneCommit } from './one-commit.ts';
import { type RandomDocument, userArn } from './random-policy.ts';
import type { RandomPrincipal, RandomRole, RandomTags, RandomWorld } from './random-world.ts';

/** A role as it stands in the account, with its documents as JSON. */
export interface FurnishedRole {
  readonly arn: string;
  readonly roleId: string;
  readonly roleName: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly identity: object;
  readonly boundary: object | undefined;
  readonly trust: object;
}

/** A world in an account of its own. */
export interface FurnishedWorld {
  readonly accountId: string;
  readonly dave: Credentials;
  /** Dave, and another user who has the same policies. */
  readonly users: Readonly<Record<'dave' | 'photos', Holder>>;
  readonly roles: readonly [FurnishedRole, FurnishedRole];
  readonly managed: readonly [object, object];
  readonly resource: object | undefined;
  /** Dave's device. */
  readonly mfa: Device;
}

interface Device {
  readonly serialNumber: string;
  /** Base32: whoever has it makes the codes. */
  readonly seed: string;
}

const roleNames = ['PhotoAppRole', 'OtherRole'] as const;
export const managedNames = ['First', 'Second'] as const;

/**
 * Makes everything by the operations of IAM, all in one commit and without asking anybody: who may do
 * what is what the world is about.
 */
export function furnish(
  { store, clock: { now } }: TestServices,
  accountId: string,
  world: RandomWorld,
): Promise<FurnishedWorld> {
  const place: Place = (document) => placed(document, accountId);
  return store.transaction(async (transaction) => {
    await createAccount(transaction, { accountId, name: `world ${accountId}`, now });
    const iam = inOneCommit(store, transaction, accountId, now);
    const managed = [place(world.managed[0]), place(world.managed[1])] as const;
    for (const [index, document] of managed.entries()) {
      await iam('CreatePolicy', { PolicyName: managedNames[index], ...withText(document) });
    }
    const daveId = await createUser(iam, 'dave', world.user, place);
    const photosId = await createUser(iam, 'photos', world.user, place);
    const roles = [
      await createRole(iam, roleNames[0], world.roles[0], place),
      await createRole(iam, roleNames[1], world.roles[1], place),
    ] as const;
    // They may trust each other: none can, before both are there.
    for (const { roleName, trust } of roles) {
      await iam('UpdateAssumeRolePolicy', { RoleName: roleName, ...withText(trust) });
    }
    const holder = (name: string, uniqueId: string): Holder => ({
      principal: { kind: 'user', accountId, arn: placed(userArn(name), accountId), uniqueId },
      userName: name,
      tags: new Map(world.user.tags),
      policies: userPolicies(world.user, place),
    });
    return {
      accountId,
      dave: await createAccessKey(iam, 'dave'),
      users: { dave: holder('dave', daveId), photos: holder('photos', photosId) },
      roles,
      managed,
      resource: world.resource && place(world.resource),
      mfa: await enableMfa(store, transaction, accountId, daveId, now),
    };
  });
}

type Place = (document: RandomDocument) => object;

/** With the account's id in it. */
export function placed<Value>(value: Value, accountId: string): Value {
  return JSON.parse(JSON.stringify(value).replaceAll('ACCOUNT', accountId));
}

function withText(document: object): { readonly PolicyDocument: string } {
  return { PolicyDocument: JSON.stringify(document) };
}

function wireTags(tags: RandomTags) {
  return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
}

async function createUser(
  iam: Iam,
  UserName: string,
  user: RandomWorld['user'],
  place: Place,
): Promise<string> {
  const boundary = await createBoundary(iam, UserName, user, place);
  const made = await iam('CreateUser', { UserName, ...boundary, ...wireTags(user.tags) });
  const policy = { PolicyName: 'own', ...withText(place(user.identity)) };
  await iam('PutUserPolicy', { UserName, ...policy });
  if (user.group) {
    const GroupName = `${UserName}-group`;
    await iam('CreateGroup', { GroupName });
    const ofGroup = { PolicyName: 'group', ...withText(place(user.group)) };
    await iam('PutGroupPolicy', { GroupName, ...ofGroup });
    await iam('AddUserToGroup', { GroupName, UserName });
  }
  return (made as { readonly User: { readonly UserId: string } }).User.UserId;
}

function userPolicies({ identity, group, boundary }: RandomWorld['user'], place: Place) {
  return [
    policy('identity', 'own', place(identity)),
    ...(group ? [policy('identity', 'group', place(group))] : []),
    ...(boundary ? [policy('permissionsBoundary', 'boundary', place(boundary))] : []),
  ];
}

async function createRole(
  iam: Iam,
  roleName: string,
  role: RandomRole,
  place: Place,
): Promise<FurnishedRole> {
  const boundary = await createBoundary(iam, roleName, role, place);
  const trust = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' };
  const made = await iam('CreateRole', {
    RoleName: roleName,
    // Longer than a chain may last, and longer than what is asked for.
    MaxSessionDuration: 43_200,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
    ...boundary,
    ...wireTags(role.tags),
  });
  const policy = { PolicyName: 'own', ...withText(place(role.identity)) };
  await iam('PutRolePolicy', { RoleName: roleName, ...policy });
  const { Arn, RoleId } = (made as { Role: { Arn: string; RoleId: string } }).Role;
  return {
    arn: Arn,
    roleId: RoleId,
    roleName,
    tags: new Map(role.tags),
    identity: place(role.identity),
    boundary: role.boundary && place(role.boundary),
    trust: place(role.trust),
  };
}

async function createBoundary(
  iam: Iam,
  owner: string,
  { boundary }: RandomPrincipal,
  place: Place,
): Promise<{ readonly PermissionsBoundary?: string }> {
  if (boundary === undefined) return {};
  const input = { PolicyName: `${owner}-boundary`, ...withText(place(boundary)) };
  const made = await iam('CreatePolicy', input);
  return { PermissionsBoundary: (made as { Policy: { Arn: string } }).Policy.Arn };
}

async function createAccessKey(iam: Iam, UserName: string): Promise<Credentials> {
  const made = await iam('CreateAccessKey', { UserName });
  const { AccessKeyId, SecretAccessKey } = (
    made as { AccessKey: { AccessKeyId: string; SecretAccessKey: string } }
  ).AccessKey;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
}

/** As the operations leave it, without the picture that they would draw first. */
async function enableMfa(
  store: Store,
  { database }: Transaction,
  accountId: string,
  userId: string,
  now: number,
): Promise<Device> {
  const serialNumber = `arn:aws:iam::${accountId}:mfa/dave`;
  const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  await database
    .insertInto('iam_mfa_device')
    .values({
      account_id: accountId,
      serial_number: serialNumber,
      name: 'dave',
      name_fold: 'dave',
      path: '/',
      kind: 'virtual',
      seed: sealSeed(store.sealing, serialNumber, seed),
      created_at: now,
      user_id: userId,
      enabled_at: now,
      clock_drift: 0,
      last_used_step: null,
    })
    .execute();
  return { serialNumber, seed };
}
