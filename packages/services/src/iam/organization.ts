import { ApiError } from '@carnet/wire';
import type { OperationContext } from '../operation.ts';

/** What IAM asks of the organization that an account is the management account of. */
interface ManagedOrganization {
  /** `o-…` */
  readonly id: string;
}

/**
 * The organization that the caller's account manages. Accounts are in no organization before
 * organizations are served, so for now this is AWS's answer to such an account.
 */
export async function requireManagedOrganization(
  _context: OperationContext,
): Promise<ManagedOrganization> {
  throw new ApiError(
    'OrganizationNotFoundException',
    400,
    'The request was rejected because no organization is associated with your account.',
  );
}
