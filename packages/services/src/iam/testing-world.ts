import assert from 'node:assert/strict';
import { after } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Schema } from '@carnet/store';
import { createAccessKey } from './access-key.ts';
import { attachGroupPolicy, attachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { addUserToGroup } from './group-membership.ts';
import { putGroupPolicy, putUserPolicy } from './inline-policy.ts';
import { createPolicy } from './managed-policy.ts';
import { hashPassword } from './password.ts';
import { createPolicyVersion } from './policy-version.ts';
import { addRole, firstAccount, openTestIam, secondAccount, type TestIam } from './testing.ts';
import { populateCredentials } from './testing-world/credential.ts';
import { populateInstanceProfiles } from './testing-world/instance-profile.ts';
import { populateMfa } from './testing-world/mfa.ts';
import { populateProviders } from './testing-world/provider.ts';
import { populateReports } from './testing-world/report.ts';
import { addRoles } from './testing-world/role.ts';
import { populateServiceLinkedRoles } from './testing-world/service-linked-role.ts';
import { createUser } from './user.ts';

/**
 * Two accounts full of the same names: whatever an operation is about stands between neighbours of
 * its own kind, so that an operation that reaches too far is seen.
 */
export interface TestWorld {
  readonly first: TestIam;
  readonly second: TestIam;
  /** Ids of the first account by `user dave`, `policy Photos`, `arn Photos` and so on. */
  readonly ids: ReadonlyMap<string, string>;
  /** Access key ids of dave of the first account, oldest first. */
  readonly accessKeyIds: readonly string[];
}

export const davesPassword = 'correct-Horse-1';
const passwordHash = await hashPassword(davesPassword);

/** Each with its path and the policies attached to it; the last has nothing but tags. */
const policies = { Another: '/a/', Photos: '/d/', Zoo: '/z/', unused: '/u/' } as const;
const users = { analyst: '/a/', dave: '/d/', zonekeeper: '/z/', leaver: '/l/' } as const;
const groups = { Admins: '/a/', Developers: '/d/', Zookeepers: '/z/', empty: '/e/' } as const;
const roles = { ARole: '/a/', DRole: '/d/', ZRole: '/z/' } as const;
const attachedAt: Readonly<Record<string, readonly (keyof typeof policies)[]>> = {
  '/a/': ['Another'],
  '/d/': ['Another', 'Photos'],
  '/z/': ['Photos', 'Zoo'],
};

/** For all tests of a file: to populate one takes longer than what they do in it. */
export async function openTestWorld(): Promise<TestWorld> {
  const first = await openTestIam({ after });
  const second = first.inAccount(secondAccount);
  const ids = new Map<string, string>();
  const accessKeyIds: string[] = [];
  // The neighbour first: a query without its account would find that one.
  await populate(second, new Map(), []);
  await populate(first, ids, accessKeyIds);
  first.changes.length = 0;
  return { first, second, ids, accessKeyIds };
}

/** A document that tells whose it is, by the account, the owner and its name. */
export function documentOf(iam: TestIam, owner: string, name: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 's3:*',
      Resource: `arn:aws:s3:::${iam.accountId}-${owner}-${name}`,
    },
  });
}

export function policyArnOf(iam: TestIam, name: keyof typeof policies): string {
  return `arn:aws:iam::${iam.accountId}:policy${policies[name]}${name}`;
}

export function tagsOf(iam: TestIam, owner: string): { Key: string; Value: string }[] {
  return [
    { Key: 'of', Value: `${iam.accountId}-${owner}` },
    { Key: 'zone', Value: 'eu' },
  ];
}

async function populate(
  iam: TestIam,
  ids: Map<string, string>,
  davesKeys: string[],
): Promise<void> {
  for (const [name, path] of Object.entries(policies)) {
    const { Policy: policy } = await iam.call(createPolicy, {
      PolicyName: name,
      Path: path,
      PolicyDocument: documentOf(iam, name, 'v1'),
      Tags: tagsOf(iam, name),
    });
    ids.set(`policy ${name}`, policy?.PolicyId ?? '');
    ids.set(`arn ${name}`, policy?.Arn ?? '');
    if (name === 'unused') continue;
    await iam.call(createPolicyVersion, {
      PolicyArn: policy?.Arn,
      PolicyDocument: documentOf(iam, name, 'v2'),
    });
  }
  for (const [name, path] of Object.entries(groups)) {
    const { Group: group } = await iam.call(createGroup, { GroupName: name, Path: path });
    ids.set(`group ${name}`, group?.GroupId ?? '');
    if (name !== 'empty') await fillGroup(iam, name, path);
  }
  for (const [name, path] of Object.entries(users)) {
    const { User: user } = await iam.call(createUser, {
      UserName: name,
      Path: path,
      Tags: tagsOf(iam, name),
    });
    const userId = user?.UserId ?? '';
    ids.set(`user ${name}`, userId);
    if (name === 'leaver') continue;
    const keys = await fillUser(iam, name, path, userId);
    if (name === 'dave') davesKeys.push(...keys);
  }
  for (const [name, path] of Object.entries(roles)) {
    const roleId = await addRole(iam, {
      name,
      path,
      attached: (attachedAt[path] ?? []).map((policy) => policyArnOf(iam, policy)),
      inline: ['one', 'two'].map((inline) => [inline, documentOf(iam, name, inline)]),
      tags: tagsOf(iam, name).map(({ Key, Value }) => [Key, Value]),
    });
    ids.set(`role ${name}`, roleId);
  }
  await populateCredentials(iam, ids);
  await populateInstanceProfiles(iam, ids);
  await addRoles(iam, ids);
  await populateMfa(iam, ids);
  await populateProviders(iam, ids, (owner) => tagsOf(iam, owner));
  await populateServiceLinkedRoles(iam, ids);
  await populateReports(iam, ids);
}

