import { createDataKey } from './data-keys.ts';
import type { DataKeySealing, SealingPurpose } from './sealing.ts';
import type { Database, Store } from './store.ts';
import type { Transactor } from './transactor.ts';

const hour = 3_600_000;

/** Milliseconds between two calls of `Store.renewDataKeys`, and the most that each counts. */
export const dataKeyRenewalInterval = hour;

/** A key seals no longer than this, give or take one interval. */
const longestSealing = 24 * hour;

/** The longest session (GetSessionToken, STS API reference), and an interval of the count. */
const longestNeed = 36 * hour + dataKeyRenewalInterval;

/** Purposes of what callers hold for a while. What is sealed for good is never opened by new keys. */
const renewedPurposes: readonly SealingPurpose[] = [
  'session',
  'pagination',
  'authorizationMessage',
];

/** What keys are renewed with. */
interface Parts {
  readonly masterKey: Uint8Array;
  readonly clock: () => number;
  readonly sealing: DataKeySealing;
  readonly transactor: Transactor;
}

interface StoredKey {
  readonly data_key_id: string;
  readonly purpose: string;
  readonly created_at: number;
  readonly counted_age: number;
}

/**
 * Data keys by age. A key is needed until the one after it is as old as the longest session. That age
 * is counted, not computed: at most one interval for each interval that the program runs, so a clock
 * that is put forward deletes nothing early, and one that is put back keeps nothing for ever. A clock
 * that is put forward makes a new key early, which is harmless. So is a crash between the making of a
 * key and its use: it is stored before it seals.
 */
export function createDataKeyRenewal(parts: Parts): Pick<Store, 'rotateDataKey' | 'renewDataKeys'> {
  const { masterKey, clock, sealing, transactor } = parts;
  let countedAt = clock();
  return {
    async rotateDataKey(purpose) {
      const dataKey = await transactor.transaction(({ database }) =>
        createDataKey(database, masterKey, purpose, clock()),
      );
      sealing.addDataKey(dataKey);
    },
    async renewDataKeys() {
      const now = clock();
      const counted = Math.min(Math.max(0, now - countedAt), dataKeyRenewalInterval);
      const { made, kept } = await transactor.transaction(async ({ database }) => {
        await countAge(database, counted);
        const stored = await readStoredKeys(database);
        const unneeded = stored.filter((key) => !isNeeded(key, stored));
        const due = renewedPurposes.filter((purpose) => isDue(purpose, stored, now));
        for (const { data_key_id: id } of unneeded) {
          await database.deleteFrom('data_key').where('data_key_id', '=', id).execute();
        }
        const made = [];
        for (const purpose of due) {
          made.push(await createDataKey(database, masterKey, purpose, now));
        }
        const kept = stored.filter((key) => !unneeded.includes(key));
        return { made, kept: new Set(kept.map(({ data_key_id: id }) => id)) };
      });
      countedAt = now;
      sealing.keepDataKeys(kept);
      for (const dataKey of made) sealing.addDataKey(dataKey);
    },
  };
}

async function countAge(database: Database, counted: number): Promise<void> {
  if (counted === 0) return;
  await database
    .updateTable('data_key')
    .set(({ eb }) => ({ counted_age: eb('counted_age', '+', counted) }))
    .execute();
}

/** Oldest first. */
function readStoredKeys(database: Database): Promise<StoredKey[]> {
  return database
    .selectFrom('data_key')
    .select(['data_key_id', 'purpose', 'created_at', 'counted_age'])
    .orderBy('created_at')
    .orderBy('data_key_id')
    .execute();
}

/** By the clock or by the count: of a clock that was put back a key would never grow old. */
function isDue(purpose: SealingPurpose, stored: readonly StoredKey[], now: number): boolean {
  const newest = stored.findLast((key) => key.purpose === purpose);
  if (newest === undefined) return true;
  return Math.max(now - newest.created_at, newest.counted_age) >= longestSealing;
}

function isNeeded(key: StoredKey, stored: readonly StoredKey[]): boolean {
  if (!renewedPurposes.some((purpose) => purpose === key.purpose)) return true;
  const after = stored.slice(stored.indexOf(key) + 1);
  const next = after.find(({ purpose }) => purpose === key.purpose);
  return next === undefined || next.counted_age < longestNeed;
}
