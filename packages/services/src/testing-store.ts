import { openStore, type Store } from '@carnet/store';

/**
 * For tests: where a world's store comes from. In memory, unless a test file puts another database
 * here before it loads the tests that it wants to run on that.
 */
export const testingStore: { open(): Promise<Store> } = {
  open: () => openStore({ dataDirectory: undefined }),
};
