import type { DecisionWorkload } from './decision-engine.ts';

/** The statements that the adapters of engines with another language translate. */
export interface AllowStatement {
  readonly actions: readonly string[];
  /** Each ends in its only `*`. */
  readonly resources: readonly string[];
}

/** Throws for a statement of any other form: an engine must not decide less than was written. */
export function allowStatements(workload: DecisionWorkload): readonly AllowStatement[] {
  return workload.identityPolicies.flatMap((text) => {
    const { Statement } = JSON.parse(text) as { Statement: Record<string, unknown>[] };
    return Statement.map(allowStatement);
  });
}

function allowStatement(statement: Record<string, unknown>): AllowStatement {
  const { Effect, Action, Resource, ...rest } = statement;
  const actions = [Action].flat().map(String);
  const resources = [Resource].flat().map(String);
  const isSimple =
    Effect === 'Allow' &&
    Object.keys(rest).length === 0 &&
    actions.every((action) => !/[*?$]/.test(action)) &&
    resources.every((resource) => /^[^*?$]*\*$/.test(resource));
  if (!isSimple) throw new Error('a statement that the adapters do not translate');
  return { actions, resources };
}
