import type { FunctionRunner } from '../../packages/services/src/lambda/function-runner.ts';
import type { Credentials } from '../../packages/services/src/testing.ts';
import { code } from './function-method.ts';

/**
 * What runs code is no part of the services. Here it does for one kind of code what a process would:
 * the attacker's learns the credentials that stand in its environment.
 */
export function tellingRunner(): FunctionRunner & { told(accountId: string): Credentials } {
  const told = new Map<string, Credentials>();
  return {
    async run(invocation) {
      const { accountId, credentials } = invocation;
      if (Buffer.compare(invocation.code, code) === 0) told.set(accountId, credentials);
      const nothing = new Uint8Array(0);
      return { payload: new TextEncoder().encode('1'), isError: false, log: nothing };
    },
    told(accountId) {
      const credentials = told.get(accountId);
      if (credentials === undefined) throw new Error('no code of the attacker has run');
      return credentials;
    },
  };
}
