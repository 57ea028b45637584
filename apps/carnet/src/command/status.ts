import { callOperator } from '../operator/operator-client.ts';
import type { StatusAnswer } from '../operator/protocol.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';

/** Prints what the server of a data directory is. */
export async function status(flags: ClientFlags): Promise<void> {
  const answer = await callOperator<StatusAnswer>(chooseDataDirectory(flags), {
    method: 'GET',
    path: '/status',
  });
  const away =
    answer.accounts === undefined ? ', which is away: everything is refused until it is back' : '';
  const lines = {
    endpoint: answer.endpoint,
    account: answer.accountId,
    accounts: String(answer.accounts ?? 'unknown'),
    region: answer.region,
    data: answer.ephemeral ? 'in memory' : answer.dataDirectory,
    database: (answer.database ?? 'embedded') + away,
    process: `${answer.processId}, since ${new Date(answer.startedAt).toISOString()}`,
  };
  process.stdout.write(`carnet ${answer.version} is running\n`);
  for (const [name, value] of Object.entries(lines)) {
    process.stdout.write(`  ${name.padEnd(9)} ${value}\n`);
  }
}
