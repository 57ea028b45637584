import { parseArn } from '../match/arn.ts';
import type { PrincipalEntry, Statement } from '../policy-document.ts';
import type { Problem } from '../problem.ts';
import { pathOf, problem } from './make-problem.ts';

const ACCOUNT_ID = /^\d{12}$/;
/** What a stored policy has for a user or a role: `AIDA…`, `AROA…`. */
const UNIQUE_ID = /^(?:AIDA|AROA)[A-Z0-9]{12,124}$/;
const IAM_PRINCIPAL = /^(?:root|user\/[^*?]+|role\/[^*?]+)$/;
const STS_PRINCIPAL = /^(?:assumed-role\/[^*?/]+\/[^*?/]+|federated-user\/[^*?/]+)$/;
const DOMAIN_NAME = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;
const CANONICAL_ID = /^[0-9a-f]{64}$/;

/** Principals of a form that nobody can have. Whether one exists is for the services to say. */
export function principalProblems(statement: Statement): Problem[] {
  const entries = statement.principal?.entries ?? [];
  const name = statement.principal?.negated ? 'NotPrincipal' : 'Principal';
  return entries
    .filter((entry) => !isPossible(entry))
    .map((entry) => {
      const message = `Invalid principal in policy: "${entry.type}":"${entry.value.text}"`;
      const path = `${pathOf(statement)}.${name}.${entry.type}`;
      return problem('invalid-principal', message, path, entry.value.position);
    });
}

function isPossible(entry: PrincipalEntry): boolean {
  const text = entry.value.text;
  switch (entry.type) {
    case '*':
      return true;
    case 'AWS':
      return text === '*' || ACCOUNT_ID.test(text) || UNIQUE_ID.test(text) || isPrincipalArn(text);
    case 'Service':
      return DOMAIN_NAME.test(text);
    case 'Federated':
      return DOMAIN_NAME.test(text) || isProviderArn(text);
    case 'CanonicalUser':
      return CANONICAL_ID.test(text);
  }
}

function isPrincipalArn(text: string): boolean {
  const arn = parseArn(text);
  if (arn === undefined || arn.region !== '' || !ACCOUNT_ID.test(arn.accountId)) return false;
  if (arn.service === 'iam') return IAM_PRINCIPAL.test(arn.resource);
  return arn.service === 'sts' && STS_PRINCIPAL.test(arn.resource);
}

function isProviderArn(text: string): boolean {
  const arn = parseArn(text);
  if (arn?.service !== 'iam' || !ACCOUNT_ID.test(arn.accountId)) return false;
  return /^(?:saml-provider|oidc-provider)\/[^*?]+$/.test(arn.resource);
}
