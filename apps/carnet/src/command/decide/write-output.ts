import { Failure, hasErrorCode } from '../../failure.ts';

/** Writes the whole answer; a reader that has gone, `head`, has read enough. */
export function writeOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error | null): void => {
      if (error && !hasErrorCode(error, 'EPIPE')) {
        reject(
          new Failure({
            what: 'the answer cannot be written',
            why: error.message,
            next: 'see where the standard output goes',
          }),
        );
      } else resolve();
    };
    // Without a listener the stream would end the process with a stack.
    process.stdout.on('error', end);
    process.stdout.write(text, end);
  });
}
