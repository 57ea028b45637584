import { randomUUID } from 'node:crypto';
import type {
  EnableOutboundWebIdentityFederationResponse,
  GetOutboundWebIdentityFederationInfoResponse,
} from '@aws-sdk/client-iam';
import { ApiError } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';

/** As the setting's value is kept, in JSON. */
interface OutboundFederation {
  /** A UUID, made when the feature is first enabled and kept: whoever trusts it trusts it again. */
  readonly issuerId: string;
  readonly enabled: boolean;
}

const settingName = 'OutboundWebIdentityFederation';

export const enableOutboundWebIdentityFederation = operation<
  object,
  EnableOutboundWebIdentityFederationResponse
>({
  authorization: { action: 'iam:EnableOutboundWebIdentityFederation' },
  access: 'write',
  async run(context) {
    const before = await findOutboundFederation(context);
    if (before?.enabled) {
      throw new ApiError(
        'FeatureEnabled',
        409,
        'Outbound identity federation is already enabled for your account.',
      );
    }
    const federation = { issuerId: before?.issuerId ?? randomUUID(), enabled: true };
    await writeOutboundFederation(context, federation);
    return { IssuerIdentifier: issuerOf(federation) };
  },
});

export const getOutboundWebIdentityFederationInfo = operation<
  object,
  GetOutboundWebIdentityFederationInfoResponse
>({
  authorization: { action: 'iam:GetOutboundWebIdentityFederationInfo' },
  access: 'read',
  async run(context) {
    const federation = await requireOutboundFederation(context);
    return { IssuerIdentifier: issuerOf(federation), JwtVendingEnabled: true };
  },
});

export const disableOutboundWebIdentityFederation = operation<object, EmptyOutput>({
  authorization: { action: 'iam:DisableOutboundWebIdentityFederation' },
  access: 'write',
  async run(context) {
    const { issuerId } = await requireOutboundFederation(context);
    await writeOutboundFederation(context, { issuerId, enabled: false });
    return emptyOutput;
  },
});

export const outboundFederationOperations: OperationTable = {
  DisableOutboundWebIdentityFederation: disableOutboundWebIdentityFederation,
  EnableOutboundWebIdentityFederation: enableOutboundWebIdentityFederation,
  GetOutboundWebIdentityFederationInfo: getOutboundWebIdentityFederationInfo,
};

/** In AWS's form. Nothing answers there before tokens are issued, which comes with federation. */
function issuerOf({ issuerId }: OutboundFederation): string {
  return `https://${issuerId}.tokens.sts.global.api.aws`;
}

async function findOutboundFederation(
  context: OperationContext,
): Promise<OutboundFederation | undefined> {
  const row = await context.database
    .selectFrom('iam_account_setting')
    .select('value')
    .where('account_id', '=', context.accountId)
    .where('name', '=', settingName)
    .executeTakeFirst();
  return row && JSON.parse(row.value);
}

async function requireOutboundFederation(context: OperationContext): Promise<OutboundFederation> {
  const federation = await findOutboundFederation(context);
  if (federation?.enabled) return federation;
  throw new ApiError(
    'FeatureDisabled',
    404,
    'Outbound identity federation is disabled for your account.',
  );
}

async function writeOutboundFederation(
  context: OperationContext,
  federation: OutboundFederation,
): Promise<void> {
  const written = { value: JSON.stringify(federation), changed_at: context.now };
  await context.database
    .insertInto('iam_account_setting')
    .values({ account_id: context.accountId, name: settingName, ...written })
    .onConflict((conflict) => conflict.columns(['account_id', 'name']).doUpdateSet(written))
    .execute();
  context.changed({ accountId: context.accountId, kind: 'account', id: context.accountId });
}
