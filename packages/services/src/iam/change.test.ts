import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Operation } from '../operation.ts';
import { accessKeyChanges } from './change-case/access-key.ts';
import type { ChangeCase, ChangeCases } from './change-case/change-case.ts';
import { credentialChanges, serverCertificateChanges } from './change-case/credential.ts';
import { groupChanges } from './change-case/group.ts';
import { instanceProfileChanges } from './change-case/instance-profile.ts';
import { loginProfileChanges } from './change-case/login-profile.ts';
import { managedPolicyChanges } from './change-case/managed-policy.ts';
import { mfaChanges } from './change-case/mfa.ts';
import { passwordAndAccountChanges } from './change-case/password-and-account.ts';
import { permissionsBoundaryChanges } from './change-case/permissions-boundary.ts';
import { policyOfEntityChanges } from './change-case/policy-of-entity.ts';
import { providerChanges } from './change-case/provider.ts';
import { reportChanges } from './change-case/report.ts';
import { roleChanges } from './change-case/role.ts';
import { serviceLinkedRoleChanges } from './change-case/service-linked-role.ts';
import { userChanges } from './change-case/user.ts';
import { iamOperations } from './service.ts';
import { firstAccount, userCaller } from './testing.ts';
import { everyRow, openTestWorld, rememberWorld, type TestWorld } from './testing-world.ts';

/**
 * Each writing operation is run once in a world of namesakes and neighbours: it removes and adds the
 * rows that it is about and not one more, and tells the feed of them.
 */
const cases: ChangeCases = {
  ...accessKeyChanges,
  ...credentialChanges,
  ...groupChanges,
  ...instanceProfileChanges,
  ...loginProfileChanges,
  ...managedPolicyChanges,
  ...permissionsBoundaryChanges,
  ...mfaChanges,
  ...passwordAndAccountChanges,
  ...policyOfEntityChanges,
  ...roleChanges,
  ...serverCertificateChanges,
  ...providerChanges,
  ...serviceLinkedRoleChanges,
  ...reportChanges,
  ...userChanges,
};

const world = await openTestWorld();
afterEach(await rememberWorld(world));

test('every writing operation has its case', () => {
  const writes = Object.entries(iamOperations).filter(([, { access }]) => access === 'write');
  assert.deepEqual(Object.keys(cases).toSorted(), writes.map(([name]) => name).toSorted());
});

for (const [operationName, expected] of Object.entries(cases)) {
  test(`${operationName} changes what it is about and nothing else`, async () => {
    const operation = iamOperations[operationName] as unknown as Operation<
      object,
      unknown,
      unknown
    >;
    await expected.before?.(world);
    world.first.changes.length = 0;
    const before = await everyRow(world.first);
    const call = callerOf(expected).call(operation, expected.input(world));
    if (expected.refused === undefined) await call;
    else await assert.rejects(call, { code: expected.refused });
    const after = await everyRow(world.first);
    const removed = [...before].filter((row) => !after.has(row));
    const added = [...after].filter((row) => !before.has(row));

    assert.deepEqual(countsByTable(removed, added), expected.rows);
    const id = expected.of === undefined ? undefined : idOf(expected.of);
    for (const row of removed) assert.ok(id !== undefined && row.includes(id), row);
    for (const row of added) assert.ok(row.includes(`"account_id":"${firstAccount}"`), row);
    assert.deepEqual(world.first.changes, changesOf(expected, added));
  });
}

function callerOf({ asDave }: ChangeCase): TestWorld['first'] {
  if (asDave === undefined) return world.first;
  return world.first.as(userCaller(firstAccount, idOf('user dave'), 'dave'));
}

function idOf(name: string): string {
  const id = name === 'first key' ? world.accessKeyIds[0] : world.ids.get(name);
  assert.ok(id, name);
  return id;
}

function changesOf({ change }: ChangeCase, added: readonly string[]): readonly object[] {
  if (change === undefined) return [];
  const [kind, name] = change;
  const id = name === 'new' ? newId(kind, added) : idOf(name);
  return [{ accountId: firstAccount, kind, id }];
}

/** What has its ARN for an id. */
const newArns: Readonly<Record<string, string>> = {
  managedPolicy: 'policy',
  mfaDevice: 'mfa',
  oidcProvider: 'oidc-provider',
  samlProvider: 'saml-provider',
};

/** The id of what the call made: an ARN, a unique id of everything else. */
function newId(kind: string, added: readonly string[]): string {
  const type = newArns[kind];
  if (type !== undefined) return `arn:aws:iam::${firstAccount}:${type}/new`;
  const [{ id } = { id: '' }] = added.map((row) => ({
    id: /"\w+_id":"(?<id>A[A-Z]{3}[A-Z0-9]{16,17})"/.exec(row)?.groups?.id ?? '',
  }));
  assert.match(id, /^A[A-Z]{3}/);
  return id;
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