async function fillGroup(iam: TestIam, name: string, path: string): Promise<void> {
  for (const policy of attachedAt[path] ?? []) {
    await iam.call(attachGroupPolicy, { GroupName: name, PolicyArn: policyArnOf(iam, policy) });
  }
  for (const inline of ['one', 'two']) {
    await iam.call(putGroupPolicy, {
      GroupName: name,
      PolicyName: inline,
      PolicyDocument: documentOf(iam, name, inline),
    });
  }
}

async function fillUser(
  iam: TestIam,
  name: string,
  path: string,
  userId: string,
): Promise<string[]> {
  for (const policy of attachedAt[path] ?? []) {
    await iam.call(attachUserPolicy, { UserName: name, PolicyArn: policyArnOf(iam, policy) });
  }
  for (const inline of ['one', 'two']) {
    await iam.call(putUserPolicy, {
      UserName: name,
      PolicyName: inline,
      PolicyDocument: documentOf(iam, name, inline),
    });
  }
  for (const group of ['Admins', 'Developers', 'Zookeepers']) {
    await iam.call(addUserToGroup, { UserName: name, GroupName: group });
  }
  // Straight into the store: twelve hashes for every test would take their time.
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_login_profile')
      .values({
        account_id: iam.accountId,
        user_id: userId,
        password_hash: passwordHash,
        password_reset_required: iam.accountId === firstAccount && name === 'dave' ? 1 : 0,
        created_at: 0,
      })
      .execute();
  });
  const keys: string[] = [];
  for (const _ of [1, 2]) {
    const { AccessKey: key } = await iam.call(createAccessKey, { UserName: name });
    keys.push(key?.AccessKeyId ?? '');
  }
  return keys;
}

const tables = [
  'iam_user',
  'iam_group',
  'iam_group_member',
  'iam_role',
  'iam_instance_profile',
  'iam_service_linked_role_deletion',
  'iam_access_key',
  'iam_login_profile',
  'iam_password_history',
  'iam_password_policy',
  'iam_mfa_device',
  'iam_signing_certificate',
  'iam_ssh_public_key',
  'iam_server_certificate',
  'iam_service_specific_credential',
  'iam_saml_provider',
  'iam_saml_private_key',
  'iam_oidc_provider',
  'iam_account_alias',
  'iam_account_setting',
  'iam_credential_report',
  'iam_last_accessed',
  'iam_access_job',
  'iam_policy',
  'iam_policy_version',
  'iam_inline_policy',
  'iam_attached_policy',
  'iam_tag',
] as const satisfies readonly (keyof Schema)[];

/** Every row of IAM, as `table {…}`. */
export async function everyRow(iam: TestIam): Promise<ReadonlySet<string>> {
  const rows = new Set<string>();
  for (const table of tables) {
    for (const row of await readRows(iam, table)) rows.add(`${table} ${JSON.stringify(row)}`);
  }
  assert.ok(rows.size > 0);
  return rows;
}

/** Resolves with what brings the world back to how it is now: every row of IAM and the time. */
export async function rememberWorld({ first }: TestWorld): Promise<() => Promise<void>> {
  const { now } = first.clock;
  const remembered: [(typeof tables)[number], object[]][] = [];
  for (const table of tables) remembered.push([table, await readRows(first, table)]);
  return async () => {
    await first.store.transaction(async ({ database }) => {
      for (const [table, rows] of remembered) {
        if (isDeepStrictEqual(await readRows(first, table), rows)) continue;
        await database.deleteFrom(table).execute();
        if (rows.length > 0)
          await database
            .insertInto(table)
            .values(rows as never)
            .execute();
      }
    });
    first.clock.now = now;
    first.changes.length = 0;
  };
}

async function readRows(iam: TestIam, table: (typeof tables)[number]): Promise<object[]> {
  return await iam.store.database.selectFrom(table).selectAll().execute();
}
