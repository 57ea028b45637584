import type { CompiledPolicy } from '@carnet/policy';
import type { Change, Database, ObjectFiles, Sealing } from '@carnet/store';
import type { Caller } from './authentication/caller.ts';
import type { RoleState } from './authorization/authorization-state.ts';
import type { FunctionHost } from './lambda/function-runner.ts';
import type { Settings } from './settings.ts';
import type { SessionMfa } from './sts/session.ts';
import type { InstanceMetadata } from './workload/instance-metadata.ts';

/**
 * An operation of a service: how it is authorized, as data, and what it does. The steps of a call
 * are `dispatch.ts`; who knows one operation knows all.
 */
export interface Operation<Input, Output, Prepared = undefined> {
  readonly authorization: Authorization<Input>;
  /** A `write` runs in one transaction together with its audit record; a `read` in none. */
  readonly access: 'read' | 'write';
  /** True where a read is recorded with its answer, since it hands out credentials. */
  readonly recordsAnswer?: boolean;
  /**
   * The MFA code that came with the input. It is verified and used up before anything is authorized;
   * a wrong one is refused.
   */
  mfa?(input: Input): MfaInput;
  /**
   * Slow work that must not hold the transaction: hashing a password, receiving a body. Runs once,
   * after authorization; clean up what it leaves in `context.afterRollback`.
   */
  prepare?(context: OperationContext, input: Input): Promise<Prepared>;
  /**
   * What is answered when nothing is left to change after all, because none of the entries of a list
   * may be changed: the call then is a refusal, and makes no transaction. Undefined: `run` answers.
   */
  refusedOutput?(prepared: Prepared, input: Input): Output | undefined;
  /** May run again after a serialization failure: changes nothing outside of the database. */
  run(context: OperationContext, input: Input, prepared: Prepared): Promise<Output>;
}

/** Both or neither must be there. */
export interface MfaInput {
  readonly serialNumber: string | undefined;
  readonly tokenCode: string | undefined;
}

/** Gives an operation its types. */
export function operation<Input, Output, Prepared = undefined>(
  definition: Operation<Input, Output, Prepared>,
): Operation<Input, Output, Prepared> {
  return definition;
}

/** What must be allowed before an operation runs. */
export type Authorization<Input> =
  | AuthorizationRequirement<Input>
  /** Every authenticated caller may: GetCallerIdentity, GetSessionToken. */
  | { readonly action: 'none' }
  /** The agent of an instance may, and nobody else: what the instance is told of itself. */
  | { readonly action: 'instance' };

export interface AuthorizationRequirement<Input> {
  /** `iam:CreateUser`; for a few operations of S3 the input decides. */
  readonly action: string;
  /** Absent: the action supports no resource, `*` is checked. */
  readonly resource?: ResourceReference<Input>;
  /** Condition keys whose values come from the input: `{'iam:PolicyARN': (input) => input.PolicyArn}`. */
  readonly conditionKeys?: Readonly<
    Record<string, (input: Input, caller: Caller) => ConditionValue>
  >;
  /** The tags that the call sets: `aws:RequestTag/*` and `aws:TagKeys` come from them. */
  requestTags?(input: Input, caller: Caller): readonly RequestTag[] | undefined;
  /** The tag keys that the call removes, for `aws:TagKeys`. */
  tagKeys?(input: Input): readonly string[] | undefined;
  /**
   * A policy that the account applies to all of its users by a setting of its own, undefined while the
   * setting is off. It is decided as one more identity-based policy of the calling user: a Deny or a
   * permissions boundary stands above it. Nobody but a user has it.
   */
  allowedByAccount?(context: ResolveContext): Promise<CompiledPolicy | undefined>;
  /**
   * True where the root user of the resource's own account is not bound by the resource's policy, so
   * that a policy which locks everybody out can be taken away.
   */
  readonly rootPassesPolicy?: boolean;
  /** Further permissions of the same call. */
  readonly also?: readonly ConditionalRequirement<Input>[];
  /** True when `run` authorizes entry by entry with `context.isAllowed` (DeleteObjects). */
  readonly perEntry?: boolean;
}

export interface ConditionalRequirement<Input> extends AuthorizationRequirement<Input> {
  /** Absent: always. */
  readonly when?: (input: Input, caller: Caller) => boolean;
  /** The same, where it depends on what is stored; asked after `when`. */
  readonly applies?: (context: ResolveContext, input: Input) => Promise<boolean>;
}

