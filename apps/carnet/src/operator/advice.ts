import { rootTaskNames } from '@carnet/services';
import type { ApiError } from '@carnet/wire';

const accounts = '`carnet account list` lists the accounts';
const instances = '`aws ec2 describe-instances` lists the instances';

/** What to do next, by what the API answered to what the operator asked for. */
export function adviceFor(
  { code, message }: ApiError,
  { roleName, rootTask }: Readonly<Record<string, string | undefined>>,
): string {
  switch (code) {
    case 'InvalidInstanceID.Malformed':
    case 'InvalidInstanceID.NotFound':
      return `${instances}; \`--account\` names another account`;
    case 'IncorrectInstanceState':
      return message.includes('terminated')
        ? 'it does not come back: launch another with `aws ec2 run-instances`'
        : 'start it with `aws ec2 start-instances`, or name one that runs';
    case 'NoSuchEntity':
      if (message.startsWith('There is no account')) return accounts;
      return roleName?.startsWith('arn:')
        ? 'name the role without the rest of its ARN; `--account` names another account'
        : '`aws iam list-roles` lists the roles; `--account` names another account';
    case 'ValidationError':
      if (rootTask !== undefined) return `\`--root-task\` takes ${rootTaskNames.join(', ')}`;
  }
  return `correct the command; ${accounts}`;
}
