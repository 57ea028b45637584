import type { Logger } from 'pino';
import { type ExitCode, exitCode } from '../failure.ts';
import { describeError } from '../log.ts';
import type { Server } from './server.ts';

/** What runs may take this long to finish; with all that follows the process is gone within 5 s. */
const grace = 3000;
/** After this nothing is waited for. */
const limit = 4500;

/**
 * Resolves with the exit code once a signal, or an exception that nobody caught, has ended the
 * server. A second signal ends it at once.
 */
export function untilStopped(server: Server, log: Logger): Promise<ExitCode> {
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  let stopping = false;
  const stop = async (code: ExitCode) => {
    if (stopping) process.exit(exitCode.unexpected);
    stopping = true;
    setTimeout(() => process.exit(code), limit).unref();
    try {
      await server.stop(grace);
      resolve(code);
    } catch (error) {
      log.error(describeError(log, error), 'stopping failed');
      resolve(exitCode.unexpected);
    }
  };
  const crash = (error: unknown) => {
    log.fatal(describeError(log, error), 'stopping: nobody expected this');
    void stop(exitCode.unexpected);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(exitCode.ok));
  }
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  return promise;
}
