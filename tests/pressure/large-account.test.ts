/**
 * An account at the size that AWS allows, and beyond: lists give their last page as fast as their
 * first, the whole account can be read in pages, and memory stays bounded.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { newUniqueId, openStore, type Schema, type Transaction } from '@carnet/store';
import { peakMemory } from '../clients/resident-memory.ts';
import { type StartedServer, startServer } from '../started-server.ts';

const size = { users: 10_000, roles: 5000, policies: 1500 } as const;
/** Rows of one statement: SQLite takes 32,766 parameters. */
const rowsPerInsert = 1000;

/** About half of what an inline policy may have. */
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: Array.from({ length: 8 }, (_, index) => ({
    Sid: `Statement${index}`,
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: `arn:aws:s3:::photos/team-${index}/*`,
  })),
});
const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});

describe('an account with 10,000 users, 5,000 roles and 1,500 policies', () => {
  let server: StartedServer;
  let iam: IAMClient;
  let before_: number;

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carnet-'));
    const first = await startServer([], folder);
    await first.terminate();
    await populate(join(folder, '.carnet'), first.accountId);
    server = await startServer([], folder);
    const { endpoint } = server;
    const credentials = server.credentials();
    iam = new IAMClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    await iam.send(new ListUsersCommand({}));
    before_ = peakMemory(server.pid);
  });
  after(async () => {
    iam?.destroy();
    assert.equal(await server?.stop(), 0);
  });

  const lists = {
    ListUsers: {
      page: (Marker: string | undefined) => iam.send(new ListUsersCommand({ Marker })),
      names: (page: object) => named(page, 'Users', 'UserName'),
      count: size.users,
    },
    ListRoles: {
      page: (Marker: string | undefined) => iam.send(new ListRolesCommand({ Marker })),
      names: (page: object) => named(page, 'Roles', 'RoleName'),
      // The Administrator is one too.
      count: size.roles + 1,
    },
    ListPolicies: {
      page: (Marker: string | undefined) =>
        iam.send(new ListPoliciesCommand({ Marker, Scope: 'Local' })),
      names: (page: object) => named(page, 'Policies', 'PolicyName'),
      count: size.policies,
    },
  } as const;

  for (const [operation, { page, names, count }] of Object.entries(lists)) {
    it(`${operation} pages in flat time`, async (context) => {
      const seen = new Set<string>();
      const times: number[] = [];
      let marker: string | undefined;
      do {
        const started = performance.now();
        const answer = await page(marker);
        times.push(performance.now() - started);
        for (const name of names(answer)) seen.add(name);
        marker = answer.Marker;
      } while (marker !== undefined);
      assert.equal(seen.size, count);
      const third = Math.floor(times.length / 3);
      const early = median(times.slice(0, third));
      const late = median(times.slice(-third));
      context.diagnostic(
        `${times.length} pages: ${early.toFixed(1)} ms, then ${late.toFixed(1)} ms`,
      );
      assert.ok(late < 2 * early + 2, `pages become slower: ${early} ms, then ${late} ms`);
    });
  }

  it('GetAccountAuthorizationDetails gives everything once, in bounded memory', async (context) => {
    const seen = { users: 0, groups: 0, roles: 0, policies: 0 };
    const ids = new Set<string>();
    const times: number[] = [];
    let Marker: string | undefined;
    do {
      const started = performance.now();
      const answer = await iam.send(
        new GetAccountAuthorizationDetailsCommand({ Marker, MaxItems: 1000 }),
      );
      times.push(performance.now() - started);
      const { UserDetailList = [], GroupDetailList = [] } = answer;
      const { RoleDetailList = [], Policies = [] } = answer;
      for (const { UserId, UserPolicyList } of UserDetailList) {
        ids.add(UserId ?? '');
        assert.equal(decodeURIComponent(UserPolicyList?.[0]?.PolicyDocument ?? ''), document);
      }
      for (const { RoleId } of RoleDetailList) ids.add(RoleId ?? '');
      for (const { PolicyId } of Policies) ids.add(PolicyId ?? '');
      seen.users += UserDetailList.length;
      seen.groups += GroupDetailList.length;
      seen.roles += RoleDetailList.length;
      seen.policies += Policies.filter(
        ({ Arn = '' }) => !Arn.startsWith('arn:aws:iam::aws:'),
      ).length;
      Marker = answer.Marker;
    } while (Marker !== undefined);
    assert.deepEqual(seen, { ...size, groups: 1, roles: size.roles + 1 });
    assert.ok(ids.size >= size.users + size.roles + 1 + size.policies);
    const grown = (peakMemory(server.pid) - before_) / 1024 / 1024;
    const slowest = Math.max(...times).toFixed(0);
    context.diagnostic(
      `${times.length} pages, the slowest ${slowest} ms; ${grown.toFixed(0)} MB more`,
    );
    assert.ok(grown < 200, `memory grew by ${grown} MB`);
  });
});

