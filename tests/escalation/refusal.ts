import { ApiError } from '@carnet/wire';

/** By what services refuse one who may not; IAM does not know credentials that it does not take. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InvalidClientTokenId',
  'UnauthorizedOperation',
]);

export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && refusals.has(error.code);
}

/** Throws what is no refusal. */
export async function isAllowed(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
