import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../operation.ts';
import { iamOperations } from './service.ts';
import { firstAccount, userCaller } from './testing.ts';
import {
  davesPassword,
  documentOf,
  everyRow,
  openTestWorld,
  policyArnOf,
  type TestWorld,
} from './testing-world.ts';

/**
 * Each writing operation is run once in a world of namesakes and neighbours: it removes and adds the
 * rows that it is about and not one more, and tells the feed of them.
 */
interface Case {
  readonly input: (world: TestWorld) => object;
  /** Rows removed and added by table: an update is one of each. */
  readonly rows: Readonly<Record<string, `-${number} +${number}`>>;
  /** What stands in every removed row: an id of the first account, by its name in `ids`. */
  readonly of?: string;
  /** The kind of the one change and its id, `new` for one made by the call. */
  readonly change: readonly [kind: string, id: string];
  /** The caller, when it is dave. */
  readonly asDave?: true;
}

const dave = { UserName: 'DAVE' };
const leaver = { UserName: 'leaver' };
const developers = { GroupName: 'DEVELOPERS' };
const one = { PolicyName: 'One' };
const photos = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Photos') });
const zoo = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Zoo') });
const unused = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'unused') });
const document = ({ first }: TestWorld) => ({ PolicyDocument: documentOf(first, 'new', 'new') });
const firstKey = ({ accessKeyIds }: TestWorld) => ({ AccessKeyId: accessKeyIds[0] });

const ofDave = { of: 'user dave', change: ['user', 'user dave'] } as const;
const ofLeaver = { of: 'user leaver', change: ['user', 'user leaver'] } as const;
const ofDevelopers = { of: 'group Developers', change: ['group', 'group Developers'] } as const;
const ofPhotos = { of: 'policy Photos', change: ['managedPolicy', 'arn Photos'] } as const;

