import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import type { AccountScope } from './entity.ts';
import { entityAlreadyExists, noSuchEntity } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';

/** An account has one alias: a new one takes the place of the old. */
export const createAccountAlias = operation<CreateAccountAliasRequest, EmptyOutput>({
  authorization: { action: 'iam:CreateAccountAlias' },
  access: 'write',
  async run(context, input) {
    const alias = input.AccountAlias ?? '';
    // The one name that is unique over all accounts: it stands in the address for signing in.
    const taken = await context.database
      .selectFrom('iam_account_alias')
      .select('alias')
      .where('alias', '=', alias)
      .executeTakeFirst();
    if (taken) throw entityAlreadyExists(`The account alias ${alias} already exists.`);
    await removeAccountAlias(context);
    await context.database
      .insertInto('iam_account_alias')
      .values({ account_id: context.accountId, alias, created_at: context.now })
      .execute();
    context.changed({ accountId: context.accountId, kind: 'account', id: context.accountId });
    return emptyOutput;
  },
});

export const listAccountAliases = operation<ListAccountAliasesRequest, ListAccountAliasesResponse>({
  authorization: { action: 'iam:ListAccountAliases' },
  access: 'read',
  async run(context, input) {
    const alias = await findAccountAlias(context);
    const aliases = alias === undefined ? [] : [alias];
    const { rows, ...position } = pageOfList(context, 'ListAccountAliases', input, aliases);
    return { AccountAliases: [...rows], ...position };
  },
});

export const deleteAccountAlias = operation<DeleteAccountAliasRequest, EmptyOutput>({
  authorization: { action: 'iam:DeleteAccountAlias' },
  access: 'write',
  async run(context, input) {
    if ((await findAccountAlias(context)) !== input.AccountAlias) {
      throw noSuchEntity(`The account alias with name ${input.AccountAlias} cannot be found.`);
    }
    await removeAccountAlias(context);
    context.changed({ accountId: context.accountId, kind: 'account', id: context.accountId });
    return emptyOutput;
  },
});

export const accountAliasOperations: OperationTable = {
  CreateAccountAlias: createAccountAlias,
  DeleteAccountAlias: deleteAccountAlias,
  ListAccountAliases: listAccountAliases,
};

export async function findAccountAlias(scope: AccountScope): Promise<string | undefined> {
  const row = await scope.database
    .selectFrom('iam_account_alias')
    .select('alias')
    .where('account_id', '=', scope.accountId)
    .executeTakeFirst();
  return row?.alias;
}

async function removeAccountAlias(context: OperationContext): Promise<void> {
  await context.database
    .deleteFrom('iam_account_alias')
    .where('account_id', '=', context.accountId)
    .execute();
}
