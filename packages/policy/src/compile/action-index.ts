import { compileAction } from '../match/action.ts';
import type { AskedAction, Numbering } from '../match/asked-action.ts';
import { type CompiledPattern, fitsPattern } from '../match/compiled-pattern.ts';
import type { ValueList } from '../policy-document.ts';

/** An Action or NotAction element. */
export interface CompiledAction {
  readonly negated: boolean;
  readonly entries: readonly CompiledPattern[];
}

/** Takes a folded action. */
export function coversAction({ negated, entries }: CompiledAction, action: string): boolean {
  for (const entry of entries) if (fitsPattern(entry, action)) return !negated;
  return negated;
}

/**
 * The Action elements of a policy's statements, and what they were found to cover. Many policies
 * differ only in their resources: they share one, and what was found for one is found for all.
 */
export interface ActionIndex {
  readonly elements: readonly CompiledAction[];
  /** By an action's number, once it was asked for: the statements that cover it, in order. */
  found: (readonly number[] | undefined)[];
  /** Of the actions in `found`. */
  numbering: Numbering | undefined;
}

const MOST_INDEXES = 4_096;

const known = new Map<string, ActionIndex>();

export function indexActions(elements: readonly ValueList[]): ActionIndex {
  const key = JSON.stringify(
    elements.map(({ negated, values }) => [negated, ...values.map((value) => value.text)]),
  );
  const shared = known.get(key);
  if (shared !== undefined) return shared;
  const index: ActionIndex = {
    elements: elements.map(({ negated, values }) => ({
      negated,
      entries: values.map((value) => compileAction(value.text)),
    })),
    found: [],
    numbering: undefined,
  };
  if (known.size >= MOST_INDEXES) known.clear();
  known.set(key, index);
  return index;
}

/** The statements that cover the action, by their index in the document, in order. */
export function coveringStatements(index: ActionIndex, action: AskedAction): readonly number[] {
  const found = index.numbering === action.numbering ? index.found[action.number] : undefined;
  return found ?? findCovering(index, action);
}

const NONE: readonly number[] = [];

function findCovering(index: ActionIndex, action: AskedAction): readonly number[] {
  const { folded, number, numbering } = action;
  const covering: number[] = [];
  for (const [statement, element] of index.elements.entries()) {
    if (coversAction(element, folded)) covering.push(statement);
  }
  if (index.numbering !== numbering) index.found = [];
  index.numbering = numbering;
  index.found[number] = covering.length === 0 ? NONE : covering;
  return covering;
}
