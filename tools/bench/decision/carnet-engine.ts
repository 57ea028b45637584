import { authorize, compilePolicy, type Principal, parsePolicy } from '@carnet/policy';
import type { DecisionEngine } from './decision-engine.ts';

/** As the gate of the services asks: documents compiled once, a question made for each request. */
export const carnetEngine: DecisionEngine = {
  name: 'Carnet',
  async prepare({ principal: { accountId, arn, uniqueId }, identityPolicies }) {
    const identity = identityPolicies.map((text, index) => {
      const parsed = parsePolicy(text, 'identity');
      if (!parsed.ok) throw new Error('the policy does not parse');
      return compilePolicy(parsed.document, { type: 'identity', name: `policy-${index}` });
    });
    const principal: Principal = { kind: 'user', accountId, arn, uniqueId };
    return ({ action, resource }) => {
      const context = { get: () => undefined };
      const question = { principal, action, resource, resourceAccount: accountId, context };
      return authorize(question, { identity }).decision === 'allowed';
    };
  },
};
