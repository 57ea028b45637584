import type { Engine } from './engine.ts';
import type { Change, ChangeKind, Transaction } from './store.ts';

/** One run of a transaction's work. */
export interface Attempt {
  readonly transaction: Transaction;
  isOpen(): boolean;
  /** As in `Store`. */
  requireCommitted(kind: ChangeKind, id: string): void;
  /** From now on the handle refuses everything. */
  close(): void;
  /** Closes. What changed, each thing once, in order. Throws when a statement had failed. */
  end(): readonly Change[];
  /** Why the first thing that failed did so: a statement, or asking for what is not committed. */
  failure(): unknown;
}

/** What `work` made does not count, whether it caught this or not: it runs again later. */
export class AskedTooEarly extends Error {
  override readonly name = 'AskedTooEarly';
}

/**
 * A statement that fails voids its transaction: PostgreSQL refuses everything after it, so nobody
 * may come to depend on going on.
 *
 * @param uncommitted the names of what works before it in its group have changed
 */
export function createAttempt(engine: Engine, uncommitted: ReadonlySet<string>): Attempt {
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
    requireCommitted(kind, id) {
      if (!open || !uncommitted.has(nameOf(kind, id))) return;
      failure ??= new AskedTooEarly('asked for what is not committed: the work begins again');
      throw failure;
    },
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

/** Ids are unique without their account. */
export function nameOf(kind: ChangeKind, id: string): string {
  return `${kind}/${id}`;
}
