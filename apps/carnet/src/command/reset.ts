import { callOperator } from '../operator/operator-client.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';

/** Empties an ephemeral server; a durable one refuses. */
export async function reset(flags: ClientFlags): Promise<void> {
  await callOperator(chooseDataDirectory(flags), { method: 'POST', path: '/reset' });
  process.stderr.write(
    'the server is empty; credentials from before are refused, so run `carnet env` again\n',
  );
}
