/**
 * Holds that many users in memory, their policies compiled, and says what one of them costs and what
 * a decision among them costs. Started by `scale-decision.ts`.
 */
import assert from 'node:assert/strict';
import { authorize, type CompiledPolicy, type PolicySource, type Principal } from '@carnet/policy';
import { compileNamed } from './decision/carnet-engine.ts';
import type { NamedPolicy } from './decision/decision-engine.ts';
import { drawer, scaleRequest, scaleUser, sharedPolicies } from './decision/scale-workload.ts';

export interface ScaleAnswer {
  /** Half of the decisions took no longer. */
  readonly microseconds: number;
  /** Of heap, for one user. */
  readonly bytes: number;
}

/** As the server holds a user: who asks is made of it for each request. */
interface HeldUser {
  readonly accountId: string;
  readonly arn: string;
  readonly uniqueId: string;
  readonly identity: readonly CompiledPolicy[];
}

const requestCount = 100_000;
const warmUpPasses = 2;
const passes = 5;
/** Of all inline policies: they have the same name. */
const ofInline: PolicySource = Object.freeze({ type: 'identity', name: 'own' });
const context = new Map([['aws:sourceip', '10.1.2.3']]);

process.once('message', ({ users }: { users: number }) => {
  const compiled = new Map<NamedPolicy, CompiledPolicy>(
    sharedPolicies.map((policy) => [policy, compileNamed(policy, 'identity')]),
  );
  const before = heap();
  const held = new Map<string, HeldUser>();
  for (let user = 0; user < users; user += 1) {
    const { principal, identity } = scaleUser(user);
    const policies = identity.map(
      (policy) => compiled.get(policy) ?? compileNamed(policy, 'identity', ofInline),
    );
    const { accountId, arn, uniqueId } = principal;
    held.set(uniqueId, { accountId, arn, uniqueId, identity: policies });
  }
  const bytes = (heap() - before) / users;
  const answer: ScaleAnswer = { microseconds: race(held), bytes };
  process.send?.(answer);
});

function heap(): number {
  assert.ok(globalThis.gc !== undefined);
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function race(held: ReadonlyMap<string, HeldUser>): number {
  const ids = [...held.keys()];
  const draw = drawer();
  const requests = Array.from({ length: requestCount }, (_, index) => {
    const user = draw(ids.length);
    return { id: ids[user] ?? '', ...scaleRequest(user, index) };
  });
  const decide = (index: number): boolean => {
    const request = requests[index];
    const user = request && held.get(request.id);
    if (request === undefined || user === undefined) throw new Error('no such user');
    const { action, resource } = request;
    const { accountId, arn, uniqueId, identity } = user;
    const principal: Principal = { kind: 'user', accountId, arn, uniqueId };
    const question = { principal, action, resource, resourceAccount: accountId, context };
    return authorize(question, { identity }).decision === 'allowed';
  };
  // Warm, and right.
  for (let pass = 0; pass < warmUpPasses; pass += 1) {
    for (const [index, { expected }] of requests.entries()) {
      assert.equal(decide(index), expected.allowed);
    }
  }
  const measured = new Float64Array(requestCount * passes);
  for (let turn = 0; turn < measured.length; turn += 1) {
    const before = performance.now();
    decide(turn % requestCount);
    measured[turn] = performance.now() - before;
  }
  // A request that is interrupted is one of the few that take long: it does not move the median.
  return (measured.sort()[measured.length >>> 1] ?? Number.NaN) * 1_000;
}
