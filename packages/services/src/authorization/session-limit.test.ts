import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newAccessKeyId, newSecretAccessKey } from '@carnet/store';
import { ApiError, readCredentials, serviceModel } from '@carnet/wire';
import {
  createMfaDevice,
  openSessionWorld,
  type SessionWorld,
} from '../authentication/testing-session.ts';
import { operationTables } from '../create-services.ts';
import { type Credentials, firstAccountId, signed } from '../testing.ts';
import { requireWithinSession } from './session-limit.ts';

/** Every operation of each served service, of the model: also those that are still to be served. */
const operations = Object.keys(operationTables).flatMap((service) =>
  Object.keys(serviceModel(service)?.operations ?? {}).map((name) => [service, name] as const),
);

type Expectation = (service: string, operation: string) => string | undefined;

const unknownToIam =
  'InvalidClientTokenId 403: The security token included in the request is invalid';
const denied = 'AccessDenied 403: Access Denied';
const withSession = (operation: string) =>
  `AccessDenied 403: Cannot call ${operation} with session credentials`;
const getsToken = (operation: string) => /^Get(?:Session|Federation)Token$/.test(operation);

/** "Compare AWS STS credentials", IAM User Guide; undefined: the policies decide. */
const limits: Readonly<Record<string, Expectation>> = {
  federatedUser(service, operation) {
    if (service === 'iam') return unknownToIam;
    if (service !== 'sts' || operation === 'GetCallerIdentity') return undefined;
    return withSession(operation);
  },
  user(service, operation) {
    return service === 'iam' ? unknownToIam : limits.userWithMfa?.(service, operation);
  },
  userWithMfa(service, operation) {
    if (service !== 'sts') return undefined;
    if (operation === 'AssumeRole' || operation === 'GetCallerIdentity') return undefined;
    return withSession(operation);
  },
  role: (service, operation) =>
    service === 'sts' && getsToken(operation) ? withSession(operation) : undefined,
  root(service, operation) {
    if (service !== 'sts') return undefined;
    if (operation === 'AssumeRole') {
      return 'AccessDenied 403: Roles may not be assumed by root accounts.';
    }
    return getsToken(operation) ? withSession(operation) : undefined;
  },
  longTerm: () => undefined,
  instance: (service) => (service === 'carnet' ? undefined : denied),
};

/** Credentials of each kind, with policies that allow everything. */
async function credentialsOf(world: SessionWorld): Promise<Readonly<Record<string, Credentials>>> {
  const { clock, issue, longTerm } = world;
  const { enable, serialNumber } = await createMfaDevice(world);
  await enable();
  const mfa = { accountId: firstAccountId, serialNumber, authenticatedAt: clock.now };
  return {
    federatedUser: issue('federatedUser'),
    user: issue('user'),
    userWithMfa: issue('user', { mfa }),
    role: issue('role'),
    root: issue('root'),
    longTerm,
    instance: await instanceKey(world),
  };
}

async function instanceKey({ store, clock }: SessionWorld): Promise<Credentials> {
  const accessKeyId = newAccessKeyId('CIKA', firstAccountId);
  const secretAccessKey = newSecretAccessKey();
  const ids = { account_id: firstAccountId, instance_id: 'i-0123456789abcdef0' };
  const secret = store.sealing.seal('secret', accessKeyId, Buffer.from(secretAccessKey));
  await store.transaction(async ({ database, changed }) => {
    await database
      .insertInto('ec2_instance')
      .values({
        ...ids,
        reservation_id: 'r-0123456789abcdef0',
        launch_index: 0,
        image_id: 'ami-0123456789abcdef0',
        instance_type: 't3.micro',
        state: 'running',
        launched_at: clock.now,
        state_changed_at: clock.now,
        client_token: null,
        request_digest: null,
      })
      .execute();
    await database
      .insertInto('ec2_instance_key')
      .values({
        ...ids,
        access_key_id: accessKeyId,
        secret_access_key: secret,
        created_at: clock.now,
      })
      .execute();
    changed({ accountId: firstAccountId, kind: 'instance', id: ids.instance_id });
  });
  return { accessKeyId, secretAccessKey };
}

/** The request of somebody, as authentication gives it; what a service is called by is beside it. */
function verified({ services, clock }: SessionWorld, credentials: Credentials, service: string) {
  return services.authenticate(
    readCredentials(signed(credentials, service, clock.now)),
    { sourceIp: '127.0.0.1', secure: false },
    new Uint8Array(0),
  );
}

const describeError = (error: unknown) =>
  error instanceof ApiError ? `${error.code} ${error.status}: ${error.message}` : String(error);

describe('what temporary credentials may never do', () => {
  for (const [kind, limit] of Object.entries(limits)) {
    it(`whatever their policies say: ${kind}`, async (test) => {
      const world = await openSessionWorld(test);
      const credentials = (await credentialsOf(world))[kind];
      assert.ok(credentials);
      const position = await world.store.feedPosition();
      const counted = { refused: 0, allowed: 0 };
      for (const [service, operation] of operations) {
        const request = await verified(world, credentials, service);
        const expected = limit(service, operation);
        const ask = () => requireWithinSession(request.caller, service, operation);
        const what = `${service}:${operation}`;
        if (expected === undefined) {
          assert.doesNotThrow(ask, what);
          counted.allowed += 1;
          continue;
        }
        counted.refused += 1;
        assert.throws(ask, (error) => describeError(error) === expected, what);
        if (!Object.hasOwn(operationTables[service] ?? {}, operation)) continue;
        const call = { request, service, operation, input: {}, requestId: 'test' };
        const answer = await world.services.dispatch(call).then(() => 'answered', describeError);
        assert.equal(answer, expected, what);
      }
      assert.deepEqual(await world.store.feedPosition(), position);
      test.diagnostic(`${counted.refused} refused, ${counted.allowed} for the policies`);
      assert.ok(counted.refused + counted.allowed > 250);
    });
  }

  it('is asked of nobody without an account', () => {
    for (const [service, operation] of operations) {
      requireWithinSession({ kind: 'anonymous' }, service, operation);
    }
  });

  it('leaves an instance the operations that are made for it', () => {
    const arn = `arn:aws:ec2:us-east-1:${firstAccountId}:instance/i-0123456789abcdef0`;
    const ids = { accountId: firstAccountId, arn, instanceId: 'i-0123456789abcdef0' };
    const caller = { kind: 'instance', ...ids, accessKeyId: 'CIKA' } as const;
    requireWithinSession(caller, 'carnet', 'Anything');
    assert.throws(() => requireWithinSession(caller, 'Carnet', 'Anything'), ApiError);
  });
});
