import { exitCode, Failure } from '../failure.ts';
import { callOperator } from '../operator/operator-client.ts';
import type { CredentialsAnswer } from '../operator/protocol.ts';
import { type ClientFlags, chooseDataDirectory } from './client-flags.ts';
import { quote } from './quote.ts';

interface EnvFlags extends ClientFlags {
  readonly format: string;
  readonly account?: string;
  readonly role?: string;
  readonly rootTask?: string;
}

/** Prints temporary credentials: lines for a shell's `eval`, or a `credential_process` answer. */
export async function env(flags: EnvFlags): Promise<void> {
  const format = formats[flags.format];
  if (!format) {
    throw new Failure({
      what: `\`--format\` is \`${flags.format}\``,
      why: `expected one of ${Object.keys(formats).join(', ')}`,
      next: 'correct it, or leave it out for `shell`',
      exitCode: exitCode.usage,
    });
  }
  if (flags.role !== undefined && flags.rootTask !== undefined) {
    throw new Failure({
      what: '`--role` and `--root-task` are both there',
      why: 'credentials are those of a role or of the root user',
      next: 'leave one of them out',
      exitCode: exitCode.usage,
    });
  }
  const answer = await callOperator<CredentialsAnswer>(chooseDataDirectory(flags), {
    method: 'POST',
    path: '/credentials',
    body: { accountId: flags.account, roleName: flags.role, rootTask: flags.rootTask },
  });
  process.stdout.write(format(answer));
}

const formats: Readonly<Record<string, (answer: CredentialsAnswer) => string>> = Object.assign(
  Object.create(null),
  { shell: shellFormat, json: jsonFormat },
);

function shellFormat(answer: CredentialsAnswer): string {
  const variables = {
    AWS_ENDPOINT_URL: answer.endpoint,
    AWS_REGION: answer.region,
    // boto3 and version 1 of the AWS CLI read only this one.
    AWS_DEFAULT_REGION: answer.region,
    AWS_ACCESS_KEY_ID: answer.accessKeyId,
    AWS_SECRET_ACCESS_KEY: answer.secretAccessKey,
    AWS_SESSION_TOKEN: answer.sessionToken,
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
function jsonFormat(answer: CredentialsAnswer): string {
  const credentials = {
    Version: 1,
    AccessKeyId: answer.accessKeyId,
    SecretAccessKey: answer.secretAccessKey,
    SessionToken: answer.sessionToken,
    Expiration: new Date(answer.expiration).toISOString(),
  };
  return `${JSON.stringify(credentials, undefined, 2)}\n`;
}
