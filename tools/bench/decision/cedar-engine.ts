import assert from 'node:assert/strict';
import {
  preparsePolicySet,
  type StatefulAuthorizationCall,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { DecisionEngine } from './decision-engine.ts';
import type { PlainCondition, PlainStatement } from './plain-statement.ts';
import { setsOfRequests } from './policy-set.ts';

/**
 * Cedar with its policy sets parsed before, each of them the principal's own slice: one for what
 * grants, one for each kind of policy that limits. What AWS writes as patterns comes in the context,
 * so that no entity has to cross the bridge into WebAssembly.
 */
export const cedarEngine: DecisionEngine = {
  name: 'cedar-wasm, pre-parsed',
  async prepare({ requests }) {
    let known = 0;
    const sets = await setsOfRequests(requests, async (statements) => {
      const id = `set-${known++}`;
      const parsed = preparsePolicySet(id, { staticPolicies: statements.map(cedar).join('\n') });
      if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
      return id;
    });
    const calls = requests.map((request, index) => {
      const set = sets[index];
      assert.ok(set !== undefined);
      const call = (preparsedPolicySetId: string): StatefulAuthorizationCall => ({
        principal: { type: 'Principal', id: request.caller.principal.uniqueId },
        action: { type: 'Action', id: request.action },
        resource: { type: 'Resource', id: request.resource },
        context: {
          action: request.action,
          arn: request.resource,
          ...Object.fromEntries(request.context),
        },
        preparsedPolicySetId,
        entities: [],
      });
      return [...set.limits.map(call), call(set.grants)];
    });
    return (index) => {
      const asked = calls[index];
      if (asked === undefined) throw new Error('no such request');
      for (const call of asked) {
        const answer = statefulIsAuthorized(call);
        if (answer.type !== 'success') throw new Error('Cedar does not decide');
        if (answer.response.decision !== 'allow') return false;
      }
      return true;
    };
  },
};

function cedar({ effect, actions, resources, conditions }: PlainStatement): string {
  const exact = actions.filter((action) => !action.includes('*'));
  // Entities are compared before anything else is looked at; only patterns need the context.
  const byEntity = exact.length === actions.length && !actions.includes('*');
  const uids = exact.map((action) => `Action::${JSON.stringify(action)}`);
  const scope = byEntity ? `action in [${uids.join()}]` : 'action';
  const clauses = [
    ...(byEntity ? [] : [like('context.action', actions)]),
    like('context.arn', resources),
    ...conditions.map(clauseOf),
  ].filter((clause) => clause !== undefined);
  const when = clauses.length === 0 ? '' : ` when { ${clauses.join(' && ')} }`;
  return `${effect === 'Allow' ? 'permit' : 'forbid'}(principal, ${scope}, resource)${when};`;
}

/** Undefined when everything fits. */
function like(attribute: string, patterns: readonly string[]): string | undefined {
  if (patterns.includes('*')) return undefined;
  const alternatives = patterns.map((pattern) => `${attribute} like ${JSON.stringify(pattern)}`);
  return `(${alternatives.join(' || ')})`;
}

function clauseOf({ operator, key, values }: PlainCondition): string {
  const name = JSON.stringify(key);
  const value = `context[${name}]`;
  const compare = (text: string): string => {
    const literal = JSON.stringify(text);
    switch (operator) {
      case 'Bool':
      case 'StringEquals':
      case 'StringNotEquals':
        return `${value} == ${literal}`;
      case 'StringLike':
        return `${value} like ${literal}`;
      case 'IpAddress':
      case 'NotIpAddress':
        return `ip(${value}).isInRange(ip(${literal}))`;
    }
  };
  const any = `(context has ${name} && (${values.map(compare).join(' || ')}))`;
  return operator === 'StringNotEquals' || operator === 'NotIpAddress' ? `!${any}` : any;
}
