import type { Change, Store } from '@carnet/store';
import { createAccount } from './account/account.ts';
import { createOperator } from './account/operator.ts';
import { assumeRoleAsOperator } from './account/operator-assumption.ts';
import { Audit } from './audit.ts';
import { AccessKeys } from './authentication/access-keys.ts';
import { createAuthenticator } from './authentication/authenticate.ts';
import { InstanceKeys } from './authentication/instance-keys.ts';
import { LastUsed } from './authentication/last-used.ts';
import { MfaDevices } from './authentication/mfa-devices.ts';
import { AuthorizationState } from './authorization/authorization-state.ts';
import { type DispatchParts, dispatch, recordRefusal } from './dispatch.ts';
import { ec2Operations } from './ec2/service.ts';
import { LastAccessed } from './iam/last-accessed.ts';
import { iamOperations } from './iam/service.ts';
import type { FunctionRunner } from './lambda/function-runner.ts';
import { lambdaOperations } from './lambda/service.ts';
import type { OperationTable } from './operation.ts';
import { s3Operations } from './s3/service.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { stsOperations } from './sts/service.ts';
import { readInstanceMetadata } from './workload/read-instance-metadata.ts';
import { carnetOperations } from './workload/service.ts';
import { createWorkloadOperator } from './workload/workload-operator.ts';
import { WorkloadSessions } from './workload/workload-sessions.ts';

/** What the services stand on. */
export interface ServicesOptions {
  readonly store: Store;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** The id of the account made at first start; random when absent. */
  readonly firstAccountId?: string;
  /** Runs the code of functions; absent: nothing is invoked. */
  readonly functionRunner?: FunctionRunner | undefined;
  /** Told when what is written beside the calls (records of reads, last use) could not be. */
  readonly onBackgroundFailure?: (error: unknown) => void;
}

/** Every service of AWS by the name in a credential scope. */
export const operationTables: Readonly<Record<string, OperationTable>> = {
  ec2: ec2Operations,
  iam: iamOperations,
  lambda: lambdaOperations,
  s3: s3Operations,
  sts: stsOperations,
};

/** How often last uses are written, in milliseconds: sooner than a person can ask for them. */
const flushInterval = 100;
/** Of last accesses, which are many more rows and are read in reports. */
const lastAccessedInterval = 1000;

/** Puts the services together over an open store, and makes the first account at first start. */
export async function createServices(options: ServicesOptions): Promise<Services> {
  const { store, settings, clock = Date.now, onBackgroundFailure = () => undefined } = options;
  const { region } = settings;
  const state = new AuthorizationState(store);
  const followers = {
    state,
    accessKeys: new AccessKeys(store),
    instanceKeys: new InstanceKeys(store),
    mfaDevices: new MfaDevices(store),
  };
  const audit = new Audit(store, onBackgroundFailure);
  const lastUsed = new LastUsed(store);
  const lastAccessed = new LastAccessed(store);
  const sessions = new WorkloadSessions({ store, audit, settings, clock });
  const stopFollowing = startFollowing(store, Object.values(followers), sessions);
  await createFirstAccount(store, options.firstAccountId, clock());
  const authenticator = createAuthenticator({ store, ...followers, lastUsed, clock, region });
  const parts: DispatchParts = {
    store,
    settings,
    state,
    audit,
    lastUsed,
    lastAccessed,
    clock,
    tables: { ...operationTables, carnet: carnetOperations },
    onBackgroundFailure,
    instanceMetadata: (accountId, instanceId) =>
      readInstanceMetadata({ store, state, sessions, region }, accountId, instanceId),
    functionHost: options.functionRunner && { runner: options.functionRunner, sessions },
    stillHolds: (call) => authenticator.stillHolds(call.request),
  };
  const stopFlushing = startFlushing(lastUsed, lastAccessed, onBackgroundFailure);
  const calls: Pick<Services, 'authenticate' | 'dispatch'> = {
    authenticate: authenticator.authenticate,
    dispatch: (call) => dispatch(parts, call),
  };
  return {
    ...calls,
    recordRefusal: (call, error) => recordRefusal(parts, call, error),
    operator: {
      ...createOperator({
        store,
        state,
        audit,
        region,
        clock,
        assumeRole: (made, input) => assumeRoleAsOperator(calls, made, input, clock()),
        reset,
      }),
      ...createWorkloadOperator({ store, state, audit, sessions, region, clock }),
    },
    async close() {
      stopFlushing();
      const loss = await audit.close();
      await lastUsed.flush().catch(onBackgroundFailure);
      await lastAccessed.flush().catch(onBackgroundFailure);
      stopFollowing();
      return loss;
    },
  };

  async function reset(): Promise<void> {
    const [first] = await store.database
      .selectFrom('account')
      .select('account_id')
      .orderBy('created_at')
      .limit(1)
      .execute();
    await audit.flush();
    await lastUsed.flush();
    await lastAccessed.flush();
    await store.empty();
    await createFirstAccount(store, first?.account_id, clock());
  }
}

interface Follower {
  follow(changes: readonly Change[]): void;
  forgetAll(): void;
}

/** Keeps what is held in memory up with the store; gives what stops it. */
function startFollowing(
  store: Store,
  followers: readonly Follower[],
  sessions: WorkloadSessions,
): () => void {
  const unsubscribe = store.subscribe((changes) => {
    for (const follower of followers) follower.follow(changes);
  });
  const unsubscribeEpoch = store.onNewEpoch(() => {
    for (const follower of followers) follower.forgetAll();
    sessions.forgetAll();
  });
  return () => {
    unsubscribe();
    unsubscribeEpoch();
  };
}

/** Writes what is remembered of calls now and then; gives what stops it. */
function startFlushing(
  lastUsed: LastUsed,
  lastAccessed: LastAccessed,
  onFailure: (error: unknown) => void,
): () => void {
  const flush = (work: { flush(): Promise<void> }) => () => void work.flush().catch(onFailure);
  const timers = [
    setInterval(flush(lastUsed), flushInterval),
    setInterval(flush(lastAccessed), lastAccessedInterval),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

async function createFirstAccount(
  store: Store,
  accountId: string | undefined,
  now: number,
): Promise<void> {
  await store.transaction(async (transaction) => {
    const any = await transaction.database
      .selectFrom('account')
      .select('account_id')
      .executeTakeFirst();
    if (any) return;
    const name = 'first';
    await createAccount(
      transaction,
      accountId === undefined ? { name, now } : { name, accountId, now },
    );
  });
}
