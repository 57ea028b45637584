import { AsyncLocalStorage } from 'node:async_hooks';
import { isSerializationFailure } from './database-error.ts';
import type { Engine } from './engine.ts';
import { createFairMutex } from './fair-mutex.ts';
import { appendToFeed } from './feed.ts';
import type { Change, Transaction } from './store.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Runs transactions one at a time, in the order of asking. */
export interface Transactor {
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    afterCommit?: () => Promise<void> | void,
  ): Promise<Result>;
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /** Refuses what is asked from now on; resolves when all before it has ended. */
  close(): Promise<void>;
}

/** How often `work` is run in all when the database asks to run it again. */
const maximumAttempts = 5;

export function createTransactor(engine: Engine, clock: () => number): Transactor {
  const mutex = createFairMutex();
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const running = new AsyncLocalStorage<Attempt>();
  let closed = false;

  // Group commit would go here: the works that queue while one commits run one after the other,
  // each in a savepoint, then one `commit` and one fsync, then each publishes and resolves.
  async function attempt<Result>(
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly changes: readonly Change[] }> {
    const current = createAttempt(engine);
    await engine.begin();
    try {
      const result = await running.run(current, () => work(current.transaction));
      const changes = current.end();
      const number =
        changes.length > 0 ? await appendToFeed(engine.writer, changes, clock()) : undefined;
      await engine.commit(number);
      return { result, changes };
    } catch (error) {
      current.close();
      await engine.rollback();
      throw current.failure() ?? error;
    }
  }

  return {
    transaction(work, afterCommit) {
      if (closed) return Promise.reject(new Error('the store is closed'));
      if (running.getStore()?.isOpen()) {
        return Promise.reject(
          new Error('a transaction inside a transaction would wait for itself'),
        );
      }
      return mutex.run(async () => {
        for (let attempts = 1; ; attempts += 1) {
          try {
            const { result, changes } = await attempt(work);
            if (changes.length > 0) publish(listeners, changes);
            await afterCommit?.();
            return result;
          } catch (error) {
            if (!isSerializationFailure(error)) throw error;
            if (attempts === maximumAttempts) throw tooOften(error);
          }
        }
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      return mutex.run(async () => undefined);
    },
  };
}

interface Attempt {
  readonly transaction: Transaction;
  isOpen(): boolean;
  /** From now on the handle refuses everything. */
  close(): void;
  /** Closes. What changed, each thing once, in order. Throws when a statement had failed. */
  end(): readonly Change[];
  /** Why the first statement that failed did so. */
  failure(): unknown;
}

/**
 * A statement that fails voids its transaction: PostgreSQL refuses everything after it, so nobody
 * may come to depend on going on.
 */
function createAttempt(engine: Engine): Attempt {
  const changes = new Map<string, Change>();
  let open = true;
  let failure: unknown;
  const assertOpen = () => {
    if (!open) throw new Error('the transaction has ended: await all that it does');
    if (failure !== undefined) throw failure;
  };
  return {
    transaction: {
      database: engine.bind({
        assertOpen,
        failed(error) {
          failure ??= error;
        },
      }),
      changed(change) {
        assertOpen();
        const { accountId, kind, id } = change;
        changes.set(JSON.stringify([accountId, kind, id]), { accountId, kind, id });
      },
    },
    isOpen: () => open,
    close() {
      open = false;
    },
    end() {
      open = false;
      if (failure !== undefined) throw failure;
      return [...changes.values()];
    },
    failure: () => failure,
  };
}

function tooOften(error: unknown): StoreUnavailable {
  const why = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(`the database asked again and again to repeat: ${why}`, {
    cause: error,
  });
}

/** The change is committed: a listener's bug must neither look like a failure nor be survived. */
function publish(
  listeners: ReadonlySet<(changes: readonly Change[]) => void>,
  changes: readonly Change[],
): void {
  for (const listener of listeners) notify(() => listener(changes));
}

/**
 * Calls a listener; what it throws is uncaught, which ends the process. A microtask, since it runs
 * before whoever awaits the transaction goes on.
 */
export function notify(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
