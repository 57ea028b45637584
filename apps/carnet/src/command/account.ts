import { callOperator } from '../operator/operator-client.ts';
import type { AccountAnswer, AccountsAnswer } from '../operator/protocol.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';

interface CreateFlags extends ClientFlags {
  readonly id?: string;
}

/** Makes an account and prints its id. */
export async function create(name: string, flags: CreateFlags): Promise<void> {
  const account = await callOperator<AccountAnswer>(chooseDataDirectory(flags), {
    method: 'POST',
    path: '/accounts',
    body: { name, accountId: flags.id },
  });
  process.stdout.write(`${account.accountId}\n`);
}

/** Prints one line for each account: id, time of creation, name. */
export async function list(flags: ClientFlags): Promise<void> {
  const { accounts } = await callOperator<AccountsAnswer>(chooseDataDirectory(flags), {
    method: 'GET',
    path: '/accounts',
  });
  for (const account of accounts) {
    const created = new Date(account.createdAt).toISOString();
    process.stdout.write(`${account.accountId}  ${created}  ${account.name}\n`);
  }
}
