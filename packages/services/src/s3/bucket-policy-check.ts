import {
  foldAscii,
  type PolicyDocument,
  type Problem,
  parsePolicy,
  type Statement,
} from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { actionTarget } from './bucket-policy-action.ts';
import { isKnownConditionKey } from './bucket-policy-condition-key.ts';

/** A bucket policy has at most 20 KB, white space between its tokens not counted. */
const maximumPolicySize = 20 * 1024;

/**
 * Reads a bucket policy as S3 does when it is saved: the language's own rules, then that every
 * statement is about this bucket and about actions of S3 that can be done to what it names. Whether
 * its principals exist is looked up afterwards.
 * Errors: `MalformedPolicy`, `PolicyTooLarge`.
 */
export function readBucketPolicy(text: string, bucket: string): PolicyDocument {
  if (!text.startsWith('{')) throw malformedPolicy(notJson);
  const parsed = parsePolicy(text, 'resource');
  if (!parsed.ok) throw ofProblem(parsed.problems[0]);
  if (Buffer.byteLength(JSON.stringify(JSON.parse(text))) > maximumPolicySize) {
    throw new ApiError(
      'PolicyTooLarge',
      400,
      `Normalized policy document exceeds the maximum allowed size of ${maximumPolicySize} bytes.`,
    );
  }
  for (const statement of parsed.document.statements) checkStatement(statement, bucket);
  return parsed.document;
}

const notJson = "Policies must be valid JSON and the first byte must be '{'";

/** S3's texts for what the policy language finds wrong, by the problem's code. */
const messages: ReadonlyMap<string, string> = new Map([
  ['json', notJson],
  ['too-long', notJson],
  ['unknown-version', 'The policy must contain a valid version string'],
  ['version', 'The policy must contain a valid version string'],
  ['unknown-effect', 'Invalid effect'],
  ['effect-case', 'Invalid effect'],
  ['missing-principal', 'Missing required field Principal'],
  ['missing-action', 'Missing required field Action'],
  ['missing-resource', 'Missing required field Resource'],
  ['invalid-principal', 'Invalid principal in policy'],
  ['action-vendor', 'Policy has invalid action'],
  ['action-colons', 'Policy has invalid action'],
  ['condition-vendor', 'Policy has an invalid condition key'],
  ['short-arn', 'Policy has invalid resource'],
  ['resource-arn', 'Policy has invalid resource'],
  ['resource-vendor', 'Policy has invalid resource'],
  ['resource-partition', 'Policy has invalid resource'],
  ['resource-region', 'Policy has invalid resource'],
  ['resource-path', 'Policy has invalid resource'],
]);

function ofProblem(problem: Problem | undefined): ApiError {
  if (!problem) return malformedPolicy(notJson);
  const { code, message, path, help } = problem;
  const place = path === '' ? `line ${problem.position.line}` : path;
  return malformedPolicy(messages.get(code) ?? message, help ? `${place}: ${help}` : place);
}

/** `detail` says where, and what was expected. */
export function malformedPolicy(message: string, detail?: string): ApiError {
  return new ApiError('MalformedPolicy', 400, message, detail ? { Detail: detail } : {});
}

function checkStatement(statement: Statement, bucket: string): void {
  checkPrincipals(statement);
  const actions = statement.action.values.map((value) => value.text);
  const resources = statement.resource?.values.map((value) => value.text) ?? [];
  for (const action of actions) {
    if (!isKnownAction(action)) throw malformedPolicy('Policy has invalid action', action);
  }
  for (const resource of resources) {
    if (!isOfBucket(resource, bucket)) {
      throw malformedPolicy('Policy has invalid resource', resource);
    }
  }
  for (const { key } of statement.conditions) {
    if (!isKnownConditionKey(key)) {
      throw malformedPolicy('Policy has an invalid condition key', key);
    }
  }
  if (statement.action.negated || statement.resource?.negated) return;
  for (const action of actions) {
    const target = targetOf(action);
    if (target && !resources.some((resource) => canBe(resource, target))) {
      throw malformedPolicy('Action does not apply to any resource(s) in statement', action);
    }
  }
}

/** Nobody has a canonical id or comes through a provider: a Deny that names one would not bite. */
function checkPrincipals(statement: Statement): void {
  for (const { type, value } of statement.principal?.entries ?? []) {
    if (type === 'CanonicalUser' || type === 'Federated') {
      throw malformedPolicy('Invalid principal in policy', `"${type}":"${value.text}"`);
    }
  }
}

function isKnownAction(action: string): boolean {
  if (action === '*') return true;
  const [vendor = '', name = ''] = action.split(':', 2);
  if (foldAscii(vendor) !== 's3' || name === '') return false;
  return /[*?]/.test(name) || actionTarget(name) !== undefined;
}

/** Undefined for patterns, which fit what they fit. */
function targetOf(action: string): ReturnType<typeof actionTarget> {
  return actionTarget(action.slice(action.indexOf(':') + 1));
}

/** The bucket itself, what is in it, or a pattern that begins with its name. */
function isOfBucket(resource: string, bucket: string): boolean {
  const arn = `arn:aws:s3:::${bucket}`;
  return resource === arn || resource.startsWith(`${arn}/`) || resource.startsWith(`${arn}*`);
}

function canBe(resource: string, target: 'object' | 'bucket'): boolean {
  const hasSlash = resource.includes('/');
  const isPattern = /[*?]/.test(resource);
  return target === 'object' ? hasSlash || isPattern : !hasSlash;
}
