import { ApiError } from '@carnet/wire';
import type { Caller } from '../authentication/caller.ts';
import { accessDenied } from './access-denied.ts';

/**
 * What temporary credentials may never do, whatever their policies say. Throws.
 * Source: "Compare AWS STS credentials", IAM User Guide.
 */
export function requireWithinSession(caller: Caller, service: string, operation: string): void {
  switch (caller.kind) {
    case 'anonymous':
      return;
    case 'instance':
      if (service !== 'carnet') throw accessDenied();
      return;
    case 'root':
      if (service === 'sts' && operation === 'AssumeRole') throw rootAssumesNothing();
      if (service === 'sts' && getsToken.has(operation)) throw withSession(operation);
      return;
    case 'assumedRole':
      if (service === 'sts' && getsToken.has(operation)) throw withSession(operation);
      return;
    case 'federatedUser':
      requireFederated(service, operation);
      return;
    case 'user':
      if (caller.session) requireUserSession(caller.session.mfa !== undefined, service, operation);
  }
}

const getsToken: ReadonlySet<string> = new Set(['GetSessionToken', 'GetFederationToken']);

function requireFederated(service: string, operation: string): void {
  if (service === 'iam') throw invalidToken();
  if (service === 'sts' && operation !== 'GetCallerIdentity') throw withSession(operation);
}

function requireUserSession(hasMfa: boolean, service: string, operation: string): void {
  if (service === 'iam' && !hasMfa) throw invalidToken();
  if (service === 'sts' && !ofUserSession.has(operation)) throw withSession(operation);
}

const ofUserSession: ReadonlySet<string> = new Set(['AssumeRole', 'GetCallerIdentity']);

/** AWS's words for those that get a token; what it says to the others nobody has recorded. */
function withSession(operation: string): ApiError {
  return new ApiError('AccessDenied', 403, `Cannot call ${operation} with session credentials`);
}

function rootAssumesNothing(): ApiError {
  return new ApiError('AccessDenied', 403, 'Roles may not be assumed by root accounts.');
}

/** IAM does not know such a token at all. */
function invalidToken(): ApiError {
  const message = 'The security token included in the request is invalid';
  return new ApiError('InvalidClientTokenId', 403, message);
}
