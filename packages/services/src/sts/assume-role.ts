import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { ApiError } from '@carnet/wire';
import { type Caller, sessionOf } from '../authentication/caller.ts';
import { accessDenied } from '../authorization/access-denied.ts';
import type { RoleState } from '../authorization/authorization-state.ts';
import { validationError } from '../iam/error.ts';
import { type ConditionalRequirement, type OperationContext, operation } from '../operation.ts';
import { assumedRoleResource, findAssumedRole } from './assumed-role.ts';
import { credentialsAnswer, minimumTokenSize } from './credentials-answer.ts';
import { passedPolicies } from './passed-policy.ts';
import type { RoleSession } from './session.ts';
import { makerKeyIdOf } from './session-maker.ts';
import { inheritedTags, sessionTags } from './session-tag.ts';
import { issueSession } from './session-token.ts';

/**
 * What is asked of every side, for each permission alike: one statement of a trust policy names them
 * together, with the conditions of all.
 */
const asked = {
  resource: assumedRoleResource,
  conditionKeys: {
    'sts:ExternalId': (input) => input.ExternalId,
    'sts:RoleSessionName': (input) => input.RoleSessionName,
    'sts:SourceIdentity': sourceIdentityOf,
    'sts:TransitiveTagKeys': (input, caller) => {
      const keys = inheritedTags(caller).map(({ Key }) => Key);
      return [...keys, ...(input.TransitiveTagKeys ?? [])];
    },
  },
  // What is inherited will be a tag of the session too: a policy that admits some keys means all.
  requestTags: (input, caller) => [...(input.Tags ?? []), ...inheritedTags(caller)],
} satisfies Omit<ConditionalRequirement<AssumeRoleRequest>, 'action'>;

/**
 * Makes a session of a role. Tags and a source identity, also those that are handed on from the
 * calling session, need permissions of their own.
 * Source: "AssumeRole", AWS STS API reference; "Methods to assume a role", IAM User Guide.
 */
export const assumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>({
  authorization: {
    ...asked,
    action: 'sts:AssumeRole',
    also: [
      {
        ...asked,
        action: 'sts:SetSourceIdentity',
        when: (input, caller) => sourceIdentityOf(input, caller) !== undefined,
      },
      {
        ...asked,
        action: 'sts:TagSession',
        when: (input, caller) => (input.Tags ?? []).length > 0 || inheritedTags(caller).length > 0,
      },
    ],
  },
  access: 'read',
  recordsAnswer: true,
  mfa: (input) => ({ serialNumber: input.SerialNumber, tokenCode: input.TokenCode }),
  async run(context, input) {
    const role = await findAssumedRole(context, input.RoleArn ?? '');
    if (!role) throw accessDenied();
    const { roleId, roleName, accountId } = role;
    const session = await newSession(context, role, input);
    const made = issueSession(context.sealing, session, minimumTokenSize(input));
    const { packedPolicySize } = made;
    const { sessionName, sourceIdentity } = session;
    return {
      ...credentialsAnswer(made),
      AssumedRoleUser: {
        AssumedRoleId: `${roleId}:${sessionName}`,
        Arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      },
      ...(packedPolicySize === undefined ? {} : { PackedPolicySize: packedPolicySize }),
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    };
  },
});

async function newSession(
  context: OperationContext,
  { accountId, roleId, maxSessionDuration }: RoleState,
  input: AssumeRoleRequest,
): Promise<RoleSession> {
  const { caller, database, now } = context;
  if (input.ProvidedContexts !== undefined) throw unverifiableContext();
  const seconds = durationOf(caller, input.DurationSeconds, maxSessionDuration);
  return {
    kind: 'role',
    accountId,
    roleId,
    sessionName: input.RoleSessionName ?? '',
    issuedAt: now,
    expiresAt: now + seconds * 1000,
    ...sessionTags(caller, input.Tags, input.TransitiveTagKeys),
    sourceIdentity: lastingSourceIdentity(input, caller),
    policies: await passedPolicies({ accountId, database }, input),
    makerKeyId: makerKeyIdOf(caller),
    mfa: context.mfa ?? sessionOf(caller)?.mfa,
  };
}

const defaultSeconds = 3600;
const mostChainedSeconds = 3600;

function durationOf(caller: Caller, asked: number = defaultSeconds, mostOfRole: number): number {
  if (asked > mostOfRole) {
    throw validationError(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  if (caller.kind === 'assumedRole' && asked > mostChainedSeconds) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role ' +
        'chaining.',
    );
  }
  return asked;
}

/** As the call would have it, or as the calling session has it. */
function sourceIdentityOf(input: AssumeRoleRequest, caller: Caller): string | undefined {
  return input.SourceIdentity ?? sessionOf(caller)?.sourceIdentity;
}

/** Set once: who began a chain of sessions remains known to its end. */
function lastingSourceIdentity(input: AssumeRoleRequest, caller: Caller): string | undefined {
  const known = sessionOf(caller)?.sourceIdentity;
  if (known !== undefined && input.SourceIdentity !== undefined && input.SourceIdentity !== known) {
    throw validationError('The source identity is already set for this assume role session');
  }
  return sourceIdentityOf(input, caller);
}

function unverifiableContext(): ApiError {
  const message = 'Context assertions cannot be verified: there are no context providers here.';
  return new ApiError('InvalidContextAssertion', 400, message);
}
