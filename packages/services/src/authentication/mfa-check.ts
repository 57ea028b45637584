import type { Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { findMfaDevice, verifyMfaCode } from '../iam/mfa-code.ts';
import type { MfaInput } from '../operation.ts';
import type { SessionMfa } from '../sts/session.ts';
import type { Caller } from './caller.ts';

/**
 * Verifies the MFA code that came with a call and uses it up, in a transaction of its own: whatever
 * becomes of the call, the code is good no more. Undefined when none came. Throws `AccessDenied`;
 * nobody but the user of the device gets further.
 */
export async function checkMfa(
  { store, now }: { readonly store: Store; readonly now: number },
  caller: Caller,
  { serialNumber, tokenCode }: MfaInput,
): Promise<SessionMfa | undefined> {
  if (serialNumber === undefined && tokenCode === undefined) return undefined;
  if (serialNumber === undefined || tokenCode === undefined) {
    throw failed(', must provide both MFA serial number and one time pass code.');
  }
  if (caller.kind !== 'user') throw unknownDevice();
  const { accountId, userId } = caller;
  const isGood = await store.transaction(async ({ database }) => {
    const scope = { accountId, database, sealing: store.sealing, now };
    const device = await findMfaDevice(scope, serialNumber);
    // A passkey has no codes.
    if (device?.user_id !== userId || device.seed === null) throw unknownDevice();
    return await verifyMfaCode(scope, { userId, serialNumber, code: tokenCode });
  });
  if (!isGood) throw failed(' with invalid MFA one time pass code. ');
  return { accountId, serialNumber, authenticatedAt: now };
}

/** The two spaces and the one at the end above are AWS's. */
function unknownDevice(): ApiError {
  return failed(
    ', unable to validate MFA code.  Please verify your MFA serial number is valid and ' +
      'associated with this user.',
  );
}

function failed(how: string): ApiError {
  return new ApiError('AccessDenied', 403, `MultiFactorAuthentication failed${how}`);
}
