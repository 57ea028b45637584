import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../packages/store/src/index.ts';

/** Called when the call that runs has asked for its transaction. */
const asked = new AsyncLocalStorage<() => void>();

const directories = new WeakMap<Store, string>();

/** A store on disk, where transactions that wait together share a commit, however slow the machine. */
export async function openFileStore(): Promise<Store> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'carnet-services-'));
  const store = await openStore({ dataDirectory, clock: () => 0 });
  const observed: Store = {
    ...store,
    transaction(work) {
      const result = store.transaction(work);
      asked.getStore()?.();
      return result;
    },
    async close() {
      await store.close();
      await rm(dataDirectory, { recursive: true });
    },
  };
  directories.set(observed, dataDirectory);
  return observed;
}

/** Runs `calls` so that all wait together, in their order, behind a transaction that holds them. */
export async function together(
  store: Store,
  calls: readonly (() => Promise<unknown>)[],
): Promise<PromiseSettledResult<unknown>[]> {
  const { promise: hold, resolve: letGo } = Promise.withResolvers<void>();
  const holding = store.transaction(() => hold);
  // It has begun, and nobody joins it.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const running: Promise<unknown>[] = [];
  for (const call of calls) {
    await new Promise<void>((resolve) => {
      const answer = asked.run(resolve, call);
      answer.catch(() => undefined).finally(resolve);
      running.push(answer);
    });
  }
  letGo();
  await holding;
  return Promise.allSettled(running);
}

/** The object files that are there, whether a row refers to them or not. */
export function storedFiles(store: Store): string[] {
  const directory = join(directories.get(store) ?? '', 'objects');
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^[0-9a-f]{32}$/.test(entry.name))
    .map(({ name }) => name);
}
