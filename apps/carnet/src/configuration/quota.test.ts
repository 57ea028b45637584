import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { defaultQuotas } from '@carnet/services';
import { Failure } from '../failure.ts';
import { type ConfigurationSources, resolveConfiguration } from './configuration.ts';
import { quotaVariable } from './quota.ts';

const folder = mkdtempSync(join(tmpdir(), 'carnet-quota-'));
after(() => rmSync(folder, { recursive: true }));

function configurationFile(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function quotasFrom(sources: Partial<ConfigurationSources>) {
  return resolveConfiguration({ flags: {}, environment: {}, ...sources }).quotas;
}

function refusal(sources: Partial<ConfigurationSources>): Failure {
  try {
    quotasFrom(sources);
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.exitCode, 2);
    return error;
  }
  return assert.fail('nothing was refused');
}

test('every quota can be set in every place', () => {
  for (const name of Object.keys(defaultQuotas)) {
    const expected = { [name]: 7 };
    assert.deepEqual(quotasFrom({ flags: { quotas: [`${name}=7`] } }), expected);
    assert.deepEqual(quotasFrom({ environment: { [quotaVariable(name)]: '7' } }), expected);
    assert.deepEqual(quotasFrom({ file: configurationFile({ quotas: expected }) }), expected);
  }
  assert.equal(quotaVariable('usersPerAccount'), 'CARNET_QUOTA_USERS_PER_ACCOUNT');
});

test('flag over environment over file, each quota by itself', () => {
  const file = configurationFile({
    quotas: { usersPerAccount: 3, groupsPerAccount: 3, rolesPerAccount: 3 },
  });
  const environment = {
    CARNET_QUOTA_USERS_PER_ACCOUNT: '2',
    CARNET_QUOTA_GROUPS_PER_ACCOUNT: '2',
    CARNET_QUOTA_ROLES_PER_ACCOUNT: '',
  };
  const flags = { quotas: ['usersPerAccount=9', 'usersPerAccount=1'] };
  assert.deepEqual(quotasFrom({ flags, environment, file }), {
    usersPerAccount: 1,
    groupsPerAccount: 2,
    rolesPerAccount: 3,
  });
});

test('a name that is no quota is refused where it stands', () => {
  for (const [sources, place] of [
    [{ flags: { quotas: ['users=1'] } }, '--quota users'],
    [{ flags: { quotas: ['constructor=1'] } }, '--quota constructor'],
    [{ environment: { CARNET_QUOTA_USERS: '1' } }, 'CARNET_QUOTA_USERS'],
    [{ environment: { CARNET_QUOTA_: '1' } }, 'CARNET_QUOTA_'],
    [{ file: configurationFile({ quotas: { users: 1 } }) }, 'quotas.users` of `'],
  ] as const) {
    const { message, why, next } = refusal(sources);
    assert.ok(message.startsWith(`\`${place}`), message);
    assert.match(message, /names no quota$/);
    assert.match(why, /^there are usersPerAccount, .*functionStoragePerAccount$/);
    assert.match(next, /carnet serve --help/);
  }
});

test('a value that is no positive integer is refused where it stands', () => {
  for (const wrong of ['0', '-1', '1.5', '1e3', ' 1', '01', 'many', '9007199254740993']) {
    const inFlag = refusal({ flags: { quotas: [`usersPerAccount=${wrong}`] } });
    assert.equal(inFlag.message, `\`--quota usersPerAccount\` is \`${wrong}\``);
    assert.equal(inFlag.why, 'expected a whole number from 1');
    const variable = { CARNET_QUOTA_USERS_PER_ACCOUNT: wrong };
    const inVariable = refusal({ environment: variable });
    assert.equal(inVariable.message, `\`CARNET_QUOTA_USERS_PER_ACCOUNT\` is \`${wrong}\``);
  }
  for (const wrong of [0, -1, 1.5, 1e300, '10', true, null, [1]]) {
    const file = configurationFile({ quotas: { usersPerAccount: wrong } });
    assert.match(refusal({ file }).message, /^`quotas\.usersPerAccount` of `/);
  }
  for (const wrong of [[], 10, null, 'usersPerAccount=10']) {
    const file = configurationFile({ quotas: wrong });
    assert.match(refusal({ file }).why, /expected an object/);
  }
  for (const wrong of ['usersPerAccount', '']) {
    assert.match(refusal({ flags: { quotas: [wrong] } }).why, /a name and a number/);
  }
});

test('docs/quotas.md tells every quota, its variable and its default', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/quotas.md'), 'utf8');
  const rows = page.matchAll(/^\| `(?<name>\w+)` \| `(?<variable>\w+)` \| (?<value>[\d,]+) \|/gm);
  assert.deepEqual(
    Array.from(rows, ({ groups }) => [groups?.name, groups?.variable, groups?.value]),
    Object.entries(defaultQuotas).map(([name, value]) => [
      name,
      quotaVariable(name),
      value.toLocaleString('en-US'),
    ]),
  );
});
