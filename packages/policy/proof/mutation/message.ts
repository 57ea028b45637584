/** What the process that tries mutants is told, and what it answers. */
export interface Trial {
  readonly id: number;
  /** The file to be replaced, below the package; undefined for the engine as it is. */
  readonly file: string | undefined;
  readonly text: string;
  /** Test files, below the package, in the order in which they are run. */
  readonly tests: readonly string[];
}

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly test: string }
  /** Milliseconds, and the files of the engine that the test loads. */
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
