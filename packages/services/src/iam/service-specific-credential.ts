import type {
  CreateServiceSpecificCredentialRequest,
  CreateServiceSpecificCredentialResponse,
  DeleteServiceSpecificCredentialRequest,
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse,
  ResetServiceSpecificCredentialRequest,
  ResetServiceSpecificCredentialResponse,
  UpdateServiceSpecificCredentialRequest,
} from '@aws-sdk/client-iam';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireStatus } from './credential-status.ts';
import { requireNamedOrCallingUser, requireUser, type UserRow } from './entity.ts';
import { noSuchEntity, quotaExceeded, validationError } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList, pageOfRows } from './pagination.ts';
import {
  credentialUserResource,
  listedUsersResource,
  serviceNameKey,
} from './resource/service-specific-credential.ts';
import { userResource } from './resource/user.ts';
import {
  type CredentialRow,
  credentialServiceOf,
  describeCredential,
  describeSecret,
  newCredentialName,
  newSecret,
} from './service-credential.ts';

const millisecondsPerDay = 86_400_000;

/** The only time that the secret is shown; at rest it is sealed to the credential's id. */
export const createServiceSpecificCredential = operation<
  CreateServiceSpecificCredentialRequest,
  CreateServiceSpecificCredentialResponse
>({
  authorization: {
    action: 'iam:CreateServiceSpecificCredential',
    resource: userResource((input) => input.UserName),
    conditionKeys: {
      [serviceNameKey]: (input) => input.ServiceName,
      'iam:ServiceSpecificCredentialAgeDays': (input) => input.CredentialAgeDays?.toString(),
    },
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    const service = requireService(input.ServiceName);
    const { CredentialAgeDays: days } = input;
    const most = context.settings.quotas.serviceSpecificCredentialsPerUser;
    const credentials = await credentialsOf(context, user, service.name);
    if (credentials.length >= most) {
      throw quotaExceeded('ContextSpecificCredentialsPerUserPerContext', most);
    }
    const id = newUniqueId('ACCA');
    const secret = newSecret();
    const name = await newCredentialName(context, user.name);
    const row: CredentialRow = {
      account_id: context.accountId,
      service_specific_credential_id: id,
      user_id: user.user_id,
      service_name: service.name,
      service_user_name: service.kind === 'password' ? name : null,
      service_credential_alias: service.kind === 'apiKey' ? name : null,
      secret: seal(context, id, secret),
      status: 'Active',
      created_at: context.now,
      expires_at: days === undefined ? null : context.now + days * millisecondsPerDay,
    };
    await context.database.insertInto('iam_service_specific_credential').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return { ServiceSpecificCredential: describeSecret(context, user.name, row, secret) };
  },
});

/** A user's oldest first; those of all users in the order of their ids. */
export const listServiceSpecificCredentials = operation<
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse
>({
  authorization: {
    action: 'iam:ListServiceSpecificCredentials',
    resource: listedUsersResource(
      (input) => input.UserName,
      (input) => input.AllUsers,
    ),
  },
  access: 'read',
  async run(context, input) {
    const { AllUsers: allUsers, UserName: userName, ServiceName: serviceName } = input;
    if (allUsers === true) {
      if (userName !== undefined) {
        throw validationError('AllUsers and UserName cannot be specified together.');
      }
      if (serviceName !== undefined) requireService(serviceName);
      const { rows, ...position } = await pageOfAllUsers(context, input);
      return {
        ServiceSpecificCredentials: rows.map((row) => describeCredential(context, row.name, row)),
        ...position,
      };
    }
    const user = await requireNamedOrCallingUser(context, context.caller, userName);
    if (serviceName !== undefined) requireService(serviceName);
    const { rows, ...position } = pageOfList(
      context,
      'ListServiceSpecificCredentials',
      input,
      await credentialsOf(context, user, serviceName),
    );
    return {
      ServiceSpecificCredentials: rows.map((row) => describeCredential(context, user.name, row)),
      ...position,
    };
  },
});

export const updateServiceSpecificCredential = operation<
  UpdateServiceSpecificCredentialRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:UpdateServiceSpecificCredential',
    resource: credentialUserResource(
      (input) => input.UserName,
      (input) => input.ServiceSpecificCredentialId,
    ),
  },
  access: 'write',
  async run(context, input) {
    const { row } = await requireCredential(context, input);
    await set(context, row, { status: requireStatus(input.Status) });
    return emptyOutput;
  },
});

/** A new secret under the same name; what expires does so when it would have. */
export const resetServiceSpecificCredential = operation<
  ResetServiceSpecificCredentialRequest,
  ResetServiceSpecificCredentialResponse
