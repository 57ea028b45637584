import { allowStatements } from './allow-statement.ts';
import type { DecisionEngine } from './decision-engine.ts';

/**
 * The limit in V8, written by hand for this workload and no other: one look-up by action, one
 * comparison of a prefix. No Deny, no condition, no reason, no other kind of policy.
 */
export const limitEngine: DecisionEngine = {
  name: 'limit by hand',
  async prepare(workload) {
    const matchersByAction = new Map<string, ((resource: string) => boolean)[]>();
    for (const { actions, resources } of allowStatements(workload)) {
      const matchers = resources.map((pattern) => {
        const prefix = pattern.slice(0, -1);
        return (resource: string) => resource.startsWith(prefix);
      });
      for (const action of actions) {
        matchersByAction.set(action, [...(matchersByAction.get(action) ?? []), ...matchers]);
      }
    }
    return ({ action, resource }) => {
      const matchers = matchersByAction.get(action);
      if (matchers === undefined) return false;
      for (const matches of matchers) if (matches(resource)) return true;
      return false;
    };
  },
};