export interface RequestTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export type ConditionValue = string | readonly string[] | undefined;

/** Names the resource of a call in the service authorization reference's terms, and finds it. */
export interface ResourceReference<Input> {
  /** `user`, `group`, `policy`, `bucket`, `object`. */
  readonly resourceType: string;
  /** The names of the service's condition keys that `Resource.conditionKeys` may hold. */
  readonly conditionKeys?: readonly string[];
  /**
   * The resource as stored (its path included), or, when it does not exist, the ARN it would have:
   * authorization comes before existence.
   */
  resolve(context: ResolveContext, input: Input): Promise<Resource>;
  /** Where a call names several: all but the first, and each of them has to be allowed too. */
  resolveFurther?(context: ResolveContext, input: Input): Promise<readonly Resource[]>;
}

export interface Resource {
  readonly arn: string;
  /**
   * The ARN as the caller's words have it, where the stored one says more: a refusal shows this, so
   * that it reads the same whether the thing exists or not.
   */
  readonly askedArn?: string;
  /**
   * True where the reason of a refusal would tell whether the thing exists, or whom it trusts: then
   * only a deny on the caller's own side is told.
   */
  readonly reasonHidden?: boolean;
  /** The account that owns it. */
  readonly accountId: string;
  /** For `aws:ResourceTag/*`. */
  readonly tags?: ReadonlyMap<string, string>;
  /**
   * Condition keys that have no fixed name or belong to what is stored, in ASCII lower case:
   * `s3:existingobjecttag/team`.
   */
  readonly conditionKeys?: ReadonlyMap<string, string | readonly string[]>;
  /** The resource-based policy. */
  readonly policy?: CompiledPolicy;
  /** Of a role that is to be assumed. */
  readonly trustPolicy?: CompiledPolicy;
}

export interface ResolveContext {
  readonly caller: Caller;
  readonly database: Database;
  readonly resourcePolicies: ResourcePolicies;
  readonly settings: Settings;
}

/** Resource policies, compiled and kept in memory. */
export interface ResourcePolicies {
  /** The bucket's owner and policy, undefined when there is no such bucket. */
  bucket(name: string): Promise<BucketAuthorization | undefined>;
  /** A role with its trust policy, undefined when there is no such role. */
  role(accountId: string, roleId: string): Promise<RoleState | undefined>;
  /** A function's tags and policy, undefined when there is no such function. */
  function(accountId: string, name: string): Promise<FunctionAuthorization | undefined>;
}

export interface FunctionAuthorization {
  readonly tags: ReadonlyMap<string, string>;
  readonly policy?: CompiledPolicy;
}

export interface BucketAuthorization {
  readonly accountId: string;
  readonly policy: CompiledPolicy | undefined;
}

/** What an operation works with; inside a transaction everything is read through it. */
export interface OperationContext extends ResolveContext {
  /** The caller's account; throws `AccessDenied` for an anonymous caller. */
  readonly accountId: string;
  readonly requestId: string;
  /** What the caller signed for; the deployment's is in the settings. */
  readonly region: string;
  /** Milliseconds since 1970, one moment for the whole call. */
  readonly now: number;
  /** The device whose code came with the call and was good; undefined: none came. */
  readonly mfa?: SessionMfa | undefined;
  readonly sealing: Sealing;
  readonly objectFiles: ObjectFiles;
  /** Appends to the change feed; a bug in a `read`. */
  changed(change: Change): void;
  /** Work for after the commit, such as removing a replaced object's file. */
  afterCommit(work: () => Promise<void>): void;
  /** Work for after a failure, such as removing a file that nothing refers to. */
  afterRollback(work: () => Promise<void>): void;
  /** A further decision for the same caller: per entry of a list, or whether existence may be told. */
  isAllowed(action: string, resource: Resource): boolean;
  /** What a running instance is told of itself; throws EC2's errors. */
  instanceMetadata(accountId: string, instanceId: string): Promise<InstanceMetadata>;
  /** What runs functions; undefined: nothing does. */
  readonly functionHost: FunctionHost | undefined;
}

/** A service's operations by AWS's names. */
export type OperationTable = Readonly<Record<string, Operation<never, unknown, unknown>>>;
