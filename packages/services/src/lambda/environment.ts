import type { Environment, EnvironmentResponse } from '@aws-sdk/client-lambda';
import type { OperationContext } from '../operation.ts';
import { invalidParameter } from './error.ts';
import type { FunctionRow } from './function-row.ts';

/** Bytes of the variables of a function as JSON. */
const maximumSize = 4096;

/** Set by Lambda. Source: "Defined runtime environment variables", AWS Lambda Developer Guide. */
const reserved: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

const unable =
  'Lambda was unable to configure your environment variables because the environment variables ' +
  'you have provided';

/** The column of the variables, sealed; null when there are none. */
export function sealEnvironment(
  { sealing }: Pick<OperationContext, 'sealing'>,
  function_: Pick<FunctionRow, 'account_id' | 'name'>,
  environment: Environment | undefined,
): string | null {
  const names = Object.keys(environment?.Variables ?? {});
  if (names.length === 0) return null;
  const used = names.filter((name) => reserved.has(name));
  if (used.length > 0) {
    throw invalidParameter(
      `${unable} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${used.join(', ')}`,
    );
  }
  const text = Buffer.from(JSON.stringify(environment?.Variables));
  // AWS repeats what it has measured; the record of the call would keep it.
  if (text.length > maximumSize) throw invalidParameter(`${unable} exceeded the 4KB limit.`);
  return sealing.seal('secret', sealContext(function_), text);
}

/** The variables of a function; without a prototype, since the names are a caller's. */
export function openEnvironment(
  { sealing }: Pick<OperationContext, 'sealing'>,
  row: FunctionRow,
): Readonly<Record<string, string>> {
  if (row.environment === null) return Object.create(null);
  const opened = sealing.open('secret', sealContext(row), row.environment);
  if (opened === undefined) throw new Error('the variables of a function cannot be opened');
  return Object.assign(Object.create(null), JSON.parse(Buffer.from(opened).toString()));
}

export function describeEnvironment(
  context: Pick<OperationContext, 'sealing'>,
  row: FunctionRow,
): { Environment?: EnvironmentResponse } {
  if (row.environment === null) return {};
  return { Environment: { Variables: openEnvironment(context, row) } };
}

function sealContext(function_: Pick<FunctionRow, 'account_id' | 'name'>): string {
  return `${function_.account_id}/${function_.name}`;
}
