import type { Decision } from '../decision.ts';
import { parseArn } from '../match/arn.ts';
import { accountOf } from '../match/principal.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Principal } from '../principal.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

const POLICY_NAMES: Readonly<Record<PolicyType, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  trust: 'role trust policy',
  permissionsBoundary: 'permissions boundary',
  session: 'session policy',
  serviceControl: 'service control policy',
  resourceControl: 'resource control policy',
  vpcEndpoint: 'VPC endpoint policy',
};

/**
 * The sentence that a denied caller reads, as AWS words it ("Troubleshoot access denied error
 * messages", IAM User Guide). S3 quotes the resource; STS names none where it is `*`. An anonymous
 * caller is told nothing.
 */
export function denialMessage(
  request: AuthorizationRequest,
  decision: Decision,
  options: { readonly quoteResource?: boolean; readonly withoutResource?: boolean } = {},
): string {
  const { principal, action } = request;
  if (principal.kind === 'anonymous') return 'Access Denied';
  const resource = options.quoteResource ? `"${request.resource}"` : request.resource;
  const on = options.withoutResource ? '' : ` on resource: ${resource}`;
  const head = `User: ${nameOf(principal)} is not authorized to perform: ${action}${on}`;
  const { stoppedBy } = decision;
  if (stoppedBy === undefined) return head;
  const policy = POLICY_NAMES[stoppedBy];
  if (decision.decision === 'implicitDeny') {
    return `${head} because no ${policy} allows the ${action} action`;
  }
  const article = stoppedBy === 'trust' ? 'the' : startsWithVowel(policy) ? 'an' : 'a';
  return `${head} with an explicit deny in ${article} ${policy}${arnSuffix(request, decision)}`;
}

function nameOf(principal: Exclude<Principal, { kind: 'anonymous' }>): string {
  return principal.kind === 'service' ? principal.service : principal.arn;
}

function startsWithVowel(text: string): boolean {
  return /^[aeiou]/.test(text);
}

/** The denying policy's ARN, for a caller who is allowed to know of it. Inline policies have none. */
function arnSuffix(request: AuthorizationRequest, decision: Decision): string {
  const { stoppedBy } = decision;
  // The first statement that denied is of the type that is told.
  const arn = decision.matchedStatements[0]?.policy.source.arn;
  if (stoppedBy === undefined || arn === undefined) return '';
  return mayKnow(request, stoppedBy, arn) ? `: ${arn}` : '';
}

function mayKnow(request: AuthorizationRequest, stoppedBy: PolicyType, arn: string): boolean {
  const account = accountOf(request.principal);
  if (account === undefined) return false;
  const owner = parseArn(arn)?.accountId;
  // AWS's own policies are known to everybody; an SCP is always of the caller's own organization.
  if (owner === account || owner === 'aws' || stoppedBy === 'serviceControl') return true;
  if (stoppedBy !== 'resourceControl') return false;
  const organization = request.context.get('aws:principalorgid');
  const sameOrganization =
    typeof organization === 'string' &&
    organization !== '' &&
    organization === request.context.get('aws:resourceorgid');
  return sameOrganization || account === request.resourceAccount;
}
