import type { Quotas } from '@carnet/services';
import { exitCode, Failure } from '../failure.ts';

/**
 * Quotas, which a deployment may set one by one: `--quota usersPerAccount=10`,
 * `CARNET_QUOTA_USERS_PER_ACCOUNT=10`, or `"quotas": {"usersPerAccount": 10}` in the file. AWS lets
 * most of them be raised to a maximum; on a machine of one's own there is none.
 */
export type QuotaSettings = Partial<Record<keyof Quotas, number>>;

/**
 * The names alone, since AWS's defaults come with all services, which only a server has to load;
 * `docs/quotas.md` tells them.
 */
const quotaNames: Readonly<Record<keyof Quotas, true>> = {
  usersPerAccount: true,
  groupsPerAccount: true,
  rolesPerAccount: true,
  instanceProfilesPerAccount: true,
  policiesPerAccount: true,
  serverCertificatesPerAccount: true,
  samlProvidersPerAccount: true,
  openIdConnectProvidersPerAccount: true,
  attachedPoliciesPerUser: true,
  attachedPoliciesPerGroup: true,
  attachedPoliciesPerRole: true,
  assumeRolePolicySize: true,
  groupsPerUser: true,
  versionsPerPolicy: true,
  accessKeysPerUser: true,
  mfaDevicesPerUser: true,
  signingCertificatesPerUser: true,
  sshPublicKeysPerUser: true,
  serviceSpecificCredentialsPerUser: true,
  clientIdsPerOpenIdConnectProvider: true,
  thumbprintsPerOpenIdConnectProvider: true,
  tagsPerResource: true,
  instancesPerAccount: true,
  functionStoragePerAccount: true,
};

const prefix = 'CARNET_QUOTA_';

const nameByVariable = new Map(Object.keys(quotaNames).map((name) => [quotaVariable(name), name]));

/** `CARNET_QUOTA_USERS_PER_ACCOUNT` */
export function quotaVariable(name: string): string {
  return prefix + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Where quotas stand; a missing place is undefined. */
interface QuotaSources {
  /** `usersPerAccount=10`, in the order of the command line. */
  readonly flags: unknown;
  /** `process.env` */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What `quotas` of the configuration file holds. */
  readonly file: unknown;
  readonly path: string | undefined;
}

/**
 * Each quota by itself: flag over environment over file; what is set nowhere is left out. Throws a
 * `Failure` of exit code 2 for a name that is none and for a value that is no positive integer.
 */
export function readQuotas({ flags, environment, file, path }: QuotaSources): QuotaSettings {
  return {
    ...Object.fromEntries(entriesOfFile(file, path)),
    ...Object.fromEntries(entriesOfEnvironment(environment)),
    ...Object.fromEntries(entriesOfFlags(flags)),
  };
}

type Entry = readonly [name: string, value: number];

function entriesOfFlags(flags: unknown): Entry[] {
  if (!Array.isArray(flags)) return [];
  return flags.map((flag) => {
    const { name = '', value } = /^(?<name>[^=]*)=(?<value>.*)$/s.exec(String(flag))?.groups ?? {};
    if (value === undefined) throw refuseValue('--quota', flag, 'a name and a number, `name=10`');
    const source = `--quota ${name}`;
    return [knownName(name, source), positive(value, source)];
  });
}

function entriesOfEnvironment(environment: QuotaSources['environment']): Entry[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    // A variable that is set to nothing is how shells and compose files leave one out.
    if (!variable.startsWith(prefix) || !value) return [];
    return [[knownName(nameByVariable.get(variable) ?? '', variable), positive(value, variable)]];
  });
}

function entriesOfFile(file: unknown, path: string | undefined): Entry[] {
  if (file === undefined) return [];
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw refuseValue(`quotas\` of \`${path}`, file, 'an object such as `{"usersPerAccount": 10}`');
  }
  return Object.entries(file).map(([name, value]) => {
    const source = `quotas.${name}\` of \`${path}`;
    if (typeof value !== 'number') throw refuseValue(source, value, positiveInteger);
    return [knownName(name, source), positive(String(value), source)];
  });
}

const positiveInteger = 'a whole number from 1';

function positive(text: string, source: string): number {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value;
  throw refuseValue(source, text, positiveInteger);
}

function knownName(name: string, source: string): string {
  if (Object.hasOwn(quotaNames, name)) return name;
  throw new Failure({
    what: `\`${source}\` names no quota`,
    why: `there are ${listQuotas()}`,
    next: 'correct it, or leave it out; `carnet serve --help` lists the settings',
    exitCode: exitCode.usage,
  });
}

export function listQuotas(): string {
  return Object.keys(quotaNames).join(', ');
}

function refuseValue(source: string, value: unknown, expected: string): Failure {
  return new Failure({
    what: `\`${source}\` is \`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
    why: `expected ${expected}`,
    next: 'correct it, or leave it out; `carnet serve --help` lists the settings',
    exitCode: exitCode.usage,
  });
}
