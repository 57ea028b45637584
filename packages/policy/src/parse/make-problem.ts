import type { Statement } from '../policy-document.ts';
import type { Position, Problem } from '../problem.ts';

/** AWS has one sentence for whatever is wrong with the form of a policy; the help says which. */
export const SYNTAX_ERROR = 'Syntax errors in policy.';

export function syntaxProblem(
  code: string,
  path: string,
  position: Position,
  help: string,
): Problem {
  return problem(code, SYNTAX_ERROR, path, position, help);
}

export function problem(
  code: string,
  message: string,
  path: string,
  position: Position,
  help?: string,
): Problem {
  const parts = { code, message, path, position };
  return Object.freeze(help === undefined ? parts : { ...parts, help });
}

export function pathOf(statement: Statement): string {
  return `Statement[${statement.index}]`;
}
