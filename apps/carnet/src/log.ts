import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './configuration/configuration.ts';

/** JSON lines on stderr: stdout belongs to the ready line and to what commands print. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  // Synchronous, so that the last line before a crash is written.
  const stream = destination ?? standardError();
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** What cannot be written is lost in the end: a log on a full disk must not end the server. */
function standardError(): DestinationStream {
  const stream = pino.destination({ fd: 2, sync: true, maxLength: 1024 * 1024 });
  stream.on('error', () => undefined);
  // The banner goes the same way.
  process.stderr.on('error', () => undefined);
  return stream;
}

/**
 * What a log may say of an exception that nobody expected: its name, its message and, for debug,
 * its stack. Never its other properties, which may hold what a caller sent.
 */
export function describeError(log: Logger, error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  const stack = log.isLevelEnabled('debug') ? { stack: error.stack } : {};
  return { error: `${error.name}: ${error.message}`, ...stack };
}
