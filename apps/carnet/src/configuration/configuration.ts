import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitCode, Failure, hasErrorCode } from '../failure.ts';
import { readMasterKey } from './master-key.ts';
import { type QuotaSettings, readQuotas } from './quota.ts';
import { type SettingName, settings } from './setting.ts';

/** What `carnet serve` runs with. */
export interface Configuration {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Absolute. */
  readonly dataDirectory: string;
  /** The URL of a PostgreSQL database, which may hold a password; undefined: an embedded one. */
  readonly database: string | undefined;
  readonly accountId: string | undefined;
  readonly region: string;
  /** Seconds. */
  readonly workloadSession: number;
  readonly ephemeral: boolean;
  /** Whether the code of functions is run. */
  readonly functions: boolean;
  readonly logLevel: LogLevel;
  /** Undefined: no metrics. */
  readonly metricsPort: number | undefined;
  /** The quotas that are set; all others are AWS's. */
  readonly quotas: QuotaSettings;
  /** Undefined: the data directory has its own. */
  readonly masterKey: Uint8Array | undefined;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Where settings come from; a missing value is undefined. */
export interface ConfigurationSources {
  /** By setting's name, as commander parsed them. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** `process.env` */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path that `--config` gave. */
  readonly file?: string | undefined;
}

interface Finding {
  readonly value: unknown;
  /** `--port`, `CARNET_PORT`, or `port` of a file. */
  readonly source: string;
}

/**
 * Flag over environment over file over default. Throws a `Failure` of exit code 2 that names where
 * the wrong value stands; nothing is silently ignored.
 */
export function resolveConfiguration(sources: ConfigurationSources): Configuration {
  const path = sources.file ?? (sources.environment.CARNET_CONFIG || undefined);
  const file = path === undefined ? {} : readConfigurationFile(path);
  const find = (name: SettingName) => findValue(name, sources, file, path);
  const configuration: Configuration = {
    host: check('host', find('host')),
    port: check('port', find('port')),
    dataDirectory: resolve(check('dataDirectory', find('dataDirectory'))),
    database: check('database', find('database')),
    accountId: check('accountId', find('accountId')),
    region: check('region', find('region')),
    workloadSession: check('workloadSession', find('workloadSession')),
    ephemeral: check('ephemeral', find('ephemeral')),
    functions: check('functions', find('functions')),
    logLevel: check('logLevel', find('logLevel')),
    metricsPort: check('metricsPort', find('metricsPort')),
    quotas: readQuotas({
      flags: sources.flags.quotas,
      environment: sources.environment,
      file: file.quotas,
      path,
    }),
    masterKey: readMasterKey(sources.environment),
  };
  checkDatabase(configuration, find('database'));
  return configuration;
}

function findValue(
  name: SettingName,
  sources: ConfigurationSources,
  file: Readonly<Record<string, unknown>>,
  path: string | undefined,
): Finding | undefined {
  const { flag, variable } = settings[name];
  const fromFlag = sources.flags[name];
  if (fromFlag !== undefined) return { value: fromFlag, source: flag.split(' ', 1)[0] ?? flag };
  const fromEnvironment = sources.environment[variable];
  // A variable that is set to nothing is how shells and compose files leave one out.
  if (fromEnvironment) return { value: fromEnvironment, source: variable };
  const fromFile = file[name];
  if (fromFile !== undefined) return { value: fromFile, source: `${name}\` of \`${path}` };
  return undefined;
}

/** The value that the setting's schema makes of what was found, or its default. */
function check<Name extends SettingName>(name: Name, finding: Finding | undefined): Checked<Name> {
  const setting = settings[name];
  if (finding === undefined) return setting.fallback as Checked<Name>;
  const result = setting.schema.safeParse(finding.value);
  if (result.success) return result.data as Checked<Name>;
  throw new Failure({
    what: 'secret' in setting ? `\`${finding.source}\` cannot be used` : repeated(finding),
    why: `expected ${setting.expects}`,
    next: 'correct it, or leave it out; `carnet serve --help` lists the settings',
    exitCode: exitCode.usage,
  });
}

type Checked<Name extends SettingName> =
  | (typeof settings)[Name]['schema']['_output']
  | (typeof settings)[Name]['fallback'];

function repeated({ source, value }: Finding): string {
  return `\`${source}\` is \`${String(value)}\``;
}

function checkDatabase(
  { database, ephemeral, masterKey }: Configuration,
  finding: Finding | undefined,
): void {
  if (database === undefined || finding === undefined) return;
  if (ephemeral) {
    throw new Failure({
      what: `\`${finding.source}\` and \`--ephemeral\` exclude each other`,
      why: 'an ephemeral server keeps everything in memory, and a database is made to last',
      next: 'leave one of them out',
      exitCode: exitCode.usage,
    });
  }
  if (masterKey !== undefined) return;
  throw new Failure({
    what: `\`${finding.source}\` is set, and there is no master key`,
    why: 'a key of the data directory would be lost with it, and with the key every secret',
    next:
      'make one with `openssl rand -base64 32`, keep it, and give it in CARNET_MASTER_KEY or ' +
      'CARNET_MASTER_KEY_FILE',
    exitCode: exitCode.usage,
  });
}

function readConfigurationFile(path: string): Readonly<Record<string, unknown>> {
  const refuse = (why: string): never => {
    throw new Failure({
      what: `the configuration file \`${path}\` cannot be used`,
      why,
      next: 'correct it, or leave out `--config` and CARNET_CONFIG',
      exitCode: exitCode.usage,
    });
  };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) refuse('there is no such file');
    refuse(error instanceof SyntaxError ? `it is not JSON: ${error.message}` : String(error));
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return refuse('it is not a JSON object');
  }
  const known = [...Object.keys(settings), 'quotas'];
  const unknown = Object.keys(content).find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`\`${unknown}\` is no setting; there are ${known.join(', ')}`);
  return { ...content };
}
