import type {
  CreateSAMLProviderRequest,
  CreateSAMLProviderResponse,
  DeleteSAMLProviderRequest,
  GetSAMLProviderRequest,
  GetSAMLProviderResponse,
  ListSAMLProvidersRequest,
  ListSAMLProvidersResponse,
  UpdateSAMLProviderRequest,
  UpdateSAMLProviderResponse,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newSamlId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { readTags } from './entity.ts';
import { entityAlreadyExists, invalidInput } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import {
  findSamlProviderByName,
  manifestNotFound,
  requireSamlProvider,
  type SamlProvider,
  samlProviderArn,
} from './provider.ts';
import { refuseOverQuota } from './quota.ts';
import { newSamlProviderResource, samlProviderResource } from './resource/saml-provider.ts';
import { parseSamlMetadata, type SamlMetadata } from './saml-metadata.ts';
import {
  addPrivateKey,
  checkPrivateKey,
  listPrivateKeys,
  removeAllPrivateKeys,
  removePrivateKey,
} from './saml-private-key.ts';
import { hasTags, removeAllTags, tagList, writeFirstTags } from './tag-set.ts';

export const createSamlProvider = operation<
  CreateSAMLProviderRequest,
  CreateSAMLProviderResponse,
  SamlMetadata
>({
  authorization: {
    action: 'iam:CreateSAMLProvider',
    resource: newSamlProviderResource((input) => input.Name),
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagSAMLProvider',
        when: (input) => hasTags(input.Tags),
        resource: newSamlProviderResource((input) => input.Name),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async prepare(_context, input) {
    const metadata = parseSamlMetadata(input.SAMLMetadataDocument ?? '');
    if (input.AddPrivateKey !== undefined) checkPrivateKey(input.AddPrivateKey);
    return metadata;
  },
  async run(context, input, metadata) {
    const { Name: name = '', AddPrivateKey: privateKey } = input;
    const mode = input.AssertionEncryptionMode ?? 'Allowed';
    if (mode === 'Required' && privateKey === undefined) throw requiredWithoutKey();
    if ((await findSamlProviderByName(context, name)) !== undefined) {
      throw entityAlreadyExists(`Provider with name ${name} already exists.`);
    }
    await refuseOverQuota(context, 'iam_saml_provider');
    const row: SamlProvider = {
      account_id: context.accountId,
      saml_provider_id: newSamlId('SAMLSP'),
      name,
      name_fold: foldAscii(name),
      assertion_encryption_mode: mode,
      created_at: context.now,
      valid_until: validUntil(context, metadata),
    };
    await context.database
      .insertInto('iam_saml_provider')
      .values({ ...row, metadata_document: input.SAMLMetadataDocument ?? '' })
      .execute();
    if (privateKey !== undefined) await addPrivateKey(context, row, privateKey);
    const tags = await writeFirstTags(context, row.saml_provider_id, input.Tags);
    tellSamlProvider(context, row);
    return { SAMLProviderArn: samlProviderArn(row), ...tags };
  },
});

export const getSamlProvider = operation<GetSAMLProviderRequest, GetSAMLProviderResponse>({
  authorization: {
    action: 'iam:GetSAMLProvider',
    resource: samlProviderResource((input) => input.SAMLProviderArn),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireSamlProvider(context, input.SAMLProviderArn);
    const stored = await context.database
      .selectFrom('iam_saml_provider')
      .select('metadata_document')
      .where('account_id', '=', context.accountId)
      .where('saml_provider_id', '=', row.saml_provider_id)
      .executeTakeFirst();
    // Deleted in between.
    if (stored === undefined) throw manifestNotFound(input.SAMLProviderArn);
    return {
      SAMLProviderUUID: row.saml_provider_id,
      SAMLMetadataDocument: stored.metadata_document,
      CreateDate: new Date(row.created_at),
      ValidUntil: new Date(row.valid_until),
      Tags: [],
      ...tagList(await readTags(context, row.saml_provider_id)),
      AssertionEncryptionMode: row.assertion_encryption_mode,
      PrivateKeyList: await listPrivateKeys(context, row),
    };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listSamlProviders = operation<ListSAMLProvidersRequest, ListSAMLProvidersResponse>({
  authorization: { action: 'iam:ListSAMLProviders' },
  access: 'read',
  async run(context) {
    const rows = await context.database
      .selectFrom('iam_saml_provider')
      .select(['name', 'created_at', 'valid_until'])
      .where('account_id', '=', context.accountId)
      .orderBy('name_fold')
      .execute();
    return {
      SAMLProviderList: rows.map((row) => ({
        Arn: samlProviderArn({ account_id: context.accountId, name: row.name }),
        ValidUntil: new Date(row.valid_until),
        CreateDate: new Date(row.created_at),
      })),
    };
  },
});

export const updateSamlProvider = operation<
  UpdateSAMLProviderRequest,
  UpdateSAMLProviderResponse,
  SamlMetadata | undefined
>({
  authorization: {
    action: 'iam:UpdateSAMLProvider',
    resource: samlProviderResource((input) => input.SAMLProviderArn),
  },
  access: 'write',
  async prepare(_context, input) {
    const { SAMLMetadataDocument: document, AddPrivateKey: added } = input;
    const { RemovePrivateKey: removed, AssertionEncryptionMode: mode } = input;
    if ([document, added, removed, mode].every((member) => member === undefined)) {
      throw invalidInput(
        'Unable to update identity provider. ' +
          'No updates are defined for metadata or encryption assertion.',
      );
    }
    if (added !== undefined && removed !== undefined) {
      throw invalidInput(
        'Unable to add and remove private keys in the same request. ' +
          'Set a value for only one of the two parameters.',
      );
    }
    if (added !== undefined) checkPrivateKey(added);
    return document === undefined ? undefined : parseSamlMetadata(document);
  },
  async run(context, input, metadata) {
    const before = await requireSamlProvider(context, input.SAMLProviderArn);
    const mode = input.AssertionEncryptionMode ?? before.assertion_encryption_mode;
    const row = { ...before, assertion_encryption_mode: mode };
    if (input.AddPrivateKey !== undefined) await addPrivateKey(context, row, input.AddPrivateKey);
    if (input.RemovePrivateKey !== undefined) {
      await removePrivateKey(context, row, input.RemovePrivateKey);
    }
    if (mode === 'Required' && (await listPrivateKeys(context, row)).length === 0) {
      throw requiredWithoutKey();
    }
    await context.database
      .updateTable('iam_saml_provider')
      .set({
        assertion_encryption_mode: mode,
        ...(metadata !== undefined && {
          metadata_document: input.SAMLMetadataDocument ?? '',
          valid_until: validUntil(context, metadata),
        }),
      })
      .where('account_id', '=', context.accountId)
      .where('saml_provider_id', '=', row.saml_provider_id)
      .execute();
    tellSamlProvider(context, row);
    return { SAMLProviderArn: samlProviderArn(row) };
  },
});

/** Roles whose trust policies name the provider stay as they are. */
export const deleteSamlProvider = operation<DeleteSAMLProviderRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteSAMLProvider',
    resource: samlProviderResource((input) => input.SAMLProviderArn),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireSamlProvider(context, input.SAMLProviderArn);
    await removeAllPrivateKeys(context, row);
    await removeAllTags(context, row.saml_provider_id);
    await context.database
      .deleteFrom('iam_saml_provider')
      .where('account_id', '=', context.accountId)
      .where('saml_provider_id', '=', row.saml_provider_id)
      .execute();
    tellSamlProvider(context, row);
    return emptyOutput;
  },
});

export const samlProviderOperations: OperationTable = {
  CreateSAMLProvider: createSamlProvider,
  DeleteSAMLProvider: deleteSamlProvider,
  GetSAMLProvider: getSamlProvider,
  ListSAMLProviders: listSamlProviders,
  UpdateSAMLProvider: updateSamlProvider,
};

/** A hundred years from when the document came, as AWS answers, unless the document says when. */
function validUntil(context: OperationContext, metadata: SamlMetadata): number {
  if (metadata.validUntil !== undefined) return metadata.validUntil;
  const date = new Date(context.now);
  return date.setUTCFullYear(date.getUTCFullYear() + 100);
}

function requiredWithoutKey(): Error {
  return invalidInput(
    'Unable to set assertion encryption mode to Required because no private key is provided.',
  );
}

function tellSamlProvider(context: OperationContext, row: SamlProvider): void {
  const id = samlProviderArn(row);
  context.changed({ accountId: context.accountId, kind: 'samlProvider', id });
}
