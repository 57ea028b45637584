import { type Account, createServices, defaultQuotas, type Services } from '@carnet/services';
import { describePostgres, type Store } from '@carnet/store';
import type { Logger } from 'pino';
import type { Configuration } from '../configuration/configuration.ts';
import { exitCode, Failure } from '../failure.ts';
import {
  createFunctionRunner,
  functionUser,
  type LocalFunctionRunner,
  requireFunctionUser,
} from '../function/function-runner.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { describeError } from '../log.ts';
import { type OperatorServer, openOperatorServer } from '../operator/operator-server.ts';
import { operatorRoutes } from '../operator/routes.ts';
import { endpointOf } from './endpoint.ts';
import { explainStart } from './explain-start.ts';
import type { MetricsServer } from './metrics.ts';
import { openServerStore } from './open-server-store.ts';
import { renewDataKeys } from './renew-data-keys.ts';

/** What `carnet serve` runs: a store, the services over it, and everything that listens. */
export interface Server {
  /** `http://127.0.0.1:4580`, as a client on this machine reaches it. */
  readonly endpoint: string;
  /** The first account. */
  readonly accountId: string;
  /** Where everything is kept, for people; without credentials. */
  readonly data: string;
  /** Everything that accepts connections; a test holds it against the list of what may. */
  readonly listeners: readonly Listener[];
  /** Finishes what runs, for `grace` milliseconds at most, and closes everything. */
  stop(grace: number): Promise<void>;
}

export interface Listener {
  readonly name: 'gateway' | 'operator' | 'metrics';
  /** An endpoint, or the path of a socket. */
  readonly address: string;
}

/** What was opened, closed in the reverse order. */
type Closing = (grace: number) => Promise<void> | void;

/**
 * Opens the store, puts the services and the gateway over it, and listens. Throws a `Failure` when
 * it cannot; nothing stays open then.
 */
export async function startServer(configuration: Configuration, log: Logger): Promise<Server> {
  const closings: Closing[] = [];
  const close = async (grace: number): Promise<void> => {
    const closing = closings.pop();
    if (closing === undefined) return;
    try {
      await closing(grace);
    } finally {
      await close(grace);
    }
  };
  try {
    return await start(configuration, log, closings, close);
  } catch (error) {
    await close(0);
    throw explainStart(error, configuration);
  }
}

async function start(
  configuration: Configuration,
  log: Logger,
  closings: Closing[],
  close: Closing,
): Promise<Server> {
  const { host, port, region, quotas, accountId, dataDirectory, metricsPort } = configuration;
  const startedAt = Date.now();
  let endpoint = '';
  const { store, release } = await openServerStore(configuration, log);
  closings.push(async () => {
    await store.close();
    release();
  });
  const complain = createComplaint(log, 'warn', 'the store could not do what was asked');
  closings.push(await renewDataKeys(store, complain));
  const runner = configuration.functions ? openFunctionRunner(() => endpoint, log) : undefined;
  const services = await createServices({
    store,
    functionRunner: runner,
    settings: {
      region,
      quotas: { ...defaultQuotas, ...quotas },
      workloadSessionSeconds: configuration.workloadSession,
    },
    ...(accountId === undefined ? {} : { firstAccountId: accountId }),
    onBackgroundFailure: complain,
  });
  closings.push(async () => {
    const loss = await services.close();
    if (loss === undefined) return;
    const { records, error } = loss;
    log.error({ records, ...describeError(log, error) }, 'records of calls are lost');
  });
  if (runner) closings.push(() => runner.close());
  const firstAccount = await findFirstAccount(services, configuration);

  const metrics = metricsPort === undefined ? undefined : await openMetrics(host, metricsPort);
  if (metrics) closings.push(() => metrics.close());
  const gateway = createGateway({
    services,
    log,
    isReady: createReadiness(store, log),
    observe: metrics?.observe,
  });
  // The operator's socket comes first: whoever reads the ready line may run `carnet env` at once.
  endpoint = await listenGateway(gateway, host, port);
  closings.push((grace) => gateway.close(grace));
  const operator = await openOperatorServer(
    dataDirectory,
    operatorRoutes({ services, configuration, endpoint, firstAccount, startedAt }),
    log,
  );
  closings.push(() => operator.close());
  void sweep(store, log);
  return {
    endpoint,
    accountId: firstAccount.accountId,
    data: describeData(configuration),
    listeners: listListeners(endpoint, operator, metrics),
    stop: async (grace) => close(grace),
  };
}

function openFunctionRunner(endpoint: () => string, log: Logger): LocalFunctionRunner {
  requireFunctionUser();
  return createFunctionRunner(endpoint, log, functionUser());
}

/** Milliseconds between two lines about what fails again and again. */
const complaintInterval = 10_000;

/** Tells the log of what fails, once in a while: on a full disk, or without a database, all does. */
function createComplaint(
  log: Logger,
  level: 'warn' | 'error',
  words: string,
): (error: unknown) => void {
  let complainedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - complainedAt < complaintInterval) return;
    complainedAt = performance.now();
    log[level](describeError(log, error), words);
  };
}

async function openMetrics(host: string, port: number): Promise<MetricsServer> {
  // Loaded only when asked for: it costs a tenth of the start.
  const { openMetricsServer } = await import('./metrics.ts');
  return openMetricsServer(host, port);
}

async function listenGateway(gateway: Gateway, host: string, port: number): Promise<string> {
  return endpointOf(host, await gateway.listen(port, host));
}

async function findFirstAccount(
  { operator }: Services,
  { accountId }: Configuration,
): Promise<Account> {
  const [first] = await operator.listAccounts();
  if (!first) throw new Error('the store has no account');
  if (accountId === undefined || first.accountId === accountId) return first;
  throw new Failure({
    what: `\`--account-id\` is \`${accountId}\``,
    why: `what is stored was made for the account ${first.accountId}, and an id never changes`,
    next: 'leave it out, or choose another `--data-dir`',
    exitCode: exitCode.usage,
  });
}

/** Removes what a crash left of uploads, while requests are answered. */
async function sweep(store: Store, log: Logger): Promise<void> {
  try {
    const removed = await store.sweepObjectFiles();
    if (removed > 0) log.info({ removed }, 'removed object files that nothing refers to');
  } catch (error) {
    // Stopped on the way, as a rule: the next start sweeps again.
    log.debug(describeError(log, error), 'the sweep of object files ended early');
  }
}

/** Asked by anybody, as often as they like. */
function createReadiness(store: Store, log: Logger): () => Promise<boolean> {
  const complain = createComplaint(log, 'error', 'the store does not answer');
  return async () => {
    try {
      store.assertAvailable();
      await store.feedPosition();
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  };
}

function describeData({ ephemeral, database, dataDirectory }: Configuration): string {
  if (ephemeral) return 'in memory, gone when this process ends';
  if (database === undefined) return dataDirectory;
  return `${describePostgres(database)}, objects in ${dataDirectory}`;
}

function listListeners(
  endpoint: string,
  operator: OperatorServer,
  metrics: MetricsServer | undefined,
): readonly Listener[] {
  const listeners: Listener[] = [
    { name: 'gateway', address: endpoint },
    { name: 'operator', address: operator.path },
  ];
  if (metrics) listeners.push({ name: 'metrics', address: metrics.endpoint });
  return listeners;
}
