import { describeChange, type Mutant } from './mutant.ts';

/** A mutant that behaves as the engine does, found again by its text and not by its place. */
export interface Equivalent {
  readonly file: string;
  /** How the line begins that it begins on, without indentation. */
  readonly line: string;
  /** `operator: before → after`, as the report prints it. */
  readonly change: string;
  readonly reason: string;
}

export function isEquivalent(known: Equivalent, mutant: Mutant): boolean {
  return (
    known.file === mutant.file &&
    mutant.lineText.startsWith(known.line) &&
    known.change === describeChange(mutant)
  );
}

/** Changes of one file that say nothing for one reason: each with the line where it is found. */
function because(
  reason: string,
  file: string,
  ...changes: readonly (readonly [line: string, change: string])[]
): Equivalent[] {
  return changes.map(([line, change]) => ({ file, line, change, reason }));
}

export const EQUIVALENTS: readonly Equivalent[] = [
  ...because('any other number that no token has would do', 'src/match/glob.ts', [
    'const NO_TOKEN = 0;',
    'number: 0 → (0 - 1)',
  ]),
];
