import { randomBytes } from 'node:crypto';
import { Failure } from '../failure.ts';
import { callOperator } from '../operator/operator-client.ts';
import type { TaskCredentialsAnswer } from '../operator/protocol.ts';
import { openContainerServer } from '../workload/container-server.ts';
import { programEnvironment } from '../workload/program-environment.ts';
import { runProgram } from '../workload/run-program.ts';
import { shareReads } from '../workload/share-reads.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';

interface RunFlags extends ClientFlags {
  readonly role: string;
  readonly account?: string;
}

/** Runs a program with a role's credentials, which it reads anew as they end. */
export async function run(command: readonly string[], flags: RunFlags): Promise<void> {
  const dataDirectory = chooseDataDirectory(flags);
  const taskId = randomBytes(16).toString('hex');
  const ask = () =>
    callOperator<TaskCredentialsAnswer>(dataDirectory, {
      method: 'POST',
      path: '/task-credentials',
      body: { accountId: flags.account, roleName: flags.role, taskId },
    });
  const { endpoint, region } = await ask().catch((error) => {
    throw explain(error, flags.role);
  });
  const read = shareReads(async () => {
    try {
      return (await ask()).credentials;
    } catch (error) {
      // What the server answered is for the program to read; that it did not answer is not.
      if (!(error instanceof Failure) || error.code === undefined) throw error;
      return { code: error.code, message: error.why };
    }
  });
  const server = await openContainerServer({ read }, 0);
  const environment = programEnvironment(
    process.env,
    { endpoint, region },
    {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: server.credentialsUri,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: server.authorizationToken,
      // A program that loses these credentials finds no others.
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  );
  process.exitCode = await runProgram(command, environment);
  await server.close();
}

const trustStatement = JSON.stringify({
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
});

function explain(error: unknown, roleName: string): unknown {
  if (!(error instanceof Failure) || error.code !== 'AccessDenied') return error;
  return new Failure({
    what: `the role \`${roleName}\` does not let a task assume it`,
    why: error.why,
    next: `add the statement ${trustStatement} to its trust policy`,
  });
}
