/** What a thing of the server is, in a word or a digest; null when it is not there. */
export type State = string | null;

/** The things that one write changes, by name, and what each is once the write is done. */
export type Effects = Readonly<Record<string, State>>;

/** One call that changes something. */
export interface Write {
  readonly operation: string;
  readonly effects: Effects;
}

/**
 * What a writer says, a line of JSON each. A lane has one write under way at a time; `done` is an
 * acknowledgement, with what could not be known before it.
 */
export type Line =
  | { readonly lane: string; readonly begun: Write }
  | { readonly lane: string; readonly done: string; readonly effects: Effects }
  | { readonly lane: string; readonly refused: string }
  | { readonly ended: true };

/** What a writer is told: where to write, until that server is gone. */
export interface Round {
  readonly number: number;
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** One step of a lane: a write and how it is sent. */
export interface Step extends Write {
  /** Resolves with the request's id when the server has acknowledged. */
  send(): Promise<Acknowledged>;
  /** What only the acknowledgement tells: the id of an upload. */
  learnt?(): Effects;
}

export interface Acknowledged {
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** Bucket and group are there before the first round. */
export const bucketName = 'crash';
export const groupName = 'crash';
