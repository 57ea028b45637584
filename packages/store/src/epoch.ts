import type { Engine } from './engine.ts';
import { type FeedPosition, readFeedPosition } from './feed.ts';
import type { Schema } from './schema.ts';
import type { Store } from './store.ts';
import { notify, type Transactor } from './transactor.ts';

/** Who is told when all that was known is void. */
export interface Epoch extends Pick<Store, 'onNewEpoch' | 'empty'> {
  begin(position: FeedPosition): void;
}

/** The counter goes on, and what was sealed still opens. */
const kept: ReadonlySet<keyof Schema> = new Set(['feed_counter', 'data_key']);

/** @param drop drops the object files; undefined for a store that lasts and cannot be emptied */
export function createEpoch(
  engine: Engine,
  transactor: Transactor,
  drop: (() => void) | undefined,
): Epoch {
  const listeners = new Set<(position: FeedPosition) => void>();
  const begin = (position: FeedPosition) => {
    for (const listener of listeners) notify(() => listener(position));
  };
  return {
    begin,
    onNewEpoch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async empty() {
      if (drop === undefined) throw new Error('only an ephemeral store can be emptied');
      const tables = await engine.reader.introspection.getTables();
      const emptied = tables
        .map(({ name }) => name as keyof Schema)
        .filter((name) => !kept.has(name));
      await transactor.transaction(
        async ({ database }) => {
          for (const table of emptied) await database.deleteFrom(table).execute();
          await database
            .updateTable('feed_counter')
            .set((column) => ({
              epoch: column('epoch', '+', 1),
              number: column('number', '+', 1),
            }))
            .where('name', '=', 'feed')
            .execute();
        },
        async () => {
          drop();
          begin(await readFeedPosition(engine.reader));
        },
      );
    },
  };
}
