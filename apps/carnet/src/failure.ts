/**
 * Why a command cannot go on, for whoever typed it: what happened, why, and what to do next. Lower
 * case, no final period, what the user wrote in backticks.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly why: string;
  readonly next: string;
  readonly exitCode: ExitCode;
  /** Of an error of the API that the server answered with. */
  readonly code: string | undefined;

  constructor(reason: {
    what: string;
    why: string;
    next: string;
    exitCode?: ExitCode;
    code?: string | undefined;
  }) {
    super(reason.what);
    this.why = reason.why;
    this.next = reason.next;
    this.exitCode = reason.exitCode ?? exitCode.unexpected;
    this.code = reason.code;
  }
}

/** The program's contract with whatever started it. */
export const exitCode = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  denied: 3,
  policyTestsFailed: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The text on stderr; a stack only for whoever asked for `--log-level debug`. */
export function describeFailure(error: unknown, debug: boolean): string {
  const stack = debug && error instanceof Error && error.stack ? `${error.stack}\n` : '';
  if (error instanceof Failure) {
    return `carnet: ${error.message}\n  why:  ${error.why}\n  next: ${error.next}\n${stack}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const next = debug
    ? 'report it with the lines below'
    : 'run it again with `--log-level debug`, and report what it prints';
  return `carnet: something unexpected happened\n  why:  ${message}\n  next: ${next}\n${stack}`;
}

/** True for a system error with this code, `ENOENT`. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  );
}
