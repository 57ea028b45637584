import { resolveConfiguration } from '../configuration/configuration.ts';

/** The flags of every command that speaks to a running server, as commander parsed them. */
export interface ClientFlags {
  readonly dataDir?: string;
  readonly config?: string;
  readonly logLevel?: string;
}

/** The data directory that flag, environment and configuration file choose, absolute. */
export function chooseDataDirectory(flags: ClientFlags): string {
  return resolveConfiguration({
    flags: { dataDirectory: flags.dataDir, logLevel: flags.logLevel },
    environment: process.env,
    file: flags.config,
  }).dataDirectory;
}
