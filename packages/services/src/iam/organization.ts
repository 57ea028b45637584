import { ApiError } from '@carnet/wire';

/**
 * The organization that the caller's account manages. Accounts are in none before organizations are
 * served: this is AWS's answer to such an account, and nothing that needs one comes further.
 */
export async function requireManagedOrganization(): Promise<never> {
  throw new ApiError(
    'OrganizationNotFoundException',
    400,
    'The request was rejected because no organization is associated with your account.',
  );
}
