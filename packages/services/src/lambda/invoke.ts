import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import { ApiError } from '@carnet/wire';
import { type OperationContext, operation } from '../operation.ts';
import { readCode } from './code.ts';
import { notSupported } from './configuration.ts';
import { openEnvironment } from './environment.ts';
import { latestVersion } from './function-name.ts';
import { type FoundFunction, requireFunction, requireTarget } from './function-row.ts';
import type { FunctionHost, FunctionInvocation, FunctionResult } from './function-runner.ts';
import { functionCredentials } from './function-session.ts';
import { functionResource } from './resource.ts';

/** Bytes of a payload that nobody waits for. Source: "Lambda quotas", AWS Lambda Developer Guide. */
const maximumEventSize = 1024 * 1024;

/**
 * Runs a function with its role. Errors: `ResourceNotFoundException`,
 * `InvalidRequestContentException`, `RequestTooLargeException`, `InvalidParameterValueException`
 * when the role cannot be assumed, `NotImplemented` when nothing is run here.
 */
export const invoke = operation<InvocationRequest, InvocationResponse>({
  authorization: { action: 'lambda:InvokeFunction', resource: functionResource },
  access: 'read',
  async run(context, input) {
    if (input.DurableExecutionName !== undefined) throw notSupported('DurableExecutionName');
    if (input.TenantId !== undefined) throw notSupported('TenantId');
    const found = await requireFunction(context, input);
    const payload = checkedPayload(input);
    checkClientContext(input);
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    const { functionHost: host } = context;
    if (host === undefined) throw notRunHere();
    const invocation = await prepareInvocation(context, host, found, input, payload);
    const result = host.runner.run(invocation);
    if (input.InvocationType === 'Event') {
      // Nobody waits for it, and what it fails with is nobody's answer.
      result.catch(() => undefined);
      return { StatusCode: 202 };
    }
    return answer(await result, input.LogType === 'Tail');
  },
});

/** JSON, and nothing is as good as an empty object. */
function checkedPayload({ Payload: payload, InvocationType: type }: InvocationRequest): Uint8Array {
  if (payload === undefined || payload.length === 0) return emptyObject;
  if (type === 'Event' && payload.length > maximumEventSize) {
    const message =
      `${payload.length} byte payload is too large for the Event invocation type ` +
      `(limit ${maximumEventSize} bytes)`;
    throw new ApiError('RequestTooLargeException', 413, message, { Type: 'User' });
  }
  try {
    JSON.parse(utf8.decode(payload));
    return payload;
  } catch {
    const message =
      'Could not parse request body into json: Could not parse payload into json: ' +
      'it is no JSON, or no UTF-8';
    throw new ApiError('InvalidRequestContentException', 400, message, { Type: 'User' });
  }
}

function checkClientContext({ ClientContext: text }: InvocationRequest): void {
  if (text === undefined) return;
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(text, 'base64')));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  } catch {
    // Answered below, like everything else that is no object.
  }
  const message = 'Client context must be a valid Base64-encoded JSON object.';
  throw new ApiError('InvalidRequestContentException', 400, message, { Type: 'User' });
}

const emptyObject = new TextEncoder().encode('{}');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A function with its code. An update removes the old file as soon as its row is written: when that
 * happens between the reading of the two, the new row is read.
 */
async function withCode(
  context: OperationContext,
  found: FoundFunction,
): Promise<{ readonly found: FoundFunction; readonly code: Uint8Array }> {
  try {
    return { found, code: await readCode(context, found.row) };
  } catch (error) {
    const current = await requireTarget(context, found.target);
    if (current.row.code_file === found.row.code_file) throw error;
    return { found: current, code: await readCode(context, current.row) };
  }
}

async function prepareInvocation(
  context: OperationContext,
  host: FunctionHost,
  named: FoundFunction,
  { ClientContext: clientContext }: InvocationRequest,
  payload: Uint8Array,
): Promise<FunctionInvocation> {
  const { found, code } = await withCode(context, named);
  const { target, row } = found;
  return {
    requestId: context.requestId,
    accountId: target.accountId,
    functionName: row.name,
    functionArn: target.arn,
    handler: row.handler,
    timeout: row.timeout,
    memorySize: row.memory_size,
    region: context.settings.region,
    environment: openEnvironment(context, row),
    credentials: await functionCredentials(context, host, found),
    code,
    payload,
    clientContext,
  };
}

function answer({ payload, isError, log }: FunctionResult, withLog: boolean): InvocationResponse {
  return {
    StatusCode: 200,
    ExecutedVersion: latestVersion,
    Payload: payload as NonNullable<InvocationResponse['Payload']>,
    ...(isError && { FunctionError: 'Unhandled' }),
    ...(withLog && { LogResult: Buffer.from(log).toString('base64') }),
  };
}

/** Not an error of the function, and none that a client tries again. */
function notRunHere(): ApiError {
  const message =
    'Functions are not run here: this server was started without `--functions` (CARNET_FUNCTIONS).';
  return new ApiError('NotImplemented', 501, message);
}
