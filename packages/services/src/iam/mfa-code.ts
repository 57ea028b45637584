import type { Database, Schema, Sealing } from '@carnet/store';
import { HOTP, Secret } from 'otpauth';
import { allowsAttempt, countFailure, forgetFailures } from './attempt.ts';

/**
 * Codes of virtual MFA devices: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds. Steps
 * are counted by the device's own clock, which may be ahead of ours or behind.
 */
export type MfaDeviceRow = Schema['iam_mfa_device'];

/** What a code is looked at with: a transaction's database, or nothing is used up. */
export interface MfaScope {
  readonly accountId: string;
  readonly database: Database;
  readonly sealing: Sealing;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface MfaCode {
  /** `AIDA…`, or the account id for the root user. */
  readonly userId: string;
  readonly serialNumber: string;
  readonly code: string;
}

const stepMilliseconds = 30_000;

/** A code of the step before or after is good too: whoever reads it has to type it. */
const tolerance = 1;

/** How far from ours a clock may be when two codes are there to prove it: ten minutes. */
const farthestDrift = 20;

/**
 * Whether a code is the present one of a virtual device that is enabled for the user; if so it is used
 * up. After ten wrong codes in a row a device is refused for a while: six digits can be guessed.
 */
export async function verifyMfaCode(scope: MfaScope, mfaCode: MfaCode): Promise<boolean> {
  const row = await findMfaDevice(scope, mfaCode.serialNumber);
  if (row === undefined || row.user_id !== mfaCode.userId) return false;
  if (!allowsAttempt(scope, row.serial_number)) return false;
  const secret = openSeed(scope, row);
  const step = steps(scope.now, row, tolerance).find((at) => isCode(secret, at, mfaCode.code));
  if (step === undefined) {
    countFailure(scope, row.serial_number, mfaCode.code);
    return false;
  }
  await scope.database
    .updateTable('iam_mfa_device')
    .set({ last_used_step: step })
    .where('account_id', '=', scope.accountId)
    .where('serial_number', '=', row.serial_number)
    .execute();
  forgetFailures(scope, row.serial_number);
  return true;
}

/**
 * Finds two codes that follow one another, and with them how far the device's clock is from ours.
 * Undefined when they are none, or were used before. Gives what the device's row then says: both codes
 * are used up.
 */
export function synchronize(
  scope: MfaScope,
  row: MfaDeviceRow,
  codes: { readonly first: string; readonly second: string },
): Pick<MfaDeviceRow, 'clock_drift' | 'last_used_step'> | undefined {
  const secret = openSeed(scope, row);
  const step = steps(scope.now, { ...row, clock_drift: 0 }, farthestDrift).find(
    (at) => isCode(secret, at, codes.first) && isCode(secret, at + 1, codes.second),
  );
  if (step === undefined) return undefined;
  const drift = step + 1 - stepAt(scope.now);
  // Within what is tolerated the clocks agree: typing takes its time.
  const clockDrift = Math.abs(drift) <= tolerance ? 0 : drift;
  return { clock_drift: clockDrift, last_used_step: step + 1 };
}

export async function findMfaDevice(
  { accountId, database }: Pick<MfaScope, 'accountId' | 'database'>,
  serialNumber: string,
): Promise<MfaDeviceRow | undefined> {
  return await database
    .selectFrom('iam_mfa_device')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst();
}

/** Whole steps since 1970. */
export function stepAt(now: number): number {
  return Math.floor(now / stepMilliseconds);
}

/** The code of a step; `seed` in base32. */
export function mfaCodeAt(seed: string, step: number): string {
  return HOTP.generate({ secret: Secret.fromBase32(seed), counter: step });
}

/** The steps around now, by the device's clock, whose codes were not yet taken. */
function steps(now: number, row: MfaDeviceRow, around: number): readonly number[] {
  const present = stepAt(now) + row.clock_drift;
  const all = Array.from({ length: 2 * around + 1 }, (_, index) => present - around + index);
  return all.filter((step) => row.last_used_step === null || step > row.last_used_step);
}

/** Compares in constant time what has the form of a code; the comparison throws at all else. */
function isCode(secret: Secret, step: number, code: string): boolean {
  if (!/^[0-9]{6}$/.test(code)) return false;
  return HOTP.validate({ token: code, secret, counter: step, window: 0 }) !== null;
}

export function sealSeed(sealing: Sealing, serialNumber: string, seed: string): string {
  return sealing.seal('secret', serialNumber, new TextEncoder().encode(seed));
}

/** A passkey has no seed: what signs in with it asks no code. */
function openSeed({ sealing }: MfaScope, row: MfaDeviceRow): Secret {
  const opened =
    row.seed === null ? undefined : sealing.open('secret', row.serial_number, row.seed);
  if (opened === undefined) throw new Error('the seed of an MFA device does not open');
  return Secret.fromBase32(new TextDecoder().decode(opened));
}
