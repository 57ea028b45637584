import type { SetSecurityTokenServicePreferencesRequest } from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import type { AccountScope } from './entity.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';

/** What an account chose, where one value says it all; each operation has its own name. */
export type AccountSetting = 'GlobalEndpointTokenVersion';

/** Kept and told by GetAccountSummary: session tokens have one form here, good in every region. */
export const setSecurityTokenServicePreferences = operation<
  SetSecurityTokenServicePreferencesRequest,
  EmptyOutput
>({
  authorization: { action: 'iam:SetSecurityTokenServicePreferences' },
  access: 'write',
  async run(context, input) {
    await writeAccountSetting(
      context,
      'GlobalEndpointTokenVersion',
      input.GlobalEndpointTokenVersion ?? 'v1Token',
    );
    return emptyOutput;
  },
});

export const accountSettingOperations: OperationTable = {
  SetSecurityTokenServicePreferences: setSecurityTokenServicePreferences,
};

/** Undefined: it was never set. */
export async function readAccountSetting(
  scope: AccountScope,
  name: AccountSetting,
): Promise<string | undefined> {
  const row = await scope.database
    .selectFrom('iam_account_setting')
    .select('value')
    .where('account_id', '=', scope.accountId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** Tells the feed. */
export async function writeAccountSetting(
  context: OperationContext,
  name: AccountSetting,
  value: string,
): Promise<void> {
  await context.database
    .deleteFrom('iam_account_setting')
    .where('account_id', '=', context.accountId)
    .where('name', '=', name)
    .execute();
  await context.database
    .insertInto('iam_account_setting')
    .values({ account_id: context.accountId, name, value, changed_at: context.now })
    .execute();
  context.changed({ accountId: context.accountId, kind: 'account', id: context.accountId });
}
