import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { policySourceResource } from './resource/policy-source.ts';
import {
  readSourceBoundary,
  readSourcePolicies,
  requirePolicySource,
} from './simulation/policy-source.ts';
import { readPolicyInputs, type SimulatedPolicy } from './simulation/simulated-policy.ts';

export const getContextKeysForCustomPolicy = operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
>({
  authorization: { action: 'iam:GetContextKeysForCustomPolicy' },
  access: 'read',
  run: async (_context, input) => contextKeysOf(await readPolicyInputs(input.PolicyInputList)),
});

export const getContextKeysForPrincipalPolicy = operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
>({
  authorization: {
    action: 'iam:GetContextKeysForPrincipalPolicy',
    resource: policySourceResource((input) => input.PolicySourceArn),
  },
  access: 'read',
  async run(context, input) {
    const source = await requirePolicySource(context, input.PolicySourceArn);
    const own = await readSourcePolicies(context, source);
    const boundary = await readSourceBoundary(context, source);
    return contextKeysOf([
      ...own.map(({ policy }) => policy),
      ...(boundary ? [boundary] : []),
      ...(await readPolicyInputs(input.PolicyInputList)),
    ]);
  },
});

export const contextKeyOperations: OperationTable = {
  GetContextKeysForCustomPolicy: getContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy: getContextKeysForPrincipalPolicy,
};

/** As written, each once. */
function contextKeysOf(policies: readonly SimulatedPolicy[]): GetContextKeysForPolicyResponse {
  const keys = new Set(policies.flatMap(({ contextKeys }) => contextKeys));
  return { ContextKeyNames: [...keys].sort() };
}
