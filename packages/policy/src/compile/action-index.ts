import { serviceOf } from '../match/action.ts';
import type { Matcher } from '../match/glob.ts';
import { type CompiledStatement, coversAction } from './compile-statement.ts';

/** Finds the statements whose Action or NotAction covers an action. */
export interface ActionIndex {
  /** By folded action: statements that name it. */
  readonly literals: ReadonlyMap<string, readonly CompiledStatement[]>;
  /** By folded service: statements with patterns over that service's actions. */
  readonly patterns: ReadonlyMap<string, readonly PatternEntry[]>;
  /** Statements that may cover any service: `*`, and every NotAction. */
  readonly others: readonly PatternEntry[];
}

interface PatternEntry {
  readonly statement: CompiledStatement;
  /** Takes a folded action. False for those that the statement also names: found by `literals`. */
  readonly covers: Matcher;
}

export function indexActions(statements: readonly CompiledStatement[]): ActionIndex {
  const literals = new Map<string, CompiledStatement[]>();
  const patterns = new Map<string, PatternEntry[]>();
  const others: PatternEntry[] = [];
  for (const statement of statements) {
    const { negated, entries } = statement.action;
    if (negated) {
      others.push({ statement, covers: (action) => coversAction(statement.action, action) });
      continue;
    }
    const named = new Set(entries.flatMap((entry) => entry.literal ?? []));
    for (const action of named) append(literals, action, statement);
    const wide = { negated, entries: entries.filter((entry) => entry.literal === undefined) };
    if (wide.entries.length === 0) continue;
    const covers: Matcher = (action) => !named.has(action) && coversAction(wide, action);
    const services = new Set(wide.entries.map((entry) => entry.service));
    if (services.has(undefined)) {
      others.push({ statement, covers });
    } else {
      for (const service of services) append(patterns, service ?? '', { statement, covers });
    }
  }
  return { literals, patterns, others };
}

function append<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** Calls `visit` once for every statement that covers the (folded) action. */
export function forEachCovering(
  index: ActionIndex,
  action: string,
  visit: (statement: CompiledStatement) => void,
): void {
  for (const statement of index.literals.get(action) ?? []) visit(statement);
  for (const entry of index.patterns.get(serviceOf(action)) ?? []) {
    if (entry.covers(action)) visit(entry.statement);
  }
  for (const entry of index.others) {
    if (entry.covers(action)) visit(entry.statement);
  }
}
