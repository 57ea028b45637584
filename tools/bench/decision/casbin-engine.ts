import { newEnforcer, newModelFromString } from 'casbin';
import { allowStatements } from './allow-statement.ts';
import type { DecisionEngine } from './decision-engine.ts';

/** Who asks is in a group, resources end in `*`, actions are compared: casbin's model for that. */
const model = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.act == p.act && keyMatch(r.obj, p.obj)
`;

export const casbinEngine: DecisionEngine = {
  name: 'casbin',
  async prepare(workload) {
    const enforcer = await newEnforcer(newModelFromString(model));
    const { arn } = workload.principal;
    await enforcer.addGroupingPolicy(arn, 'group');
    for (const { actions, resources } of allowStatements(workload)) {
      for (const action of actions) {
        for (const resource of resources) await enforcer.addPolicy('group', resource, action);
      }
    }
    return ({ action, resource }) => enforcer.enforceSync(arn, resource, action);
  },
};
