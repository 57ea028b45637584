import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret that only whoever may read the data directory knows, and that each request on the operator
 * socket bears: a program that could reach the socket and no file, a function's for one, is nobody.
 */

/** Makes the token of a server that starts; that of the one before it is void. */
export async function placeOperatorToken(dataDirectory: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const path = tokenPath(dataDirectory);
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  // Never open to others, and never half written.
  await writeFile(draft, `${token}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  return token;
}

/** The token of the server of a data directory. Throws `ENOENT` when none was started. */
export function readOperatorToken(dataDirectory: string): string {
  return readFileSync(tokenPath(dataDirectory), 'utf8').trim();
}

export async function removeOperatorToken(dataDirectory: string): Promise<void> {
  await rm(tokenPath(dataDirectory), { force: true });
}

function tokenPath(dataDirectory: string): string {
  return join(dataDirectory, 'operator.token');
}
