import { type CompiledPolicy, compilePolicy, type PolicyType, parsePolicy } from '@carnet/policy';
import type { Change, ChangeKind, Database, Store } from '@carnet/store';
import { iamArn } from '../arn.ts';
import { findAwsManagedPolicy } from '../iam/aws-managed-policies.ts';
import { policyText } from '../lambda/statement.ts';
import type { BucketAuthorization, FunctionAuthorization } from '../operation.ts';
import { FollowedCache } from './followed-cache.ts';
import { asciiLowerCase } from './request-context.ts';

/** What a decision needs to know of a user. */
export interface UserState {
  readonly accountId: string;
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly groupIds: readonly string[];
  readonly policies: OwnPolicies;
  /** The ARN of its permissions boundary. */
  readonly boundary: string | undefined;
}

/** What a decision needs to know of a role. */
export interface RoleState {
  readonly accountId: string;
  readonly roleId: string;
  readonly roleName: string;
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly trustPolicy: CompiledPolicy;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly policies: OwnPolicies;
  /** The ARN of its permissions boundary. */
  readonly boundary: string | undefined;
}

/** The policies on one user, group or role: inline ones compiled, managed ones by ARN. */
export interface OwnPolicies {
  readonly inline: readonly CompiledPolicy[];
  readonly attached: readonly string[];
}

/**
 * The principals and compiled policies that this process knows: loaded when they are asked for,
 * forgotten when the feed says that they changed. Each kind is kept by itself, so that a policy on
 * ten thousand users is compiled once and forgotten once.
 */
