import {
  foldAscii,
  type PolicyDocument,
  type Problem,
  parsePolicy,
  policySize,
} from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { operatorService } from '../account/account.ts';
import {
  manyPrincipalsToArns,
  principalsToArns,
  principalsToIds,
} from '../authorization/principal-id.ts';
import { refusedPrincipal } from '../authorization/refused-principal.ts';
import type { OperationContext } from '../operation.ts';
import type { AccountScope } from './entity.ts';
import { quotaExceeded } from './error.ts';

/**
 * A trust policy as it is stored: users and roles in it by their unique ids.
 * Errors: `MalformedPolicyDocument`, for what is no trust policy and for principals that nobody is;
 * `LimitExceeded` for one that is too long.
 */
export async function storedTrustPolicy(context: OperationContext, text: string): Promise<string> {
  const parsed = parsePolicy(text, 'trust');
  if (!parsed.ok) throw ofProblem(parsed.problems[0]);
  const most = context.settings.quotas.assumeRolePolicySize;
  if (policySize(text) > most) throw quotaExceeded('ACLSizePerRole', most);
  // Which roles the operator's socket may hand out is decided where accounts are made, not here.
  if (isServicePrincipal(parsed.document, operatorService)) {
    throw malformed(`Invalid principal in policy: "SERVICE":"${operatorService}"`);
  }
  const stored = await principalsToIds(context.database, parsed.document);
  if (stored.ok) return stored.text;
  throw malformed(`Invalid principal in policy: ${refusedPrincipal(stored.entry)}`);
}

/** A stored trust policy as it is shown: ARNs for the unique ids of those who still exist. */
export async function shownTrustPolicy(
  { database }: AccountScope,
  stored: string,
): Promise<string> {
  if (!holdsIds(stored)) return stored;
  return await principalsToArns(database, readStored(stored));
}

/** The same for many of them, with as many queries as for one. */
export async function shownTrustPolicies(
  { database }: AccountScope,
  stored: readonly string[],
): Promise<readonly string[]> {
  const withIds = stored.filter(holdsIds);
  const shown = await manyPrincipalsToArns(database, withIds.map(readStored));
  const byStored = new Map(withIds.map((text, index) => [text, shown[index]]));
  return stored.map((text) => byStored.get(text) ?? text);
}

/**
 * What showing a trust policy costs, in characters of documents that are shown as they are: it is
 * read, and written again with ARNs in place of ids.
 */
export function trustPolicyCost(length: number): number {
  return 5 * length;
}

function holdsIds(stored: string): boolean {
  return /AIDA|AROA/.test(stored);
}

function readStored(stored: string): PolicyDocument {
  const parsed = parsePolicy(stored, 'trust');
  if (!parsed.ok) throw new Error('a stored trust policy cannot be read');
  return parsed.document;
}

/** Whether a document names a service as a principal, in whatever case. */
export function isServicePrincipal(document: PolicyDocument, service: string): boolean {
  return document.statements
    .flatMap((statement) => statement.principal?.entries ?? [])
    .some(({ type, value }) => type === 'Service' && foldAscii(value.text) === service);
}

/** Texts that IAM has for trust policies alone, by the problem's code. */
const messages: ReadonlyMap<string, string> = new Map([
  ['json', 'This policy contains invalid Json'],
  ['prohibited-resource', 'Has prohibited field Resource'],
]);

function ofProblem(problem: Problem | undefined): ApiError {
  if (problem === undefined) return malformed('Syntax errors in policy.');
  return malformed(messages.get(problem.code) ?? problem.message);
}

function malformed(message: string): ApiError {
  return new ApiError('MalformedPolicyDocument', 400, message);
}
