import { setImmediate } from 'node:timers/promises';
import type { Schema } from '@carnet/store';
import { iamArn } from '../arn.ts';
import type { OperationContext } from '../operation.ts';
import { grouped } from './authorization-detail/owned.ts';
import { storedUserArn, type UserRow } from './entity.ts';

/**
 * The text of a credential report: the root user, then the users in the order of their folded names,
 * read in pages, so that of ten thousand users only the lines are held.
 *
 * Source: IAM User Guide, "Generate credential reports for your AWS account".
 */
const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...keyColumns(1),
  ...keyColumns(2),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

function keyColumns(ordinal: number): string[] {
  const key = `access_key_${ordinal}`;
  const lastUsed = ['date', 'region', 'service'].map((fact) => `${key}_last_used_${fact}`);
  return [`${key}_active`, `${key}_last_rotated`, ...lastUsed];
}

const usersPerPage = 500;
const day = 86_400_000;

/** One line is one user; there is none after the last. */
export async function credentialReportCsv(context: OperationContext): Promise<string> {
  const maxPasswordAge = await readMaxPasswordAge(context);
  const lines = [columns.join(','), await rootLine(context)];
  let after = '';
  for (;;) {
    const users = await usersAfter(context, after);
    const last = users.at(-1);
    if (last === undefined) return lines.join('\n');
    after = last.name_fold;
    const credentials = await credentialsOf(
      context,
      users.map((user) => user.user_id),
    );
    // One string for a page: what it was made of is let go.
    lines.push(users.map((user) => userLine(user, credentials, maxPasswordAge)).join('\n'));
    // Others' requests come in between.
    await setImmediate();
  }
}

async function usersAfter(context: OperationContext, after: string): Promise<UserRow[]> {
  return await context.database
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('name_fold', '>', after)
    .orderBy('name_fold')
    .limit(usersPerPage)
    .execute();
}

/** Days; undefined when passwords do not expire. */
async function readMaxPasswordAge(context: OperationContext): Promise<number | undefined> {
  const policy = await context.database
    .selectFrom('iam_password_policy')
    .select('max_password_age')
    .where('account_id', '=', context.accountId)
    .executeTakeFirst();
  return policy?.max_password_age ?? undefined;
}

/** The root user has no password, no keys and no certificates here; it may have an MFA device. */
async function rootLine(context: OperationContext): Promise<string> {
  const { accountId, database } = context;
  const account = await database
    .selectFrom('account')
    .select('created_at')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  const { devices } = await credentialsOf(context, [accountId]);
  return [
    '<root_account>',
    iamArn(accountId, 'root', '', ''),
    date(account.created_at),
    'not_supported',
    'no_information',
    'not_supported',
    'not_supported',
    String(devices.has(accountId)),
    ...keyCells(undefined),
    ...keyCells(undefined),
    ...certificateCells(undefined),
    ...certificateCells(undefined),
  ].join(',');
}

type AccessKeyRow = Omit<Schema['iam_access_key'], 'secret_access_key' | 'account_id'>;
type CertificateRow = Pick<Schema['iam_signing_certificate'], 'user_id' | 'status' | 'uploaded_at'>;
type PasswordRow = Pick<
  Schema['iam_login_profile'],
  'user_id' | 'created_at' | 'password_changed_at'
>;

/** By the ids of their users. */
interface Credentials {
  readonly passwords: ReadonlyMap<string, PasswordRow[]>;
  readonly keys: ReadonlyMap<string, AccessKeyRow[]>;
  readonly devices: ReadonlyMap<string, unknown>;
  readonly certificates: ReadonlyMap<string, CertificateRow[]>;
}

async function credentialsOf(
  { database, accountId }: OperationContext,
  ids: readonly string[],
): Promise<Credentials> {
  const passwords = await database
    .selectFrom('iam_login_profile')
    .select(['user_id', 'created_at', 'password_changed_at'])
    .where('account_id', '=', accountId)
    .where('user_id', 'in', ids)
    .execute();
  const keys = await database
    .selectFrom('iam_access_key')
    .select(['user_id', 'access_key_id', 'status', 'created_at'])
    .select(['last_used_at', 'last_used_region', 'last_used_service'])
    .where('account_id', '=', accountId)
    .where('user_id', 'in', ids)
    .orderBy('created_at')
    .orderBy('access_key_id')
    .execute();
  const devices = await database
    .selectFrom('iam_mfa_device')
    .select('user_id')
    .where('account_id', '=', accountId)
    .where('user_id', 'in', ids)
    .where('enabled_at', 'is not', null)
    .execute();
  const certificates = await database
    .selectFrom('iam_signing_certificate')
    .select(['user_id', 'status', 'uploaded_at'])
    .where('account_id', '=', accountId)
    .where('user_id', 'in', ids)
    .orderBy('uploaded_at')
    .orderBy('certificate_id')
    .execute();
  const ofUser = <Row extends { readonly user_id: string | null }>(rows: readonly Row[]) =>
    grouped(
      rows,
      (row) => row.user_id ?? '',
      (row) => row,
    );
  return {
    passwords: ofUser(passwords),
    keys: ofUser(keys),
    devices: ofUser(devices),
    certificates: ofUser(certificates),
  };
}

function userLine(
  user: UserRow,
  { passwords, keys, devices, certificates }: Credentials,
  maxPasswordAge: number | undefined,
): string {
  const [firstKey, secondKey] = keys.get(user.user_id) ?? [];
  const [firstCertificate, secondCertificate] = certificates.get(user.user_id) ?? [];
  const [password] = passwords.get(user.user_id) ?? [];
  return [
    cell(user.name),
    cell(storedUserArn(user)),
    date(user.created_at),
    ...passwordCells(user, password, maxPasswordAge),
    String(devices.has(user.user_id)),
    ...keyCells(firstKey),
    ...keyCells(secondKey),
    ...certificateCells(firstCertificate),
    ...certificateCells(secondCertificate),
  ].join(',');
}

/** Of a user who has no password any more, the last use of the old one is still told. */
function passwordCells(
  { password_last_used_at: lastUsedAt }: UserRow,
  password: PasswordRow | undefined,
  maxPasswordAge: number | undefined,
): string[] {
  if (password === undefined) return ['false', dateOrNone(lastUsedAt), none, none];
  const changedAt = password.password_changed_at ?? password.created_at;
  return [
    'true',
    lastUsedAt === null ? 'no_information' : date(lastUsedAt),
    date(changedAt),
    maxPasswordAge === undefined ? none : date(changedAt + maxPasswordAge * day),
  ];
}

function keyCells(key: AccessKeyRow | undefined): string[] {
  if (key === undefined) return ['false', none, none, none, none];
  return [
    String(key.status === 'Active'),
    date(key.created_at),
    dateOrNone(key.last_used_at),
    cell(key.last_used_region ?? none),
    cell(key.last_used_service ?? none),
  ];
}

function certificateCells(certificate: CertificateRow | undefined): string[] {
  if (certificate === undefined) return ['false', none];
  return [String(certificate.status === 'Active'), date(certificate.uploaded_at)];
}

const none = 'N/A';

function dateOrNone(at: number | null): string {
  return at === null ? none : date(at);
}

/** `2026-01-01T00:00:00+00:00` */
function date(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}

/**
 * A text that somebody chose. Spreadsheets take what begins with one of four characters for a
 * formula, quoted or not: an apostrophe, which no name may hold, goes before it. The ARN beside it
 * has the name as it is.
 */
function cell(text: string): string {
  const plain = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
