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
  /** Statements in `found`, and the actions that have none. */
  size: number;
}

/** Of statements that an index remembers; begun again when there are more. */
const MOST_FOUND = 4_096;

/** Kept by the policies that use them, and gone with the last one. */
const known = new Map<string, WeakRef<ActionIndex>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

/** Indexes that are looked up, those of policies that are gone among them for a while. */
export function countIndexes(): number {
  return known.size;
}

export function indexActions(elements: readonly ValueList[]): ActionIndex {
  const key = JSON.stringify(
    elements.map(({ negated, values }) => [negated, ...values.map((value) => value.text)]),
  );
  const shared = known.get(key)?.deref();
  if (shared !== undefined) return shared;
  const index: ActionIndex = {
    elements: elements.map(({ negated, values }) => ({
      negated,
      entries: values.map((value) => compileAction(value.text)),
    })),
    found: [],
    numbering: undefined,
    size: 0,
  };
  known.set(key, new WeakRef(index));
  forgotten.register(index, key);
  return index;
}

/** The statements that cover the action, by their index in the document, in order. */
export function coveringStatements(index: ActionIndex, action: AskedAction): readonly number[] {
  const { number, numbering } = action;
  if (number === undefined || index.numbering !== numbering) return findCovering(index, action);
  return index.found[number] ?? findCovering(index, action);
}

const NONE: readonly number[] = [];

function findCovering(index: ActionIndex, action: AskedAction): readonly number[] {
  const { folded, number, numbering } = action;
  const covering: number[] = [];
  for (const [statement, element] of index.elements.entries()) {
    if (coversAction(element, folded)) covering.push(statement);
  }
  if (number === undefined) return covering;
  if (index.numbering !== numbering || index.size >= MOST_FOUND) {
    index.found = [];
    index.size = 0;
  }
  index.numbering = numbering;
  index.size += covering.length + 1;
  index.found[number] = covering.length === 0 ? NONE : covering;
  return covering;
}
