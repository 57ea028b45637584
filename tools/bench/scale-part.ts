/**
 * Holds that many users in memory, their policies compiled, and says what one of them costs and what
 * a decision among them costs. Started by `scale-decision.ts`.
 */
import assert from 'node:assert/strict';
import { authorize, type CompiledPolicy, type PolicySource, type Principal } from '@carnet/policy';
import { median } from './benchmark.ts';
import { compileNamed } from './decision/carnet-engine.ts';
import type { NamedPolicy } from './decision/decision-engine.ts';
import { measure } from './decision/race-engines.ts';
import { drawer, scaleRequest, scaleUser, sharedPolicies } from './decision/scale-workload.ts';

export interface ScaleAnswer {
  /** CPU for one decision. */
  readonly microseconds: number;
  /** Of heap, for one user. */
  readonly bytes: number;
}

interface HeldUser {
  readonly principal: Principal & { readonly accountId: string };
  readonly identity: readonly CompiledPolicy[];
}

const requestCount = 100_000;
const passes = 11;
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
    held.set(principal.uniqueId, { principal, identity: policies });
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
    const { principal, identity } = user;
    const resourceAccount = principal.accountId;
    const question = { principal, action, resource, resourceAccount, context };
    return authorize(question, { identity }).decision === 'allowed';
  };
  const expected = requests.map((request) => request.expected.allowed);
  measure(decide, expected, (done) => done < 2);
  const measured = Array.from({ length: passes }, () => measure(decide, expected, () => false));
  return median(measured);
}
