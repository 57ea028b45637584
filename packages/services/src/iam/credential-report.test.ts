import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schema } from '@carnet/store';
import { createAccessKey, updateAccessKey } from './access-key.ts';
import { generateCredentialReport, getCredentialReport } from './credential-report.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const header =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,' +
  'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
  'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
  'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,' +
  'cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const noKey = 'false,N/A,N/A,N/A,N/A';
const noCertificate = 'false,N/A';
const nothing = `false,${noKey},${noKey},${noCertificate},${noCertificate}`;
const day = 86_400_000;

async function reportLines(iam: TestIam): Promise<string[]> {
  await iam.call(generateCredentialReport, {});
  const { Content: content } = await iam.call(getCredentialReport, {});
  return new TextDecoder().decode(content).split('\n');
}

async function insert<Table extends keyof Schema>(
  iam: TestIam,
  table: Table,
  row: Partial<Schema[Table]>,
): Promise<void> {
  await iam.store.transaction(async ({ database }) => {
    const values = { account_id: iam.accountId, ...row } as never;
    await database.insertInto(table).values(values).execute();
  });
}

async function addPassword(iam: TestIam, userId: string, changedAt: number | null): Promise<void> {
  await insert(iam, 'iam_login_profile', {
    user_id: userId,
    password_hash: 'hash',
    password_reset_required: 0,
    created_at: firstCallAt,
    password_changed_at: changedAt,
  });
}

/** Sets when the account's report was made. */
async function setGeneratedAt(iam: TestIam, at: number): Promise<void> {
  await iam.store.transaction(async ({ database }) => {
    await database
      .updateTable('iam_credential_report')
      .set({ generated_at: at })
      .where('account_id', '=', iam.accountId)
      .execute();
  });
}

test('a report is made once, and is the same for four hours', async (t) => {
  const iam = await openTestIam(t);
  await assertRefused(iam.call(getCredentialReport, {}), 'ReportNotPresent', 410, '');
  const started = {
    State: 'STARTED',
    Description: 'No report exists. Starting a new report generation task',
  };
  assert.deepEqual(await iam.call(generateCredentialReport, {}), started);
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'account', id: firstAccount }]);
  await iam.call(createUser, { UserName: 'dave' });
  assert.deepEqual(await iam.call(generateCredentialReport, {}), { State: 'COMPLETE' });
  const report = await iam.call(getCredentialReport, {});
  assert.equal(report.ReportFormat, 'text/csv');
  assert.deepEqual(report.GeneratedTime, new Date(firstCallAt + 1000));
  assert.equal(new TextDecoder().decode(report.Content).includes('dave'), false);

  const now = firstCallAt + 5000;
  await setGeneratedAt(iam, now - 4 * 3_600_000 + 1);
  assert.deepEqual(await iam.call(generateCredentialReport, {}), { State: 'COMPLETE' });
  await setGeneratedAt(iam, now + 1000 - 4 * 3_600_000);
  await assertRefused(iam.call(getCredentialReport, {}), 'ReportExpired', 410, '');
  assert.deepEqual(await iam.call(generateCredentialReport, {}), started);
  const { Content: content } = await iam.call(getCredentialReport, {});
  assert.ok(new TextDecoder().decode(content).includes('dave'));
});

test('who asks while a report is being made is told so', async (t) => {
  const iam = await openTestIam(t);
  for (let count = 0; count < 3; count += 1) {
    await iam.call(createUser, { UserName: `user${count}` });
  }
  const second = iam.inAccount(secondAccount);
  // A database beyond a socket may have given all of a report before somebody else could ask.
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const running = iam.call(generateCredentialReport, {});
    let state = '';
    do state = await readState(iam);
    while (isNotBegun(state));
    const asked = await iam.call(generateCredentialReport, {});
    assert.equal((await running).State, 'STARTED');
    assert.equal(await readState(iam), 'there');
    await assertRefused(second.call(getCredentialReport, {}), 'ReportNotPresent', 410, '');
    if (state === 'ReportInProgress' && asked.State === 'INPROGRESS') return;
    await setGeneratedAt(iam, 0);
  }
  assert.fail('a report was never seen while it was made');
});

/** The call has not yet looked for an earlier report. */
const isNotBegun = (state: string) => ['ReportNotPresent', 'ReportExpired'].includes(state);

async function readState(iam: TestIam): Promise<string> {
  return await iam.call(getCredentialReport, {}).then(
    () => 'there',
    (error) => error.code,
  );
}

test('the root user stands first', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'a' });
  const [columns, root, first] = await reportLines(iam);
  assert.equal(columns, header);
  const arn = `arn:aws:iam::${firstAccount}:root`;
  const created = '2026-01-01T00:00:00+00:00';
  const line = `<root_account>,${arn},${created},not_supported,no_information,not_supported,not_supported`;
  assert.equal(root, `${line},${nothing}`);
  assert.match(first ?? '', /^a,/);
});

test('a user without credentials', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'Dave', Path: '/team/' });
  const lines = await reportLines(iam);
  const arn = `arn:aws:iam::${firstAccount}:user/team/Dave`;
  assert.deepEqual(lines.slice(2), [
    `Dave,${arn},2026-01-01T00:00:00+00:00,false,N/A,N/A,N/A,${nothing}`,
  ]);
});