const cases: Readonly<Record<string, Case>> = {
  AddUserToGroup: {
    input: () => ({ ...dave, GroupName: 'empty' }),
    rows: { iam_group_member: '-0 +1' },
    ...ofDave,
  },
  AttachGroupPolicy: {
    input: (world) => ({ ...developers, ...zoo(world) }),
    rows: { iam_attached_policy: '-0 +1' },
    ...ofDevelopers,
  },
  AttachUserPolicy: {
    input: (world) => ({ ...dave, ...zoo(world) }),
    rows: { iam_attached_policy: '-0 +1' },
    ...ofDave,
  },
  ChangePassword: {
    input: () => ({ OldPassword: davesPassword, NewPassword: 'another-Horse-2' }),
    rows: { iam_login_profile: '-1 +1' },
    asDave: true,
    ...ofDave,
  },
  CreateAccessKey: {
    input: () => leaver,
    rows: { iam_access_key: '-0 +1' },
    change: ['accessKey', 'new'],
  },
  CreateGroup: {
    input: () => ({ GroupName: 'new' }),
    rows: { iam_group: '-0 +1' },
    change: ['group', 'new'],
  },
  CreateLoginProfile: {
    input: () => ({ ...leaver, Password: davesPassword }),
    rows: { iam_login_profile: '-0 +1' },
    ...ofLeaver,
  },
  CreatePolicy: {
    input: (world) => ({
      PolicyName: 'new',
      ...document(world),
      Tags: [{ Key: 'of', Value: 'new' }],
    }),
    rows: { iam_policy: '-0 +1', iam_policy_version: '-0 +1', iam_tag: '-0 +1' },
    change: ['managedPolicy', 'new'],
  },
  CreatePolicyVersion: {
    input: (world) => ({ ...photos(world), ...document(world) }),
    rows: { iam_policy: '-1 +1', iam_policy_version: '-0 +1' },
    ...ofPhotos,
  },
  CreateUser: {
    input: () => ({ UserName: 'new', Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_user: '-0 +1', iam_tag: '-0 +1' },
    change: ['user', 'new'],
  },
  DeleteAccessKey: {
    input: (world) => ({ ...dave, ...firstKey(world) }),
    rows: { iam_access_key: '-1 +0' },
    of: 'first key',
    change: ['accessKey', 'first key'],
  },
  DeleteGroup: {
    input: () => ({ GroupName: 'empty' }),
    rows: { iam_group: '-1 +0' },
    of: 'group empty',
    change: ['group', 'group empty'],
  },
  DeleteGroupPolicy: {
    input: () => ({ ...developers, ...one }),
    rows: { iam_inline_policy: '-1 +0' },
    ...ofDevelopers,
  },
  DeleteLoginProfile: {
    input: () => dave,
    rows: { iam_login_profile: '-1 +0' },
    ...ofDave,
  },
  DeletePolicy: {
    input: unused,
    rows: { iam_policy: '-1 +0', iam_policy_version: '-1 +0', iam_tag: '-2 +0' },
    of: 'policy unused',
    change: ['managedPolicy', 'arn unused'],
  },
  DeletePolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    rows: { iam_policy_version: '-1 +0' },
    ...ofPhotos,
  },
  DeleteUser: {
    input: () => leaver,
    rows: { iam_user: '-1 +0', iam_tag: '-2 +0' },
    ...ofLeaver,
  },
  DeleteUserPolicy: {
    input: () => ({ ...dave, ...one }),
    rows: { iam_inline_policy: '-1 +0' },
    ...ofDave,
  },
  DetachGroupPolicy: {
    input: (world) => ({ ...developers, ...photos(world) }),
    rows: { iam_attached_policy: '-1 +0' },
    ...ofDevelopers,
  },
  DetachUserPolicy: {
    input: (world) => ({ ...dave, ...photos(world) }),
    rows: { iam_attached_policy: '-1 +0' },
    ...ofDave,
  },
  PutGroupPolicy: {
    input: (world) => ({ ...developers, ...one, ...document(world) }),
    rows: { iam_inline_policy: '-1 +1' },
    ...ofDevelopers,
  },
  PutUserPolicy: {
    input: (world) => ({ ...dave, ...one, ...document(world) }),
    rows: { iam_inline_policy: '-1 +1' },
    ...ofDave,
  },
  RemoveUserFromGroup: {
    input: () => ({ ...dave, ...developers }),
    rows: { iam_group_member: '-1 +0' },
    ...ofDave,
  },
  SetDefaultPolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    rows: { iam_policy: '-1 +1' },
    ...ofPhotos,
  },
  TagPolicy: {
    input: (world) => ({ ...photos(world), Tags: [{ Key: 'OF', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofPhotos,
  },
  TagUser: {
    input: () => ({ ...dave, Tags: [{ Key: 'OF', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofDave,
  },
  UntagPolicy: {
    input: (world) => ({ ...photos(world), TagKeys: ['OF'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofPhotos,
  },
  UntagUser: {
    input: () => ({ ...dave, TagKeys: ['OF'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofDave,
  },
  UpdateAccessKey: {
    input: (world) => ({ ...dave, ...firstKey(world), Status: 'Inactive' }),
    rows: { iam_access_key: '-1 +1' },
    of: 'first key',
    change: ['accessKey', 'first key'],
  },
  UpdateGroup: {
    input: () => ({ ...developers, NewPath: '/new/' }),
    rows: { iam_group: '-1 +1' },
    ...ofDevelopers,
  },
  UpdateLoginProfile: {
    input: () => ({ ...dave, PasswordResetRequired: false }),
    rows: { iam_login_profile: '-1 +1' },
    ...ofDave,
  },
  UpdateUser: {
    input: () => ({ ...dave, NewPath: '/new/' }),
    rows: { iam_user: '-1 +1' },
    ...ofDave,
  },
};

test('every writing operation has its case', () => {
  const writes = Object.entries(iamOperations).filter(([, { access }]) => access === 'write');
  assert.deepEqual(
    Object.keys(cases),
    writes.map(([name]) => name),
  );
});

for (const [operationName, expected] of Object.entries(cases)) {
  test(`${operationName} changes what it is about and nothing else`, async (t) => {
    const world = await openTestWorld(t);
    const operation = iamOperations[operationName] as unknown as Operation<
      object,
      unknown,
      unknown
    >;
    const before = await everyRow(world.first);
    await callerOf(world, expected).call(operation, expected.input(world));
    const after = await everyRow(world.first);
    const removed = [...before].filter((row) => !after.has(row));
    const added = [...after].filter((row) => !before.has(row));

    assert.deepEqual(countsByTable(removed, added), expected.rows);
    const id = expected.of === undefined ? undefined : idOf(world, expected.of);
    for (const row of removed) assert.ok(id !== undefined && row.includes(id), row);
    for (const row of added) assert.ok(row.includes(`"account_id":"${firstAccount}"`), row);
    assert.deepEqual(world.first.changes, [changeOf(world, expected, added)]);
  });
}

function callerOf(world: TestWorld, { asDave }: Case): TestWorld['first'] {
  if (asDave === undefined) return world.first;
  return world.first.as(userCaller(firstAccount, idOf(world, 'user dave'), 'dave'));
}

function idOf(world: TestWorld, name: string): string {
  const id = name === 'first key' ? world.accessKeyIds[0] : world.ids.get(name);
  assert.ok(id, name);
  return id;
}

function changeOf(world: TestWorld, { change }: Case, added: readonly string[]): object {
  const [kind, name] = change;
  if (name !== 'new') {
    const arn = name === 'arn Photos' ? photos(world) : unused(world);
    const id = name.startsWith('arn ') ? arn.PolicyArn : idOf(world, name);
    return { accountId: firstAccount, kind, id };
  }
  if (kind === 'managedPolicy') {
    return { accountId: firstAccount, kind, id: `arn:aws:iam::${firstAccount}:policy/new` };
  }
  const [{ id } = { id: '' }] = added.map((row) => ({
    id: /"(?:access_key|group|user)_id":"(?<id>[A-Z0-9]+)"/.exec(row)?.groups?.id ?? '',
  }));
  assert.match(id, /^A[A-Z]{3}/);
  return { accountId: firstAccount, kind, id };
}

function countsByTable(
  removed: readonly string[],
  added: readonly string[],
): Record<string, string> {
  const tables = new Set([...removed, ...added].map(tableOf));
  const count = (rows: readonly string[], table: string) =>
    rows.filter((row) => tableOf(row) === table).length;
  return Object.fromEntries(
    Array.from(tables, (table) => [table, `-${count(removed, table)} +${count(added, table)}`]),
  );
}

function tableOf(row: string): string {
  return row.slice(0, row.indexOf(' '));
}
