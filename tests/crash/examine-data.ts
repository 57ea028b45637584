import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '@carnet/store';
import type { Database } from './database.ts';
import type { Ledger } from './ledger.ts';

/** Holds what a server has left in a folder against what must be true of it after any crash. */
export async function examineData(
  database: Database,
  folder: string,
  ledger: Ledger,
  mostFilesLeft = 0,
): Promise<void> {
  const store = await database.open(folder);
  try {
    await checkFeed(store);
    await checkRecords(store, ledger);
    await checkFiles(store, join(folder, '.carnet', 'objects'));
    const left = await store.sweepObjectFiles();
    assert.ok(left <= mostFilesLeft, `the server has left ${left} files without rows`);
  } finally {
    await store.close();
  }
}

/** Numbers without a gap, up to where the counter stands. */
async function checkFeed(store: Store): Promise<void> {
  let last = 0;
  for (;;) {
    const entries = await store.readFeed(last, 1000);
    for (const { number, changes } of entries) {
      assert.equal(number, last + 1, 'the feed has a gap');
      assert.ok(changes.length > 0);
      last = number;
    }
    if (entries.length === 0) break;
  }
  assert.equal((await store.feedPosition()).number, last);
}

/** A change without its record does not commit, so what was acknowledged has one. */
async function checkRecords(store: Store, ledger: Ledger): Promise<void> {
  const rows = await store.database.selectFrom('audit_event').select('record').execute();
  const recorded = new Set(rows.map(({ record }) => JSON.parse(record).requestID));
  const missing = ledger.acknowledged.filter((requestId) => !recorded.has(requestId));
  assert.deepEqual(missing, [], 'acknowledged and not recorded');
}

/** Every row has its file, of its size. */
async function checkFiles(store: Store, objects: string): Promise<void> {
  const rows = [
    ...(await store.database.selectFrom('s3_object').select(['file', 'size']).execute()),
    ...(await store.database.selectFrom('s3_part').select(['file', 'size']).execute()),
  ];
  for (const { file, size } of rows) {
    assert.equal(statSync(join(objects, file.slice(0, 2), file)).size, size, file);
  }
  assert.equal(new Set(rows.map(({ file }) => file)).size, rows.length, 'two rows share a file');
}

/** Files that are being written, or were when a crash came. */
export function incomingFiles(dataDirectory: string): readonly string[] {
  return readdirSync(join(dataDirectory, 'objects', 'incoming'));
}
