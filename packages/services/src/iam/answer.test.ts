import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../operation.ts';
import { iamOperations } from './service.ts';
import { openTestWorld, policyArnOf, type TestWorld } from './testing-world.ts';

/**
 * Each reading operation is run once in a world of namesakes and neighbours and answers from what it
 * is about; each list gives the same in pages of one, two and three as at once.
 */
interface Case {
  readonly input: (world: TestWorld) => object;
  /** What of the answer tells whose it is, with the account's id written `ACCOUNT`. */
  readonly expect: object;
  /** Of a list that is paged: the members of the answer that hold its entries. */
  readonly lists?: readonly string[];
  /** Unordered: ids and dates are not compared. */
  readonly read?: (answer: Answer) => object;
}

type Answer = Readonly<Record<string, unknown>>;

const dave = { UserName: 'DAVE' };
const developers = { GroupName: 'DEVELOPERS' };
const dRole = { RoleName: 'DROLE' };
const two = { PolicyName: 'Two' };
const atD = { PathPrefix: '/d' };
const photos = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Photos') });
const tagsOf = (owner: string) => ({
  Tags: [
    { Key: 'of', Value: `ACCOUNT-${owner}` },
    { Key: 'zone', Value: 'eu' },
  ],
});
const attached = {
  AttachedPolicies: [
    { PolicyName: 'Another', PolicyArn: 'arn:aws:iam::ACCOUNT:policy/a/Another' },
    { PolicyName: 'Photos', PolicyArn: 'arn:aws:iam::ACCOUNT:policy/d/Photos' },
  ],
};
const documentIn = (answer: Answer) => ({ document: resourceOf(answer.PolicyDocument) });
const arnsIn = (member: string) => (answer: Answer) => ({ arns: strings(answer[member], 'Arn') });
const arn = (kind: string, ...paths: readonly string[]) => ({
  arns: paths.map((path) => `arn:aws:iam::ACCOUNT:${kind}${path}`),
});

const cases: Readonly<Record<string, Case>> = {
  GetAccessKeyLastUsed: {
    input: ({ accessKeyIds }) => ({ AccessKeyId: accessKeyIds[1] }),
    expect: { UserName: 'dave', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } },
  },
  GetAccountSummary: {
    input: () => ({}),
    expect: { counts: [4, 4, 3, 4, 7] },
    read: ({ SummaryMap: map }) => {
      const { Users, Groups, Roles, Policies, PolicyVersionsInUse } = map as Record<string, number>;
      return { counts: [Users, Groups, Roles, Policies, PolicyVersionsInUse] };
    },
  },
  GetGroup: {
    input: () => developers,
    expect: arn('user', '/a/analyst', '/d/dave', '/z/zonekeeper'),
    lists: ['Users'],
    read: arnsIn('Users'),
  },
  GetGroupPolicy: {
    input: () => ({ ...developers, ...two }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-Developers-two' },
    read: documentIn,
  },
  GetLoginProfile: {
    input: () => dave,
    expect: { user: 'dave', reset: true },
    read: ({ LoginProfile: profile }) => {
      const { UserName: user, PasswordResetRequired: reset } = profile as Record<string, unknown>;
      return { user, reset };
    },
  },
  GetPolicy: {
    input: photos,
    expect: { arn: 'arn:aws:iam::ACCOUNT:policy/d/Photos', count: 6, ...tagsOf('Photos') },
    read: ({ Policy: policy }) => {
      const { Arn, AttachmentCount: count, Tags } = policy as Record<string, unknown>;
      return { arn: Arn, count, Tags };
    },
  },
  GetPolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-Photos-v2' },
    read: ({ PolicyVersion: version }) => ({ document: resourceOf((version as Answer).Document) }),
  },
  GetRole: {
    input: () => dRole,
    expect: { arn: 'arn:aws:iam::ACCOUNT:role/d/DRole', ...tagsOf('DRole') },
    read: ({ Role: role }) => ({ arn: (role as Answer).Arn, Tags: (role as Answer).Tags }),
  },
  GetRolePolicy: {
    input: () => ({ ...dRole, ...two }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-DRole-two' },
    read: documentIn,
  },
  GetUser: {
    input: () => dave,
    expect: { arn: 'arn:aws:iam::ACCOUNT:user/d/dave', ...tagsOf('dave') },
    read: ({ User: user }) => ({ arn: (user as Answer).Arn, Tags: (user as Answer).Tags }),
  },
  GetUserPolicy: {
    input: () => ({ ...dave, ...two }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-dave-two' },
    read: documentIn,
  },
  ListAccessKeys: {
    input: () => dave,
    expect: { users: ['dave', 'dave'] },
    lists: ['AccessKeyMetadata'],
    read: (answer) => ({ users: strings(answer.AccessKeyMetadata, 'UserName') }),
  },
  ListAttachedGroupPolicies: {
    input: () => developers,
    expect: attached,
    lists: ['AttachedPolicies'],
  },
  ListAttachedRolePolicies: { input: () => dRole, expect: attached, lists: ['AttachedPolicies'] },
  ListAttachedUserPolicies: { input: () => dave, expect: attached, lists: ['AttachedPolicies'] },
  ListEntitiesForPolicy: {
    input: photos,
    expect: {
      groups: ['Developers', 'Zookeepers'],
      roles: ['DRole', 'ZRole'],
      users: ['dave', 'zonekeeper'],
    },
    lists: ['PolicyGroups', 'PolicyRoles', 'PolicyUsers'],
    read: (answer) => ({
      groups: strings(answer.PolicyGroups, 'GroupName'),
      roles: strings(answer.PolicyRoles, 'RoleName'),
      users: strings(answer.PolicyUsers, 'UserName'),
    }),
  },
  ListGroupPolicies: {
    input: () => developers,
    expect: { PolicyNames: ['one', 'two'] },
    lists: ['PolicyNames'],
  },
  ListGroups: {
    input: () => ({}),
    expect: arn('group', '/a/Admins', '/d/Developers', '/e/empty', '/z/Zookeepers'),
    lists: ['Groups'],
    read: arnsIn('Groups'),
  },
  ListGroupsForUser: {
    input: () => dave,
    expect: arn('group', '/a/Admins', '/d/Developers', '/z/Zookeepers'),
    lists: ['Groups'],
    read: arnsIn('Groups'),
  },
  ListPolicies: {
    input: () => ({ Scope: 'Local' }),
    expect: arn('policy', '/a/Another', '/d/Photos', '/u/unused', '/z/Zoo'),
    lists: ['Policies'],
    read: arnsIn('Policies'),
  },
  ListPolicyTags: { input: photos, expect: tagsOf('Photos'), lists: ['Tags'] },
  ListPolicyVersions: {
    input: photos,
    expect: { ids: ['v2', 'v1'] },
    lists: ['Versions'],
    read: (answer) => ({ ids: strings(answer.Versions, 'VersionId') }),
  },
  ListRolePolicies: {
    input: () => dRole,
    expect: { PolicyNames: ['one', 'two'] },
    lists: ['PolicyNames'],
  },
  ListRoles: {
    input: () => ({}),
    expect: arn('role', '/a/ARole', '/d/DRole', '/z/ZRole'),
    lists: ['Roles'],
    read: arnsIn('Roles'),
  },
  ListRoleTags: { input: () => dRole, expect: tagsOf('DRole'), lists: ['Tags'] },
  ListUserPolicies: {
    input: () => dave,
    expect: { PolicyNames: ['one', 'two'] },
    lists: ['PolicyNames'],
  },
  ListUsers: {
    input: () => ({}),
    expect: arn('user', '/a/analyst', '/d/dave', '/l/leaver', '/z/zonekeeper'),
    lists: ['Users'],
    read: arnsIn('Users'),
  },
  ListUserTags: { input: () => dave, expect: tagsOf('dave'), lists: ['Tags'] },
};

test('every reading operation has its case', () => {
  const reads = Object.entries(iamOperations).filter(([, { access }]) => access === 'read');
  assert.deepEqual(
    Object.keys(cases),
    reads.map(([name]) => name),
  );
});

for (const [operationName, expected] of Object.entries(cases)) {
  test(`${operationName} answers from what it is about and nothing else`, async (t) => {
    const world = await openTestWorld(t);
    const input = expected.input(world);
    const answer = await run(world, operationName, input);
    const read = expected.read ?? ((whole: Answer) => withoutPosition(whole));
    const ofFirst = JSON.parse(
      JSON.stringify(expected.expect).replaceAll('ACCOUNT', world.first.accountId),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(read(answer))), ofFirst);
    if (expected.lists === undefined) return;
    assert.equal(answer.IsTruncated, false);
    for (const size of [1, 2, 3]) {
      const pages = await walk(world, operationName, input, size);
      for (const list of expected.lists) {
        assert.deepEqual(
          pages.flatMap((page) => page[list]),
          answer[list],
          `${list} in pages of ${size}`,
        );
      }
    }
  });
}

