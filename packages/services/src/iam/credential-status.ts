import type { StatusType } from '@aws-sdk/client-iam';
import { invalidInput } from './error.ts';

/** The status that a call gives a credential: the model knows `Expired` too, which only time sets. */
export function requireStatus(status: StatusType | undefined): 'Active' | 'Inactive' {
  if (status === 'Active' || status === 'Inactive') return status;
  throw invalidInput(`Operation does not support status ${status}`);
}
