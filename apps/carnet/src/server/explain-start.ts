import { StoreRefusal, unavailabilityOf } from '@carnet/store';
import type { Configuration } from '../configuration/configuration.ts';
import { Failure, hasErrorCode } from '../failure.ts';

/** Says why a server could not start to whoever started it; what nobody foresaw stays as it is. */
export function explainStart(error: unknown, configuration: Configuration): unknown {
  if (error instanceof StoreRefusal) return explainRefusal(error);
  const { host, port, dataDirectory } = configuration;
  if (!(error instanceof Error)) return error;
  if (hasErrorCode(error, 'EADDRINUSE')) {
    // The gateway's, or that of the metrics.
    const taken = 'port' in error ? error.port : port;
    return new Failure({
      what: `port ${taken} of ${host} is in use`,
      why: 'another program, or another Carnet, listens on it',
      next: 'stop that one, or choose another port; port 0 is any that is free',
    });
  }
  const unavailability = unavailabilityOf(error);
  if (unavailability === 'full') {
    return new Failure({
      what: `the disk of the data directory \`${dataDirectory}\` is full`,
      why: `starting takes a little room of its own, and the system said: ${error.message}`,
      next: 'make room on it; nothing that is stored was changed',
    });
  }
  if (isAboutPort(error)) {
    return new Failure({
      what: `cannot listen on port ${port} of ${host}`,
      why: error.message,
      next: 'choose others with `--host` and `--port`',
    });
  }
  if (unavailability !== undefined || hasErrorCode(error, ...fileErrors)) {
    return new Failure({
      what: `the data directory \`${dataDirectory}\` cannot be used`,
      why: error.message,
      next: 'make it writable, or choose another with `--data-dir`',
    });
  }
  return error;
}

const fileErrors = ['ENOTDIR', 'ENOENT', 'ENAMETOOLONG'];

/** The operator socket, which is in the data directory, has no port and fails as a file does. */
function isAboutPort(error: Error): boolean {
  if (!('syscall' in error)) return false;
  const isSocketFile = 'port' in error && error.port === -1;
  return error.syscall === 'getaddrinfo' || (error.syscall === 'listen' && !isSocketFile);
}

/** The store says what is wrong and what to do; why it insists is said here. */
function explainRefusal(error: StoreRefusal): Failure {
  const [what = error.message, ...next] = error.message.split('; ');
  return new Failure({
    what,
    why: refusals[error.code],
    next: next.join('; ') || 'correct it, or choose another folder with `--data-dir`',
  });
}

const refusals: Readonly<Record<StoreRefusal['code'], string>> = {
  dataDirectory: 'whoever can enter the data directory is the operator',
  locked: 'one process at a time holds a data directory, and a database',
  schema: 'what is stored cannot be read by this version',
  masterKey: 'every secret that is stored is sealed under the master key',
  database: 'everything but the bytes of objects is kept in it',
};