test('a path prefix keeps what is below it and nothing beside it', async (t) => {
  const world = await openTestWorld(t);
  const below = async (operationName: string, member: string, further: object = {}) => {
    const answer = await run(world, operationName, { ...atD, ...further });
    return strings(answer[member], 'Arn').map((found) => found.split('/').at(-1));
  };
  assert.deepEqual(await below('ListUsers', 'Users'), ['dave']);
  assert.deepEqual(await below('ListGroups', 'Groups'), ['Developers']);
  assert.deepEqual(await below('ListRoles', 'Roles'), ['DRole']);
  assert.deepEqual(await below('ListPolicies', 'Policies', { Scope: 'Local' }), ['Photos']);
  const entities = await run(world, 'ListEntitiesForPolicy', { ...photos(world), ...atD });
  assert.deepEqual(strings(entities.PolicyGroups, 'GroupName'), ['Developers']);
  assert.deepEqual(strings(entities.PolicyRoles, 'RoleName'), ['DRole']);
  assert.deepEqual(strings(entities.PolicyUsers, 'UserName'), ['dave']);
});

async function run({ first }: TestWorld, operationName: string, input: object): Promise<Answer> {
  const operation = iamOperations[operationName] as unknown as Operation<object, Answer, unknown>;
  return await first.call(operation, input);
}

async function walk(
  world: TestWorld,
  operationName: string,
  input: object,
  size: number,
): Promise<Answer[]> {
  const pages: Answer[] = [];
  let marker: unknown;
  do {
    const page = await run(world, operationName, { ...input, MaxItems: size, Marker: marker });
    pages.push(page);
    marker = page.Marker;
    assert.equal(page.IsTruncated, marker !== undefined);
    assert.ok(pages.length < 20, 'the pages have an end');
  } while (marker !== undefined);
  return pages;
}

function withoutPosition({ IsTruncated: _truncated, Marker: _marker, ...rest }: Answer): object {
  return rest;
}

function strings(list: unknown, member: string): string[] {
  return (list as Record<string, string>[]).map((entry) => entry[member] ?? '');
}

/** The resource in a URL-encoded document. */
function resourceOf(document: unknown): string {
  return JSON.parse(decodeURIComponent(String(document))).Statement.Resource;
}
