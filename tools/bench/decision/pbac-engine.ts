import assert from 'node:assert/strict';
import PBAC from 'pbac';
import type { DecisionEngine } from './decision-engine.ts';
import type { PlainStatement } from './plain-statement.ts';
import { setsOfRequests } from './policy-set.ts';

/** One evaluator for what grants, one for each kind of policy that limits. */
export const pbacEngine: DecisionEngine = {
  name: 'pbac',
  async prepare({ requests }) {
    const sets = await setsOfRequests(requests, async (statements) => {
      const Statement = statements.map(pbacStatement);
      // Its schema knows no conditions but its own, and we add one.
      const options = { conditions: { NoneOf: noneOf }, validatePolicies: false };
      return new PBAC([{ Version: '2012-10-17', Statement }], options);
    });
    const calls = requests.map(({ action, resource, context }, index) => {
      const set = sets[index];
      assert.ok(set !== undefined);
      const aws = Object.fromEntries(
        [...context].map(([key, value]) => [key.slice(key.indexOf(':') + 1), value]),
      );
      return { set, question: { action, resource, context: { aws } } };
    });
    return (index) => {
      const call = calls[index];
      if (call === undefined) throw new Error('no such request');
      for (const limit of call.set.limits) if (!limit.evaluate(call.question)) return false;
      return call.set.grants.evaluate(call.question);
    };
  },
};

/** Its statements want lists, one key for each operator, and OR the values of negations too. */
function pbacStatement({ effect, actions, resources, conditions }: PlainStatement): object {
  const entries = conditions.map(({ operator, key, values }) =>
    operator === 'StringNotEquals' && values.length > 1
      ? ['NoneOf', { [key]: [values] }]
      : [operator, { [key]: values }],
  );
  const Condition = Object.fromEntries(entries);
  assert.equal(Object.keys(Condition).length, conditions.length, 'two keys of one operator');
  assert.ok(conditions.every(({ key }) => key.startsWith('aws:')));
  return { Effect: effect, Action: actions, Resource: resources, Condition };
}

function noneOf(value: string, values: readonly string[]): boolean {
  return !values.includes(value);
}
