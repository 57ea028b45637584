import {
  type AuthorizationRequest,
  type CompiledPolicy,
  compilePolicy,
  type PolicyType,
  type Principal,
  parsePolicy,
} from '../src/index.ts';
import { readAs } from './applicable.ts';
import { ACCOUNT, OTHER_ACCOUNT, PRINCIPALS, ROLES } from './random-statement.ts';
import { type Answer, applies, ask } from './reference-evaluator.ts';
import type { Json, JsonObject } from './reference-language.ts';

/** What a policy may say about the request that is asked: each document is compiled once. */
export type Saying = 'absent' | 'silent' | 'allow' | 'deny';

/** How the policy of the resource, or of the role, speaks of the caller. */
export const DOORS = [
  'absent',
  'silent',
  'allow nobody',
  'allow account',
  'allow behind',
  'allow directly',
  'allow everybody',
  'allow all but another',
  'deny nobody',
  'deny account',
  'deny behind',
  'deny directly',
  'deny everybody',
  'deny all but the caller',
] as const;
export type Door = (typeof DOORS)[number];

export const SAYINGS: readonly Saying[] = ['absent', 'silent', 'allow', 'deny'];

/** A role session that asks for its own role is a kind of its own. */
export const CALLERS = [
  'root',
  'user',
  'assumedRole',
  'itself',
  'federatedUser',
  'service',
  'anonymous',
] as const;
export type Caller = (typeof CALLERS)[number];

export const RELATIONS = ['same account', 'cross account'] as const;
/** The policy of a key has to agree. */
const KEY_ACTION = 'kms:Decrypt';
export const ACTIONS = ['s3:GetObject', KEY_ACTION, 'sts:AssumeRole', 'sts:TagSession'] as const;

/** One policy in one of its sayings. */
export interface Option {
  readonly saying: string;
  /** Undefined when there is no such policy. */
  readonly compiled: CompiledPolicy | undefined;
  /** The reference's answer, for a caller without and with a boundary; undefined when none applies. */
  readonly answers: readonly [Answer | undefined, Answer | undefined];
}

export function exhaustiveRequest(
  caller: Caller,
  relation: (typeof RELATIONS)[number],
  action: string,
): AuthorizationRequest {
  const principal = principalOf(caller);
  const accountId = relation === 'same account' ? ACCOUNT : OTHER_ACCOUNT;
  const [ownRole = ''] = ROLES;
  const otherRole = `arn:aws:iam::${accountId}:role/apps/OtherRole`;
  const role = caller === 'itself' ? ownRole : otherRole;
  const resource = action.startsWith('sts:') ? role : 'arn:aws:s3:::photos/pic.jpg';
  const resourceMustAgree = action === KEY_ACTION;
  const context = new Map<string, string>();
  return { principal, action, resource, resourceAccount: accountId, resourceMustAgree, context };
}

function principalOf(caller: Caller): Principal {
  const kind = caller === 'itself' ? 'assumedRole' : caller;
  const found = PRINCIPALS.find((principal) => principal.kind === kind);
  if (found === undefined) throw new Error(`no principal of kind ${kind}`);
  return found;
}

/** A policy that says one thing about every action, or something about another action. */
export function optionOf(
  type: PolicyType,
  saying: Saying,
  request: AuthorizationRequest,
  level?: string,
): Option {
  if (saying === 'absent') return absent;
  const hasPrincipal = type === 'resourceControl' || type === 'vpcEndpoint';
  const whom: JsonObject = hasPrincipal ? { Principal: '*' } : {};
  const Action = saying === 'silent' ? 'iam:CreateUser' : '*';
  const Effect = saying === 'deny' ? 'Deny' : 'Allow';
  return made(type, saying, { Effect, Action, Resource: '*', ...whom }, request, level);
}

const absent: Option = { saying: 'absent', compiled: undefined, answers: [undefined, undefined] };

/** The resource's policy, or for what a role is asked its trust policy. */
export function doorOf(door: Door, request: AuthorizationRequest): Option {
  if (door === 'absent') return absent;
  const isTrust = request.action.startsWith('sts:');
  const Effect = door.startsWith('deny') ? 'Deny' : 'Allow';
  const about: JsonObject = isTrust ? { Action: 'sts:*' } : { Action: '*', Resource: '*' };
  const elsewhere: JsonObject = isTrust
    ? { Action: 'sts:AssumeRoleWithSAML' }
    : { Action: 'iam:CreateUser', Resource: '*' };
  const rest = door === 'silent' ? elsewhere : about;
  // A trust policy may not have NotPrincipal; there the two are what they would come to.
  const whom = isTrust ? trustPrincipal(door, request.principal) : element(door, request.principal);
  return made(isTrust ? 'trust' : 'resource', door, { Effect, ...whom, ...rest }, request);
}

function element(door: Door, principal: Principal): JsonObject {
  if (door === 'allow all but another') return { NotPrincipal: { AWS: ANOTHER } };
  if (door === 'deny all but the caller') return { NotPrincipal: everyName(principal) };
  return { Principal: named(door, principal) };
}

function trustPrincipal(door: Door, principal: Principal): JsonObject {
  if (door === 'allow all but another') return { Principal: '*' };
  if (door === 'deny all but the caller') return { Principal: { AWS: ANOTHER } };
  return { Principal: named(door, principal) };
}

const ANOTHER = 'arn:aws:iam::777788889999:user/another';

function named(door: Door, principal: Principal): Json {
  const way = door.slice(door.indexOf(' ') + 1);
  if (way === 'everybody' || door === 'silent') return '*';
  if (principal.kind === 'service') {
    return way === 'directly' ? { Service: principal.service } : { AWS: ANOTHER };
  }
  if (principal.kind === 'anonymous') return way === 'directly' ? { AWS: '*' } : { AWS: ANOTHER };
  if (way === 'account') return { AWS: principal.accountId };
  if (way === 'directly') return { AWS: principal.arn };
  if (way === 'behind' && principal.kind === 'assumedRole') return { AWS: principal.roleArn };
  if (way === 'behind' && principal.kind === 'federatedUser') return { AWS: principal.userArn };
  return { AWS: ANOTHER };
}

/** All that stands for a caller; nothing does for an anonymous one. */
function everyName(principal: Principal): JsonObject {
  if (principal.kind === 'service') return { Service: principal.service };
  if (principal.kind === 'anonymous') return { AWS: ANOTHER };
  const behind =
    principal.kind === 'assumedRole'
      ? [principal.roleArn]
      : principal.kind === 'federatedUser'
        ? [principal.userArn]
        : [];
  return { AWS: [principal.accountId, principal.arn, ...behind] };
}

function made(
  type: PolicyType,
  saying: string,
  statement: JsonObject,
  request: AuthorizationRequest,
  level?: string,
): Option {
  const document = { Version: '2012-10-17', Statement: statement };
  const result = parsePolicy(JSON.stringify(document), readAs(type));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const compiled = compilePolicy(result.document, { type, name: type });
  const policy = { type, name: type, document, ...(level !== undefined && { level }) };
  const answer = (hasBoundary: boolean) =>
    applies(type, request) ? ask(policy, request, hasBoundary) : undefined;
  return { saying, compiled, answers: [answer(false), answer(true)] };
}
