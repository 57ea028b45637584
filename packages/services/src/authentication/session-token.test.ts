import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  ApiError,
  presignRequest,
  type RawRequest,
  readCredentials,
  type SigningInput,
  signRequest,
} from '@carnet/wire';
import { type Credentials, firstAccountId, openTestServices } from '../testing.ts';
import { openSessionWorld, sessionKinds } from './testing-session.ts';
import {
  type Answer,
  type Answers,
  badToken,
  bySigner,
  expired,
  forms,
  onTheWay,
  type Token,
  type World,
  withToken,
} from './testing-token-attack.ts';

/**
 * What can be tried with session tokens, of every service, in the header and in a URL: refused in
 * AWS's words, and the same credentials untouched are believed.
 */

const services = ['iam', 'sts', 's3'] as const;
const transport = { sourceIp: '127.0.0.1', secure: false };

function sign(world: World, service: string, form: string, credentials: Credentials): RawRequest {
  const input: SigningInput = {
    method: 'GET',
    target: '/',
    headers: [['Host', '127.0.0.1:4580']],
    credentials,
    region: 'us-east-1',
    service,
    now: world.clock.now,
  };
  return form === 'header' ? signRequest(input) : presignRequest(input, 60);
}

const noBytes = new Uint8Array(0);

async function ask(world: World, request: RawRequest): Promise<string> {
  const { authenticate } = world.services;
  const { caller } = await authenticate(readCredentials(request), transport, noBytes);
  return caller.kind === 'anonymous' ? caller.kind : caller.accountId;
}

async function assertRefused(
  world: World,
  request: RawRequest,
  [code, status]: Answer,
  what: string,
): Promise<void> {
  await assert.rejects(ask(world, request), (error) => {
    assert.ok(error instanceof ApiError, `${what}: ${error}`);
    assert.deepEqual([error.code, error.status], [code, status], `${what}: ${error.message}`);
    return true;
  });
}

const answerOf = (service: string, [query, s3]: Answers) => (service === 's3' ? s3 : query);

/** In each service and form, untouched. */
async function assertBelieved(world: World, credentials: Credentials, account: string) {
  for (const service of services) {
    for (const form of forms) {
      assert.equal(await ask(world, sign(world, service, form, credentials)), account);
    }
  }
}

async function openWorld(test: TestContext): Promise<World> {
  const opened = await openSessionWorld(test);
  const foreign = await openTestServices(test);
  const { operator } = opened.services;
  const { accountId } = await operator.createAccount({ name: 'second' });
  return {
    ...opened,
    session: opened.administrator as Token,
    other: await operator.credentials({}),
    namesake: await operator.credentials({ accountId }),
    namesakeAccount: accountId,
    elsewhere: foreign.administrator as Token,
  };
}

/** What is not tampered with is still believed. */
async function assertTwinsBelieved(world: World): Promise<void> {
  const { session, other, longTerm, namesake, namesakeAccount } = world;
  for (const twin of [session, other, longTerm]) await assertBelieved(world, twin, firstAccountId);
  await assertBelieved(world, namesake, namesakeAccount);
}

describe('a session token', () => {
  it('is refused with whatever its signer made of it', async (test) => {
    const world = await openWorld(test);
    const position = await world.store.feedPosition();
    for (const [what, credentials, answers] of bySigner) {
      for (const service of services) {
        for (const form of forms) {
          const request = sign(world, service, form, credentials(world));
          const said = `${what}, ${service}, ${form}`;
          await assertRefused(world, request, answerOf(service, answers), said);
        }
      }
    }
    assert.deepEqual(await world.store.feedPosition(), position);
    await assertTwinsBelieved(world);
  });

  it('is refused with whatever is done to it on the way', async (test) => {
    const world = await openWorld(test);
    for (const { what, form, edit, answers, signer } of onTheWay) {
      for (const service of services) {
        const signed = sign(world, service, form, signer?.(world) ?? world.session);
        const said = `${what}, ${service}, ${form}`;
        await assertRefused(world, edit(signed, world), answerOf(service, answers), said);
      }
    }
    await assertTwinsBelieved(world);
  });

  it('is refused with any character changed or cut', async (test) => {
    const world = await openWorld(test);
    const { session } = world;
    const { sessionToken: token } = session;
    for (let place = 0; place < token.length; place += 1) {
      const other = token[place] === 'A' ? 'B' : 'A';
      const flipped = token.slice(0, place) + other + token.slice(place + 1);
      for (const altered of [flipped, token.slice(0, place)]) {
        const service = services[place % services.length] ?? 'iam';
        const form = forms[place % forms.length] ?? 'header';
        const request = sign(world, service, form, withToken(session, altered));
        await assertRefused(world, request, answerOf(service, badToken), `${place}`);
      }
    }
    await assertTwinsBelieved(world);
  });

  for (const kind of sessionKinds) {
    it(`of a session of a ${kind} is good to its last millisecond`, async (test) => {
      const world = await openWorld(test);
      const credentials = world.issue(kind);
      await assertBelieved(world, credentials, firstAccountId);
      for (const late of [0, 1, 86_400_000]) {
        world.clock.now = credentials.expiration + late;
        for (const service of services) {
          for (const form of forms) {
            const request = sign(world, service, form, credentials);
            await assertRefused(world, request, answerOf(service, expired), `${service}, ${form}`);
          }
        }
      }
      world.clock.now = credentials.expiration - 1;
      await assertBelieved(world, credentials, firstAccountId);
    });
  }

  it('is no marker, no message and no secret', async (test) => {
    const { store, session, call } = await openWorld(test);
    const { accessKeyId, sessionToken } = session;
    for (const purpose of ['pagination', 'authorizationMessage', 'secret'] as const) {
      assert.equal(store.sealing.open(purpose, accessKeyId, sessionToken), undefined);
    }
    const refused = (code: string) => (error: unknown) =>
      error instanceof ApiError && error.code === code && error.status === 400;
    const listUsers = call('iam', 'ListUsers', { Marker: sessionToken });
    await assert.rejects(listUsers, refused('ValidationError'));
    const listBuckets = call('s3', 'ListBuckets', { ContinuationToken: sessionToken });
    await assert.rejects(listBuckets, refused('InvalidArgument'));
    const decode = call('sts', 'DecodeAuthorizationMessage', { EncodedMessage: sessionToken });
    await assert.rejects(decode, refused('InvalidAuthorizationMessageException'));
  });
});
