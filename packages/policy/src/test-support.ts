import { compilePolicy } from './compile/compile-policy.ts';
import type { CompiledPolicy } from './compile/compiled-policy.ts';
import { parsePolicy } from './parse/parse-policy.ts';
import type { PolicyType } from './policy-type.ts';
import type { Principal } from './principal.ts';

/** Accounts and principals that tests speak of. */
export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

export const DAVE = {
  kind: 'user',
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/staff/dave`,
  uniqueId: 'AIDADAVE567890123456',
} satisfies Principal;

export const ROOT = {
  kind: 'root',
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
} satisfies Principal;

export const PHOTO_APP = {
  kind: 'assumedRole',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/PhotoAppRole/i-0123`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/apps/PhotoAppRole`,
  uniqueId: 'AROAPHOTO67890123456',
} satisfies Principal;

export const FEDERATED = {
  kind: 'federatedUser',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
  userArn: `arn:aws:iam::${ACCOUNT}:user/broker`,
  uniqueId: 'AIDABROKER0123456789',
} satisfies Principal;

export const EC2 = { kind: 'service', service: 'ec2.amazonaws.com' } satisfies Principal;
export const ANONYMOUS = { kind: 'anonymous' } satisfies Principal;

/** One or more statements in the current version of the language. */
export function documentText(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/**
 * Resource control policies are read as resource policies here: what a customer may write, and
 * `RCPFullAWSAccess`, would show the decision too little.
 */
export function compileText(text: string, type: PolicyType, name: string = type): CompiledPolicy {
  const result = parsePolicy(text, type === 'resourceControl' ? 'resource' : type);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return compilePolicy(result.document, { type, name });
}

export function compiled(type: PolicyType, ...statements: readonly object[]): CompiledPolicy {
  return compileText(documentText(...statements), type);
}
