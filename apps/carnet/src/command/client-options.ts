import type { Command } from 'commander';

/** The options of every command that speaks to a running server. */
export function client(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'data directory of the server, `./.carnet` by default')
    .option('--config <file>', 'configuration file')
    .option('--log-level <level>', '`debug` prints the stack of a failure');
}