export class AuthorizationState {
  readonly #users: FollowedCache<UserState>;
  readonly #roles: FollowedCache<RoleState>;
  readonly #groups: FollowedCache<OwnPolicies>;
  readonly #managedPolicies: FollowedCache<CompiledPolicy>;
  readonly #buckets: FollowedCache<BucketAuthorization>;
  readonly #functions: FollowedCache<FunctionAuthorization>;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    const ofAccounts = (kind: ChangeKind) => (key: string) =>
      store.requireCommitted(kind, ofAccount(key)[1]);
    const unique = (kind: ChangeKind) => (id: string) => store.requireCommitted(kind, id);
    this.#users = new FollowedCache(
      100_000,
      (key) => this.#loadUser(...ofAccount(key)),
      ofAccounts('user'),
    );
    this.#roles = new FollowedCache(
      100_000,
      (key) => this.#loadRole(...ofAccount(key)),
      ofAccounts('role'),
    );
    this.#groups = new FollowedCache(
      10_000,
      (key) => this.#loadOwnPolicies(...ofAccount(key)),
      ofAccounts('group'),
    );
    this.#managedPolicies = new FollowedCache(
      10_000,
      (arn) => this.#loadManagedPolicy(arn),
      unique('managedPolicy'),
    );
    this.#buckets = new FollowedCache(
      100_000,
      (name) => this.bucketIn(store.database, name),
      unique('bucket'),
    );
    this.#functions = new FollowedCache(
      100_000,
      (key) => this.functionIn(store.database, ...ofAccount(key)),
      ofAccounts('function'),
    );
  }

  user(accountId: string, userId: string): Promise<UserState | undefined> {
    return this.#users.get(keyOf(accountId, userId));
  }

  /** What is known without waiting; undefined says nothing about existence. */
  peekUser(accountId: string, userId: string): UserState | undefined {
    return this.#users.peek(keyOf(accountId, userId));
  }

  peekRole(accountId: string, roleId: string): RoleState | undefined {
    return this.#roles.peek(keyOf(accountId, roleId));
  }

  role(accountId: string, roleId: string): Promise<RoleState | undefined> {
    return this.#roles.get(keyOf(accountId, roleId));
  }

  /** The bucket's owner and policy; undefined when there is no such bucket. */
  bucket(name: string): Promise<BucketAuthorization | undefined> {
    return this.#buckets.get(name);
  }

  /** A function's tags and policy; undefined when there is no such function. */
  function(accountId: string, name: string): Promise<FunctionAuthorization | undefined> {
    return this.#functions.get(keyOf(accountId, name));
  }

  /** Every identity-based policy of a user, those of the groups included. */
  async userPolicies(user: UserState): Promise<readonly CompiledPolicy[]> {
    const found: CompiledPolicy[] = [];
    await this.#collect(user.policies, found);
    for (const groupId of user.groupIds) {
      const key = keyOf(user.accountId, groupId);
      const group = this.#groups.peek(key) ?? (await this.#groups.get(key));
      if (group) await this.#collect(group, found);
    }
    return found;
  }

  async rolePolicies(role: RoleState): Promise<readonly CompiledPolicy[]> {
    const found: CompiledPolicy[] = [];
    await this.#collect(role.policies, found);
    return found;
  }

  /** The permissions boundary of a user or a role; undefined when it has none. */
  permissionsBoundary({
    boundary,
  }: Pick<UserState, 'boundary'>): Promise<CompiledPolicy> | undefined {
    return boundary === undefined ? undefined : this.#attachedPolicy(boundary);
  }

  /** Called for each commit, before it is acknowledged. */
  follow(changes: readonly Change[]): void {
    for (const change of changes) {
      const key = keyOf(change.accountId, change.id);
      if (change.kind === 'user') this.#users.forget(key);
      if (change.kind === 'group') this.#groups.forget(key);
      if (change.kind === 'role') this.#roles.forget(key);
      if (change.kind === 'managedPolicy') this.#managedPolicies.forget(change.id);
      if (change.kind === 'bucket') this.#buckets.forget(change.id);
      if (change.kind === 'function') this.#functions.forget(key);
    }
  }

  forgetAll(): void {
    this.#users.forgetAll();
    this.#roles.forgetAll();
    this.#groups.forgetAll();
    this.#managedPolicies.forgetAll();
    this.#buckets.forgetAll();
    this.#functions.forgetAll();
  }

  async #collect(policies: OwnPolicies, found: CompiledPolicy[]): Promise<void> {
    found.push(...policies.inline);
    for (const arn of policies.attached) found.push(await this.#attachedPolicy(arn));
  }

  /** The default version of a managed policy; undefined when there is no such policy. */
  async managedPolicy(arn: string): Promise<CompiledPolicy | undefined> {
    return this.#managedPolicies.peek(arn) ?? (await this.#managedPolicies.get(arn));
  }

  async #attachedPolicy(arn: string): Promise<CompiledPolicy> {
    const policy = await this.managedPolicy(arn);
    // An attachment without its policy cannot be: deletion asks for detachment first. A policy
    // that might deny must not vanish in silence.
    if (!policy) throw new Error('an attached managed policy is missing');
    return policy;
  }

  async #loadUser(accountId: string, userId: string): Promise<UserState | undefined> {
    const database = this.#store.database;
    const row = await database
      .selectFrom('iam_user')
      .select(['name', 'path', 'permissions_boundary'])
      .where('account_id', '=', accountId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (!row) return undefined;
    const groups = await database
      .selectFrom('iam_group_member')
      .select('group_id')
      .where('account_id', '=', accountId)
      .where('user_id', '=', userId)
      .orderBy('group_id')
      .execute();
    return {
      accountId,
      userId,
      userName: row.name,
      arn: iamArn(accountId, 'user', row.path, row.name),
      tags: await this.#loadTags(accountId, userId),
      groupIds: groups.map((group) => group.group_id),
      policies: await this.#loadOwnPolicies(accountId, userId),
      boundary: row.permissions_boundary ?? undefined,
    };
  }

  async #loadRole(accountId: string, roleId: string): Promise<RoleState | undefined> {
    const row = await this.#store.database
      .selectFrom('iam_role')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('role_id', '=', roleId)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      accountId,
      roleId,
      roleName: row.name,
      arn: iamArn(accountId, 'role', row.path, row.name),
      tags: await this.#loadTags(accountId, roleId),
      trustPolicy: compile(row.trust_policy, 'trust', row.name),
      maxSessionDuration: row.max_session_duration,
      policies: await this.#loadOwnPolicies(accountId, roleId),
      boundary: row.permissions_boundary ?? undefined,
    };
  }

  async #loadTags(accountId: string, resourceId: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#store.database
      .selectFrom('iam_tag')
      .select(['key', 'value'])
      .where('account_id', '=', accountId)
      .where('resource_id', '=', resourceId)
      .execute();
    return new Map(rows.map((row) => [row.key, row.value]));
  }

  async #loadOwnPolicies(accountId: string, ownerId: string): Promise<OwnPolicies> {
    const database = this.#store.database;
    const inline = await database
      .selectFrom('iam_inline_policy')
      .select(['name', 'document'])
      .where('account_id', '=', accountId)
      .where('owner_id', '=', ownerId)
      .orderBy('name_fold')
      .execute();
    const attached = await database
      .selectFrom('iam_attached_policy')
      .select('policy_arn')
      .where('account_id', '=', accountId)
      .where('owner_id', '=', ownerId)
      .orderBy('policy_arn')
      .execute();
    return {
      inline: inline.map((row) => compile(row.document, 'identity', row.name)),
      attached: attached.map((row) => row.policy_arn),
    };
  }

  async #loadManagedPolicy(arn: string): Promise<CompiledPolicy | undefined> {
    const awsManaged = findAwsManagedPolicy(arn);
    if (awsManaged) {
      const version = awsManaged.versions.find(
        (candidate) => candidate.versionId === awsManaged.defaultVersionId,
      );
      return version && compile(version.document, 'identity', awsManaged.policyName, arn);
    }
    const [, , , , accountId = '', rest = ''] = arn.split(':');
    const name = rest.slice(rest.lastIndexOf('/') + 1);
    const row = await this.#store.database
      .selectFrom('iam_policy')
      .innerJoin('iam_policy_version', (join) =>
        join
          .onRef('iam_policy_version.account_id', '=', 'iam_policy.account_id')
          .onRef('iam_policy_version.policy_id', '=', 'iam_policy.policy_id')
          .onRef('iam_policy_version.version_id', '=', 'iam_policy.default_version_id'),
      )
      .select(['iam_policy.name', 'iam_policy.path', 'iam_policy_version.document'])
      .where('iam_policy.account_id', '=', accountId)
      .where('iam_policy.name_fold', '=', asciiLowerCase(name))
      .executeTakeFirst();
    if (!row || iamArn(accountId, 'policy', row.path, row.name) !== arn) return undefined;
    return compile(row.document, 'identity', row.name, arn);
  }

  /** The same, read through a transaction and not from memory. */
  async bucketIn(database: Database, name: string): Promise<BucketAuthorization | undefined> {
    const row = await database
      .selectFrom('s3_bucket')
      .select(['account_id', 'policy'])
      .where('name', '=', name)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      accountId: row.account_id,
      policy: row.policy === null ? undefined : compile(row.policy, 'resource', name),
    };
  }

  /** The same, read through a transaction and not from memory. */
  async functionIn(
    database: Database,
    accountId: string,
    name: string,
  ): Promise<FunctionAuthorization | undefined> {
    const row = await database
      .selectFrom('lambda_function')
      .select('name')
      .where('account_id', '=', accountId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (!row) return undefined;
    const tags = await database
      .selectFrom('lambda_tag')
      .select(['key', 'value'])
      .where('account_id', '=', accountId)
      .where('resource_id', '=', name)
      .execute();
    const statements = await database
      .selectFrom('lambda_permission')
      .select('statement')
      .where('account_id', '=', accountId)
      .where('function_name', '=', name)
      .orderBy('statement_id')
      .execute();
    const text = policyText(statements.map(({ statement }) => statement));
    return {
      tags: new Map(tags.map(({ key, value }) => [key, value])),
      ...(statements.length > 0 && { policy: compile(text, 'resource', name) }),
    };
  }
}

/** Unique ids alone would do; the account beside them keeps accounts apart by construction. */
function keyOf(accountId: string, id: string): string {
  return `${accountId}/${id}`;
}

function ofAccount(key: string): [accountId: string, id: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/**
 * Compiles a stored document. It was checked when it was saved; one that no longer parses stops the
 * request, since a Deny in it may be what protects.
 */
function compile(text: string, type: PolicyType, name: string, arn?: string): CompiledPolicy {
  const parsed = parsePolicy(text, type);
  if (!parsed.ok) throw new Error(`the stored ${type} policy ${name} does not parse`);
  return compilePolicy(parsed.document, arn === undefined ? { type, name } : { type, name, arn });
}
