import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { describeFailure, exitCode, Failure } from '../failure.ts';
import { readVersion } from '../version.ts';
import type { ClientFlags } from './client-flags.ts';
import { client } from './client-options.ts';
import { writeUsageError } from './usage-error.ts';
import { addAgent, addInstance, addRun } from './workload-commands.ts';

/** Runs one command and sets the process's exit code; each command's code is loaded when typed. */
export async function runProgram(words: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    // `eval "$(carnet env)"` succeeds when nothing is printed, so a failure prints a failing command.
    if (words[0] === 'env' && !wantsJson(words)) process.stdout.write('false\n');
    if (error instanceof CommanderError) {
      // Commander has written what is wrong with the command line.
      process.exitCode = exitCode.usage;
      return;
    }
    process.stderr.write(describeFailure(error, wantsDebug(words)));
    process.exitCode = error instanceof Failure ? error.exitCode : exitCode.unexpected;
  }
}

function createProgram(): Command {
  const program = new Command('carnet')
    .description('Identity and access management that speaks AWS IAM, and says why.')
    .version(readVersion())
    .exitOverride()
    // What follows the name of a program is the program's, whoever else has such an option.
    .enablePositionalOptions()
    .configureOutput({ outputError: writeUsageError })
    .showHelpAfterError('(`carnet --help` lists the commands, `carnet serve --help` its settings)');
  addServe(program);
  addEnv(program);
  client(program.command('status').description('say what the server is')).action(
    async (flags: ClientFlags) => (await import('./status.ts')).status(flags),
  );
  client(program.command('reset').description('empty an ephemeral server')).action(
    async (flags: ClientFlags) => (await import('./reset.ts')).reset(flags),
  );
  addAccount(program);
  addInstance(program);
  addRun(program);
  addAgent(program);
  addDecide(program);
  return program;
}

function addServe(program: Command): void {
  const serve = program.command('serve').description('answer AWS requests');
  // The names and the help of the flags come with the settings, which load a schema library; for
  // every other command commander needs to know only that `serve` exists.
  serve
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_flags: unknown, command: Command) => {
      const { serveCommand } = await import('./serve.ts');
      await serveCommand().parseAsync(command.args, { from: 'user' });
    });
}

function addEnv(program: Command): void {
  client(program.command('env').description('print credentials of the operator'))
    .option('--format <shell|json>', '`shell` to eval, `json` for a credential_process', 'shell')
    .option('--account <id>', 'account of the role, the first one by default')
    .option('--role <name>', 'role to assume, `Administrator` by default')
    .option('--root-task <name>', 'be the root user instead, for one task: `S3UnlockBucketPolicy`')
    .action(async (flags) => (await import('./env.ts')).env(flags));
}

function addAccount(program: Command): void {
  const account = program.command('account').description('make and list accounts');
  client(account.command('create <name>').description('make an account'))
    .option('--id <id>', 'twelve digits, random by default')
    .action(async (name: string, flags) => (await import('./account.ts')).create(name, flags));
  client(account.command('list').description('list the accounts')).action(
    async (flags: ClientFlags) => (await import('./account.ts')).list(flags),
  );
}

function addDecide(program: Command): void {
  const again = (file: string, all: readonly string[] = []) => [...all, file];
  const once = (value: string, previous?: string): string => {
    if (previous === undefined) return value;
    throw new InvalidArgumentError('It can be given only once.');
  };
  program
    .command('decide [files...]')
    .description(
      'Answer questions that stand in files, or one that the flags tell, and say why. No server is ' +
        'asked. A file named `-` is the standard input.',
    )
    .option('--principal <arn>', 'Who asks: an ARN, the name of a service, or `*`.', once)
    .option('--action <action>', 'What is asked for: `s3:GetObject`.', once)
    .option('--resource <arn>', 'Of which resource: an ARN, or `*`.', once)
    .option('--resource-account <id>', "Who owns it: by default the ARN's account.", once)
    .option('--resource-must-agree', "Its own policy has to agree, as a KMS key's always has.")
    .option('--context <key=value>', 'A condition key; give it again for another value.', again)
    .option('--identity <file>', 'A policy of the principal; may be given again.', again)
    .option('--resource-policy <file>', 'The policy of the resource.', once)
    .option('--trust <file>', 'The trust policy of the role that is asked for.', once)
    .option('--boundary <file>', 'The permissions boundary of the principal.', once)
    .option('--session <file>', 'A session policy; may be given again.', again)
    .option('--scp <files>', 'SCPs of one level, by commas; given again, a level below.', again)
    .option('--rcp <file>', 'An RCP, beside RCPFullAWSAccess; may be given again.', again)
    .option('--vpc-endpoint <file>', 'The policy of the endpoint.', once)
    .option('--simulate', 'Take a condition on a key that is missing for unknown.')
    .option('--all', 'Show every statement, also where it decides nothing.')
    .option('--json', 'Print the whole explanation as data.')
    .option('--check', 'Compare the answers with what the files expect.')
    .addHelpText('after', '\nIt exits with 0: allowed, 2: not a question, 3: denied.')
    .action(async (files: string[], flags) => (await import('./decide.ts')).decide(files, flags));
}

function wantsDebug(words: readonly string[]): boolean {
  const at = words.indexOf('--log-level');
  const flag = at >= 0 ? words[at + 1] : process.env.CARNET_LOG_LEVEL;
  return flag === 'debug' || words.includes('--log-level=debug');
}

function wantsJson(words: readonly string[]): boolean {
  return words.includes('--format=json') || words[words.indexOf('--format') + 1] === 'json';
}
