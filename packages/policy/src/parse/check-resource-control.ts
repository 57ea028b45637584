import { serviceOf } from '../match/action.ts';
import type { PolicyDocument, Statement } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Position, Problem } from '../problem.ts';
import { pathOf, problem } from './make-problem.ts';

/** Organizations has one sentence for whatever a type of policy may not say; the help says which. */
const UNFIT =
  'The provided policy document does not meet the requirements of the specified policy type.';

/**
 * What a resource control policy may not say, beyond what no policy may: it only denies, to
 * everybody, actions of a service that it names, and it has neither NotAction nor NotPrincipal.
 * Source: "RCP syntax", Organizations User Guide.
 */
export function resourceControlProblems(
  document: PolicyDocument,
  policyType: PolicyType,
): Problem[] {
  if (policyType !== 'resourceControl' || isFullAccess(document)) return [];
  return document.statements.flatMap((statement) => [
    ...effectProblems(statement),
    ...principalProblems(statement),
    ...actionProblems(statement),
  ]);
}

/**
 * The text of AWS's own `RCPFullAWSAccess`, the one resource control policy that allows. It is
 * known by what it says: whoever writes it again has changed nothing, as it is always attached.
 */
function isFullAccess({ statements }: PolicyDocument): boolean {
  const [statement] = statements;
  if (statements.length !== 1 || statement?.effect !== 'Allow') return false;
  const { principal, action, resource, conditions } = statement;
  return (
    conditions.length === 0 &&
    isEverybody(principal) &&
    [action, resource].every(
      (list) => list?.negated === false && list.values.every(({ text }) => text === '*'),
    )
  );
}

function isEverybody(principal: Statement['principal']): boolean {
  return principal?.negated === false && principal.entries.every(({ value }) => value.text === '*');
}

function effectProblems(statement: Statement): Problem[] {
  if (statement.effect !== 'Allow') return [];
  const help = 'only `RCPFullAWSAccess` allows: write `Deny`';
  return [unfit(statement, 'Effect', statement.start, help)];
}

function principalProblems(statement: Statement): Problem[] {
  const { principal, start } = statement;
  if (principal === undefined || isEverybody(principal)) return [];
  const name = principal.negated ? 'NotPrincipal' : 'Principal';
  const help = 'write `"Principal": "*"`, and say in a condition whom it is about';
  return [unfit(statement, name, principal.entries[0]?.value.position ?? start, help)];
}

function actionProblems(statement: Statement): Problem[] {
  const { action, start } = statement;
  if (action.negated) {
    return [unfit(statement, 'NotAction', action.values[0]?.position ?? start, 'use `Action`')];
  }
  return action.values
    .filter(({ text }) => serviceOf(text) === '*')
    .map(({ position }) =>
      unfit(statement, 'Action', position, 'name the service, such as `s3:*`'),
    );
}

function unfit(statement: Statement, element: string, position: Position, help: string): Problem {
  return problem('resource-control', UNFIT, `${pathOf(statement)}.${element}`, position, help);
}
