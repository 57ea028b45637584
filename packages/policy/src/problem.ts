/** A place in the text of a document: line and column from 1, offset from 0, in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** What is wrong with a document, as a value. Messages are AWS's where AWS has one. */
export interface Problem {
  /** Stable and ours, `duplicate-key`. */
  readonly code: string;
  readonly message: string;
  /** `Statement[0].Action[1]` */
  readonly path: string;
  readonly position: Position;
  readonly help?: string;
}
