import type { Sealing } from '@carnet/store';
import { validationError } from '../iam/error.ts';
import { issueSession, type SessionCredentials } from './session-token.ts';

/** What a session of a root user may be limited to ("AssumeRoot", AWS STS API reference). */
export const rootTaskNames: readonly string[] = [
  'IAMAuditRootUserCredentials',
  'IAMCreateRootUserPassword',
  'IAMDeleteRootUserCredentials',
  'S3UnlockBucketPolicy',
  'SQSUnlockQueuePolicy',
];

const taskPrefix = 'arn:aws:iam::aws:policy/root-task/';

/** The longest that such a session lasts. */
const mostSeconds = 900;

/** Throws `ValidationError` for what is none of AWS's task policies. */
export function requireTaskPolicy(arn: string | undefined): string {
  const arns = rootTaskNames.map((name) => taskPrefix + name);
  if (arn !== undefined && arns.includes(arn)) return arn;
  throw validationError(`The task policy must be one of ${arns.join(', ')}`);
}

/** The ARN of a task by its name, `S3UnlockBucketPolicy`. */
export function taskPolicyArn(name: string): string {
  return requireTaskPolicy(taskPrefix + name);
}

/** A session of an account's root user, limited to one task. */
export function issueRootSession(
  sealing: Sealing,
  { accountId, taskPolicyArn, now }: { accountId: string; taskPolicyArn: string; now: number },
): SessionCredentials {
  return issueSession(sealing, {
    kind: 'root',
    accountId,
    taskPolicyArn,
    issuedAt: now,
    expiresAt: now + mostSeconds * 1000,
  });
}
