import assert from 'node:assert/strict';
import { ApiError } from '@carnet/wire';
import type { Credentials, TestServices } from '../../packages/services/src/testing.ts';
import { type FurnishedWorld, furnish, placed } from './furnish.ts';
import { type Asking, type Holder, isAllowed, policy, withoutSessionPolicies } from './holder.ts';
import { type Judge, passesBucketPolicy, type Verdicts } from './judge.ts';
import { type Issued, mint } from './mint.ts';
import { minted } from './model.ts';
import type { RandomQuestion, RandomWorld, Way } from './random-world.ts';
import type { Tally } from './tally.ts';

/**
 * `childCredentialNeverExceedsParent`: a credential that was minted may do no more than what it was
 * minted from, in each way to mint. Precisely, for every question at one moment:
 *
 * - A role's session may do nothing that the same session without session policies may not, tags,
 *   source identity and name alike; that is so for the first of a chain and the last.
 * - A session of GetSessionToken or GetFederationToken may do nothing that its user may not, where no
 *   statement asks what only the session has. Where one does, it may do nothing that the user's own
 *   policies would not allow to somebody with these very facts: a Deny unless MFA was given is there to
 *   tell the two apart. A federated user may besides have what the resource gives to its own name.
 * - A key of another user may what that user may.
 * - A session of the root user may do nothing that its task's policy denies.
 *
 * And nobody mints what he may not: a call succeeds exactly when his policies, those of his session
 * and the trust policy allow it; a new session lasts no longer than it may; it ends with the key that
 * began the chain, and when its time is over.
 */
export interface Property {
  readonly services: TestServices;
  readonly judge: Judge;
  readonly tally: Tally;
  /** The account of a world. */
  readonly nextAccountId: () => string;
}

interface Made extends Issued {
  readonly holder: Holder;
}

const beginning = Date.UTC(2026, 0, 1);

export async function childNeverExceedsParent(
  property: Property,
  random: RandomWorld,
): Promise<void> {
  const { services, tally } = property;
  const { clock } = services;
  clock.now = beginning;
  const world = await furnish(services, property.nextAccountId(), random);
  await property.judge.prepare(world);
  tally.countWorld(random);
  const user = { credentials: world.dave, holder: world.users.dave, expiresAt: undefined };
  const made: Made[] = [user];
  const keys = new Map([['dave', 1]]);
  for (const { from, way, questions } of placed(random.mints, world.accountId)) {
    clock.now += 'mfa' in way && way.mfa ? 30_000 : 1000;
    const maker = made[from % made.length] ?? user;
    const makerKeyId = maker.credentials.accessKeyId;
    const minting = { world, maker: maker.holder, makerKeyId, now: clock.now, keys };
    const holder = minted(minting, way);
    const issued = await mint(mintOf(property, world, maker.credentials), way);
    assert.equal(issued !== undefined, holder !== undefined, `${way.kind} succeeds as it should`);
    tally.countMint(kindOf(way, maker.holder), issued !== undefined);
    if (issued === undefined || holder === undefined) continue;
    assert.equal(issued.expiresAt, holder.session?.expiresAt, `${way.kind} lasts as it should`);
    if (way.kind === 'CreateAccessKey') keys.set(way.userName, (keys.get(way.userName) ?? 0) + 1);
    const child = { ...issued, holder };
    made.push(child);
    await compare(property, { world, random, maker, way, child, questions });
  }
  // Dear, and little to do with chance: in one world of four.
  if (Number(world.accountId) % 4 === 0) await endWithKey(property, world, made);
}

function kindOf({ kind }: Way, maker: Holder) {
  const isChained = kind === 'AssumeRole' && maker.principal.kind === 'assumedRole';
  return isChained ? 'AssumeRole, chained' : kind;
}

interface Case {
  readonly world: FurnishedWorld;
  readonly random: RandomWorld;
  readonly maker: Made;
  readonly way: Way;
  readonly child: Made;
  readonly questions: readonly RandomQuestion[];
}

async function compare(property: Property, one: Case): Promise<void> {
  const { judge, services, tally } = property;
  const { world, child, way, questions } = one;
  const may = await judge.open(world, child.credentials);
  const parentMay = await parentOf(property, one);
  const { accountId, resource } = world;
  const { now } = services.clock;
  for (const question of questions) {
    const isAsked = resource !== undefined && !passesBucketPolicy(question);
    const further = isAsked ? [policy('resource', 'buckets', resource)] : [];
    const asking = { accountId, now, further };
    const isChildAllowed = await may(question);
    assert.equal(isChildAllowed, isAllowed(child.holder, question, asking), way.kind);
    const isParentAllowed = (await parentMay?.(question)) ?? mayParent(one, question, asking);
    assert.ok(!isChildAllowed || isParentAllowed, `${way.kind}: more than its parent may`);
    tally.countDecision(kindOf(way, one.maker.holder), isChildAllowed, isParentAllowed);
  }
}

/** The parent asked itself, where it is somebody who can be asked and has the very same facts. */
async function parentOf(property: Property, one: Case): Promise<Verdicts | undefined> {
  const { judge } = property;
  const { world, random, maker, way } = one;
  switch (way.kind) {
    case 'GetSessionToken':
    case 'GetFederationToken':
      return random.plain ? await judge.open(world, maker.credentials) : undefined;
    case 'AssumeRole': {
      // A code is good once: there is no second session like it.
      if (way.mfa || (way.policy === undefined && way.managed.length === 0)) return undefined;
      const unlimited = { ...way, policy: undefined, managed: [] };
      const sibling = await mint(mintOf(property, world, maker.credentials), unlimited);
      assert.ok(sibling, 'the same without session policies');
      return await judge.open(world, sibling.credentials);
    }
    default:
      return undefined;
  }
}

/** The parent, or who it would be with the child's facts, by the reference. */
function mayParent({ maker, way, child }: Case, question: RandomQuestion, asking: Asking): boolean {
  switch (way.kind) {
    case 'GetSessionToken':
      return isAllowed(maker.holder, question, asking, child.holder);
    case 'GetFederationToken': {
      const byName = isAllowed({ ...child.holder, policies: [] }, question, asking);
      return byName || isAllowed(maker.holder, question, asking, child.holder);
    }
    default:
      return isAllowed(withoutSessionPolicies(child.holder), question, asking);
  }
}

/** Takes away the key that began most of it. What else began goes on, until its time is over. */
async function endWithKey(
  { services, judge }: Property,
  world: FurnishedWorld,
  made: readonly Made[],
): Promise<void> {
  const key = { UserName: 'dave', AccessKeyId: world.dave.accessKeyId };
  const { accountId } = world;
  const isOver = ({ session }: Holder) => session?.keyId === key.AccessKeyId;
  const administrator = await services.services.operator.credentials({ accountId });
  await services.call('iam', 'DeleteAccessKey', key, administrator);
  for (const { credentials, holder } of made) {
    if (holder.session === undefined) continue;
    const code = await refusal(judge.open(world, credentials));
    if (isOver(holder)) assert.match(code ?? 'none', /^Invalid(?:ClientTokenId|Token)$/);
    else assert.equal(code, undefined);
  }
  services.clock.now += 36 * 3_600_000;
  for (const { credentials, holder } of made) {
    if (holder.session === undefined || isOver(holder)) continue;
    assert.equal(await refusal(judge.open(world, credentials)), 'ExpiredToken');
  }
}

async function refusal(opening: Promise<unknown>): Promise<string | undefined> {
  try {
    await opening;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

function mintOf({ services, judge }: Property, world: FurnishedWorld, maker: Credentials) {
  return { services, state: judge.state, world, maker };
}
