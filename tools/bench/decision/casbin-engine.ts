import assert from 'node:assert/strict';
import { type Enforcer, newEnforcer, newModelFromString } from 'casbin';
import type { DecisionEngine } from './decision-engine.ts';
import type { PlainCondition, PlainStatement } from './plain-statement.ts';
import { setsOfRequests } from './policy-set.ts';

/** Actions and resources that end in their only `*`, no conditions: casbin's model for that. */
const simpleModel = `
[request_definition]
r = act, obj
[policy_definition]
p = act, obj, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = keyMatch(r.act, p.act) && keyMatch(r.obj, p.obj)
`;

/** Its way to conditions is a rule in the policy, evaluated over the attributes of the request. */
const model = `
[request_definition]
r = act, obj, ctx
[policy_definition]
p = act, obj, rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = regexMatch(r.act, p.act) && regexMatch(r.obj, p.obj) && eval(p.rule)
`;

/** One enforcer for what grants, one for each kind of policy that limits. */
export const casbinEngine: DecisionEngine = {
  name: 'casbin',
  async prepare({ requests }) {
    const sets = await setsOfRequests(requests, (statements) =>
      statements.every(isSimple) ? simpleEnforcer(statements) : fullEnforcer(statements),
    );
    const calls = requests.map(({ action, resource, context }, index) => {
      const set = sets[index];
      assert.ok(set !== undefined);
      const attributes = Object.fromEntries(
        [...context].map(([key, value]) => [attributeOf(key), value]),
      );
      return { set, action, resource, attributes };
    });
    return (index) => {
      const call = calls[index];
      if (call === undefined) throw new Error('no such request');
      const { set, action, resource, attributes } = call;
      const enforce = (one: CasbinSet) =>
        one.isSimple
          ? one.enforcer.enforceSync(action, resource)
          : one.enforcer.enforceSync(action, resource, attributes);
      for (const limit of set.limits) if (!enforce(limit)) return false;
      return enforce(set.grants);
    };
  },
};

interface CasbinSet {
  readonly enforcer: Enforcer;
  readonly isSimple: boolean;
}

function isSimple({ actions, resources, conditions }: PlainStatement): boolean {
  const endsInStar = (pattern: string) => /^[^*]*\*?$/.test(pattern);
  return conditions.length === 0 && [...actions, ...resources].every(endsInStar);
}

async function simpleEnforcer(statements: readonly PlainStatement[]): Promise<CasbinSet> {
  const enforcer = await newEnforcer(newModelFromString(simpleModel));
  const rows = statements.flatMap(({ effect, actions, resources }) =>
    actions.flatMap((action) =>
      resources.map((resource) => [action, resource, effect === 'Allow' ? 'allow' : 'deny']),
    ),
  );
  await enforcer.addPolicies(rows);
  return { enforcer, isSimple: true };
}

/** One row for a statement: its alternatives become those of one regular expression. */
async function fullEnforcer(statements: readonly PlainStatement[]): Promise<CasbinSet> {
  const enforcer = await newEnforcer(newModelFromString(model));
  for (const { effect, actions, resources, conditions } of statements) {
    const rule = conditions.length === 0 ? 'true' : conditions.map(ruleOf).join(' && ');
    const eft = effect === 'Allow' ? 'allow' : 'deny';
    await enforcer.addPolicy(expressionOf(actions), expressionOf(resources), rule, eft);
  }
  return { enforcer, isSimple: false };
}

function expressionOf(patterns: readonly string[]): string {
  const alternatives = patterns.map((pattern) =>
    pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*'),
  );
  return `^(?:${alternatives.join('|')})$`;
}

function ruleOf({ operator, key, values }: PlainCondition): string {
  const attribute = `r.ctx.${attributeOf(key)}`;
  const compare = (value: string): string => {
    const text = JSON.stringify(value);
    switch (operator) {
      case 'Bool':
      case 'StringEquals':
      case 'StringNotEquals':
        return `${attribute} == ${text}`;
      case 'StringLike':
        return `regexMatch(${attribute}, ${JSON.stringify(expressionOf([value]))})`;
      case 'IpAddress':
      case 'NotIpAddress':
        return `ipMatch(${attribute}, ${text})`;
    }
  };
  const any = `(${values.map(compare).join(' || ')})`;
  return operator === 'StringNotEquals' || operator === 'NotIpAddress' ? `!${any}` : any;
}

/** `aws:PrincipalTag/team` as a name that its expressions take. */
function attributeOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9]/g, '_');
}
