/** What a check found: a place, what is wrong, and what to do instead. */
export interface Finding {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  /** From 1; 0 means the file as a whole. */
  readonly line: number;
  /** Only an error fails the command. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The replacement: a ban without one is no help. */
  readonly help: string;
}

/** One file of the repository. */
export interface RepositoryFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Looks at all files at once, so that a check may compare them. */
export type Check = (files: readonly RepositoryFile[]) => readonly Finding[];

/** `packages/wire/src/a.ts:12: error: …` with the help on a line of its own. */
export function formatFinding(finding: Finding): string {
  const place = finding.line === 0 ? finding.path : `${finding.path}:${finding.line}`;
  return `${place}: ${finding.severity}: ${finding.message}\n    help: ${finding.help}`;
}

/** The line, from 1, on which the character at `offset` stands. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}
