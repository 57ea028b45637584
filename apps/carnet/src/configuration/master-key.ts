import { readFileSync, statSync } from 'node:fs';
import { exitCode, Failure } from '../failure.ts';

/**
 * The key that seals everything, when an orchestrator gives it: 32 bytes in base64, in
 * CARNET_MASTER_KEY or in the file that CARNET_MASTER_KEY_FILE names. Undefined: the data directory
 * has its own. Never a flag, which every user of the machine can read, and never repeated.
 */
export function readMasterKey(
  environment: Readonly<Record<string, string | undefined>>,
): Uint8Array | undefined {
  const { CARNET_MASTER_KEY: given, CARNET_MASTER_KEY_FILE: path } = environment;
  if (given && path) throw refuse('CARNET_MASTER_KEY', 'CARNET_MASTER_KEY_FILE is set too');
  if (given) return decode('CARNET_MASTER_KEY', given);
  if (!path) return undefined;
  try {
    return decode('CARNET_MASTER_KEY_FILE', readFileSync(path, 'utf8').trim());
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refuse('CARNET_MASTER_KEY_FILE', `\`${path}\` cannot be read`);
  }
}

/** The file that CARNET_MASTER_KEY_FILE names, when every user of the machine may read it. */
export function findOpenMasterKey(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { CARNET_MASTER_KEY_FILE: path } = environment;
  if (!path || process.getuid === undefined) return undefined;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o007) === 0 ? undefined : path;
}

function decode(variable: string, text: string): Uint8Array {
  const key = Buffer.from(text, 'base64');
  if (key.length === 32 && key.toString('base64') === text) return key;
  throw refuse(variable, 'it does not hold 32 bytes in base64');
}

function refuse(variable: string, why: string): Failure {
  return new Failure({
    what: `\`${variable}\` cannot be used`,
    why,
    next: 'make a key with `openssl rand -base64 32`, and keep it: nothing can be read without it',
    exitCode: exitCode.usage,
  });
}
