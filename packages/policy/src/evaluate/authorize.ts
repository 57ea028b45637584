import type { Decision } from '../decision.ts';
import type { PolicyType } from '../policy-type.ts';
import { type Answers, askAll } from './answers.ts';
import { askPolicies } from './ask-policies.ts';
import type { ApplicablePolicies, AuthorizationRequest } from './authorization-request.ts';
import { Question } from './question.ts';

/**
 * Decides a request: an explicit deny in any policy wins, then something has to allow, and nothing
 * allows by default. The order of policies and statements never changes the decision.
 * Source: "Policy evaluation logic", IAM User Guide.
 */
export function authorize(request: AuthorizationRequest, policies: ApplicablePolicies): Decision {
  const question = new Question(request, policies);
  return decide(request, question, askAll(question, request, policies, askPolicies));
}

/** The rule: what all the answers together come to. */
export function decide(
  request: AuthorizationRequest,
  question: Question,
  answers: Answers,
): Decision {
  const { allowing, denying, deniedBy } = answers.matches;
  const missingContextValues = question.missing;

  if (deniedBy !== undefined) {
    return {
      decision: 'explicitDeny',
      matchedStatements: denying,
      stoppedBy: deniedBy,
      missingContextValues,
    };
  }
  const stoppedBy = closedGate(answers) ?? withheldBy(request, answers);
  const decision = stoppedBy === undefined ? 'allowed' : 'implicitDeny';
  return { decision, matchedStatements: allowing, stoppedBy, missingContextValues };
}

/** What the organizations and the network let through; whoever is exempt is not asked. */
function closedGate(answers: Answers): PolicyType | undefined {
  if (!answers.resourceControl) return 'resourceControl';
  if (!answers.serviceControl) return 'serviceControl';
  return answers.vpcEndpoint ? undefined : 'vpcEndpoint';
}

/** The kind of policy that does not allow; undefined when all that must allow do. */
function withheldBy(request: AuthorizationRequest, answers: Answers): PolicyType | undefined {
  const { principal, resourceAccount } = request;
  const { resource, resourceType, identity, permissionsBoundary, session } = answers;
  const direct = resource === 'direct'; // D: the resource's policy names the caller
  const behind = resource === 'role'; // R: it names the role or user behind the session
  const named = resource !== 'none'; // X or better
  const isTrust = resourceType === 'trust';
  // There an identity policy alone is never enough: the resource's own policy has to agree.
  const mustAgree = isTrust || request.resourceMustAgree === true;

  // Without an account there are no policies of one's own: only the resource can let them in.
  if (principal.kind === 'anonymous' || principal.kind === 'service') {
    return direct ? undefined : resourceType;
  }
  const isRoot = principal.kind === 'root';
  // The root user assumes no role, and a role assumes itself only by an explicit grant to itself.
  const isItself = principal.kind === 'assumedRole' && principal.roleArn === request.resource;
  if (isTrust && (isRoot || (isItself && !direct && !behind))) return 'trust';

  if (principal.accountId === resourceAccount) {
    if (isRoot) return named || !mustAgree ? undefined : resourceType;
    if (direct && !isTrust) return undefined;
    const byIdentity = identity && (named || !mustAgree);
    if (!direct && !behind && !byIdentity) return mustAgree && !named ? resourceType : 'identity';
    if (!permissionsBoundary) return 'permissionsBoundary';
    return session || direct ? undefined : 'session';
  }

  // Another account's resource: both sides must allow, and being named does not bypass our side.
  if (!identity && !isRoot) return 'identity';
  if (!named) return resourceType;
  if (!permissionsBoundary) return 'permissionsBoundary';
  return session ? undefined : 'session';
}
