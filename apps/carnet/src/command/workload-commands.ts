import type { Command } from 'commander';
import { client } from './client-options.ts';

/** `carnet instance run` and `carnet instance enroll`. */
export function addInstance(program: Command): void {
  const instance = program.command('instance').description('run programs as instances');
  const run = instance
    .command('run <instance> [program...]')
    .usage('[options] <instance> [--] <program> [words...]')
    .description('run a program that reads instance metadata: `instance run i-… -- node app.js`')
    .passThroughOptions()
    .addHelpText('after', afterRun(metadataVariables));
  ownHelpAfterError(client(run), 'carnet instance run')
    .option('--account <id>', 'account of the instance, the first one by default')
    .action(async (instanceId: string, words: string[]) => {
      const command = programWords(run, words);
      await (await import('./instance.ts')).run(instanceId, command, run.opts());
    });
  ownHelpAfterError(client(instance.command('enroll <instance>')), 'carnet instance enroll')
    .description('make a new key for the agent of an instance on another host')
    .option('--account <id>', 'account of the instance, the first one by default')
    .option('--endpoint <url>', 'where the agent finds the server, https://…')
    .option('--output <file>', 'write it there, readable by you alone, and not to stdout')
    .action(async (instanceId: string, flags) =>
      (await import('./instance-enroll.ts')).enroll(instanceId, flags),
    );
}

/** `carnet run`. */
export function addRun(program: Command): void {
  ownHelpAfterError(client(program.command('run <program> [words...]')), 'carnet run')
    .usage('--role <name> [options] [--] <program> [words...]')
    .description('run a program with the credentials of a role: `run --role R -- node app.js`')
    .passThroughOptions()
    .requiredOption('--role <name>', 'role to assume (required)')
    .option('--account <id>', 'account of the role, the first one by default')
    .addHelpText('after', afterRun(containerVariables))
    .action(async (name: string, words: string[], flags) =>
      (await import('./run.ts')).run([name, ...words], flags),
    );
}

/** `carnet agent`. */
export function addAgent(program: Command): void {
  ownHelpAfterError(program.command('agent [program] [words...]'), 'carnet agent')
    .usage('--enrolment <file> [options] [[--] <program> [words...]]')
    .description('serve the metadata of an instance on this host, from a server on another')
    .passThroughOptions()
    .requiredOption(
      '--enrolment <file>',
      'what `carnet instance enroll` wrote, of mode 0600 (required)',
    )
    .option('--port <number>', 'loopback port to listen on, 0 for any that is free', '0')
    .option('--insecure', 'ask a server on another host over http')
    .option('--log-level <level>', '`debug` prints the stack of a failure')
    .addHelpText('after', afterRun(metadataVariables, serving))
    .action(async (name: string | undefined, words: string[], flags) => {
      const command = name === undefined ? [] : [name, ...words];
      await (await import('./agent.ts')).agent(command, flags);
    });
}

/**
 * The program and its words behind the instance: options of ours may stand before it. What stands
 * behind its name is never ours.
 */
function programWords(run: Command, words: readonly string[]): readonly string[] {
  const { operands, unknown } = run.parseOptions([...words]);
  const [option] = unknown;
  if (option === '--help' || option === '-h') run.help();
  if (option !== undefined) run.error(`error: unknown option '${option}'`);
  if (operands.length === 0) run.error("error: missing required argument 'program'");
  return operands;
}

function ownHelpAfterError(command: Command, words: string): Command {
  return command.showHelpAfterError(`(\`${words} --help\` lists what it takes)`);
}

const metadataVariables = 'AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_V1_DISABLED';
const containerVariables =
  'AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN,\n' +
  '  AWS_EC2_METADATA_DISABLED';
const serving = '\nWithout a program it serves every program of this host, until a signal.\n';

function afterRun(variables: string, more = ''): string {
  return `${more}
The program gets
  ${variables},
  AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION.
AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are /dev/null, and no other variable that names
credentials, a profile or an endpoint reaches it. It gets SIGINT, SIGTERM and SIGHUP of this
command: start that by node_modules/.bin/carnet, since npx passes no SIGTERM on.

Exit codes: the program's own, or 128 and the number of the signal that ended it; 127 when there
is no such program, 126 when it cannot be run. Before it runs: 1 when the server refuses or cannot
be asked, 2 for a wrong command line.`;
}
