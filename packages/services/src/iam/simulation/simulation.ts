import type {
  OrderedOrganizationPolicyType,
  SimulateCustomPolicyRequest,
} from '@aws-sdk/client-iam';
import { type ApplicablePolicies, type CompiledPolicy, foldAscii, parseArn } from '@carnet/policy';
import { invalidInput } from '../error.ts';
import { type ContextValues, readContextEntries } from './context-entry.ts';
import { giveWay } from './give-way.ts';
import { checkResourceHandling } from './resource-handling.ts';
import {
  accountOfOwner,
  callerOf,
  type SimulatedCaller,
  unnamedCaller,
} from './simulated-caller.ts';
import { readPolicy, readResourcePolicy, type SimulatedPolicy } from './simulated-policy.ts';

/** A request to simulate, read and found valid; the policies are of both operations. */
export interface Simulation {
  readonly actions: readonly string[];
  /** ARNs, or `*` alone. */
  readonly resources: readonly string[];
  readonly caller: SimulatedCaller;
  /** The keys of the request, and where it has none, those that follow from the caller. */
  readonly context: ContextValues;
  /** The account of `ResourceOwner`. */
  readonly resourceOwner: string | undefined;
  readonly policies: SimulatedPolicies;
  /** The same, as the engine asks them. */
  readonly applicable: ApplicablePolicies;
  /** Those whose statements a result names. */
  readonly named: ReadonlyMap<CompiledPolicy, SimulatedPolicy>;
  /** Condition keys that the policies refer to and the request does not supply, as written. */
  readonly missing: readonly string[];
}

export interface SimulatedPolicies {
  readonly identity: readonly SimulatedPolicy[];
  readonly permissionsBoundary: SimulatedPolicy | undefined;
  readonly resource: SimulatedPolicy | undefined;
  /** From the root to the account; empty: no organization. */
  readonly serviceControl: readonly (readonly SimulatedPolicy[])[];
}

/** What both requests have in common. */
export type SimulationRequest = Pick<
  SimulateCustomPolicyRequest,
  | 'ActionNames'
  | 'CallerArn'
  | 'ContextEntries'
  | 'ResourceArns'
  | 'ResourceHandlingOption'
  | 'ResourceOwner'
  | 'ResourcePolicy'
>;

/** Everything but the policies that the operations find in their own ways. */
export interface SimulationParts {
  /** Of the account that asks. */
  readonly accountId: string;
  readonly request: SimulationRequest;
  /** When the request names none. */
  readonly defaultCallerArn?: string;
  readonly policies: Omit<SimulatedPolicies, 'resource'>;
}

export const everyResource = '*';

/** Throws what AWS answers to the first thing that is wrong with the request. */
export function readSimulation(parts: SimulationParts): Simulation {
  const { request, policies } = parts;
  const resources = readResources(request.ResourceArns);
  const actions = readActions(request.ActionNames);
  checkResourceHandling(request.ResourceHandlingOption, actions, resources);
  const supplied = readContextEntries(request.ContextEntries);
  const callerArn = request.CallerArn ?? parts.defaultCallerArn;
  const caller = callerArn === undefined ? unnamedCaller(parts.accountId) : callerOf(callerArn);
  const owner = request.ResourceOwner;
  const resourceOwner = owner === undefined ? undefined : accountOfOwner(owner);
  const resource = readResourcePolicyOf(request, callerArn, resources);
  const all = { ...policies, resource };
  const named = namedPolicies(all);
  return {
    actions,
    resources,
    caller,
    context: new Map([...caller.keys, ...supplied]),
    resourceOwner,
    policies: all,
    applicable: applicablePolicies(all),
    named,
    missing: missingKeys(named, supplied),
  };
}

export async function readServiceControlInputs(
  levels: readonly OrderedOrganizationPolicyType[] | undefined,
): Promise<readonly (readonly SimulatedPolicy[])[]> {
  const read: SimulatedPolicy[][] = [];
  for (const { ServiceControlPolicyInputList: texts = [] } of levels ?? []) {
    const level = read.length + 1;
    if (texts.length === 0) {
      throw invalidInput(
        `Organization policy at index ${level} must contain at least one service control policy`,
      );
    }
    const source = {
      id: `OrderedOrganizationPolicyInputList.${level}`,
      type: 'IAM Policy',
    } as const;
    const invalid = `Organization policy at index ${level} has invalid content`;
    const policies: SimulatedPolicy[] = [];
    for (const text of texts) {
      await giveWay();
      policies.push(readPolicy(text, 'serviceControl', { source, invalid }));
    }
    read.push(policies);
  }
  return read;
}

function readActions(names: readonly string[] | undefined): readonly string[] {
  const actions = names ?? [];
  if (!actions.every((action) => action.includes(':'))) {
    throw invalidInput('The action is invalid since it is missing names');
  }
  return actions;
}

function readResources(arns: readonly string[] | undefined): readonly string[] {
  const resources = arns === undefined || arns.length === 0 ? [everyResource] : arns;
  for (const resource of resources) {
    if (resource === everyResource && resources.length === 1) continue;
    const { partition, service, resource: name } = parseArn(resource) ?? {};
    if (!partition || !service || !name) {
      throw invalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`);
    }
  }
  return resources;
}

function readResourcePolicyOf(
  { ResourcePolicy: text }: SimulationRequest,
  callerArn: string | undefined,
  resources: readonly string[],
): SimulatedPolicy | undefined {
  if (text === undefined) return undefined;
  if (callerArn === undefined) {
    throw invalidInput('Invalid caller - Caller cannot be null or empty.');
  }
  if (resources.includes(everyResource)) {
    throw invalidInput('Invalid Entity Arn: * does not clearly define entity type and name.');
  }
  const policy = readResourcePolicy(text);
  if (policy.resources.includes(everyResource)) {
    throw invalidInput('ResourceNames are not in a valid ARN format: *.');
  }
  return policy;
}

function applicablePolicies(policies: SimulatedPolicies): ApplicablePolicies {
  const { identity, permissionsBoundary, resource, serviceControl } = policies;
  const levels = serviceControl.map((level) => level.map(({ compiled }) => compiled));
  return {
    identity: identity.map(({ compiled }) => compiled),
    ...(permissionsBoundary && { permissionsBoundary: permissionsBoundary.compiled }),
    ...(resource && { resource: resource.compiled }),
    ...(levels.length > 0 && { serviceControl: levels }),
  };
}

/** All but service control policies, of which results tell nothing. */
function namedPolicies({
  identity,
  permissionsBoundary,
  resource,
}: SimulatedPolicies): ReadonlyMap<CompiledPolicy, SimulatedPolicy> {
  const all = [...identity, permissionsBoundary, resource].filter((one) => one !== undefined);
  return new Map(all.map((policy) => [policy.compiled, policy]));
}

function missingKeys(
  named: ReadonlyMap<CompiledPolicy, SimulatedPolicy>,
  supplied: ContextValues,
): readonly string[] {
  const asked = [...named.values()].flatMap(({ contextKeys }) => contextKeys);
  return [...new Set(asked)].filter((key) => !supplied.has(foldAscii(key))).sort();
}
