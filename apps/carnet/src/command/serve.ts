import { Command } from 'commander';
import { type Configuration, resolveConfiguration } from '../configuration/configuration.ts';
import { findOpenMasterKey } from '../configuration/master-key.ts';
import { listQuotas, quotaVariable } from '../configuration/quota.ts';
import { settings } from '../configuration/setting.ts';
import type { Server } from '../server/server.ts';
import { quote } from './quote.ts';
import { writeUsageError } from './usage-error.ts';

/** `carnet serve` with a flag for each setting. */
export function serveCommand(): Command {
  const command = new Command('carnet serve')
    .description('answer AWS requests; flag over environment over file over default')
    .exitOverride()
    .configureOutput({ outputError: writeUsageError })
    .showHelpAfterError('(`carnet serve --help` lists the settings)')
    .option('--config <file>', 'JSON file of settings (CARNET_CONFIG)');
  const nameByFlag = new Map<string, string>();
  for (const [name, setting] of Object.entries(settings)) {
    const fallback = setting.fallback === undefined ? '' : `, default ${setting.fallback}`;
    const option = command.createOption(
      setting.flag,
      `${setting.describes} (${setting.variable}${fallback})`,
    );
    nameByFlag.set(option.attributeName(), name);
    command.addOption(option);
  }
  const variable = quotaVariable('usersPerAccount');
  command
    .option('--quota <name=number...>', `a quota of IAM, such as usersPerAccount=10 (${variable})`)
    .addHelpText('after', `\nQuotas: ${listQuotas()}`);
  nameByFlag.set('quota', 'quotas');
  return command.action(async ({ config, ...values }: { config?: string }) => {
    const flags = Object.fromEntries(
      Object.entries(values).map(([flag, value]) => [nameByFlag.get(flag) ?? flag, value]),
    );
    await serve(resolveConfiguration({ flags, environment: process.env, file: config }));
  });
}

/** Serves until a signal ends it; resolves once everything is closed. */
async function serve(configuration: Configuration): Promise<void> {
  // What is wrong with the command line is said before everything is loaded.
  const { createLog } = await import('../log.ts');
  const { startServer } = await import('../server/server.ts');
  const { untilStopped } = await import('../server/stop.ts');
  const log = createLog(configuration.logLevel);
  const server = await startServer(configuration, log);
  const stopped = untilStopped(server, log);
  process.stderr.write(banner(server, configuration));
  process.stdout.write(`carnet ready ${server.endpoint} account ${server.accountId}\n`);
  process.exitCode = await stopped;
  // Nothing is left to wait for; a timer of a library must not hold the process.
  process.exit();
}

function banner(server: Server, configuration: Configuration): string {
  const defaultDirectory = resolveConfiguration({ flags: {}, environment: {} }).dataDirectory;
  const choice =
    configuration.dataDirectory === defaultDirectory
      ? ''
      : ` --data-dir ${quote(configuration.dataDirectory)}`;
  return [
    '',
    `  Carnet answers at ${server.endpoint}`,
    `  account           ${server.accountId}`,
    `  data              ${server.data}`,
    '',
    '  In another terminal, for the aws CLI, an SDK or Terraform:',
    `    eval "$(npx --no-install carnet env${choice})"`,
    '',
    ...warnings(configuration),
    '',
  ].join('\n');
}

function warnings({ host, functions }: Configuration): readonly string[] {
  const lines: string[] = [];
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) {
    lines.push(
      `  warning: ${host} is not loopback, and requests travel unencrypted;`,
      '  put a proxy that speaks TLS in front of it.',
      '',
    );
  }
  if (functions) {
    lines.push(
      '  warning: whoever may make a function runs code on this machine;',
      '  docs/functions.md says what that means.',
      '',
    );
  }
  const openKey = findOpenMasterKey(process.env);
  if (openKey !== undefined) {
    lines.push(
      '  warning: every user of this machine may read the master key; close it with:',
      `    chmod o= ${quote(openKey)}`,
      '',
    );
  }
  return lines;
}