>({
  authorization: {
    action: 'iam:ResetServiceSpecificCredential',
    resource: credentialUserResource(
      (input) => input.UserName,
      (input) => input.ServiceSpecificCredentialId,
    ),
  },
  access: 'write',
  async run(context, input) {
    const { user, row } = await requireCredential(context, input);
    const secret = newSecret();
    await set(context, row, { secret: seal(context, row.service_specific_credential_id, secret) });
    return { ServiceSpecificCredential: describeSecret(context, user.name, row, secret) };
  },
});

export const deleteServiceSpecificCredential = operation<
  DeleteServiceSpecificCredentialRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:DeleteServiceSpecificCredential',
    resource: credentialUserResource(
      (input) => input.UserName,
      (input) => input.ServiceSpecificCredentialId,
    ),
  },
  access: 'write',
  async run(context, input) {
    const { row } = await requireCredential(context, input);
    await context.database
      .deleteFrom('iam_service_specific_credential')
      .where('account_id', '=', context.accountId)
      .where('service_specific_credential_id', '=', row.service_specific_credential_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
    return emptyOutput;
  },
});

export const serviceSpecificCredentialOperations: OperationTable = {
  CreateServiceSpecificCredential: createServiceSpecificCredential,
  DeleteServiceSpecificCredential: deleteServiceSpecificCredential,
  ListServiceSpecificCredentials: listServiceSpecificCredentials,
  ResetServiceSpecificCredential: resetServiceSpecificCredential,
  UpdateServiceSpecificCredential: updateServiceSpecificCredential,
};

/** AWS answers `NoSuchEntity`, though its model has an error `NotSupportedService`. */
function requireService(name: string | undefined) {
  const service = credentialServiceOf(name ?? '');
  if (service !== undefined) return service;
  throw noSuchEntity(`No such service ${name} is supported for Service Specific Credentials`);
}

function seal(context: OperationContext, id: string, secret: string): string {
  return context.sealing.seal('secret', id, new TextEncoder().encode(secret));
}

async function set(
  context: OperationContext,
  row: CredentialRow,
  values: Partial<Pick<CredentialRow, 'status' | 'secret'>>,
): Promise<void> {
  await context.database
    .updateTable('iam_service_specific_credential')
    .set(values)
    .where('account_id', '=', context.accountId)
    .where('service_specific_credential_id', '=', row.service_specific_credential_id)
    .execute();
  context.changed({ accountId: context.accountId, kind: 'user', id: row.user_id });
}

async function credentialsOf(
  context: OperationContext,
  user: UserRow,
  serviceName?: string,
): Promise<CredentialRow[]> {
  let query = context.database
    .selectFrom('iam_service_specific_credential')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', user.user_id);
  if (serviceName !== undefined) query = query.where('service_name', '=', serviceName);
  return await query.orderBy('created_at').orderBy('service_specific_credential_id').execute();
}

/** Rows with the names of their users. */
async function pageOfAllUsers(
  context: OperationContext,
  input: ListServiceSpecificCredentialsRequest,
) {
  const { ServiceName: serviceName } = input;
  return await pageOfRows<CredentialRow & { readonly name: string }>(
    context,
    // A marker of one user's list is none of this.
    'ListServiceSpecificCredentials of all users',
    input,
    (row) => row.service_specific_credential_id,
    async (after, limit) => {
      let query = context.database
        .selectFrom('iam_service_specific_credential as credential')
        .innerJoin('iam_user', (join) =>
          join
            .onRef('iam_user.account_id', '=', 'credential.account_id')
            .onRef('iam_user.user_id', '=', 'credential.user_id'),
        )
        .selectAll('credential')
        .select('iam_user.name')
        .where('credential.account_id', '=', context.accountId)
        .where('credential.service_specific_credential_id', '>', after);
      if (serviceName !== undefined) {
        query = query.where('credential.service_name', '=', serviceName);
      }
      return await query
        .orderBy('credential.service_specific_credential_id')
        .limit(limit)
        .execute();
    },
  );
}

/** Another account's credential is as unknown as one that does not exist; another user's is not. */
async function requireCredential(
  context: OperationContext,
  input: {
    readonly UserName?: string | undefined;
    readonly ServiceSpecificCredentialId: string | undefined;
  },
): Promise<{ readonly user: UserRow; readonly row: CredentialRow }> {
  const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
  const { ServiceSpecificCredentialId: id } = input;
  const credentials = await credentialsOf(context, user);
  const row = credentials.find((each) => each.service_specific_credential_id === id);
  if (row !== undefined) return { user, row };
  const other = await context.database
    .selectFrom('iam_service_specific_credential')
    .select('user_id')
    .where('account_id', '=', context.accountId)
    .where('service_specific_credential_id', '=', id ?? '')
    .executeTakeFirst();
  if (other === undefined) throw noSuchEntity(`No such credential ${id} exists`);
  throw validationError(
    `User ${user.name} does not have a service specific credential with id ${id}`,
  );
}
