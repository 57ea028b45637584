import type { PolicyDocument } from '../policy-document.ts';
import { indexActions } from './action-index.ts';
import { compileStatement } from './compile-statement.ts';
import type { CompiledPolicy, PolicySource } from './compiled-policy.ts';

/**
 * Makes a document ready to be asked: statements indexed by action, patterns as matchers, conditions
 * as closures. Done once when a policy is written or loaded; the result holds no request and is
 * shared. Takes documents of `parsePolicy` only: nothing is checked again.
 */
export function compilePolicy(document: PolicyDocument, source: PolicySource): CompiledPolicy {
  // Before the version of 2012 a policy has no variables: `${aws:username}` is text.
  const variables = document.version === '2012-10-17';
  const statements = document.statements.map((one) => compileStatement(one, variables));
  const actions = indexActions(statements);
  return Object.freeze({ document, source: Object.freeze({ ...source }), statements, actions });
}
