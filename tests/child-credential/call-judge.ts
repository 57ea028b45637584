import { ApiError } from '@carnet/wire';
import { AuthorizationState } from '../../packages/services/src/authorization/authorization-state.ts';
import type { Credentials, TestServices } from '../../packages/services/src/testing.ts';
import { isAllowed } from '../escalation/refusal.ts';
import type { FurnishedWorld } from './furnish.ts';
import type { Judge } from './judge.ts';
import type { RandomQuestion } from './random-world.ts';

/** Everything as a client meets it: each question is the call itself, of real objects. */
export function callJudge(services: TestServices): Judge {
  const { store } = services;
  const state = new AuthorizationState(store);
  store.subscribe((changes) => state.follow(changes));
  return {
    state,
    prepare: (world) => furnishBuckets(services, world),
    async open(world, credentials) {
      await services.call('sts', 'GetCallerIdentity', {}, credentials);
      return (question) => ask(services, world, question, credentials);
    },
  };
}

const keys = ['a', 'dave'];

async function furnishBuckets(services: TestServices, world: FurnishedWorld): Promise<void> {
  const { accountId, resource } = world;
  const administrator = await services.services.operator.credentials({ accountId });
  for (const Bucket of [`photos-${accountId}`, `secrets-${accountId}`]) {
    await services.call('s3', 'CreateBucket', { Bucket }, administrator);
    for (const Key of keys) await put(services, { Bucket, Key }, administrator);
    await setPolicy(services, world, Bucket, resource);
  }
}

/** Not by PutBucketPolicy, which takes no statement about another bucket. */
async function setPolicy(
  { store }: TestServices,
  { accountId }: FurnishedWorld,
  name: string,
  policy: object | undefined,
): Promise<void> {
  await store.transaction(async ({ database, changed }) => {
    await database
      .updateTable('s3_bucket')
      .set({ policy: policy ? JSON.stringify(policy) : null })
      .where('name', '=', name)
      .execute();
    changed({ accountId, kind: 'bucket', id: name });
  });
}

async function ask(
  services: TestServices,
  world: FurnishedWorld,
  { action, resource }: RandomQuestion,
  credentials: Credentials,
): Promise<boolean> {
  const [Bucket = '', Key = ''] = resource.slice('arn:aws:s3:::'.length).split('/');
  const object = { Bucket, Key };
  if (action === 's3:GetBucketPolicy') {
    return await isAllowed(orNone(services.call('s3', 'GetBucketPolicy', object, credentials)));
  }
  if (action === 's3:GetObject') {
    return await isAllowed(services.call('s3', 'HeadObject', object, credentials));
  }
  if (action === 's3:PutObject') return await isAllowed(put(services, object, credentials));
  const isDeleted = await isAllowed(services.call('s3', 'DeleteObject', object, credentials));
  if (isDeleted) {
    const { accountId, resource: policy } = world;
    const administrator = await services.services.operator.credentials({ accountId });
    // The policy may keep out the administrator too.
    await setPolicy(services, world, Bucket, undefined);
    await put(services, object, administrator);
    await setPolicy(services, world, Bucket, policy);
  }
  return isDeleted;
}

/** That there is no policy is told to those who may ask. */
async function orNone(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NoSuchBucketPolicy') return undefined;
    throw error;
  }
}

function put(services: TestServices, object: object, credentials: Credentials): Promise<unknown> {
  const input = { ...object, Body: oneByte(), ContentLength: 1 };
  return services.call('s3', 'PutObject', input, credentials);
}

async function* oneByte() {
  yield new Uint8Array(1);
}
