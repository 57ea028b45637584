import { type CatalogueIndex, findActions, type IndexedAction } from './catalogue-index.ts';
import type { ListTree, StatementTree } from './policy-tree.ts';
import { type FittingFormats, fittingFormats, readResourceEntry } from './resource-entry.ts';

/**
 * How many different patterns of one document are held against the catalogue. The one of AWS's
 * managed policies with most has 387; beyond the limit nothing is found about a pattern.
 */
const MOST_PATTERNS = 3_000;
/** The longest ARN that AWS takes. */
const LONGEST_ENTRY = 2_048;

/** What the catalogue knows of a document's entries, each found out once. */
export interface Known {
  /** The actions that an entry means; undefined when its service may be any, or is not judged. */
  actions(text: string): readonly IndexedAction[] | undefined;
  /** What the entries of a statement's Action mean together, NotAction or not. */
  statementActions(statement: StatementTree): StatementActions;
  /** The formats that an entry of Resource may be; undefined when nothing is known about it. */
  formats(text: string): FittingFormats | undefined;
}

export interface StatementActions {
  /** Those that are named in full. */
  readonly named: readonly IndexedAction[];
  /** All of them; undefined when an entry cannot be told. */
  readonly all: ReadonlySet<IndexedAction> | undefined;
}

export function knowDocument(index: CatalogueIndex): Known {
  let patterns = 0;
  const isJudged = (text: string) =>
    text.length <= LONGEST_ENTRY && (!/[*?$]/.test(text) || ++patterns <= MOST_PATTERNS);
  const actions = remembered((text: string) =>
    isJudged(text) ? findActions(index, text) : undefined,
  );
  return {
    actions,
    statementActions: remembered(({ action }: StatementTree) => together(action, actions)),
    formats: remembered((text: string) =>
      isJudged(text) ? fittingFormats(index, readResourceEntry(text)) : undefined,
    ),
  };
}

function remembered<Key, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const found = new Map<Key, { readonly value: Value }>();
  return (key) => {
    const known = found.get(key);
    if (known !== undefined) return known.value;
    const value = find(key);
    found.set(key, { value });
    return value;
  };
}

function together(list: ListTree | undefined, actions: Known['actions']): StatementActions {
  const named = new Set<IndexedAction>();
  const all = new Set<IndexedAction>();
  let isTold = true;
  for (const text of new Set((list?.values ?? []).map((value) => value.text))) {
    const meant = actions(text);
    if (meant === undefined) isTold = false;
    for (const action of meant ?? []) {
      all.add(action);
      if (!/[*?]/.test(text)) named.add(action);
    }
  }
  return { named: [...named], all: isTold ? all : undefined };
}
