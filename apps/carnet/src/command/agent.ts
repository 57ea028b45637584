import { once } from 'node:events';
import type { InstanceMetadata } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import { exitCode, Failure } from '../failure.ts';
import { announceChanges } from '../workload/announce-changes.ts';
import { askMetadata } from '../workload/ask-metadata.ts';
import { type Enrolment, readEnrolment } from '../workload/enrolment.ts';
import { holdMetadata, isRefusal } from '../workload/held-metadata.ts';
import { openMetadataServer } from '../workload/metadata-server.ts';
import { metadataVariables, programEnvironment } from '../workload/program-environment.ts';
import { runProgram } from '../workload/run-program.ts';

interface AgentFlags {
  readonly enrolment: string;
  readonly port: string;
  readonly insecure?: true;
}

/**
 * Serves the metadata of one instance on this host, asked from a server on another: to one program,
 * or, without a command, to every program that asks on the port, until a signal.
 */
export async function agent(command: readonly string[], flags: AgentFlags): Promise<void> {
  const port = portOf(flags.port);
  const enrolment = readEnrolment(flags.enrolment, { insecure: flags.insecure === true });
  const first = await begin(enrolment);
  const ask = announceChanges(
    { first, ask: () => askMetadata(enrolment), isGone: isRefusal },
    Date.now,
  );
  const held = holdMetadata({ ask, clock: Date.now });
  const server = await openMetadataServer({ source: held, clock: Date.now, port }).catch(
    (error) => {
      throw new Failure({
        what: `cannot listen on port ${port}`,
        why: String(error),
        next: 'choose another with `--port`; 0 is any that is free',
      });
    },
  );
  if (command.length === 0) {
    const { accountId, instanceId } = enrolment.identityDocument;
    process.stdout.write(
      `carnet agent ready ${server.endpoint} instance ${instanceId} account ${accountId}\n`,
    );
    await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  } else {
    const variables = metadataVariables(server.endpoint);
    const environment = programEnvironment(process.env, enrolment, variables);
    process.exitCode = await runProgram(command, environment);
  }
  held.close();
  await server.close();
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Failure({
    what: `\`--port\` is \`${text}\``,
    why: 'expected a whole number from 0 to 65535',
    next: 'correct it, or leave it out for any that is free',
    exitCode: exitCode.usage,
  });
}

/** An agent that has never been answered has nothing to serve. */
async function begin(enrolment: Enrolment): Promise<InstanceMetadata> {
  const { endpoint } = enrolment;
  try {
    return await askMetadata(enrolment);
  } catch (error) {
    if (error instanceof ApiError && error.code !== 'MalformedXML') {
      throw new Failure({
        what: `the server \`${endpoint}\` tells nothing of this instance`,
        why: `it answered ${error.code}: ${error.message}`,
        next: 'start the instance, or enrol it again with `carnet instance enroll`',
      });
    }
    throw new Failure({
      what: `the server \`${endpoint}\` cannot be asked`,
      why: error instanceof ApiError ? 'its answer is none of Carnet' : String(error),
      next: 'start it, or look at what stands between; then start the agent again',
    });
  }
}
