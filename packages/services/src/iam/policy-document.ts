import { parsePolicy, policySize } from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { quotaExceeded } from './error.ts';

/** Non-whitespace characters of one version of a managed policy (IAM quotas). */
export const managedPolicySizeQuota = 6144;

/** Refuses what is no identity-based policy, with the first problem's message as AWS words it. */
export function checkIdentityPolicy(text: string): void {
  const parsed = parsePolicy(text, 'identity');
  if (parsed.ok) return;
  const message = parsed.problems[0]?.message ?? 'Syntax errors in policy.';
  throw new ApiError('MalformedPolicyDocument', 400, message);
}

export function checkManagedPolicyDocument(text: string): void {
  checkIdentityPolicy(text);
  if (policySize(text) > managedPolicySizeQuota) {
    throw quotaExceeded('PolicySize', managedPolicySizeQuota);
  }
}

/** Documents stand URL-encoded in the answers of the IAM API (RFC 3986). */
export function encodePolicyDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
