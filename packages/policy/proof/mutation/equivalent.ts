import { describeChange, type Mutant } from './mutant.ts';

/** A mutant that behaves as the engine does, found again by its text and not by its place. */
export interface Equivalent {
  readonly file: string;
  /** The line it begins on, without its indentation. */
  readonly line: string;
  readonly operator: string;
  /** `before → after`, as the report prints it. */
  readonly change: string;
  readonly reason: string;
}

export function isEquivalent(known: Equivalent, mutant: Mutant): boolean {
  return (
    known.file === mutant.file &&
    known.line === mutant.lineText &&
    known.operator === mutant.operator &&
    known.change === describeChange(mutant)
  );
}

export const EQUIVALENTS: readonly Equivalent[] = [];
