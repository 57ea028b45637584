import { announceChanges } from '../workload/announce-changes.ts';
import { openMetadataServer } from '../workload/metadata-server.ts';
import { instanceQuestion, isGone, operatorSource } from '../workload/operator-source.ts';
import { metadataVariables, programEnvironment } from '../workload/program-environment.ts';
import { runProgram } from '../workload/run-program.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';

export interface InstanceFlags extends ClientFlags {
  readonly account?: string;
}

/** Runs a program as an instance; its metadata is there as long as the program runs. */
export async function run(
  instanceId: string,
  command: readonly string[],
  flags: InstanceFlags,
): Promise<void> {
  const instance = { instanceId, accountId: flags.account };
  const ask = instanceQuestion(chooseDataDirectory(flags), instance);
  const { endpoint, region, metadata } = await ask();
  const announced = announceChanges(
    { first: metadata, ask: async () => (await ask()).metadata, isGone },
    Date.now,
  );
  const server = await openMetadataServer({
    source: operatorSource(announced),
    clock: Date.now,
    port: 0,
  });
  const environment = programEnvironment(
    process.env,
    { endpoint, region },
    metadataVariables(server.endpoint),
  );
  process.exitCode = await runProgram(command, environment);
  await server.close();
}
