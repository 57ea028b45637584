import { holdDataDirectory, openStore, type Store } from '@carnet/store';
import type { Logger } from 'pino';
import type { Configuration } from '../configuration/configuration.ts';

/**
 * The store of a server. An ephemeral one keeps everything in memory, and still holds its data
 * directory, where its operator socket is: two servers on one directory are refused, of whatever
 * kind they are.
 */
export async function openServerStore(
  configuration: Configuration,
  log: Logger,
): Promise<{ readonly store: Store; readonly release: () => void }> {
  const { dataDirectory, database, ephemeral, masterKey } = configuration;
  if (!ephemeral) {
    const onNotice = (notice: string) => log.warn(notice);
    const store = await openStore({ dataDirectory, database, masterKey, onNotice });
    return { store, release: () => undefined };
  }
  const { release } = await holdDataDirectory(dataDirectory);
  try {
    return { store: await openStore({ dataDirectory: undefined, masterKey }), release };
  } catch (error) {
    release();
    throw error;
  }
}
