import type { SAMLPrivateKey } from '@aws-sdk/client-iam';
import { newSamlId } from '@carnet/store';
import type { OperationContext } from '../operation.ts';
import { invalidInput, limitExceeded } from './error.ts';
import { readPrivateKey } from './private-key.ts';
import type { SamlProvider } from './provider.ts';

/** So many that one can replace the other. */
const mostPrivateKeys = 2;

/**
 * The private keys of a SAML provider, which decrypt the assertions that it encrypts. Nobody reads
 * them back: answers name them by id and time alone.
 */
export async function listPrivateKeys(
  context: OperationContext,
  provider: SamlProvider,
): Promise<SAMLPrivateKey[]> {
  const rows = await context.database
    .selectFrom('iam_saml_private_key')
    .select(['key_id', 'created_at'])
    .where('account_id', '=', context.accountId)
    .where('saml_provider_id', '=', provider.saml_provider_id)
    .orderBy('created_at')
    .orderBy('key_id')
    .execute();
  return rows.map((row) => ({ KeyId: row.key_id, Timestamp: new Date(row.created_at) }));
}

/**
 * Throws AWS's `InvalidInput` unless the text is one RSA private key in PEM, not encrypted: keys of
 * assertions are wrapped with RSA (xmlenc-core1, 5.5).
 */
export function checkPrivateKey(pem: string): void {
  if (readPrivateKey(pem)?.asymmetricKeyType !== 'rsa') throw invalidInput('Invalid private key.');
}

/** Stores a key that was checked, sealed to its id. */
export async function addPrivateKey(
  context: OperationContext,
  provider: SamlProvider,
  pem: string,
): Promise<void> {
  const keys = await listPrivateKeys(context, provider);
  if (keys.length >= mostPrivateKeys) {
    throw limitExceeded(`Private key limit of ${mostPrivateKeys} is reached.`);
  }
  const keyId = newSamlId('SAMLPK');
  await context.database
    .insertInto('iam_saml_private_key')
    .values({
      account_id: context.accountId,
      saml_provider_id: provider.saml_provider_id,
      key_id: keyId,
      private_key: context.sealing.seal('secret', keyId, new TextEncoder().encode(pem)),
      created_at: context.now,
    })
    .execute();
}

/** The last key stays while assertions have to be encrypted. */
export async function removePrivateKey(
  context: OperationContext,
  provider: SamlProvider,
  keyId: string,
): Promise<void> {
  const keys = await listPrivateKeys(context, provider);
  if (!keys.some((key) => key.KeyId === keyId)) {
    throw invalidInput(
      'Failed to remove private key because the Key ID does not match a private key.',
    );
  }
  if (keys.length === 1 && provider.assertion_encryption_mode === 'Required') {
    throw invalidInput('Failed to remove private key.');
  }
  await context.database
    .deleteFrom('iam_saml_private_key')
    .where('account_id', '=', context.accountId)
    .where('saml_provider_id', '=', provider.saml_provider_id)
    .where('key_id', '=', keyId)
    .execute();
}

/** The keys of a provider that goes. */
export async function removeAllPrivateKeys(
  context: OperationContext,
  provider: SamlProvider,
): Promise<void> {
  await context.database
    .deleteFrom('iam_saml_private_key')
    .where('account_id', '=', context.accountId)
    .where('saml_provider_id', '=', provider.saml_provider_id)
    .execute();
}
