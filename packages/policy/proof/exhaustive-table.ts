import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type Decision,
  type PolicyType,
} from '../src/index.ts';
import {
  ACTIONS,
  CALLERS,
  DOORS,
  doorOf,
  exhaustiveRequest,
  type Option,
  optionOf,
  RELATIONS,
  SAYINGS,
  type Saying,
} from './exhaustive-case.ts';
import { type Answer, decide, type Verdict } from './reference-evaluator.ts';

/**
 * Every way in which the types of policies can come together, and what the engine decides of each.
 * A combination is a number: its digits are places in these lists, the first one weighs most.
 */
const SCP_SAYINGS: readonly Saying[] = ['silent', 'allow', 'deny'];

/** Two levels of SCPs, or none: the caller is exempt. */
export const LEVELS = [
  'exempt',
  ...SCP_SAYINGS.flatMap((root) => SCP_SAYINGS.map((own) => `${root}, ${own}`)),
];

export const DIMENSIONS = {
  caller: CALLERS,
  relation: RELATIONS,
  action: ACTIONS,
  door: DOORS,
  identity: SAYINGS,
  permissionsBoundary: SAYINGS,
  session: SAYINGS,
  serviceControl: LEVELS,
  resourceControl: SAYINGS,
  vpcEndpoint: SAYINGS,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Dimension = keyof typeof DIMENSIONS;

const NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];

export const COUNT = NAMES.reduce((product, name) => product * DIMENSIONS[name].length, 1);

/** How much a step in a dimension changes the number of a combination. */
const WEIGHTS: ReadonlyMap<Dimension, number> = new Map(
  NAMES.map((name, place) => {
    const after = NAMES.slice(place + 1);
    return [name, after.reduce((product, one) => product * DIMENSIONS[one].length, 1)];
  }),
);

/** The place of what stands at a dimension of a combination. */
function digitOf(combination: number, dimension: Dimension): number {
  const weight = WEIGHTS.get(dimension) ?? 1;
  return Math.floor(combination / weight) % DIMENSIONS[dimension].length;
}

/** What stands at a dimension of a combination. */
export function at(combination: number, dimension: Dimension): string {
  return DIMENSIONS[dimension][digitOf(combination, dimension)] ?? '';
}

/** The combination with something else at one dimension. */
export function exchanged(combination: number, dimension: Dimension, value: string): number {
  const values: readonly string[] = DIMENSIONS[dimension];
  const digit = values.indexOf(value);
  if (digit < 0) throw new Error(`${dimension} is never ${value}`);
  const step = digit - digitOf(combination, dimension);
  return combination + step * (WEIGHTS.get(dimension) ?? 1);
}

export function describeCombination(combination: number): string {
  return NAMES.map((name) => `${name}: ${at(combination, name)}`).join('; ');
}

export const DECISIONS = ['allowed', 'explicitDeny', 'implicitDeny'] as const;

/** A policy that applies denies. */
export const DENIES = 1;
/** An identity policy, or that of the resource or role, allows. */
export const GRANTS = 2;

export interface Table {
  /** By combination, a place in `DECISIONS`. */
  readonly decisions: Uint8Array;
  /** By combination, `DENIES` and `GRANTS` as bits. */
  readonly sayings: Uint8Array;
  /** Combinations on which engine and reference do not agree: the first few. */
  readonly differences: readonly string[];
}

/** Asks the engine and the reference about every combination. */
export function decideAll(): Table {
  const decisions = new Uint8Array(COUNT);
  const sayings = new Uint8Array(COUNT);
  const differences: string[] = [];
  let combination = 0;
  for (const request of everyRequest()) {
    forEachChoice(optionsOf(request), [], (choice) => {
      const answers = answersOf(choice);
      const decision = authorize(request, policiesOf(request, choice));
      const difference = differenceOf(decision, decide(request, answers));
      if (difference !== undefined && differences.length < 10) {
        differences.push(`${describeCombination(combination)}: ${difference}`);
      }
      decisions[combination] = DECISIONS.indexOf(decision.decision);
      sayings[combination] = sayingsOf(answers);
      combination++;
    });
  }
  return { decisions, sayings, differences };
}

function everyRequest(): readonly AuthorizationRequest[] {
  return CALLERS.flatMap((caller) =>
    RELATIONS.flatMap((relation) =>
      ACTIONS.map((action) => exhaustiveRequest(caller, relation, action)),
    ),
  );
}

/** What stands at each dimension of the policies; SCPs are one option for each level. */
type Choice = readonly (readonly Option[])[];

/** In the order of the dimensions. */
function optionsOf(request: AuthorizationRequest): readonly Choice[] {
  const all = (type: PolicyType): Choice =>
    SAYINGS.map((saying) => [optionOf(type, saying, request)]);
  const at = (level: string) =>
    SCP_SAYINGS.map((saying) => optionOf('serviceControl', saying, request, level));
  const accounts = at('account');
  return [
    DOORS.map((door) => [doorOf(door, request)]),
    all('identity'),
    all('permissionsBoundary'),
    all('session'),
    [[], ...at('root').flatMap((root) => accounts.map((account) => [root, account]))],
    all('resourceControl'),
    all('vpcEndpoint'),
  ];
}

/** Visits every way to choose one item of each list; the last list turns fastest. */
function forEachChoice(
  lists: readonly Choice[],
  chosen: Choice,
  visit: (choice: Choice) => void,
): void {
  const list = lists[chosen.length];
  if (list === undefined) visit(chosen);
  for (const options of list ?? []) forEachChoice(lists, [...chosen, options], visit);
}

function answersOf(choice: Choice): readonly Answer[] {
  const isThere = (type: PolicyType) =>
    choice.some((options) => options.some(({ compiled }) => compiled?.source.type === type));
  const hasBoundary = isThere('permissionsBoundary') ? 1 : 0;
  const answers: Answer[] = [];
  for (const options of choice) {
    for (const option of options) {
      const answer = option.answers[hasBoundary];
      if (answer !== undefined) answers.push(answer);
    }
  }
  return answers;
}

function policiesOf({ action }: AuthorizationRequest, choice: Choice): ApplicablePolicies {
  const [door, identity, boundary, session, levels, resourceControl, endpoint] = choice;
  const one = (options: readonly Option[] | undefined) => options?.[0]?.compiled;
  const list = (options: readonly (Option | undefined)[] | undefined) => {
    const compiled = options?.[0]?.compiled;
    return compiled === undefined ? [] : [compiled];
  };
  return {
    identity: list(identity),
    [action.startsWith('sts:') ? 'trust' : 'resource']: one(door),
    permissionsBoundary: one(boundary),
    session: list(session),
    serviceControl: levels?.map((option) => list([option])),
    resourceControl: one(resourceControl) && list(resourceControl),
    vpcEndpoint: one(endpoint),
  };
}

function differenceOf(decision: Decision, verdict: Verdict): string | undefined {
  const { stoppedBy } = decision;
  const isJustified = stoppedBy === undefined || verdict.stoppedBy.includes(stoppedBy);
  if (decision.decision === verdict.decision && isJustified) return undefined;
  const engine = `${decision.decision} by ${stoppedBy}`;
  return `engine ${engine}, reference ${verdict.decision} by ${verdict.stoppedBy.join(' or ')}`;
}

function sayingsOf(answers: readonly Answer[]): number {
  let sayings = 0;
  for (const { type, denying, allowing } of answers) {
    const grants = type === 'identity' || type === 'resource' || type === 'trust';
    if (denying.length > 0) sayings |= DENIES;
    if (grants && allowing.length > 0) sayings |= GRANTS;
  }
  return sayings;
}
