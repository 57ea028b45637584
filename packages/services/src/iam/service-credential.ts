import { randomBytes } from 'node:crypto';
import type {
  ServiceSpecificCredential,
  ServiceSpecificCredentialMetadata,
} from '@aws-sdk/client-iam';
import type { Schema } from '@carnet/store';
import type { OperationContext } from '../operation.ts';

/** What a service-specific credential is made of, and how it is shown. */

export type CredentialRow = Schema['iam_service_specific_credential'];

/**
 * A service that takes credentials of its own: a user name and a password, or one long-term API key,
 * which begins with the service's four letters.
 */
export type CredentialService =
  | { readonly name: string; readonly kind: 'password' }
  | { readonly name: string; readonly kind: 'apiKey'; readonly prefix: string };

const credentialServices: readonly CredentialService[] = [
  { name: 'codecommit.amazonaws.com', kind: 'password' },
  { name: 'cassandra.amazonaws.com', kind: 'password' },
  { name: 'bedrock.amazonaws.com', kind: 'apiKey', prefix: 'ABSK' },
  { name: 'logs.amazonaws.com', kind: 'apiKey', prefix: 'ACWL' },
];

export function credentialServiceOf(name: string): CredentialService | undefined {
  return credentialServices.find((service) => service.name === name);
}

/** 44 random bytes: 60 characters of base64, as AWS's have. */
export function newSecret(): string {
  return randomBytes(44).toString('base64');
}

/**
 * `dave-at-123456789012`, or `dave+1-at-…` when that is taken: nobody else's credential in the
 * account has the name, not even one of a user who was called so before.
 */
export async function newCredentialName(
  context: OperationContext,
  userName: string,
): Promise<string> {
  for (let number = 0; ; number += 1) {
    const suffix = number === 0 ? '' : `+${number}`;
    const name = `${userName}${suffix}-at-${context.accountId}`;
    const taken = await context.database
      .selectFrom('iam_service_specific_credential')
      .select('service_specific_credential_id')
      .where('account_id', '=', context.accountId)
      .where((eb) =>
        eb.or([eb('service_user_name', '=', name), eb('service_credential_alias', '=', name)]),
      )
      .limit(1)
      .executeTakeFirst();
    if (taken === undefined) return name;
  }
}

export function describeCredential(
  context: OperationContext,
  userName: string,
  row: CredentialRow,
): ServiceSpecificCredentialMetadata {
  const { service_user_name: serviceUserName, service_credential_alias: alias } = row;
  const isExpired = row.expires_at !== null && row.expires_at <= context.now;
  return {
    UserName: userName,
    Status: isExpired ? 'Expired' : row.status,
    ...(serviceUserName !== null && { ServiceUserName: serviceUserName }),
    ...(alias !== null && { ServiceCredentialAlias: alias }),
    CreateDate: new Date(row.created_at),
    ...(row.expires_at !== null && { ExpirationDate: new Date(row.expires_at) }),
    ServiceSpecificCredentialId: row.service_specific_credential_id,
    ServiceName: row.service_name,
  };
}

/** With the secret: a password as it is, an API key together with its alias in one word. */
export function describeSecret(
  context: OperationContext,
  userName: string,
  row: CredentialRow,
  secret: string,
): ServiceSpecificCredential {
  const service = credentialServiceOf(row.service_name);
  const described = describeCredential(context, userName, row);
  if (service?.kind !== 'apiKey') return { ...described, ServicePassword: secret };
  const key = Buffer.from(`${row.service_credential_alias}:${secret}`).toString('base64');
  return { ...described, ServiceCredentialSecret: `${service.prefix}${key}` };
}
