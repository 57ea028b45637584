import type { PolicyType } from '../policy-type.ts';
import type { CatalogueIndex } from './catalogue-index.ts';
import type { FindingType, PolicyQuotas, PolicyResourceType } from './finding.ts';
import type { Known } from './known.ts';
import type { ConditionTree, Place, PolicyTree, StatementTree } from './policy-tree.ts';

/** One check of Access Analyzer's: a row of the table, and how it is made. */
export interface Check {
  readonly code: string;
  readonly findingType: FindingType;
  /** The types of policy that it is made for. */
  readonly policyTypes: readonly PolicyType[];
  /** What it finds, in a line. */
  readonly meaning: string;
  readonly check: (context: CheckContext) => readonly Found[];
}

/** What the checks are told. */
export interface CheckContext {
  readonly text: string;
  readonly tree: PolicyTree;
  readonly policyType: PolicyType;
  readonly resourceType: PolicyResourceType | undefined;
  readonly quotas: PolicyQuotas;
  readonly catalogue: CatalogueIndex;
  readonly known: Known;
}

/** A place where something was found, with the facts of this case. */
export interface Found {
  readonly place: Place;
  readonly message: string;
  readonly help: string;
}

export const EVERY_TYPE: readonly PolicyType[] = [
  'identity',
  'permissionsBoundary',
  'session',
  'resource',
  'trust',
  'vpcEndpoint',
  'serviceControl',
  'resourceControl',
];

/** What Access Analyzer calls an identity policy. */
export const IDENTITY_TYPES: readonly PolicyType[] = ['identity', 'permissionsBoundary', 'session'];

/** The types whose statements say whom they are about. */
export const PRINCIPAL_TYPES: readonly PolicyType[] = [
  'resource',
  'trust',
  'vpcEndpoint',
  'resourceControl',
];

/** Everything that IAM itself keeps: it is stricter about Sids. */
export const IAM_TYPES: readonly PolicyType[] = [...IDENTITY_TYPES, 'trust'];

export function without(...types: readonly PolicyType[]): readonly PolicyType[] {
  return EVERY_TYPE.filter((type) => !types.includes(type));
}

export function found(place: Place, message: string, help: string): Found {
  return { place, message, help };
}

/** Asks every statement. */
export function eachStatement(
  find: (statement: StatementTree, context: CheckContext) => readonly Found[],
): Check['check'] {
  return (context) => context.tree.statements.flatMap((statement) => find(statement, context));
}

/** Asks every key of every condition. */
export function eachCondition(
  find: (
    condition: ConditionTree,
    context: CheckContext,
    statement: StatementTree,
  ) => readonly Found[],
): Check['check'] {
  return eachStatement((statement, context) =>
    statement.conditions.flatMap((condition) => find(condition, context, statement)),
  );
}

/** Asks every key, with what is found out once about its statement; undefined leaves it out. */
export function eachConditionOf<Facts>(
  prepare: (statement: StatementTree, context: CheckContext) => Facts | undefined,
  find: (condition: ConditionTree, facts: Facts, context: CheckContext) => readonly Found[],
): Check['check'] {
  return eachStatement((statement, context) => {
    if (statement.conditions.length === 0) return [];
    const facts = prepare(statement, context);
    if (facts === undefined) return [];
    return statement.conditions.flatMap((condition) => find(condition, facts, context));
  });
}
