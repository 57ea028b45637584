import { randomBytes } from 'node:crypto';
import type {
  DeleteSigningCertificateRequest,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  SigningCertificate,
  UpdateSigningCertificateRequest,
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse,
} from '@aws-sdk/client-iam';
import type { Schema } from '@carnet/store';
import { ApiError, isCertificateText } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { readOneCertificate, validityOf } from './certificate.ts';
import { requireStatus } from './credential-status.ts';
import { requireNamedOrCallingUser, type UserRow } from './entity.ts';
import { noSuchEntity, quotaExceeded } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';
import { userResource } from './resource/user.ts';

type SigningCertificateRow = Schema['iam_signing_certificate'];

/** A certificate stands for one user of an account and no other. */
export const uploadSigningCertificate = operation<
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse
>({
  authorization: {
    action: 'iam:UploadSigningCertificate',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const body = input.CertificateBody ?? '';
    const fingerprint = fingerprintOf(body, context.now);
    const same = await findDuplicate(context, user, fingerprint);
    if (same !== undefined) return { Certificate: describeSigningCertificate(user, same) };
    const most = context.settings.quotas.signingCertificatesPerUser;
    const certificates = await signingCertificatesOf(context, user);
    if (certificates.length >= most) throw quotaExceeded('CertificatesPerUser', most);
    const row: SigningCertificateRow = {
      account_id: context.accountId,
      certificate_id: newCertificateId(),
      user_id: user.user_id,
      certificate_body: body,
      fingerprint,
      status: 'Active',
      uploaded_at: context.now,
    };
    await context.database.insertInto('iam_signing_certificate').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return { Certificate: describeSigningCertificate(user, row) };
  },
});

/** Oldest first. */
export const listSigningCertificates = operation<
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse
>({
  authorization: {
    action: 'iam:ListSigningCertificates',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const { rows, ...position } = pageOfList(
      context,
      'ListSigningCertificates',
      input,
      await signingCertificatesOf(context, user),
    );
    return { Certificates: rows.map((row) => describeSigningCertificate(user, row)), ...position };
  },
});

export const updateSigningCertificate = operation<UpdateSigningCertificateRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateSigningCertificate',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireSigningCertificate(context, input);
    await context.database
      .updateTable('iam_signing_certificate')
      .set({ status: requireStatus(input.Status) })
      .where('account_id', '=', context.accountId)
      .where('certificate_id', '=', row.certificate_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return emptyOutput;
  },
});

export const deleteSigningCertificate = operation<DeleteSigningCertificateRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteSigningCertificate',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireSigningCertificate(context, input);
    await context.database
      .deleteFrom('iam_signing_certificate')
      .where('account_id', '=', context.accountId)
      .where('certificate_id', '=', row.certificate_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return emptyOutput;
  },
});

export const signingCertificateOperations: OperationTable = {
  DeleteSigningCertificate: deleteSigningCertificate,
  ListSigningCertificates: listSigningCertificates,
  UpdateSigningCertificate: updateSigningCertificate,
  UploadSigningCertificate: uploadSigningCertificate,
};

/** SHA-256 in hex; throws what AWS answers to a text that is no certificate for now. */
function fingerprintOf(body: string, now: number): string {
  const certificate = readOneCertificate(body);
  if (certificate === undefined) {
    // The message is recorded, and what was pasted by mistake may be a private key.
    const shown = isCertificateText(body) ? `Certificate ${body}` : 'The certificate';
    throw malformedCertificate(`${shown} is malformed.`);
  }
  const { from, to } = validityOf(certificate);
  if (now > to) throw malformedCertificate('The certificate has expired.');
  if (now < from) {
    throw new ApiError('InvalidCertificate', 400, 'The certificate is not valid yet.');
  }
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

function malformedCertificate(message: string): ApiError {
  return new ApiError('MalformedCertificate', 400, message);
}

/** The same certificate of the same user is no error; another user's is. */
async function findDuplicate(
  context: OperationContext,
  user: UserRow,
  fingerprint: string,
): Promise<SigningCertificateRow | undefined> {
  const other = await context.database
    .selectFrom('iam_signing_certificate')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  if (other === undefined || other.user_id === user.user_id) return other;
  throw new ApiError('DuplicateCertificate', 409, 'Duplicate certificate uploaded.');
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 32 characters, as AWS's have; they carry no prefix. */
function newCertificateId(): string {
  return Array.from(randomBytes(32), (byte) => base32.charAt(byte % 32)).join('');
}

async function signingCertificatesOf(
  context: OperationContext,
  user: UserRow,
): Promise<SigningCertificateRow[]> {
  return await context.database
    .selectFrom('iam_signing_certificate')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', user.user_id)
    .orderBy('uploaded_at')
    .orderBy('certificate_id')
    .execute();
}

/** A certificate of another user is as unknown as one that does not exist. */
async function requireSigningCertificate(
  context: OperationContext,
  input: { readonly UserName?: string | undefined; readonly CertificateId: string | undefined },
): Promise<SigningCertificateRow> {
  const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
  const certificates = await signingCertificatesOf(context, user);
  const row = certificates.find((each) => each.certificate_id === input.CertificateId);
  if (row === undefined) {
    throw noSuchEntity(`The Certificate with id ${input.CertificateId} cannot be found.`);
  }
  return row;
}

function describeSigningCertificate(user: UserRow, row: SigningCertificateRow): SigningCertificate {
  return {
    UserName: user.name,
    CertificateId: row.certificate_id,
    CertificateBody: row.certificate_body,
    Status: row.status,
    UploadDate: new Date(row.uploaded_at),
  };
}