function named(page: object, list: string, member: string): string[] {
  const entries = (page as Record<string, Record<string, string>[]>)[list] ?? [];
  return entries.map((entry) => entry[member] ?? '');
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Rows as the operations would have made them; 16,500 calls would take their time. */
async function populate(dataDirectory: string, accountId: string): Promise<void> {
  const store = await openStore({ dataDirectory });
  await store.transaction(async (transaction) => {
    const insert = inserter(transaction);
    const identity = (name: string) => ({
      account_id: accountId,
      name,
      name_fold: name.toLowerCase(),
      path: '/load/',
      created_at: 0,
    });
    const groupId = newUniqueId('AGPA');
    await insert('iam_group', [{ ...identity('Everybody'), group_id: groupId }]);
    const users = numbered('User', size.users).map((name) => ({
      ...identity(name),
      user_id: newUniqueId('AIDA'),
      password_last_used_at: null,
      permissions_boundary: null,
    }));
    const roles = numbered('Role', size.roles).map((name) => ({
      ...identity(name),
      role_id: newUniqueId('AROA'),
      trust_policy: trustPolicy,
      description: null,
      max_session_duration: 3600,
      permissions_boundary: null,
      last_used_at: null,
      last_used_region: null,
    }));
    const policies = numbered('Policy', size.policies).map((name) => ({
      ...identity(name),
      policy_id: newUniqueId('ANPA'),
      description: null,
      default_version_id: 'v1',
      next_version: 2,
      updated_at: 0,
    }));
    await insert('iam_user', users);
    await insert('iam_role', roles);
    await insert('iam_policy', policies);
    const of = { account_id: accountId };
    await insert(
      'iam_group_member',
      users.map(({ user_id }) => ({ ...of, group_id: groupId, user_id })),
    );
    const owners = [...users.map(({ user_id }) => user_id), ...roles.map(({ role_id }) => role_id)];
    await insert(
      'iam_inline_policy',
      owners.map((owner_id) => ({ ...of, owner_id, name: 'own', name_fold: 'own', document })),
    );
    await insert(
      'iam_attached_policy',
      owners.map((owner_id, index) => ({
        ...of,
        owner_id,
        policy_arn: `arn:aws:iam::${accountId}:policy/load/Policy${index % size.policies}`,
        attached_at: 0,
      })),
    );
    await insert(
      'iam_policy_version',
      policies.map(({ policy_id }) => ({
        ...of,
        policy_id,
        version_id: 'v1',
        document,
        created_at: 0,
      })),
    );
    transaction.changed({ accountId, kind: 'account', id: accountId });
  });
  await store.close();
}

function numbered(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}${index}`);
}

function inserter({ database }: Transaction) {
  return async <Table extends keyof Schema>(table: Table, rows: readonly Schema[Table][]) => {
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      await database
        .insertInto(table)
        .values(rows.slice(start, start + rowsPerInsert) as never)
        .execute();
    }
  };
}
