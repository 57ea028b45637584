import type { TestContext } from 'node:test';
import type { Store } from '@carnet/store';
import { readCredentials, sha256Hex, signRequest } from '@carnet/wire';
import { createServices } from './create-services.ts';
import type { FunctionRunner } from './lambda/function-runner.ts';
import type { Services, TemporaryCredentials } from './services.ts';
import { defaultQuotas, type Settings } from './settings.ts';
import { testingStore } from './testing-store.ts';

/** The services over a real store in memory, asked as the gateway asks them. */
export interface TestServices {
  readonly services: Services;
  readonly store: Store;
  /** Moved by tests; the clock of the services and of those who sign. */
  readonly clock: { now: number };
  readonly administrator: Credentials;
  /** Signs, authenticates and dispatches one call. */
  call(
    service: string,
    operation: string,
    input?: object,
    credentials?: Credentials,
  ): Promise<unknown>;
  /** A new user with one access key. */
  createUser(userName: string): Promise<Credentials>;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The account made at first start. */
export const firstAccountId = '111111111111';

const transport = { sourceIp: '127.0.0.1', secure: false };

/** Signs a request without a body, as the gateway would receive it. */
export function signed(
  credentials: Credentials,
  service: string,
  now: number,
  region = 'us-east-1',
) {
  return signRequest({
    method: 'POST',
    target: '/',
    headers: [['Host', '127.0.0.1:4580']],
    credentials,
    region,
    service,
    now,
    payloadHash: sha256Hex(new Uint8Array(0)),
  });
}

export async function openTestServices(
  test: TestContext,
  settings: Partial<Settings> = {},
  functionRunner?: FunctionRunner,
): Promise<TestServices> {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const store = await testingStore.open();
  const services = await createServices({
    store,
    settings: { region: 'us-east-1', quotas: defaultQuotas, ...settings },
    clock: () => clock.now,
    firstAccountId,
    functionRunner,
  });
  test.after(async () => {
    await services.close();
    await store.close();
  });
  const administrator: TemporaryCredentials = await services.operator.credentials({});
  const call: TestServices['call'] = async (service, operation, input = {}, credentials) => {
    const request = await services.authenticate(
      readCredentials(signed(credentials ?? administrator, service, clock.now)),
      transport,
      new Uint8Array(0),
    );
    return services.dispatch({ request, service, operation, input, requestId: 'test' });
  };
  return {
    services,
    store,
    clock,
    administrator,
    call,
    async createUser(userName) {
      await call('iam', 'CreateUser', { UserName: userName });
      const answer = await call('iam', 'CreateAccessKey', { UserName: userName });
      const { AccessKey } = answer as {
        AccessKey: { AccessKeyId: string; SecretAccessKey: string };
      };
      return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
    },
  };
}
