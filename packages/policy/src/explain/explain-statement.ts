import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import { explainCondition } from './explain-condition.ts';
import { type Asked, explainAction, explainPrincipal, explainResource } from './explain-element.ts';
import type { ElementExplanation, StatementExplanation, Truth } from './explanation.ts';

/**
 * Takes a statement apart. Each element is asked by itself, and each of its values alone, as a
 * statement that has nothing else: by the closures of the engine, never by rules of its own.
 */
export function explainStatement(
  policy: CompiledPolicy,
  statementIndex: number,
  asked: Asked,
): StatementExplanation {
  const statement = policy.document.statements[statementIndex];
  const compiled = policy.statements[statementIndex];
  const compiledAction = policy.actions.elements[statementIndex];
  if (statement === undefined || compiled === undefined || compiledAction === undefined) {
    throw new Error('a compiled statement without its document');
  }
  const variables = policy.document.version === '2012-10-17';
  const { principal, resource } = statement;
  const elements = [
    principal && explainPrincipal(principal, compiled, asked),
    explainAction(statement.action, compiledAction, asked),
    resource && explainResource(resource, compiled, variables, asked),
    ...statement.conditions.map((condition) =>
      explainCondition(condition, statement.effect, variables, asked),
    ),
  ].filter((element) => element !== undefined);
  const { effect } = statement;
  return { policy, statementIndex, effect, truth: truthOf(elements), elements };
}

/** All have to be true; one that is false decides, whatever others are unknown. */
function truthOf(elements: readonly ElementExplanation[]): Truth {
  const truths = elements.map(({ truth }) => truth);
  return truths.includes('false') ? 'false' : truths.includes('unknown') ? 'unknown' : 'true';
}
