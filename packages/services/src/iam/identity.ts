import type { OperationContext } from '../operation.ts';
import {
  type AccountScope,
  findGroup,
  findManagedPolicy,
  findRole,
  findUser,
  storedGroupArn,
  storedRoleArn,
  storedUserArn,
} from './entity.ts';
import { invalidInput, noSuchEntity } from './error.ts';

/** What the reports of last accesses are about: an ARN of the account, and what it stands for. */
export interface Identity {
  readonly kind: 'user' | 'group' | 'role' | 'policy';
  /** The unique id; of a policy the ARN. */
  readonly id: string;
  readonly arn: string;
  readonly name: string;
}

interface IdentityArn {
  readonly accountId: string;
  readonly kind: Identity['kind'];
  readonly name: string;
}

const identityArnPattern =
  /^arn:aws:iam::(?<accountId>aws|\d{12}):(?<kind>user|group|role|policy)\/(?:[!-~]*\/)?(?<name>[\w+=,.@-]+)$/;

/** Throws what AWS answers to what is no ARN of a user, a group, a role or a policy. */
export function parseIdentityArn(arn: string): IdentityArn {
  const { accountId, kind, name } = identityArnPattern.exec(arn)?.groups ?? {};
  if (accountId === undefined || name === undefined) throw invalidInput(`ARN ${arn} is not valid.`);
  return { accountId, kind: kind as Identity['kind'], name };
}

/** By the exact ARN, path included. */
export async function findIdentity(
  scope: AccountScope,
  arn: string,
): Promise<Identity | undefined> {
  const { kind, name } = parseIdentityArn(arn);
  const found = await finders[kind](scope, arn, name);
  return found?.arn === arn ? found : undefined;
}

export async function requireIdentity(
  context: OperationContext,
  arn: string | undefined,
): Promise<Identity> {
  const identity = arn === undefined ? undefined : await findIdentity(context, arn);
  if (identity !== undefined) return identity;
  const { kind, name } = parseIdentityArn(arn ?? '');
  if (kind === 'policy') throw noSuchEntity(`Policy ${arn} was not found.`);
  throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
}

type Finder = (scope: AccountScope, arn: string, name: string) => Promise<Identity | undefined>;

const finders: Readonly<Record<Identity['kind'], Finder>> = {
  async user(scope, _arn, name) {
    const row = await findUser(scope, name);
    return row && { kind: 'user', id: row.user_id, arn: storedUserArn(row), name: row.name };
  },
  async group(scope, _arn, name) {
    const row = await findGroup(scope, name);
    return row && { kind: 'group', id: row.group_id, arn: storedGroupArn(row), name: row.name };
  },
  async role(scope, _arn, name) {
    const row = await findRole(scope, name);
    return row && { kind: 'role', id: row.role_id, arn: storedRoleArn(row), name: row.name };
  },
  async policy(scope, arn, name) {
    const policy = await findManagedPolicy(scope, arn);
    return policy && { kind: 'policy', id: arn, arn, name };
  },
};
