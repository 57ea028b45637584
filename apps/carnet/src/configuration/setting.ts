import { z } from 'zod';

/** Everything that a deployment may set, in the order of `carnet serve --help`. */
export const settings = {
  host: {
    flag: '--host <address>',
    variable: 'CARNET_HOST',
    describes: 'address to listen on',
    expects: 'a host name or an address',
    schema: z.string().regex(/^[A-Za-z0-9.:_%-]+$/),
    fallback: '127.0.0.1',
  },
  port: {
    flag: '--port <number>',
    variable: 'CARNET_PORT',
    describes: 'port to listen on, 0 for any that is free',
    expects: 'a whole number from 0 to 65535',
    schema: portNumber(),
    fallback: 4580,
  },
  dataDirectory: {
    flag: '--data-dir <folder>',
    variable: 'CARNET_DATA_DIR',
    describes: 'folder of the embedded database, the objects and the operator socket',
    expects: 'a path',
    schema: z.string().min(1),
    fallback: './.carnet',
  },
  database: {
    flag: '--database <url>',
    variable: 'CARNET_DATABASE',
    describes: 'PostgreSQL database, postgres://…, instead of an embedded one',
    expects: 'a URL such as `postgres://user@host:5432/name?sslmode=verify-full`',
    schema: z
      .string()
      .regex(/^postgres(?:ql)?:\/\//)
      .refine((url) => URL.canParse(url)),
    // It carries a password.
    secret: true,
    fallback: undefined,
  },
  accountId: {
    flag: '--account-id <id>',
    variable: 'CARNET_ACCOUNT_ID',
    describes: 'id of the account made at first start, random by default',
    expects: 'twelve digits in quotes',
    schema: z.string().regex(/^\d{12}$/),
    fallback: undefined,
  },
  region: {
    flag: '--region <name>',
    variable: 'CARNET_REGION',
    describes: 'region of new buckets, and what `carnet env` exports',
    expects: 'a region such as `us-east-1`',
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .max(32),
    fallback: 'us-east-1',
  },
  workloadSession: {
    flag: '--workload-session <seconds>',
    variable: 'CARNET_WORKLOAD_SESSION',
    describes: 'how long credentials of instances and tasks last, if their roles allow it',
    expects: 'a whole number from 900 to 43200',
    schema: wholeNumber(900, 43_200),
    fallback: 21_600,
  },
  ephemeral: {
    flag: '--ephemeral',
    variable: 'CARNET_EPHEMERAL',
    describes: 'keep everything in memory: for tests and CI',
    expects: '`true` or `false`',
    schema: z.union([z.boolean(), z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })]),
    fallback: false,
  },
  functions: {
    flag: '--functions',
    variable: 'CARNET_FUNCTIONS',
    describes: 'run the code of functions on this machine; read docs/functions.md first',
    expects: '`true` or `false`',
    schema: z.union([z.boolean(), z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })]),
    fallback: false,
  },
  logLevel: {
    flag: '--log-level <level>',
    variable: 'CARNET_LOG_LEVEL',
    describes: 'error, warn, info or debug',
    expects: '`error`, `warn`, `info` or `debug`',
    schema: z.enum(['error', 'warn', 'info', 'debug']),
    fallback: 'info' as const,
  },
  metricsPort: {
    flag: '--metrics-port <number>',
    variable: 'CARNET_METRICS_PORT',
    describes: 'serve Prometheus metrics on a port of their own, off by default',
    expects: 'a whole number from 0 to 65535',
    schema: portNumber(),
    fallback: undefined,
  },
};

export type SettingName = keyof typeof settings;

function portNumber() {
  return wholeNumber(0, 65_535);
}

function wholeNumber(least: number, most: number) {
  return z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,5}$/)
        .transform(Number),
    ])
    .refine((value) => value >= least && value <= most);
}
