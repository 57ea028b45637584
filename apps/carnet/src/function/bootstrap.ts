/**
 * The first module of a function's process. It is copied beside the code and runs under Node's
 * permission model, so it imports nothing of the program. What it takes away from the code is a seat
 * belt and no wall: the walls are the permission model, another user, the operator's token.
 */
import { existsSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionError, FunctionMessage } from './message.ts';

const answerDescriptor = 3;

/** A signal to the server, which is this process's parent, needs no permission of Node's. */
for (const name of ['kill', '_kill', '_debugProcess', '_debugEnd'] as const) {
  Object.defineProperty(process, name, { value: undefined, writable: false, configurable: false });
}

/** Nor does making the server slow, or another function. */
Object.defineProperty(os, 'setPriority', {
  value: undefined,
  writable: false,
  configurable: false,
});
syncBuiltinESMExports();

let isAnswered = false;

/** Writes the one answer, and ends when what was written before it has gone out. */
function answer(kind: 'a' | 'e', text: string): void {
  if (isAnswered) return;
  isAnswered = true;
  writeAll(Buffer.from(kind + text));
  process.stdout.write('', () => process.stderr.write('', () => process.exit(0)));
}

/** A pipe that is full takes the rest when the server has read. */
function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(answerDescriptor, bytes, at);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
    }
  }
}

function fail(error: unknown, type?: string): void {
  const shaped: FunctionError =
    error instanceof Error
      ? {
          errorType: type ?? error.name,
          errorMessage: error.message,
          trace: (error.stack ?? '').split('\n'),
        }
      : { errorType: type ?? typeof error, errorMessage: String(error), trace: [] };
  console.error(error);
  answer('e', JSON.stringify(shaped));
}

async function readMessage(): Promise<FunctionMessage> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

class ImportModuleError extends Error {
  override readonly name = 'Runtime.ImportModuleError';
}
class HandlerNotFound extends Error {
  override readonly name = 'Runtime.HandlerNotFound';
}
class MalformedHandlerName extends Error {
  override readonly name = 'Runtime.MalformedHandlerName';
}

type Handler = (event: unknown, context: object, callback: Callback) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

/** `lib/index.handler`: the file without its ending, then the export. */
async function loadHandler({ codeFolder, handler }: FunctionMessage): Promise<Handler> {
  const slash = handler.lastIndexOf('/') + 1;
  const dot = handler.indexOf('.', slash);
  if (dot <= slash || dot === handler.length - 1) throw new MalformedHandlerName('Bad handler');
  const module = handler.slice(0, dot);
  const path = ['.js', '.mjs', '.cjs']
    .map((ending) => join(codeFolder, module + ending))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new ImportModuleError(`Error: Cannot find module '${module}'`);
  const loaded: Record<string, unknown> = await import(pathToFileURL(path).href).catch((error) => {
    if (error instanceof SyntaxError) error.name = 'Runtime.UserCodeSyntaxError';
    throw error;
  });
  const exported = handler.slice(dot + 1);
  const inner = loaded.default as Record<string, unknown> | undefined;
  const found = loaded[exported] ?? inner?.[exported];
  if (typeof found === 'function') return found as Handler;
  throw new HandlerNotFound(`${handler} is undefined or not exported`);
}

async function call(message: FunctionMessage, handler: Handler): Promise<unknown> {
  const { requestId, functionName, functionArn, memorySize, timeout, clientContext } =
    message.context;
  const deadline = Date.now() + timeout * 1000;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const callback: Callback = (error, result) =>
    error === null || error === undefined ? resolve(result) : reject(error);
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName,
    memoryLimitInMB: String(memorySize),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: requestId,
    ...(clientContext !== undefined && {
      clientContext: JSON.parse(Buffer.from(clientContext, 'base64').toString()),
    }),
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  const returned = handler(JSON.parse(message.payload), context, callback);
  // A handler with a callback answers through it, unless it gives a promise all the same.
  return handler.length > 2 && !(returned instanceof Promise) ? await promise : await returned;
}

process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (error) => fail(error, 'Runtime.UnhandledPromiseRejection'));

const message = await readMessage();
Object.assign(process.env, message.environment);
process.chdir(message.codeFolder);
writeAll(Buffer.from('b'));
try {
  const result = await call(message, await loadHandler(message));
  answer('a', JSON.stringify(result) ?? 'null');
} catch (error) {
  fail(error);
}
