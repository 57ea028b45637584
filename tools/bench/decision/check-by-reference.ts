import assert from 'node:assert/strict';
import type { PolicyType } from '@carnet/policy';
import {
  evaluate,
  type ReferencePolicy,
} from '../../../packages/policy/proof/reference-evaluator.ts';
import type { DecisionWorkload, NamedPolicy } from './decision-engine.ts';

/**
 * What a workload's author says is held against the evaluator that judges the engine in its proofs,
 * and that shares no code with it. It is too slow to be measured.
 */
export function checkByReference({ requests }: DecisionWorkload): void {
  for (const { caller, action, resource, resourcePolicy, context, expected } of requests) {
    const { principal, identity, permissionsBoundary, serviceControl } = caller;
    const policies = [
      ...identity.map((policy) => referencePolicy('identity', policy)),
      ...(permissionsBoundary ? [referencePolicy('permissionsBoundary', permissionsBoundary)] : []),
      ...(serviceControl ? [referencePolicy('serviceControl', serviceControl)] : []),
      ...(resourcePolicy ? [referencePolicy('resource', resourcePolicy)] : []),
    ];
    const keys = [...context].map(([key, value]) => [key.toLowerCase(), value] as const);
    const resourceAccount = principal.accountId;
    const request = { principal, action, resource, resourceAccount, context: new Map(keys) };
    const { decision } = evaluate(request, policies);
    assert.equal(decision === 'allowed', expected.allowed, `reference on ${action} ${resource}`);
  }
}

function referencePolicy(type: PolicyType, { name, text }: NamedPolicy): ReferencePolicy {
  return { type, name, document: JSON.parse(text) };
}