test('passwords: never used, used, changed, expiring, taken away', async (t) => {
  const iam = await openTestIam(t);
  for (const name of ['a', 'b', 'c']) {
    const { User: user } = await iam.call(createUser, { UserName: name });
    const userId = user?.UserId ?? '';
    if (name === 'a') await addPassword(iam, userId, null);
    if (name === 'b') await addPassword(iam, userId, firstCallAt + 10 * day);
    if (name === 'a') continue;
    await iam.store.transaction(async ({ database }) => {
      await database
        .updateTable('iam_user')
        .set({ password_last_used_at: firstCallAt + 20 * day })
        .where('user_id', '=', userId)
        .execute();
    });
  }
  const passwords = async () =>
    (await reportLines(iam)).slice(2).map((line) => line.split(',').slice(3, 7).join());
  assert.deepEqual(await passwords(), [
    'true,no_information,2026-01-01T00:00:00+00:00,N/A',
    'true,2026-01-21T00:00:00+00:00,2026-01-11T00:00:00+00:00,N/A',
    'false,2026-01-21T00:00:00+00:00,N/A,N/A',
  ]);
  await insert(iam, 'iam_password_policy', {
    minimum_password_length: 8,
    require_symbols: 0,
    require_numbers: 0,
    require_uppercase_characters: 0,
    require_lowercase_characters: 0,
    allow_users_to_change_password: 1,
    max_password_age: 30,
  });
  await setGeneratedAt(iam, 0);
  assert.deepEqual(await passwords(), [
    'true,no_information,2026-01-01T00:00:00+00:00,2026-01-31T00:00:00+00:00',
    'true,2026-01-21T00:00:00+00:00,2026-01-11T00:00:00+00:00,2026-02-10T00:00:00+00:00',
    'false,2026-01-21T00:00:00+00:00,N/A,N/A',
  ]);
});

test('keys, devices and certificates', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'dave' });
  const userId = user?.UserId ?? '';
  const { AccessKey: first } = await iam.call(createAccessKey, { UserName: 'dave' });
  await iam.call(createAccessKey, { UserName: 'dave' });
  await iam.call(updateAccessKey, {
    UserName: 'dave',
    AccessKeyId: first?.AccessKeyId,
    Status: 'Inactive',
  });
  await iam.store.transaction(async ({ database }) => {
    await database
      .updateTable('iam_access_key')
      .set({ last_used_at: firstCallAt, last_used_region: '=1+1', last_used_service: 's3' })
      .where('access_key_id', '=', first?.AccessKeyId ?? '')
      .execute();
  });
  const device = { clock_drift: 0, seed: null, kind: 'virtual', path: '/', created_at: 0 } as const;
  const names = { name: 'phone', name_fold: 'phone', serial_number: 'phone' };
  await insert(iam, 'iam_mfa_device', { ...device, ...names, user_id: userId, enabled_at: null });
  const certificate = { user_id: userId, certificate_body: '', fingerprint: '' };
  await insert(iam, 'iam_signing_certificate', {
    ...certificate,
    certificate_id: 'one',
    status: 'Inactive',
    uploaded_at: firstCallAt,
  });
  const rest = async () => (await reportLines(iam))[2]?.split(',').slice(7).join();
  const keys =
    "false,2026-01-01T00:00:01+00:00,2026-01-01T00:00:00+00:00,'=1+1,s3," +
    'true,2026-01-01T00:00:02+00:00,N/A,N/A,N/A';
  const certificates = `false,2026-01-01T00:00:00+00:00,${noCertificate}`;
  assert.equal(await rest(), `false,${keys},${certificates}`);

  await iam.store.transaction(async ({ database }) => {
    await database.updateTable('iam_mfa_device').set({ enabled_at: firstCallAt }).execute();
  });
  await insert(iam, 'iam_mfa_device', {
    ...device,
    name: 'root',
    name_fold: 'root',
    serial_number: 'root',
    user_id: firstAccount,
    enabled_at: firstCallAt,
  });
  await setGeneratedAt(iam, 0);
  assert.equal(await rest(), `true,${keys},${certificates}`);
  const [, root] = await reportLines(iam);
  assert.equal(root?.split(',')[7], 'true');
});

test('a name is no formula, and a comma is no column', async (t) => {
  const iam = await openTestIam(t);
  for (const name of ['=cmd', '+1', '-1', '@SUM', 'a,b', '=a,b', 'a=b']) {
    await iam.call(createUser, { UserName: name });
  }
  const lines = (await reportLines(iam)).slice(2);
  const arn = (name: string) => `arn:aws:iam::${firstAccount}:user/${name}`;
  assert.deepEqual(
    lines.map((line) => line.slice(0, line.indexOf(',2026-'))),
    [
      `'+1,${arn('+1')}`,
      `'-1,${arn('-1')}`,
      `"'=a,b","${arn('=a,b')}"`,
      `'=cmd,${arn('=cmd')}`,
      `'@SUM,${arn('@SUM')}`,
      `"a,b","${arn('a,b')}"`,
      `a=b,${arn('a=b')}`,
    ],
  );
});

test('every user has a line, page after page, and no other account has one', async (t) => {
  const iam = await openTestIam(t);
  const rows = Array.from({ length: 1001 }, (_, index) => {
    const name = `user${String(index).padStart(4, '0')}`;
    const row = { name, name_fold: name, path: '/', created_at: firstCallAt };
    return { account_id: firstAccount, user_id: `AIDA${name}`, ...row };
  });
  await iam.store.transaction(async ({ database }) => {
    await database.insertInto('iam_user').values(rows).execute();
  });
  await iam.inAccount(secondAccount).call(createUser, { UserName: 'other' });
  const names = (await reportLines(iam)).slice(2).map((line) => line.split(',')[0]);
  assert.deepEqual(
    names,
    rows.map((row) => row.name),
  );
  assert.equal((await reportLines(iam.inAccount(secondAccount))).length, 3);
});
