import type { TemporaryCredentials } from '../services.ts';
import type { WorkloadSessions } from '../workload/workload-sessions.ts';

/**
 * Runs the code of functions. The services have no processes: whoever puts them together gives one,
 * or none, and then nothing is invoked.
 */
export interface FunctionRunner {
  /**
   * Runs one invocation to its end. Whatever the code does is a result. Throws at once when there
   * is no room (`TooManyRequestsException`), and rejects when the code could not be run at all
   * (`InvalidZipFileException`, `ServiceException`).
   */
  run(invocation: FunctionInvocation): Promise<FunctionResult>;
}

/** What invocations need beside the rows of functions. */
export interface FunctionHost {
  readonly runner: FunctionRunner;
  readonly sessions: Pick<WorkloadSessions, 'credentials'>;
}

export interface FunctionInvocation {
  readonly requestId: string;
  readonly accountId: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** `index.handler` */
  readonly handler: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  readonly region: string;
  /** The function's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** A session of the function's role. */
  readonly credentials: TemporaryCredentials;
  /** The zip, checked when it was stored. */
  readonly code: Uint8Array;
  /** JSON. */
  readonly payload: Uint8Array;
  /** Base64 of JSON, as it came. */
  readonly clientContext: string | undefined;
}

export interface FunctionResult {
  /** JSON: the answer of the handler, or its error. */
  readonly payload: Uint8Array;
  /** The handler, or the process it ran in, has failed. */
  readonly isError: boolean;
  /** The last of what it has written, in UTF-8. */
  readonly log: Uint8Array;
}
