/** What the process that tries mutants is told, and what it answers. */
export interface Trial {
  readonly id: number;
  /** The file to be replaced, below the package; undefined for the engine as it is. */
  readonly file: string | undefined;
  readonly text: string;
  /** In the order in which they are run. */
  readonly tests: readonly TrialTest[];
}

export interface TrialTest {
  /** A test file, below the package. */
  readonly test: string;
  /** Milliseconds of the processor's time; the process ends when they are used up. */
  readonly limit: number;
}

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly test: string }
  /** Milliseconds of the processor's time, and the files of the engine that the test loads. */
  | {
      readonly kind: 'passed';
      readonly test: string;
      readonly duration: number;
      readonly loaded: readonly string[];
    }
  | { readonly kind: 'failed'; readonly test: string; readonly name: string }
  /** The text is no program: the mutator's own fault. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'survived' };
