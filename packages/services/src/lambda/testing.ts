import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ApiError } from '@carnet/wire';
import { zipSync } from 'fflate';
import { defaultQuotas, type Quotas } from '../settings.ts';
import { openTestServices, type TestServices } from '../testing.ts';
import type { FunctionInvocation, FunctionRunner } from './function-runner.ts';

/** The services over a real store, with a role that Lambda may assume, and what was invoked. */
export interface TestFunctions extends TestServices {
  readonly roleArn: string;
  readonly invocations: FunctionInvocation[];
  /** One call of Lambda as the administrator of the first account. */
  ask(operation: string, input?: object): Promise<Record<string, never>>;
  /** A function of that name, `thumbnail` unless told otherwise. */
  create(change?: object): Promise<Record<string, never>>;
}

export const zip = zipSync({ 'index.js': new TextEncoder().encode('exports.handler = () => 1;') });

export const lambdaTrust = (condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      ...(condition && { Condition: condition }),
    },
  });

export async function openTestFunctions(
  test: TestContext,
  quotas: Partial<Quotas> = {},
): Promise<TestFunctions> {
  const invocations: FunctionInvocation[] = [];
  // What runs code is no part of the services; its own tests are with it.
  const runner: FunctionRunner = {
    async run(invocation) {
      invocations.push(invocation);
      const log = new TextEncoder().encode('log');
      return { payload: invocation.payload, isError: false, log };
    },
  };
  const services = await openTestServices(
    test,
    { quotas: { ...defaultQuotas, ...quotas } },
    runner,
  );
  const RoleName = 'PhotoAppRole';
  const role = (await services.call('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: lambdaTrust(),
  })) as { Role: { Arn: string } };
  const ask: TestFunctions['ask'] = async (operation, input) =>
    (await services.call('lambda', operation, input)) as Record<string, never>;
  return {
    ...services,
    roleArn: role.Role.Arn,
    invocations,
    ask,
    create: (change = {}) =>
      ask('CreateFunction', {
        FunctionName: 'thumbnail',
        Role: role.Role.Arn,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip },
        ...change,
      }),
  };
}

/** What `assert.rejects` takes for an error of that code and these words. */
export function refused(code: string, words: RegExp | string) {
  return (error: unknown) => {
    assert(error instanceof ApiError, String(error));
    assert.equal(error.code, code, error.message);
    if (typeof words === 'string') assert.equal(error.message, words);
    else assert.match(error.message, words);
    return true;
  };
}
