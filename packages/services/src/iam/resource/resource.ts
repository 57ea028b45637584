import { iamArn } from '../../arn.ts';
import type { ResolveContext, Resource } from '../../operation.ts';
import { type AccountScope, callerAccountId, readTags } from '../entity.ts';
import { validationError } from '../error.ts';

/**
 * The resources of the IAM actions. What exists is decided by its stored ARN, path included; what
 * does not by the ARN it would have at the path `/`. A refusal shows the latter in both cases, so
 * that a caller without permission reads the same answer either way.
 */
export type From<Input> = (input: Input) => string | undefined;

export function accountScope(context: ResolveContext): AccountScope {
  return { accountId: callerAccountId(context.caller), database: context.database };
}

export function plain(scope: AccountScope, arn: string): Resource {
  return { arn, accountId: scope.accountId };
}

export async function tagged(scope: AccountScope, arn: string, id: string): Promise<Resource> {
  return { arn, accountId: scope.accountId, tags: await readTags(scope, id) };
}

/** The codec has refused inputs without their required members. */
export function required(value: string | undefined): string {
  if (value === undefined) throw validationError('A required member is missing.');
  return value;
}

export function askedRename(
  scope: AccountScope,
  kind: 'user' | 'group' | 'server-certificate',
  name: string,
  newPath: string | undefined,
  newName: string | undefined,
): string {
  return iamArn(scope.accountId, kind, newPath ?? '/', newName ?? name);
}

export const boundaryKey = 'iam:PermissionsBoundary';

/** The key of actions on the permissions of a user or a role that has a boundary. */
export function boundaryOf(row: {
  readonly permissions_boundary: string | null;
}): Pick<Resource, 'conditionKeys'> {
  if (row.permissions_boundary === null) return {};
  return { conditionKeys: new Map([[boundaryKey.toLowerCase(), row.permissions_boundary]]) };
}
