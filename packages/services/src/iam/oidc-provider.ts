import { randomUUID } from 'node:crypto';
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { readTags } from './entity.ts';
import { entityAlreadyExists, invalidInput, noSuchEntity, quotaExceeded } from './error.ts';
import { parseOidcUrl } from './oidc-url.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import {
  findOidcProvider,
  findOidcProviderByUrl,
  type OidcProviderRow,
  oidcProviderArn,
  requireOidcProvider,
} from './provider.ts';
import { refuseOverQuota } from './quota.ts';
import { newOidcProviderResource, oidcProviderResource } from './resource/oidc-provider.ts';
import { hasTags, removeAllTags, tagList, writeFirstTags } from './tag-set.ts';

/** Without a thumbprint the list stays empty: AWS would ask the provider for its certificate. */
export const createOidcProvider = operation<
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse
>({
  authorization: {
    action: 'iam:CreateOpenIDConnectProvider',
    resource: newOidcProviderResource((input) => input.Url),
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagOpenIDConnectProvider',
        when: (input) => hasTags(input.Tags),
        resource: newOidcProviderResource((input) => input.Url),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const url = parseOidcUrl(input.Url ?? '');
    const clientIds = checkedClientIds(context, input.ClientIDList ?? []);
    const thumbprints = checkedThumbprints(context, input.ThumbprintList ?? []);
    if ((await findOidcProviderByUrl(context, url)) !== undefined) {
      throw entityAlreadyExists(`Provider with url ${input.Url} already exists.`);
    }
    await refuseOverQuota(context, 'iam_oidc_provider');
    const row: OidcProviderRow = {
      account_id: context.accountId,
      oidc_provider_id: randomUUID(),
      url,
      client_ids: JSON.stringify(clientIds),
      thumbprints: JSON.stringify(thumbprints),
      created_at: context.now,
    };
    await context.database.insertInto('iam_oidc_provider').values(row).execute();
    const tags = await writeFirstTags(context, row.oidc_provider_id, input.Tags);
    tellOidcProvider(context, row);
    return { OpenIDConnectProviderArn: oidcProviderArn(row), ...tags };
  },
});

export const getOidcProvider = operation<
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse
>({
  authorization: {
    action: 'iam:GetOpenIDConnectProvider',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    return {
      Url: row.url,
      ClientIDList: [...stringsOf(row.client_ids)],
      ThumbprintList: [...stringsOf(row.thumbprints)],
      CreateDate: new Date(row.created_at),
      Tags: [],
      ...tagList(await readTags(context, row.oidc_provider_id)),
    };
  },
});

/** In the order of the URLs; AWS promises no order. */
export const listOidcProviders = operation<
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse
>({
  authorization: { action: 'iam:ListOpenIDConnectProviders' },
  access: 'read',
  async run(context) {
    const rows = await context.database
      .selectFrom('iam_oidc_provider')
      .selectAll()
      .where('account_id', '=', context.accountId)
      .orderBy('url')
      .execute();
    return { OpenIDConnectProviderList: rows.map((row) => ({ Arn: oidcProviderArn(row) })) };
  },
});

/** A client id that is there already is passed over, as AWS does. */
export const addClientIdToOidcProvider = operation<
  AddClientIDToOpenIDConnectProviderRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:AddClientIDToOpenIDConnectProvider',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    const before = stringsOf(row.client_ids);
    const after = checkedClientIds(context, [...before, input.ClientID ?? '']);
    if (after.length === before.length) return emptyOutput;
    await update(context, row, { client_ids: JSON.stringify(after) });
    return emptyOutput;
  },
});

/** A client id that is not there is passed over, as AWS does. */
export const removeClientIdFromOidcProvider = operation<
  RemoveClientIDFromOpenIDConnectProviderRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:RemoveClientIDFromOpenIDConnectProvider',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    const before = stringsOf(row.client_ids);
    const after = before.filter((clientId) => clientId !== input.ClientID);
    if (after.length === before.length) return emptyOutput;
    await update(context, row, { client_ids: JSON.stringify(after) });
    return emptyOutput;
  },
});

export const updateOidcProviderThumbprint = operation<
  UpdateOpenIDConnectProviderThumbprintRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:UpdateOpenIDConnectProviderThumbprint',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    const thumbprints = checkedThumbprints(context, input.ThumbprintList ?? []);
    if (thumbprints.length === 0) {
      throw invalidInput('Thumbprint list must contain at least one entry.');
    }
    await update(context, row, { thumbprints: JSON.stringify(thumbprints) });
    return emptyOutput;
  },
});

export const deleteOidcProvider = operation<DeleteOpenIDConnectProviderRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteOpenIDConnectProvider',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
  },
  access: 'write',
  async run(context, input) {
    const { OpenIDConnectProviderArn: arn = '' } = input;
    const row = await findOidcProvider(context, arn);
    if (row === undefined) throw noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`);
    await removeAllTags(context, row.oidc_provider_id);
    await context.database
      .deleteFrom('iam_oidc_provider')
      .where('account_id', '=', context.accountId)
      .where('oidc_provider_id', '=', row.oidc_provider_id)
      .execute();
    tellOidcProvider(context, row);
    return emptyOutput;
  },
});

export const oidcProviderOperations: OperationTable = {
  AddClientIDToOpenIDConnectProvider: addClientIdToOidcProvider,
  CreateOpenIDConnectProvider: createOidcProvider,
  DeleteOpenIDConnectProvider: deleteOidcProvider,
  GetOpenIDConnectProvider: getOidcProvider,
  ListOpenIDConnectProviders: listOidcProviders,
  RemoveClientIDFromOpenIDConnectProvider: removeClientIdFromOidcProvider,
  UpdateOpenIDConnectProviderThumbprint: updateOidcProviderThumbprint,
};

/** What `JSON.stringify` of an array of strings has written. */
function stringsOf(json: string): readonly string[] {
  return JSON.parse(json);
}

/** Each once, in the order in which they came. */
function checkedClientIds(context: OperationContext, clientIds: readonly string[]): string[] {
  const most = context.settings.quotas.clientIdsPerOpenIdConnectProvider;
  const each = [...new Set(clientIds)];
  if (each.length > most) throw quotaExceeded('ClientIdsPerOpenIdConnectProvider', most);
  return each;
}

/** In lower case. AWS says fewer than five and takes five. */
function checkedThumbprints(context: OperationContext, thumbprints: readonly string[]): string[] {
  const most = context.settings.quotas.thumbprintsPerOpenIdConnectProvider;
  if (thumbprints.length > most) {
    throw invalidInput(`Thumbprint list must contain fewer than ${most} entries.`);
  }
  return thumbprints.map(foldAscii);
}

async function update(
  context: OperationContext,
  row: OidcProviderRow,
  set: Partial<Pick<OidcProviderRow, 'client_ids' | 'thumbprints'>>,
): Promise<void> {
  await context.database
    .updateTable('iam_oidc_provider')
    .set(set)
    .where('account_id', '=', context.accountId)
    .where('oidc_provider_id', '=', row.oidc_provider_id)
    .execute();
  tellOidcProvider(context, row);
}

function tellOidcProvider(context: OperationContext, row: OidcProviderRow): void {
  const id = oidcProviderArn(row);
  context.changed({ accountId: context.accountId, kind: 'oidcProvider', id });
}
