import type { PolicyDocument, Statement, TextNode } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Position, Problem } from '../problem.ts';
import { actionVendorProblem } from './check-action.ts';
import { conditionKeyProblem, conditionProblems } from './check-condition.ts';
import { elementProblems } from './check-element.ts';
import { principalProblems } from './check-principal.ts';
import { legacyResourceProblem, resourceFormatProblem } from './check-resource.ts';
import { resourceControlProblems } from './check-resource-control.ts';
import { pathOf, problem } from './make-problem.ts';

const START: Position = Object.freeze({ line: 1, column: 1, offset: 0 });

/** These take documents without a Version, or of the older one, as AWS still does. */
const ANY_VERSION: readonly PolicyType[] = ['resource', 'trust', 'vpcEndpoint'];

/**
 * Everything that is wrong with a document of the right form. The checks stand in the order in which
 * AWS makes them, each over all statements, because the first problem is what the caller reads.
 */
export function checkDocument(
  document: PolicyDocument,
  declaresVersion: boolean,
  policyType: PolicyType,
): Problem[] {
  const { statements } = document;
  return [
    ...versionProblems(document, declaresVersion, policyType),
    ...statements.flatMap((statement) => legacyProblems(statement)),
    ...sidProblems(statements, policyType),
    ...statements.flatMap((statement) => actionPresenceProblems(statement)),
    ...statements.flatMap((statement) => resourceProblems(statement)),
    ...statements.flatMap((statement) => vendorProblems(statement)),
    ...elementProblems(statements, policyType),
    ...statements.flatMap((statement) => principalProblems(statement, policyType)),
    ...resourceControlProblems(document, policyType),
  ];
}

function versionProblems(
  document: PolicyDocument,
  declaresVersion: boolean,
  policyType: PolicyType,
): Problem[] {
  const isCurrent = declaresVersion && document.version === '2012-10-17';
  if (isCurrent || ANY_VERSION.includes(policyType)) return [];
  const message = 'Policy document must be version 2012-10-17 or greater.';
  return [problem('version', message, 'Version', START, 'add `"Version": "2012-10-17"`')];
}

const LEGACY_MESSAGE = 'The policy failed legacy parsing';

function legacyProblems(statement: Statement): Problem[] {
  const problems: Problem[] = [];
  const path = pathOf(statement);
  if (statement.effect !== 'Allow' && statement.effect !== 'Deny') {
    const help = 'write `Allow` or `Deny`';
    problems.push(problem('effect-case', LEGACY_MESSAGE, `${path}.Effect`, statement.start, help));
  }
  for (const { code, help, condition, value } of conditionProblems(statement.conditions)) {
    const place = `${path}.Condition.${condition.operator}.${condition.key}`;
    problems.push(problem(code, LEGACY_MESSAGE, place, value.position, help));
  }
  for (const { value, place } of resourcesOf(statement)) {
    if (legacyResourceProblem(value.text)) {
      const help = 'an ARN has six parts: `arn:partition:service:region:account:resource`';
      problems.push(problem('short-arn', LEGACY_MESSAGE, place, value.position, help));
    }
  }
  return problems;
}

/** Where IAM keeps the document; other services take any text for a Sid. */
const PLAIN_SIDS: readonly PolicyType[] = ['identity', 'permissionsBoundary', 'session', 'trust'];

function sidProblems(statements: readonly Statement[], policyType: PolicyType): Problem[] {
  const seen = new Set<string>();
  return statements.flatMap((statement) => {
    const { sid } = statement;
    if (sid === undefined || sid === '') return [];
    if (PLAIN_SIDS.includes(policyType) && !/^[0-9A-Za-z]*$/.test(sid)) {
      return [problem('sid-form', SID_FORM, `${pathOf(statement)}.Sid`, statement.start)];
    }
    if (!seen.has(sid)) {
      seen.add(sid);
      return [];
    }
    const message = 'Statement IDs (SID) in a single policy must be unique.';
    return [problem('duplicate-sid', message, `${pathOf(statement)}.Sid`, statement.start)];
  });
}

const SID_FORM =
  'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular ' +
  'expression [0-9A-Za-z]*';

function actionPresenceProblems(statement: Statement): Problem[] {
  if (statement.action.values.length > 0) return [];
  const message = 'Policy statement must contain actions.';
  return [problem('missing-action', message, `${pathOf(statement)}.Action`, statement.start)];
}

function resourceProblems(statement: Statement): Problem[] {
  return resourcesOf(statement).flatMap(({ value, place }) => {
    const found = resourceFormatProblem(value.text);
    return found === undefined ? [] : [problem(found.code, found.message, place, value.position)];
  });
}

function vendorProblems(statement: Statement): Problem[] {
  const { negated, values } = statement.action;
  const ofActions = values.flatMap((value, index) => {
    const found = actionVendorProblem(value.text);
    const place = `${pathOf(statement)}.${negated ? 'NotAction' : 'Action'}[${index}]`;
    return found === undefined ? [] : [problem(found.code, found.message, place, value.position)];
  });
  const ofConditions = statement.conditions.flatMap(({ operator, key, position }) => {
    const found = conditionKeyProblem(key);
    const place = `${pathOf(statement)}.Condition.${operator}.${key}`;
    return found === undefined ? [] : [problem(found.code, found.message, place, position)];
  });
  return [...ofActions, ...ofConditions];
}

interface PlacedValue {
  readonly value: TextNode;
  readonly place: string;
}

function resourcesOf(statement: Statement): PlacedValue[] {
  const name = statement.resource?.negated ? 'NotResource' : 'Resource';
  const values = statement.resource?.values ?? [];
  return values.map((value, index) => ({ value, place: `${pathOf(statement)}.${name}[${index}]` }));
}
