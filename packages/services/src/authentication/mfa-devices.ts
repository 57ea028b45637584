import type { Change, Store } from '@carnet/store';
import { FollowedCache } from '../authorization/followed-cache.ts';

/** An MFA device that somebody has enabled. */
export interface EnabledMfaDevice {
  /** `AIDA…`, or the account id for the root user's. */
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly enabledAt: number;
}

/** Enabled MFA devices by serial number, kept in memory while they are in use, following the feed. */
export class MfaDevices {
  readonly #devices: FollowedCache<EnabledMfaDevice>;

  constructor(store: Store) {
    this.#devices = new FollowedCache(
      10_000,
      (serialNumber) => load(store, serialNumber),
      (serialNumber) => store.requireCommitted('mfaDevice', serialNumber),
    );
  }

  /** A serial number is an ARN, with the account in it; the account beside it has to agree. */
  async find(accountId: string, serialNumber: string): Promise<EnabledMfaDevice | undefined> {
    if (!serialNumber.startsWith(`arn:aws:iam::${accountId}:`)) return undefined;
    return this.#devices.peek(serialNumber) ?? (await this.#devices.get(serialNumber));
  }

  follow(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'mfaDevice') this.#devices.forget(change.id);
    }
  }

  forgetAll(): void {
    this.#devices.forgetAll();
  }
}

async function load(store: Store, serialNumber: string): Promise<EnabledMfaDevice | undefined> {
  const [, , , , accountId = ''] = serialNumber.split(':');
  const row = await store.database
    .selectFrom('iam_mfa_device')
    .select(['user_id', 'enabled_at'])
    .where('account_id', '=', accountId)
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst();
  if (row === undefined || row.user_id === null || row.enabled_at === null) return undefined;
  return { userId: row.user_id, enabledAt: row.enabled_at };
}
