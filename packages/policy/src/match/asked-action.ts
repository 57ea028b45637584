import { foldAscii } from './fold-ascii.ts';

/**
 * An action that is asked about. Actions are numbered as they come, so that what was found for one
 * is found again by a look at a list and not by a search.
 */
export interface AskedAction {
  /** `s3:putobject` */
  readonly folded: string;
  /** From 0, below `MOST_ACTIONS`; undefined of one that is not remembered. */
  readonly number: number | undefined;
  /** Another one when the numbers begin again; what was found before is void then. */
  readonly numbering: Numbering;
}

/** Tells one count of actions from another by being another object. */
export type Numbering = Readonly<Record<never, never>>;

/** Several times what a deployment's clients call; whoever asks for more pays for it. */
export const MOST_ACTIONS = 1_024;

/** No action has as long a name: whoever asks for one shall not fill the memory with it. */
const LONGEST_ACTION = 128;

const known = new Map<string, AskedAction>();
let numbering: Numbering = {};

export function askedAction(action: string): AskedAction {
  const asked = known.get(action);
  if (asked !== undefined) return asked;
  if (action.length > LONGEST_ACTION) {
    return { folded: foldAscii(action), number: undefined, numbering };
  }
  if (known.size >= MOST_ACTIONS) {
    known.clear();
    numbering = {};
  }
  const first = { folded: foldAscii(action), number: known.size, numbering };
  known.set(action, first);
  return first;
}
