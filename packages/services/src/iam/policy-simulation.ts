import type {
  EvaluationResult,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { invalidInput } from './error.ts';
import { type Page, type PageRequest, pageOfList } from './pagination.ts';
import { policySourceResource } from './resource/policy-source.ts';
import { readExclusions } from './simulation/policy-exclusion.ts';
import {
  readSourceBoundary,
  readSourcePolicies,
  requirePolicySource,
} from './simulation/policy-source.ts';
import { charactersOf, simulateAction } from './simulation/simulate-action.ts';
import { readBoundaryInput, readPolicyInputs } from './simulation/simulated-policy.ts';
import {
  readServiceControlInputs,
  readSimulation,
  type Simulation,
} from './simulation/simulation.ts';

/**
 * Decisions on one page, and characters of policies that are asked for them: a longer page ends
 * early, and its marker goes on.
 */
const mostDecisions = 10_000;
const mostCharacters = 100_000_000;

/** For a single action, whose results cannot be parted: minutes, if all of it is wildcards. */
const mostCharactersOfAction = 1_000_000_000;

/** For a single decision, which nothing interrupts: half a second at worst. */
const mostCharactersOfDecision = 5_000_000;

const defaultMaxItems = 100;

export const simulateCustomPolicy = operation<SimulateCustomPolicyRequest, SimulatePolicyResponse>({
  authorization: { action: 'iam:SimulateCustomPolicy' },
  access: 'read',
  async run(context, input) {
    const simulation = readSimulation({
      accountId: context.accountId,
      request: input,
      policies: {
        identity: await readPolicyInputs(input.PolicyInputList),
        permissionsBoundary: readBoundaryInput(input.PermissionsBoundaryPolicyInputList),
        serviceControl: await readServiceControlInputs(input.OrderedOrganizationPolicyInputList),
      },
    });
    return await simulate(context, 'SimulateCustomPolicy', input, simulation);
  },
});

/** A boundary that is passed stands in place of the one that is attached. */
export const simulatePrincipalPolicy = operation<
  SimulatePrincipalPolicyRequest,
  SimulatePolicyResponse
>({
  authorization: {
    action: 'iam:SimulatePrincipalPolicy',
    resource: policySourceResource((input) => input.PolicySourceArn),
  },
  access: 'read',
  async run(context, input) {
    const source = await requirePolicySource(context, input.PolicySourceArn);
    const exclusions = readExclusions(input.PolicyExclusionList);
    const own = (await readSourcePolicies(context, source)).filter(
      (policy) => !exclusions.excludes(policy),
    );
    const attached = exclusions.excludesBoundary
      ? undefined
      : await readSourceBoundary(context, source);
    const passed = readBoundaryInput(input.PermissionsBoundaryPolicyInputList);
    const simulation = readSimulation({
      accountId: context.accountId,
      request: input,
      defaultCallerArn: source.arn,
      policies: {
        identity: [
          ...own.map(({ policy }) => policy),
          ...(await readPolicyInputs(input.PolicyInputList)),
        ],
        permissionsBoundary: passed ?? attached,
        serviceControl: [],
      },
    });
    return await simulate(context, 'SimulatePrincipalPolicy', input, simulation);
  },
});

export const policySimulationOperations: OperationTable = {
  SimulateCustomPolicy: simulateCustomPolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};

/** One result for each action; only those of the page are worked out. */
async function simulate(
  context: OperationContext,
  operationName: string,
  input: PageRequest,
  simulation: Simulation,
): Promise<SimulatePolicyResponse> {
  const { resources } = simulation;
  const ofDecision = charactersOf(simulation);
  if (ofDecision > mostCharactersOfDecision) {
    throw invalidInput('The policies are too long to be simulated with so many context values.');
  }
  const characters = ofDecision * resources.length;
  if (characters > mostCharactersOfAction) {
    throw invalidInput('The policies are too long to be simulated on so many resources.');
  }
  const most = Math.min(mostDecisions / resources.length, mostCharacters / characters);
  const MaxItems = Math.min(input.MaxItems ?? defaultMaxItems, Math.max(1, Math.floor(most)));
  const request = { Marker: input.Marker, MaxItems };
  const { rows, ...position } = pageOfActions(context, operationName, request, simulation.actions);
  const EvaluationResults: EvaluationResult[] = [];
  for (const action of rows) EvaluationResults.push(await simulateAction(simulation, action));
  return { EvaluationResults, ...position };
}

function pageOfActions(
  context: OperationContext,
  operationName: string,
  request: PageRequest,
  actions: readonly string[],
): Page<string> {
  try {
    return pageOfList(context, operationName, request, actions);
  } catch {
    // The only thing that can be wrong with it, and here with other words than in lists.
    throw invalidInput('Invalid marker for pagination.');
  }
}
