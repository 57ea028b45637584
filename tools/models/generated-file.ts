/** A file that `npm run generate` writes and `--check` compares with what is committed. */
export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  /** What to write; made only when writing, since compressing takes long. */
  content(): Uint8Array;
  /** Whether the committed bytes say the same. */
  matches(committed: Uint8Array): boolean;
}

/** One target of generation. */
export interface Target {
  readonly name: string;
  files(): Promise<readonly GeneratedFile[]>;
}

/** A text that is committed as it is. */
export function textFile(path: string, text: string): GeneratedFile {
  const bytes = new TextEncoder().encode(text);
  return {
    path,
    content: () => bytes,
    matches: (committed) => Buffer.compare(committed, bytes) === 0,
  };
}
