import { createHash } from 'node:crypto';

/**
 * The canonical user id that S3 shows for an account: 64 hex digits. AWS's are random; ours follow
 * from the account id, so that there is nothing to keep. It identifies, it is no secret.
 */
export function canonicalUserId(accountId: string): string {
  return createHash('sha256').update(`carnet canonical user ${accountId}`).digest('hex');
}
