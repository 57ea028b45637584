import type { FunctionInvocation, FunctionResult } from '@carnet/services';
import { maximumAnswer, type ProcessEnd } from './function-process.ts';
import { type FunctionError, mark } from './message.ts';

/** What Lambda answers for the end of a process, and the end of its log. */
export function resultOf(end: ProcessEnd, invocation: FunctionInvocation): FunctionResult {
  const kind = end.answer.toString('latin1', 0, 1);
  const isAnswer = end.kind === 'ended' && end.exit === 0;
  const log = logOf(end, invocation);
  if (isAnswer && (kind === mark.answer || kind === mark.error) && isJson(end.answer.subarray(1))) {
    return { payload: end.answer.subarray(1), isError: kind === mark.error, log };
  }
  const error = errorOf(end, invocation);
  return { payload: Buffer.from(JSON.stringify(error)), isError: true, log };
}

/** The code can write to the descriptor itself: what is no JSON is not passed on. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function errorOf(end: ProcessEnd, { requestId, timeout }: FunctionInvocation): FunctionError {
  const request = `RequestId: ${requestId} Error:`;
  switch (end.kind) {
    case 'timedOut':
      return {
        errorType: 'Sandbox.Timedout',
        errorMessage: `${request} Task timed out after ${timeout.toFixed(2)} seconds`,
      };
    case 'outOfMemory':
      return {
        errorType: 'Runtime.OutOfMemory',
        errorMessage: `${request} Runtime exited with error: signal: killed`,
      };
    case 'tooLarge':
      return {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${maximumAnswer} bytes).`,
      };
    case 'ended':
      return {
        errorType: 'Runtime.ExitError',
        errorMessage: `${request} Runtime exited ${exitWords(end.exit)}`,
      };
  }
}

function exitWords(exit: ProcessEnd['exit']): string {
  if (exit === 0 || exit === null) return 'without providing a reason';
  return typeof exit === 'number'
    ? `with error: exit status ${exit}`
    : `with error: signal: ${exit.slice(3).toLowerCase()}`;
}

const longestLog = 4096;

/** As Lambda frames it, the last of it. */
function logOf(end: ProcessEnd, { requestId, memorySize }: FunctionInvocation): Uint8Array {
  const duration = end.duration.toFixed(2);
  const billed = Math.ceil(end.duration);
  const text = Buffer.concat([
    Buffer.from(`START RequestId: ${requestId} Version: $LATEST\n`),
    end.log,
    Buffer.from(
      `${end.log.length > 0 && end.log.at(-1) !== 10 ? '\n' : ''}END RequestId: ${requestId}\n` +
        `REPORT RequestId: ${requestId}\tDuration: ${duration} ms\t` +
        `Billed Duration: ${billed} ms\tMemory Size: ${memorySize} MB\t` +
        `Max Memory Used: ${end.peakMemory} MB\t\n`,
    ),
  ]);
  return text.subarray(-longestLog);
}
