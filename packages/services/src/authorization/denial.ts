import { type AuthorizationRequest, type Decision, denialMessage } from '@carnet/policy';
import type { Sealing } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { type Caller, userIdOf } from '../authentication/caller.ts';
import type { Resource } from '../operation.ts';
import { type DeniedQuestion, encodeAuthorizationMessage } from './authorization-message.ts';

/** A question that was answered with no. */
export interface Denied {
  readonly caller: Caller;
  /** Whose operation was called: `iam`, `sts`, `s3`, `ec2`. */
  readonly service: string;
  readonly question: AuthorizationRequest;
  readonly resource: Resource | undefined;
  readonly decision: Decision;
  /** What the request carried, for who may decode the message. */
  conditions(): DeniedQuestion['conditions'];
}

/** The error of a denied call, in the words of its service. */
export function denial(sealing: Sealing, denied: Denied): ApiError {
  const sentence = sentenceOf(denied);
  if (denied.service !== 'ec2') return new ApiError('AccessDenied', 403, sentence);
  const message = [
    'You are not authorized to perform this operation.',
    `${sentence}.`,
    ...encodedMessage(sealing, denied),
  ];
  return new ApiError('UnauthorizedOperation', 403, message.join(' '));
}

function sentenceOf({ service, question, resource, decision }: Denied): string {
  const shown = { ...question, resource: resource?.askedArn ?? question.resource };
  const hidden = resource?.reasonHidden === true && !isOwnDeny(question, decision);
  const told = hidden ? { ...decision, stoppedBy: undefined } : decision;
  return denialMessage(shown, told, {
    quoteResource: service === 's3',
    withoutResource: service === 'sts' && resource === undefined,
  });
}

/** A deny on the caller's own side, of what is in the caller's own account. */
function isOwnDeny(
  { principal, resourceAccount }: AuthorizationRequest,
  { decision, stoppedBy }: Decision,
): boolean {
  if (decision !== 'explicitDeny' || stoppedBy === undefined || !ownSide.has(stoppedBy)) {
    return false;
  }
  return 'accountId' in principal && principal.accountId === resourceAccount;
}

const ownSide: ReadonlySet<string> = new Set([
  'identity',
  'permissionsBoundary',
  'session',
  'serviceControl',
]);

function encodedMessage(sealing: Sealing, denied: Denied): readonly string[] {
  const { caller, question, resource, decision } = denied;
  const { principal, action, resourceAccount } = question;
  if (caller.kind === 'anonymous' || !('accountId' in principal)) return [];
  const asked: DeniedQuestion = {
    principal,
    principalId: userIdOf(caller),
    action,
    resource: resource?.askedArn ?? question.resource,
    resourceAccount,
    conditions: denied.conditions(),
  };
  const encoded = encodeAuthorizationMessage(sealing, caller.accountId, asked, decision);
  return [`Encoded authorization failure message: ${encoded}`];
}
