import type { CompiledPolicy, Principal } from '@carnet/policy';
import type {
  AssumedRoleCaller,
  Caller,
  FederatedUserCaller,
  UserCaller,
} from '../authentication/caller.ts';
import { accessDenied } from './access-denied.ts';
import type { AuthorizationState, UserState } from './authorization-state.ts';
import { asciiLowerCase } from './request-context.ts';
import { sessionPolicies } from './session-policy.ts';

/** The caller's side of every decision of one call. */
export interface CallerState {
  readonly principal: Principal;
  /** For `aws:PrincipalTag/*`: a session's own stand above those of its principal. */
  readonly tags: ReadonlyMap<string, string>;
  readonly policies: readonly CompiledPolicy[];
  readonly permissionsBoundary?: CompiledPolicy | undefined;
  readonly sessionPolicies?: readonly CompiledPolicy[] | undefined;
  /** For `aws:username`. */
  readonly userName?: string;
}

const noTags: ReadonlyMap<string, string> = new Map();

/** Throws `AccessDenied` for one who is gone meanwhile, and for one who has no permissions at all. */
export async function callerState(state: AuthorizationState, caller: Caller): Promise<CallerState> {
  switch (caller.kind) {
    case 'anonymous':
      return { principal: { kind: 'anonymous' }, tags: noTags, policies: [] };
    case 'root': {
      const { accountId, arn, session } = caller;
      return {
        principal: { kind: 'root', accountId, arn },
        tags: noTags,
        policies: [],
        sessionPolicies: session && (await sessionPolicies(state, session)),
      };
    }
    case 'user':
      return await userState(state, caller);
    case 'federatedUser':
      return await federatedUserState(state, caller);
    case 'assumedRole':
      return await roleState(state, caller);
    case 'instance':
      throw accessDenied();
  }
}

async function userState(state: AuthorizationState, caller: UserCaller): Promise<CallerState> {
  const user = await requireUser(state, caller);
  const { accountId, arn, userId, userName, tags } = user;
  return {
    principal: { kind: 'user', accountId, arn, uniqueId: userId },
    tags,
    userName,
    policies: await state.userPolicies(user),
    permissionsBoundary: await state.permissionsBoundary(user),
  };
}

/** What the user may do, as far as the policies of the session let it through. */
async function federatedUserState(
  state: AuthorizationState,
  caller: FederatedUserCaller,
): Promise<CallerState> {
  const user = await requireUser(state, caller);
  const { accountId, arn, session } = caller;
  return {
    principal: {
      kind: 'federatedUser',
      accountId,
      arn,
      userArn: user.arn,
      uniqueId: user.userId,
    },
    tags: overlaid(user.tags, session.tags),
    policies: await state.userPolicies(user),
    permissionsBoundary: await state.permissionsBoundary(user),
    sessionPolicies: await sessionPolicies(state, session),
  };
}

async function roleState(
  state: AuthorizationState,
  caller: AssumedRoleCaller,
): Promise<CallerState> {
  const { accountId, roleId, arn, session } = caller;
  const role = state.peekRole(accountId, roleId) ?? (await state.role(accountId, roleId));
  if (!role) throw accessDenied();
  return {
    principal: { kind: 'assumedRole', accountId, arn, roleArn: role.arn, uniqueId: role.roleId },
    tags: overlaid(role.tags, session.tags),
    policies: await state.rolePolicies(role),
    permissionsBoundary: await state.permissionsBoundary(role),
    sessionPolicies: session.policies && (await sessionPolicies(state, session)),
  };
}

async function requireUser(
  state: AuthorizationState,
  { accountId, userId }: UserCaller | FederatedUserCaller,
): Promise<UserState> {
  const user = state.peekUser(accountId, userId) ?? (await state.user(accountId, userId));
  if (!user) throw accessDenied();
  return user;
}

/** A session tag replaces the principal's tag of the same key, in whatever case it is written. */
function overlaid(
  below: ReadonlyMap<string, string>,
  above: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (above.size === 0) return below;
  const keys = new Set([...above.keys()].map(asciiLowerCase));
  const kept = [...below].filter(([key]) => !keys.has(asciiLowerCase(key)));
  return new Map([...kept, ...above]);
}
