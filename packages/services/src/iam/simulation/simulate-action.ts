import type {
  EvaluationResult,
  PolicyEvaluationDecisionType,
  ResourceSpecificResult,
  Statement,
} from '@aws-sdk/client-iam';
import { giveWay } from './give-way.ts';
import { type Matched, type ResourceResult, simulateResource } from './simulate-resource.ts';
import { everyResource, type Simulation } from './simulation.ts';

/** Characters of policies that are asked before others have their turn: ten milliseconds at worst. */
const CHARACTERS_AT_ONCE = 100_000;

/** The result for one action on every resource of the simulation. */
export async function simulateAction(
  simulation: Simulation,
  action: string,
): Promise<EvaluationResult> {
  const characters = charactersOf(simulation);
  const results: (readonly [resource: string, result: ResourceResult])[] = [];
  let asked = 0;
  for (const resource of simulation.resources) {
    if (asked === 0) await giveWay();
    results.push([resource, simulateResource(simulation, action, resource)]);
    asked += characters;
    if (asked >= CHARACTERS_AT_ONCE) asked = 0;
  }
  return describeAction(simulation, action, results);
}

/**
 * Of all policies: how much work it is to ask them about one action and resource. Each value of a
 * list is held against each value of a policy.
 */
export function charactersOf({ policies, context }: Simulation): number {
  const { identity, permissionsBoundary, resource, serviceControl } = policies;
  const all = [...identity, permissionsBoundary, resource, ...serviceControl.flat()];
  const once = all.reduce((sum, policy) => sum + (policy?.length ?? 0), 100 + context.size);
  return [...context.values()].reduce(
    (most, value) => (typeof value === 'string' ? most : Math.max(most, once * value.length)),
    once,
  );
}

function describeAction(
  { resources }: Simulation,
  action: string,
  results: readonly (readonly [resource: string, result: ResourceResult])[],
): EvaluationResult {
  const all = results.map(([, result]) => result);
  const [first = everyResource, second] = resources;
  const isNamed = first !== everyResource;
  const decision = strictest(all.map((result) => result.decision));
  const boundary = everyOne(all.map(({ allowedByBoundary }) => allowedByBoundary));
  const organizations = everyOne(all.map(({ allowedByOrganizations }) => allowedByOrganizations));
  const telling = all.filter(
    (result) => decision !== 'explicitDeny' || result.decision === 'explicitDeny',
  );
  return {
    EvalActionName: action,
    EvalResourceName: second === undefined ? first : everyResource,
    EvalDecision: decision,
    MatchedStatements: describeMatched(telling.flatMap(({ matched }) => matched)),
    MissingContextValues: [...new Set(all.flatMap(({ missing }) => missing))],
    ...(organizations !== undefined && {
      OrganizationsDecisionDetail: { AllowedByOrganizations: organizations },
    }),
    ...describeBoundary(boundary),
    ...(isNamed && {
      EvalDecisionDetails: joinDetails(all),
      ResourceSpecificResults: results.map(([resource, result]) =>
        describeResource(resource, result),
      ),
    }),
  };
}

/** Lists that are empty are left out here, and only here. */
function describeResource(resource: string, result: ResourceResult): ResourceSpecificResult {
  const { decision, matched, missing, details, allowedByBoundary } = result;
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    ...(matched.length > 0 && { MatchedStatements: describeMatched(matched) }),
    ...(missing.length > 0 && { MissingContextValues: [...missing] }),
    ...(details && { EvalDecisionDetails: details }),
    ...describeBoundary(allowedByBoundary),
  };
}

function describeBoundary(allowed: boolean | undefined) {
  if (allowed === undefined) return {};
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowed } };
}

/** Each statement once. */
function describeMatched(matched: readonly Matched[]): Statement[] {
  const seen = new Map<Matched['policy'], Set<number>>();
  return matched.flatMap(({ policy, statementIndex }) => {
    const indexes = seen.get(policy) ?? new Set();
    if (indexes.has(statementIndex)) return [];
    seen.set(policy, indexes.add(statementIndex));
    return policy.describeStatement(statementIndex);
  });
}

function joinDetails(
  results: readonly ResourceResult[],
): Record<string, PolicyEvaluationDecisionType> {
  const joined: Record<string, PolicyEvaluationDecisionType> = {};
  for (const [type, decision] of results.flatMap(({ details }) => Object.entries(details ?? {}))) {
    joined[type] = strictest([joined[type] ?? 'allowed', decision]);
  }
  return joined;
}

function strictest(
  decisions: readonly PolicyEvaluationDecisionType[],
): PolicyEvaluationDecisionType {
  if (decisions.includes('explicitDeny')) return 'explicitDeny';
  return decisions.includes('implicitDeny') ? 'implicitDeny' : 'allowed';
}

/** Undefined where nobody says. */
function everyOne(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const said = answers.filter((answer) => answer !== undefined);
  return said.length === 0 ? undefined : said.every((answer) => answer);
}
