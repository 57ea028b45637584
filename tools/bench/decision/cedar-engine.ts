import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { allowStatements } from './allow-statement.ts';
import type { DecisionEngine } from './decision-engine.ts';

/**
 * Cedar with its policy set parsed before. The set is the principal's own slice and the ARN comes in
 * the context, so that no entity has to cross the bridge into WebAssembly.
 */
export const cedarEngine: DecisionEngine = {
  name: 'cedar-wasm, pre-parsed',
  async prepare(workload) {
    const policySet = 'bench';
    const staticPolicies = allowStatements(workload).map(({ actions, resources }) => {
      const uids = actions.map((action) => `Action::${JSON.stringify(action)}`);
      const likes = resources.map((pattern) => `context.arn like ${JSON.stringify(pattern)}`);
      return `permit(principal, action in [${uids.join()}], resource) when { ${likes.join(' || ')} };`;
    });
    const parsed = preparsePolicySet(policySet, { staticPolicies: staticPolicies.join('\n') });
    if (parsed.type !== 'success') throw new Error('Cedar does not parse the policy');
    const principal = { type: 'User', id: workload.principal.uniqueId };
    return ({ action, resource }) => {
      const answer = statefulIsAuthorized({
        principal,
        action: { type: 'Action', id: action },
        resource: { type: 'Object', id: resource },
        context: { arn: resource },
        preparsedPolicySetId: policySet,
        entities: [],
      });
      if (answer.type !== 'success') throw new Error('Cedar does not decide');
      return answer.response.decision === 'allow';
    };
  },
};
