import { type Arn, parseArn } from '../match/arn.ts';
import type { PrincipalEntry, Statement } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Problem } from '../problem.ts';
import { PARTITIONS } from './check-resource.ts';
import { pathOf, problem } from './make-problem.ts';

const ACCOUNT_ID = /^\d{12}$/;
/** What a stored policy has for a user, a role or a role's session: `AIDA…`, `AROA…`, `AROA…:app`. */
const UNIQUE_ID = /^(?:AIDA[A-Z0-9]{12,124}|AROA[A-Z0-9]{12,124}(?::[^*?/]+)?)$/;
const IAM_PRINCIPAL = /^(?:root|user\/[^*?]+|role\/[^*?]+)$/;
const STS_PRINCIPAL = /^(?:assumed-role\/[^*?/]+\/[^*?/]+|federated-user\/[^*?/]+)$/;
/**
 * CloudFront's older way to read a bucket ("Restrict access to an Amazon S3 origin", CloudFront
 * Developer Guide). It has an ARN of IAM's form and no account, and is nobody outside of AWS.
 */
const ORIGIN_ACCESS_IDENTITY = /^user\/CloudFront Origin Access Identity [A-Z0-9]+$/;
const DOMAIN_NAME = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;
const CANONICAL_ID = /^[0-9a-f]{64}$/;

/** Principals of a form that nobody can have. Whether one exists is for the services to say. */
export function principalProblems(statement: Statement, policyType: PolicyType): Problem[] {
  const entries = statement.principal?.entries ?? [];
  const name = statement.principal?.negated ? 'NotPrincipal' : 'Principal';
  return entries
    .filter((entry) => !isPossible(entry, policyType))
    .map((entry) => {
      // AWS writes the type of a service in capitals, and the other types as the policy does.
      const type = entry.type === 'Service' ? 'SERVICE' : entry.type;
      const message = `Invalid principal in policy: "${type}":"${entry.value.text}"`;
      const path = `${pathOf(statement)}.${name}.${entry.type}`;
      return problem('invalid-principal', message, path, entry.value.position);
    });
}

function isPossible(entry: PrincipalEntry, policyType: PolicyType): boolean {
  const text = entry.value.text;
  switch (entry.type) {
    case '*':
      return true;
    case 'AWS':
      return isPossibleAws(text, policyType);
    case 'Service':
      return DOMAIN_NAME.test(text);
    case 'Federated':
      return DOMAIN_NAME.test(text) || isProviderArn(text);
    case 'CanonicalUser':
      return CANONICAL_ID.test(text);
  }
}

function isPossibleAws(text: string, policyType: PolicyType): boolean {
  if (text === '*' || ACCOUNT_ID.test(text) || UNIQUE_ID.test(text)) return true;
  const arn = principalArn(text);
  if (arn === undefined) return false;
  if (arn.accountId === 'cloudfront') {
    if (policyType !== 'resource' || arn.service !== 'iam') return false;
    return ORIGIN_ACCESS_IDENTITY.test(arn.resource);
  }
  if (!ACCOUNT_ID.test(arn.accountId)) return false;
  if (arn.service === 'iam') return IAM_PRINCIPAL.test(arn.resource);
  return arn.service === 'sts' && STS_PRINCIPAL.test(arn.resource);
}

/** An ARN in one of AWS's partitions and, as all of IAM's and STS's are, in no region. */
function principalArn(text: string): Arn | undefined {
  const arn = parseArn(text);
  return arn?.region === '' && PARTITIONS.includes(arn.partition) ? arn : undefined;
}

function isProviderArn(text: string): boolean {
  const arn = principalArn(text);
  if (arn?.service !== 'iam' || !ACCOUNT_ID.test(arn.accountId)) return false;
  return /^(?:saml-provider|oidc-provider)\/[^*?]+$/.test(arn.resource);
}
