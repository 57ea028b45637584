import type { Account, Services } from '@carnet/services';
import { describePostgres, StoreUnavailable } from '@carnet/store';
import type { Configuration } from '../configuration/configuration.ts';
import { exitCode, Failure } from '../failure.ts';
import { readVersion } from '../version.ts';
import type { OperatorBody, OperatorRoutes } from './operator-server.ts';
import type { AccountsAnswer, CredentialsAnswer, StatusAnswer } from './protocol.ts';
import { workloadRoutes } from './workload-routes.ts';

/** What the operator socket answers for. */
export interface OperatedServer {
  readonly services: Services;
  readonly configuration: Configuration;
  /** `http://127.0.0.1:4580` */
  readonly endpoint: string;
  readonly firstAccount: Account;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The operator socket's table of contents. */
export function operatorRoutes(server: OperatedServer): OperatorRoutes {
  const { operator } = server.services;
  return {
    'GET /status': () => status(server),
    'POST /credentials': (body) => credentials(server, body),
    'POST /reset': () => reset(server),
    'GET /accounts': async (): Promise<AccountsAnswer> => ({
      accounts: await operator.listAccounts(),
    }),
    'POST /accounts': ({ name = '', accountId }) =>
      operator.createAccount(accountId === undefined ? { name } : { name, accountId }),
    ...workloadRoutes(server),
  };
}

async function credentials(
  { services, configuration, endpoint }: OperatedServer,
  { accountId, roleName, rootTask }: OperatorBody,
): Promise<CredentialsAnswer> {
  const made = await services.operator.credentials({
    ...(accountId === undefined ? {} : { accountId }),
    ...(roleName === undefined ? {} : { roleName }),
    ...(rootTask === undefined ? {} : { rootTask }),
  });
  return { endpoint, region: configuration.region, ...made };
}

async function status(server: OperatedServer): Promise<StatusAnswer> {
  const { services, configuration, endpoint, firstAccount, startedAt } = server;
  return {
    version: readVersion(),
    endpoint,
    accountId: firstAccount.accountId,
    accounts: await countAccounts(services),
    region: configuration.region,
    ephemeral: configuration.ephemeral,
    dataDirectory: configuration.dataDirectory,
    database:
      configuration.database === undefined ? undefined : describePostgres(configuration.database),
    processId: process.pid,
    startedAt,
  };
}

/** Undefined while the database is away: everything else is known without it. */
async function countAccounts({ operator }: Services): Promise<number | undefined> {
  try {
    return (await operator.listAccounts()).length;
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}

async function reset({ services, configuration }: OperatedServer): Promise<object> {
  if (!configuration.ephemeral) {
    throw new Failure({
      what: 'this server is not ephemeral',
      why: 'reset deletes everything, and what a durable server holds is not to be lost by a word',
      next: 'start one with `--ephemeral`, or stop this one and remove its data directory yourself',
      exitCode: exitCode.usage,
    });
  }
  await services.operator.reset();
  return {};
}
