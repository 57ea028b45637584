import type { Database } from '@carnet/store';
import { findAwsManagedPolicy } from '../aws-managed-policies.ts';
import {
  type AccountScope,
  findGroup,
  findManagedPolicy,
  findRole,
  findUser,
  readGroups,
  storedGroupArn,
  storedRoleArn,
  storedUserArn,
} from '../entity.ts';
import { invalidInput, noSuchEntity } from '../error.ts';
import { readPolicy, type SimulatedPolicy, type SourceType } from './simulated-policy.ts';

/** Whose policies are simulated: `PolicySourceArn`. */
export interface PolicySource {
  readonly kind: EntityKind;
  readonly id: string;
  readonly name: string;
  /** As stored, path included. */
  readonly arn: string;
  /** The ARN of its permissions boundary. */
  readonly boundary: string | undefined;
}

export type EntityKind = 'user' | 'group' | 'role';

/** One policy of the source or of its groups, and what an exclusion may know it by. */
export interface SourcePolicy {
  readonly policy: SimulatedPolicy;
  readonly origin: InlineOrigin | ManagedOrigin;
}

export interface InlineOrigin {
  readonly kind: 'inline';
  readonly name: string;
  readonly owner: Pick<PolicySource, 'kind' | 'name'>;
}

export interface ManagedOrigin {
  readonly kind: 'managed';
  readonly name: string;
  readonly arn: string;
}

const sourceArnPattern =
  /^arn:aws:iam::(?<accountId>\d{12}):(?<kind>user|group|role)\/(?:[\x21-\x7e]+\/)?(?<name>[\w+=,.@-]+)$/;

/**
 * The entity that an ARN names, by its name alone, as the simulator finds it: the path may be another
 * one. Throws what AWS answers to an ARN of anything else, and of another account's.
 */
export async function findPolicySource(
  scope: AccountScope,
  arn: string,
): Promise<PolicySource | undefined> {
  const { accountId, kind, name = '' } = sourceArnPattern.exec(arn)?.groups ?? {};
  if (accountId === undefined) throw invalidInput(`Invalid ARN provided in the request: ${arn}`);
  if (accountId !== scope.accountId) {
    throw invalidInput(
      `Invalid Policy Source Arn: caller's account ${scope.accountId} does not have access to policies in account ${accountId}.`,
    );
  }
  if (kind === 'group') {
    const row = await findGroup(scope, name);
    if (row === undefined) return undefined;
    const { group_id: id } = row;
    return { kind, id, name: row.name, arn: storedGroupArn(row), boundary: undefined };
  }
  if (kind === 'role') {
    const row = await findRole(scope, name);
    if (row === undefined) return undefined;
    const boundary = row.permissions_boundary ?? undefined;
    return { kind, id: row.role_id, name: row.name, arn: storedRoleArn(row), boundary };
  }
  const row = await findUser(scope, name);
  if (row === undefined) return undefined;
  const boundary = row.permissions_boundary ?? undefined;
  return { kind: 'user', id: row.user_id, name: row.name, arn: storedUserArn(row), boundary };
}

export async function requirePolicySource(
  scope: AccountScope,
  arn: string | undefined,
): Promise<PolicySource> {
  const source = arn === undefined ? undefined : await findPolicySource(scope, arn);
  if (source === undefined) throw noSuchEntity('Unable to retrieve specified IAM entity.');
  return source;
}

/**
 * The policies that a decision about the source would ask: its own and, of a user, those of its
 * groups. A managed policy that is attached more than once is one.
 */
export async function readSourcePolicies(
  scope: AccountScope,
  source: PolicySource,
): Promise<SourcePolicy[]> {
  const owners = source.kind === 'user' ? [source, ...(await groupsOf(scope, source))] : [source];
  const inline: SourcePolicy[] = [];
  const arns = new Set<string>();
  for (const owner of owners) {
    for (const { name, document } of await inlinePolicies(scope, owner.id)) {
      const policy = stored(document, `${owner.kind}_${owner.name}_${name}`, 'IAM Policy');
      inline.push({ policy, origin: { kind: 'inline', name, owner } });
    }
    for (const arn of await attachedArns(scope, owner.id)) arns.add(arn);
  }
  const managed: SourcePolicy[] = [];
  for (const arn of arns) {
    const { name, document } = await managedPolicy(scope, arn);
    const policy = stored(document, name, 'IAM Policy');
    managed.push({ policy, origin: { kind: 'managed', name, arn } });
  }
  return [...inline, ...managed];
}

export async function readSourceBoundary(
  scope: AccountScope,
  { boundary }: PolicySource,
): Promise<SimulatedPolicy | undefined> {
  if (boundary === undefined) return undefined;
  const { name, document } = await managedPolicy(scope, boundary);
  return stored(document, name, 'Permissions Boundary Policy');
}

/** It was checked when it was saved: one that no longer parses is no fault of the caller's. */
function stored(document: string, id: string, type: SourceType): SimulatedPolicy {
  const policyType = type === 'IAM Policy' ? 'identity' : 'permissionsBoundary';
  try {
    return readPolicy(document, policyType, { source: { id, type }, invalid: id });
  } catch (cause) {
    throw new Error(`the stored policy ${id} does not parse`, { cause });
  }
}

async function groupsOf(
  scope: AccountScope,
  user: PolicySource,
): Promise<Pick<PolicySource, 'kind' | 'id' | 'name'>[]> {
  const rows = await readGroups(scope, user.id);
  return rows.map((row) => ({ kind: 'group', id: row.group_id, name: row.name }));
}

async function inlinePolicies(scope: AccountScope, ownerId: string) {
  return await scope.database
    .selectFrom('iam_inline_policy')
    .select(['name', 'document'])
    .where('account_id', '=', scope.accountId)
    .where('owner_id', '=', ownerId)
    .orderBy('name_fold')
    .execute();
}

async function attachedArns(scope: AccountScope, ownerId: string): Promise<string[]> {
  const rows = await scope.database
    .selectFrom('iam_attached_policy')
    .select('policy_arn')
    .where('account_id', '=', scope.accountId)
    .where('owner_id', '=', ownerId)
    .orderBy('policy_arn')
    .execute();
  return rows.map((row) => row.policy_arn);
}

interface ManagedDocument {
  readonly name: string;
  readonly document: string;
}

/** The default version; what is attached is there, since deletion asks for detachment first. */
async function managedPolicy(scope: AccountScope, arn: string): Promise<ManagedDocument> {
  const policy = await findManagedPolicy(scope, arn);
  const document =
    policy?.kind === 'customer'
      ? await defaultDocument(scope.database, policy.row)
      : awsDefaultDocument(arn);
  if (policy === undefined || document === undefined) {
    throw new Error('an attached managed policy is missing');
  }
  const name = policy.kind === 'customer' ? policy.row.name : policy.policy.policyName;
  return { name, document };
}

async function defaultDocument(
  database: Database,
  row: { account_id: string; policy_id: string; default_version_id: string },
): Promise<string | undefined> {
  const version = await database
    .selectFrom('iam_policy_version')
    .select('document')
    .where('account_id', '=', row.account_id)
    .where('policy_id', '=', row.policy_id)
    .where('version_id', '=', row.default_version_id)
    .executeTakeFirst();
  return version?.document;
}

function awsDefaultDocument(arn: string): string | undefined {
  const policy = findAwsManagedPolicy(arn);
  return policy?.versions.find(({ versionId }) => versionId === policy.defaultVersionId)?.document;
}
