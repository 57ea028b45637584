// What goes between the server and the process of a function: one JSON text on its standard input,
// and on its descriptor 3 one mark when the code begins, then the answer.

/** To the process. Everything that is the function's own, and nothing of the server's. */
export interface FunctionMessage {
  /** The folder of the unpacked code. */
  readonly codeFolder: string;
  /** `index.handler` */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** JSON. */
  readonly payload: string;
  readonly context: {
    readonly requestId: string;
    readonly functionName: string;
    readonly functionArn: string;
    readonly memorySize: number;
    /** Seconds. */
    readonly timeout: number;
    readonly clientContext: string | undefined;
  };
}

/** First characters on descriptor 3, then `answer` or `error`, then JSON. */
export const mark = { begun: 'b', answer: 'a', error: 'e' } as const;

/** An error as Lambda answers it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
