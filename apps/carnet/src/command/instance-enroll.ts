import { exitCode, Failure } from '../failure.ts';
import { callOperator } from '../operator/operator-client.ts';
import type { InstanceEnrolmentAnswer } from '../operator/protocol.ts';
import { type Enrolment, isServerUrl } from '../workload/enrolment.ts';
import { chooseDataDirectory } from './client-flags.ts';
import type { InstanceFlags } from './instance.ts';
import { openPrivateFile } from './private-file.ts';

interface EnrollFlags extends InstanceFlags {
  readonly endpoint?: string;
  readonly output?: string;
}

/**
 * Makes what an agent on another host is started with, the key of the instance in it: in a file, or
 * printed. Whatever can be wrong here is found first, since the key before is worthless afterwards.
 */
export async function enroll(instanceId: string, flags: EnrollFlags): Promise<void> {
  checkEndpoint(flags.endpoint);
  const file = flags.output === undefined ? undefined : openPrivateFile(flags.output);
  try {
    const text = await askEnrolment(instanceId, flags);
    if (file === undefined) process.stdout.write(text);
    else file.replace(text);
  } catch (error) {
    file?.discard();
    throw error;
  }
  const note = flags.output === undefined ? 'keep it in a file of mode 0600' : 'keep its mode 0600';
  process.stderr.write(`carnet: this is a key: ${note}, and start \`carnet agent\` with it\n`);
}

function checkEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined || isServerUrl(endpoint)) return;
  throw new Failure({
    what: `\`--endpoint\` is \`${endpoint}\``,
    why: 'expected a URL that begins with https:// or http://',
    next: 'correct it; the key that the instance has is as good as before',
    exitCode: exitCode.usage,
  });
}

async function askEnrolment(instanceId: string, flags: EnrollFlags): Promise<string> {
  const { endpoint, enrolment } = await callOperator<InstanceEnrolmentAnswer>(
    chooseDataDirectory(flags),
    {
      method: 'POST',
      path: '/instance-enrolments',
      body: { accountId: flags.account, instanceId },
    },
  );
  const { accountId, region, accessKeyId, secretAccessKey } = enrolment;
  const content: Enrolment = {
    endpoint: flags.endpoint ?? endpoint,
    region,
    identityDocument: { accountId, instanceId },
    accessKeyId,
    secretAccessKey,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
