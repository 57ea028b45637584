import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attempt, createAttempt } from './attempt.ts';
import { isSerializationFailure } from './database-error.ts';
import type { Engine } from './engine.ts';
import { createFairMutex } from './fair-mutex.ts';
import { appendToFeed } from './feed.ts';
import { runGroup } from './group.ts';
import type { Change, ChangeKind, Transaction } from './store.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Runs transactions one at a time, in the order of asking; those that wait may share a commit. */
export interface Transactor {
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    afterCommit?: () => Promise<void> | void,
  ): Promise<Result>;
  requireCommitted(kind: ChangeKind, id: string): void;
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /** Refuses what is asked from now on; resolves when all before it has ended. */
  close(): Promise<void>;
}

/** A transaction that waits for its turn. */
export interface Waiting {
  readonly work: (transaction: Transaction) => Promise<unknown>;
  readonly afterCommit: (() => Promise<void> | void) | undefined;
  /** Shares its commit with nobody. */
  alone: boolean;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** What transactions are run with. */
export interface TransactorParts {
  readonly engine: Engine;
  readonly clock: () => number;
  /** The attempt that the running code belongs to. */
  readonly running: AsyncLocalStorage<Attempt>;
  /** Tells the subscribers of what is committed. */
  readonly publish: (changes: readonly Change[]) => void;
}

/** How often `work` is run in all when the database asks to run it again. */
const maximumAttempts = 5;

/** The first in a group waits for the last: more would save little of what an fsync costs. */
const groupLimit = 64;

export function createTransactor(engine: Engine, clock: () => number): Transactor {
  const mutex = createFairMutex();
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const running = new AsyncLocalStorage<Attempt>();
  const publish = (changes: readonly Change[]) => {
    // Committed: a listener's bug must neither look like a failure nor be survived.
    for (const listener of listeners) notify(() => listener(changes));
  };
  const parts: TransactorParts = { engine, clock, running, publish };
  const waiting: Waiting[] = [];
  let closed = false;

  /** Runs those that wait, as many as may share a commit, until each of them is answered. */
  async function runNext(): Promise<void> {
    if (waiting.length === 0) return;
    // A turn of the event loop: what has arrived on other sockets joins.
    if (engine.savepoints) await new Promise((resolve) => setImmediate(resolve));
    let members: readonly Waiting[] = waiting.splice(0, groupLength(engine, waiting));
    while (members.length > 0) {
      try {
        members = await runSome(parts, members);
      } catch (error) {
        // Nobody waits for ever: whoever was answered already does not hear this.
        for (const member of members) member.reject(error);
        return;
      }
    }
  }

  return {
    transaction<Result>(
      work: (transaction: Transaction) => Promise<Result>,
      afterCommit?: () => Promise<void> | void,
    ) {
      if (closed) return Promise.reject(new Error('the store is closed'));
      if (running.getStore()?.isOpen()) {
        return Promise.reject(
          new Error('a transaction inside a transaction would wait for itself'),
        );
      }
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.push({ work, afterCommit, alone: afterCommit !== undefined, resolve, reject });
      void mutex.run(runNext);
      return promise as Promise<Result>;
    },
    requireCommitted(kind, id) {
      running.getStore()?.requireCommitted(kind, id);
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

/** How many of those that wait may run in one transaction. */
function groupLength(engine: Engine, waiting: readonly Waiting[]): number {
  if (!engine.savepoints || waiting[0]?.alone) return 1;
  const end = waiting.findIndex(({ alone }) => alone);
  return Math.min(groupLimit, end === -1 ? waiting.length : end);
}

/** Resolves with those that have still to run, in their order. */
async function runSome(
  parts: TransactorParts,
  members: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const { engine } = parts;
  const [first, ...others] = members;
  if (first === undefined) return [];
  if (engine.savepoints && others.length > 0 && !first.alone) {
    return runGroup(parts, engine.savepoints, members);
  }
  await runAlone(parts, first);
  return others;
}

async function runAlone(
  parts: TransactorParts,
  { work, afterCommit, resolve, reject }: Waiting,
): Promise<void> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const { result, changes } = await attempt(parts, work);
      if (changes.length > 0) parts.publish(changes);
      await afterCommit?.();
      return resolve(result);
    } catch (error) {
      if (!isSerializationFailure(error)) return reject(error);
      if (attempts === maximumAttempts) return reject(tooOften(error));
    }
  }
}

const nothing: ReadonlySet<string> = new Set();

async function attempt(
  { engine, clock, running }: TransactorParts,
  work: Waiting['work'],
): Promise<{ readonly result: unknown; readonly changes: readonly Change[] }> {
  const current = createAttempt(engine, nothing);
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

function tooOften(error: unknown): StoreUnavailable {
  const why = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(`the database asked again and again to repeat: ${why}`, {
    cause: error,
  });
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
