import { parseJson } from '../parse/parse-json.ts';
import { MAX_LENGTH } from '../parse/parse-policy.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Position } from '../problem.ts';
import type { Catalogue } from './catalogue.ts';
import { indexCatalogue } from './catalogue-index.ts';
import { DEFAULT_QUOTAS } from './check/size.ts';
import type { Check, CheckContext, Found } from './check.ts';
import { CHECKS } from './checks.ts';
import type { Finding, FindingType, ValidationOptions } from './finding.ts';
import { knowDocument } from './known.ts';
import { readPolicyTree } from './policy-tree.ts';

const START: Position = Object.freeze({ line: 1, column: 1, offset: 0 });

/**
 * What IAM Access Analyzer's `ValidatePolicy` reports about a policy document, in the order of its
 * text. It says what is wrong, dangerous or pointless; whether a document can be saved is for
 * `parsePolicy` to say. Any text has an answer, and none takes long: findings are values.
 *
 * The checks and their codes are those of the IAM User Guide, "IAM policy validation check
 * reference". What exists (actions, keys, ARNs, regions) is taken from `catalogue`, which may hold
 * as much or as little as the caller wants to be known.
 */
export function validatePolicy(
  text: string,
  policyType: PolicyType,
  catalogue: Catalogue,
  options: ValidationOptions = {},
): readonly Finding[] {
  if (text.length > MAX_LENGTH) {
    return [syntaxError(START, `the text is longer than ${MAX_LENGTH} characters`)];
  }
  const json = parseJson(text);
  if (!json.ok) {
    const { position, help = '' } = json.problem;
    return [syntaxError(position, help)];
  }
  const index = indexCatalogue(catalogue);
  const context: CheckContext = {
    text,
    tree: readPolicyTree(json.value),
    policyType,
    resourceType: options.resourceType,
    quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
    catalogue: index,
    known: knowDocument(index),
  };
  return CHECKS.filter((check) => check.policyTypes.includes(policyType))
    .flatMap((check) => check.check(context).map((found) => finding(check, found)))
    .sort((a, b) => a.start.offset - b.start.offset);
}

const SECTIONS: Readonly<Record<FindingType, string>> = {
  ERROR: 'error',
  SECURITY_WARNING: 'security-warning',
  WARNING: 'general-warning',
  SUGGESTION: 'suggestion',
};

const PAGE =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html';

function finding(
  { code, findingType }: Pick<Check, 'code' | 'findingType'>,
  { place, message, help }: Found,
): Finding {
  const anchor = `${SECTIONS[findingType]}-${code.toLowerCase().replaceAll('_', '-')}`;
  return Object.freeze({
    findingType,
    issueCode: code,
    message,
    help,
    path: place.path,
    start: place.start,
    end: place.end,
    learnMoreLink: `${PAGE}#access-analyzer-reference-policy-checks-${anchor}`,
  });
}

function syntaxError(position: Position, help: string): Finding {
  const { line, column, offset } = position;
  const message = `the text is no JSON at line ${line}, column ${column}, index ${offset}`;
  const place = { path: '', start: position, end: position };
  return finding({ code: 'JSON_SYNTAX_ERROR', findingType: 'ERROR' }, { place, message, help });
}
