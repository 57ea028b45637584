import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { FunctionInvocation } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import { zipSync } from 'fflate';
import { createLog } from '../log.ts';
import { createFunctionRunner, functionUser } from './function-runner.ts';

// Everything that an invocation leaves would be here.
const folder = mkdtempSync(join(tmpdir(), 'carnet-test-'));
chmodSync(folder, 0o755);
process.env.TMPDIR = folder;
const errors: string[] = [];
const log = createLog('error', { write: (line) => errors.push(line) });
const runner = createFunctionRunner(() => 'http://127.0.0.1:4580', log, functionUser());
after(async () => {
  await runner.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(errors, [], 'nothing unexpected was logged');
});

const text = (source: string) => new TextEncoder().encode(source);

function invocation(
  source: string | Readonly<Record<string, string>>,
  change: Partial<FunctionInvocation> = {},
): FunctionInvocation {
  const files = typeof source === 'string' ? { 'index.mjs': source } : source;
  const zip = Object.entries(files).map(([path, content]) => [path, text(content)] as const);
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    accountId: '111111111111',
    functionName: 'thumbnail',
    functionArn: 'arn:aws:lambda:us-east-1:111111111111:function:thumbnail',
    handler: 'index.handler',
    timeout: 10,
    memorySize: 128,
    region: 'us-east-1',
    environment: { COLOUR: 'blue' },
    credentials: {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: 0,
    },
    code: zipSync(Object.fromEntries(zip)),
    payload: text('{"name":"dave"}'),
    clientContext: undefined,
    ...change,
  };
}

async function run(...parameters: Parameters<typeof invocation>) {
  const { payload, isError, log: written } = await runner.run(invocation(...parameters));
  return {
    isError,
    answer: JSON.parse(Buffer.from(payload).toString()),
    log: Buffer.from(written).toString(),
  };
}

describe('a handler', { concurrency: 2 }, () => {
  test('gets its event, its context and its environment, and nothing of the server’s', async () => {
    process.env.CARNET_TEST_CANARY = 'canary';
    const {
      answer,
      isError,
      log: written,
    } = await run(`
      console.log('hello');
      export async function handler(event, context) {
        return {
          event, arn: context.invokedFunctionArn, id: context.awsRequestId,
          left: context.getRemainingTimeInMillis() <= 10000, cwd: process.cwd(),
          env: process.env, argv: process.execArgv, node: process.env.NODE_OPTIONS,
        };
      }`);
    delete process.env.CARNET_TEST_CANARY;
    assert.equal(isError, false);
    assert.deepEqual(answer.event, { name: 'dave' });
    assert.match(answer.arn, /:function:thumbnail$/);
    assert.equal(answer.left, true);
    const { LAMBDA_TASK_ROOT: root, ...environment } = answer.env;
    assert.equal(root, answer.cwd);
    assert.deepEqual(environment, {
      COLOUR: 'blue',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4580',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs',
      AWS_LAMBDA_FUNCTION_NAME: 'thumbnail',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      _HANDLER: 'index.handler',
    });
    assert.match(written, /^START RequestId: \S+ Version: \$LATEST\nhello\nEND RequestId: /);
    assert.match(written, /Memory Size: 128 MB\tMax Memory Used: \d+ MB\t\n$/);
  });

  test('may be of CommonJS, in a folder, and answer by a callback', async () => {
    const source = `exports.handler = (event, context, callback) =>
      setTimeout(() => callback(null, require('../other').name(event)), 1);`;
    const other = 'exports.name = ({ name }) => name.toUpperCase();';
    const files = { 'lib/index.js': source, 'other.js': other };
    const { answer } = await run(files, { handler: 'lib/index.handler' });
    assert.equal(answer, 'DAVE');
  });

  test('that gives nothing answers null', async () => {
    assert.equal((await run('export const handler = () => undefined;')).answer, null);
  });

  test('that throws answers its error', async () => {
    const { answer, isError } = await run(
      'export const handler = async () => { throw new RangeError("too far"); };',
    );
    assert.equal(isError, true);
    assert.deepEqual([answer.errorType, answer.errorMessage], ['RangeError', 'too far']);
    assert.equal(answer.trace[0], 'RangeError: too far');
  });

  test('that cannot be loaded says why', async () => {
    const type = async (...parameters: Parameters<typeof invocation>) => {
      const { answer, isError } = await run(...parameters);
      assert.equal(isError, true);
      return answer.errorType;
    };
    const fine = 'export const handler = () => 1;';
    assert.equal(await type(fine, { handler: 'other.handler' }), 'Runtime.ImportModuleError');
    assert.equal(await type(fine, { handler: 'index.other' }), 'Runtime.HandlerNotFound');
    assert.equal(await type(fine, { handler: 'index' }), 'Runtime.MalformedHandlerName');
    assert.equal(await type('export const ='), 'Runtime.UserCodeSyntaxError');
    const rejected =
      'Promise.reject(new Error("x")); await new Promise(() => setTimeout(() => 0, 9));';
    assert.equal(await type(rejected), 'Runtime.UnhandledPromiseRejection');
  });

  test('that ends its process has failed', async () => {
    const words = async (source: string) => (await run(source)).answer.errorMessage;
    assert.match(await words('process.exit(3)'), /Runtime exited with error: exit status 3$/);
    assert.match(await words('process.exit(0)'), /Runtime exited without providing a reason$/);
    assert.match(await words('process.abort()'), /Runtime exited with error: signal: abrt$/);
    const forged = `import { writeSync } from 'node:fs'; writeSync(3, 'a{"a'); process.exit(0);`;
    assert.match(await words(forged), /Runtime exited without providing a reason$/);
  });
});

