import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionInvocation, FunctionResult, FunctionRunner } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import type { Logger } from 'pino';
import { Failure } from '../failure.ts';
import { describeError } from '../log.ts';
import { runProcess } from './function-process.ts';
import { resultOf } from './function-result.ts';
import type { FunctionMessage } from './message.ts';
import { openTo, unpack } from './unpack.ts';

/** Runs functions until it is closed. */
export interface LocalFunctionRunner extends FunctionRunner {
  /** Ends everything that runs, and runs nothing more. */
  close(): Promise<void>;
}

/** Invocations at once, of all accounts together and of one. */
const maximumRunning = 16;
const maximumOfAccount = 8;

/** `nobody`, on the systems that have one. */
const otherUser = 65_534;

/** The user of the processes: root's rights are never a function's. Undefined: the server's own. */
export function functionUser(): number | undefined {
  return process.geteuid?.() === 0 ? otherUser : undefined;
}

/** Throws a `Failure` when functions would have to run with the rights of root. */
export function requireFunctionUser(): void {
  const user = functionUser();
  if (user === undefined) return;
  const options = { uid: user, gid: user, env: {}, stdio: 'ignore' } as const;
  if (spawnSync(process.execPath, ['--version'], options).status === 0) return;
  throw new Failure({
    what: '`--functions` is set, the server runs as root, and functions cannot run as somebody else',
    why: `the user ${user} may not execute \`${process.execPath}\``,
    next: 'put Node.js where every user may execute it, or run the server as a user of its own',
  });
}

/**
 * Runs each invocation in a process and a folder of its own, both gone when it ends, as `user`.
 * `endpoint` tells where the server answers, once it does. What this protects from, and what not, is
 * `docs/functions.md`.
 */
export function createFunctionRunner(
  endpoint: () => string,
  log: Logger,
  user: number | undefined,
): LocalFunctionRunner {
  const running = new Map<() => void, string>();
  const works = new Set<Promise<unknown>>();
  let isClosed = false;

  async function invoke(invocation: FunctionInvocation): Promise<FunctionResult> {
    const folder = await mkdtemp(join(tmpdir(), 'carnet-function-'));
    try {
      const code = join(folder, 'code');
      await unpack(invocation.code, code).catch(notUnzipped);
      const bootstrap = await placeBootstrap(folder);
      await openTo(folder, user);
      if (isClosed) throw stopping();
      const { timeout, memorySize } = invocation;
      const input = JSON.stringify(messageOf(invocation, code, endpoint()));
      const started = runProcess({ folder, bootstrap, user, timeout, memorySize, input });
      running.set(started.kill, invocation.accountId);
      const end = await started.end.finally(() => running.delete(started.kill));
      if (isClosed) throw stopping();
      return resultOf(end, invocation);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Between the room and the process there are moments: who has room counts from the first. */
  const taken = new Map<string, number>();
  const count = () => [...taken.values()].reduce((sum, one) => sum + one, 0);

  return {
    run(invocation) {
      const { accountId } = invocation;
      const own = taken.get(accountId) ?? 0;
      if (isClosed) throw stopping();
      if (count() >= maximumRunning || own >= maximumOfAccount) throw tooMany();
      taken.set(accountId, own + 1);
      const work = invoke(invocation)
        .catch((error: unknown) => {
          if (error instanceof ApiError) throw error;
          log.error(describeError(log, error), 'a function could not be run');
          throw serviceException();
        })
        .finally(() => {
          works.delete(work);
          const left = (taken.get(accountId) ?? 1) - 1;
          if (left === 0) taken.delete(accountId);
          else taken.set(accountId, left);
        });
      works.add(work);
      return work;
    },
    async close() {
      isClosed = true;
      for (const kill of running.keys()) kill();
      await Promise.allSettled([...works]);
    },
  };
}

/** Beside the code: the process may read nothing of the program. */
async function placeBootstrap(folder: string): Promise<string> {
  // From source it is TypeScript, whose types Node.js strips.
  const ending = extname(import.meta.filename);
  const source = fileURLToPath(new URL(`bootstrap${ending}`, import.meta.url));
  const place = join(folder, ending === '.ts' ? 'bootstrap.mts' : 'bootstrap.mjs');
  await copyFile(source, place);
  await chmod(place, 0o444);
  return place;
}

function messageOf(
  invocation: FunctionInvocation,
  codeFolder: string,
  endpoint: string,
): FunctionMessage {
  const { credentials, region, functionName, memorySize } = invocation;
  return {
    codeFolder,
    handler: invocation.handler,
    payload: Buffer.from(invocation.payload).toString(),
    environment: {
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: codeFolder,
      AWS_ENDPOINT_URL: endpoint,
      ...invocation.environment,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs',
      _HANDLER: invocation.handler,
    },
    context: {
      requestId: invocation.requestId,
      functionName,
      functionArn: invocation.functionArn,
      memorySize,
      timeout: invocation.timeout,
      clientContext: invocation.clientContext,
    },
  };
}

function tooMany(): ApiError {
  return new ApiError('TooManyRequestsException', 429, 'Rate Exceeded.', {
    Type: 'User',
    Reason: 'ConcurrentInvocationLimitExceeded',
  });
}

function stopping(): ApiError {
  return new ApiError('ServiceException', 500, 'The server is being stopped.', { Type: 'Service' });
}

function serviceException(): ApiError {
  const message = 'The function could not be started.';
  return new ApiError('ServiceException', 500, message, { Type: 'Service' });
}

/** What unpacks was checked when it was stored, but for its bytes. */
function notUnzipped(): never {
  const message = 'Lambda was unable to unzip the deployment package.';
  throw new ApiError('InvalidZipFileException', 502, message, { Type: 'User' });
}
