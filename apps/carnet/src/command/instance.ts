import { callOperator } from '../operator/operator-client.ts';
import type { InstanceEnrolmentAnswer } from '../operator/protocol.ts';
import type { Enrolment } from '../workload/enrolment.ts';
import { openMetadataServer } from '../workload/metadata-server.ts';
import { instanceQuestion, operatorSource } from '../workload/operator-source.ts';
import { metadataVariables, programEnvironment } from '../workload/program-environment.ts';
import { runProgram } from '../workload/run-program.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';
import { noteMissingCredentials } from './missing-credentials.ts';

interface InstanceFlags extends ClientFlags {
  readonly account?: string;
}

interface EnrollFlags extends InstanceFlags {
  readonly endpoint?: string;
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
  noteMissingCredentials(metadata);
  const server = await openMetadataServer({
    source: operatorSource(ask),
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

/** Prints what an agent on another host is started with, the key of the instance in it. */
export async function enroll(instanceId: string, flags: EnrollFlags): Promise<void> {
  const { endpoint, enrolment } = await callOperator<InstanceEnrolmentAnswer>(
    chooseDataDirectory(flags),
    {
      method: 'POST',
      path: '/instance-enrolments',
      body: { accountId: flags.account, instanceId },
    },
  );
  const { accountId, region, accessKeyId, secretAccessKey } = enrolment;
  const printed: Enrolment = {
    endpoint: flags.endpoint ?? endpoint,
    region,
    identityDocument: { accountId, instanceId },
    accessKeyId,
    secretAccessKey,
  };
  process.stdout.write(`${JSON.stringify(printed, undefined, 2)}\n`);
  process.stderr.write(
    'carnet: this is a key: keep it in a file of mode 0600, and start `carnet agent` with it\n',
  );
}