describe('what a handler may take', { concurrency: 2 }, () => {
  test('time', async () => {
    const { answer, isError } = await run('export const handler = () => { for (;;); };', {
      timeout: 1,
    });
    assert.equal(isError, true);
    assert.equal(
      answer.errorMessage,
      'RequestId: 00000000-0000-4000-8000-000000000000 Error: Task timed out after 1.00 seconds',
    );
  });

  test('memory, of the heap and beside it', async () => {
    const heap = 'const all = []; for (;;) all.push(new Array(1e5).fill(0.5));';
    const beside = 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));';
    for (const source of [heap, beside]) {
      const { answer } = await run(`export const handler = async () => { ${source} };`);
      assert.match(answer.errorMessage, /Runtime exited with error: signal: /, source);
    }
  });

  test('bytes of an answer, and of a log', async () => {
    const long = await run('export const handler = () => "x".repeat(7e6);', { memorySize: 256 });
    assert.equal(long.answer.errorType, 'Function.ResponseSizeTooLarge');
    const loud = await run('export const handler = () => console.log("x".repeat(1e6) + "end");');
    assert.equal(loud.isError, false);
    assert.equal(loud.log.length, 4096);
    assert.match(loud.log, /xxend\nEND RequestId/);
  });
});

test('an account may take a part of the processes', async () => {
  const slow = 'export const handler = () => new Promise((done) => setTimeout(done, 1500));';
  const works = Array.from({ length: 8 }, () => runner.run(invocation(slow)));
  assert.throws(
    () => runner.run(invocation(slow)),
    (error) => error instanceof ApiError && error.code === 'TooManyRequestsException',
  );
  const other = runner.run(invocation(slow, { accountId: '222222222222' }));
  await Promise.all([...works, other]);
  await runner.run(invocation('export const handler = () => 1;'));
});

test('a zip that cannot be unpacked is no error of the code', async () => {
  const good = invocation('export const handler = () => 1;');
  const broken = good.code.slice();
  broken.fill(0xff, 40, 60);
  await assert.rejects(
    runner.run({ ...good, code: broken }),
    (error) => error instanceof ApiError && error.code === 'InvalidZipFileException',
  );
});

test('nothing is left of an invocation, and nothing runs in a runner that is closed', async () => {
  const closing = createFunctionRunner(() => '', log, functionUser());
  const forever = closing.run(invocation('export const handler = () => { for (;;); };'));
  setTimeout(() => void closing.close(), 300);
  await assert.rejects(forever, /being stopped/);
  await closing.close();
  assert.throws(() => closing.run(invocation('')), /being stopped/);
  assert.deepEqual(readdirSync(folder), []);
});
