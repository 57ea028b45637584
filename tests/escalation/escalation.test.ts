/**
 * The known ways by which somebody who may write a little of IAM, or pass a role, comes to everything.
 * Each of them works as it does on AWS where nothing limits it, and fails under each limit by itself.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openTestServices } from '../../packages/services/src/testing.ts';
import { asDave, asDeveloperRole, asFederatedUser, asOwnKind, attack, bound } from './attack.ts';
import { credentialMethods } from './credential-method.ts';
import { functionMethods } from './function-method.ts';
import { tellingRunner } from './function-runner.ts';
import { type House, openHouses } from './house.ts';
import { instanceMethods } from './instance-method.ts';
import { dailyWork, delegation } from './limit.ts';
import { everything, type Method, type Statement } from './method.ts';
import { listed, notServed } from './not-served.ts';
import { policyMethods } from './policy-method.ts';
import { roleMethods } from './role-method.ts';

const methods = [
  ...policyMethods,
  ...credentialMethods,
  ...roleMethods,
  ...instanceMethods,
  ...functionMethods,
];

interface Entered {
  readonly house: House;
  readonly needs: readonly Statement[];
}

/** In a house of its own, each time. */
type Enter = (method: Method) => Promise<Entered>;

it('every path of the two lists is tried, or there is a reason why not', (test) => {
  const tried = counted(methods);
  const others = counted(notServed);
  for (const [kind, count] of Object.entries(listed)) {
    const named = new Set([...(tried.get(kind) ?? []), ...(others.get(kind) ?? [])]);
    assert.equal(named.size, count, kind);
  }
  for (const [kind, ids] of tried) test.diagnostic(`${kind}: ${ids.size} tried`);
  for (const [kind, ids] of others) test.diagnostic(`${kind}: ${ids.size} not served`);
  test.diagnostic(`${methods.length} methods`);
});

/** The numbers and ids by their list: `rhino`, and pathfinding's `iam`, `ec2`. */
function counted(
  some: readonly Pick<Method, 'rhino' | 'pathfinding'>[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = some.flatMap(({ rhino, pathfinding = [] }) => [
    ...pathfinding,
    ...(rhino === undefined ? [] : [`rhino-${rhino}`]),
  ]);
  const lists = Map.groupBy(ids, (id) => id.slice(0, id.indexOf('-')));
  return new Map([...lists].map(([kind, all]) => [kind, new Set(all)]));
}

it('escalation', async (test) => {
  const runner = tellingRunner();
  const newHouse = openHouses(await openTestServices(test, {}, runner), runner.told);
  const enter: Enter = async (method) => {
    const house = await newHouse();
    await method.furnish?.(house);
    return { house, needs: method.needs(house) };
  };
  for (const method of methods) {
    await test.test(method.name, async (of) => {
      await of.test('works where nothing limits it', () => worksUnlimited(enter, method));
      await of.test('needs each of its permissions', () => needsEach(enter, method));
      await of.test('fails under a boundary', () => failsBounded(enter, method));
      await of.test('fails under a session policy', () => failsInSession(enter, method));
      if (method.passedTo === undefined) return;
      await of.test('fails where less may be passed', () => failsToPass(enter, method));
    });
  }
});

async function worksUnlimited(enter: Enter, method: Method): Promise<void> {
  const { house, needs } = await enter(method);
  assert.equal(await attack(method, await asOwnKind(house, method, needs)), 'gained');
}

/** The twin of each method: with one permission less it is a developer at work. */
async function needsEach(enter: Enter, method: Method): Promise<void> {
  const { length } = method.needs((await enter(method)).house);
  for (let without = 0; without < length; without += 1) {
    const { house, needs } = await enter(method);
    const attacker = await asOwnKind(house, method, needs.toSpliced(without, 1));
    const outcome = await attack(method, attacker);
    if (without === 0) assert.equal(outcome, 'refused');
    else assert.match(outcome, /^(?:refused|stopped)$/);
  }
}

async function failsBounded(enter: Enter, method: Method): Promise<void> {
  {
    const { house, needs } = await enter(method);
    const attacker = await asOwnKind(house, method, needs);
    await bound(house, 'DailyWork', dailyWork(house));
    assert.equal(await attack(method, attacker), 'refused');
  }
  const { house, needs } = await enter(method);
  const attacker = await asOwnKind(house, method, needs);
  await bound(house, 'Delegation', delegation(house, 'Delegation'));
  assert.equal(await attack(method, attacker), method.delegated);
}

async function failsInSession(enter: Enter, method: Method): Promise<void> {
  {
    const { house, needs } = await enter(method);
    assert.equal(await attack(method, await asDeveloperRole(house, needs)), 'gained');
  }
  {
    const { house, needs } = await enter(method);
    const attacker = await asDeveloperRole(house, needs, dailyWork(house));
    assert.equal(await attack(method, attacker), 'refused');
  }
  const { house, needs } = await enter(method);
  // Of a federated user not even this opens IAM, or lets assume a role.
  const asksIam = /^(?:iam:(?!PassRole)|sts:)/.test(needs[0]?.Action ?? '');
  const limit = asksIam ? everything : dailyWork(house);
  assert.equal(await attack(method, await asFederatedUser(house, needs, limit)), 'refused');
}

async function failsToPass(enter: Enter, method: Method): Promise<void> {
  const passing = (needs: readonly Statement[], limit: Partial<Statement>) =>
    needs.map((one) => (one.Action === 'iam:PassRole' ? { ...one, ...limit } : one));
  {
    const { house, needs } = await enter(method);
    const harmless = { Resource: house.arn('role/delegated/*') };
    const attacker = await asDave(house, passing(needs, harmless));
    assert.equal(await attack(method, attacker), 'refused');
    const harmlessly = { ...method, steps: () => method.steps(attacker, 'photos') };
    assert.equal(await attack(harmlessly, attacker), 'contained');
  }
  {
    const { house, needs } = await enter(method);
    const elsewhere = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
    const attacker = await asDave(house, passing(needs, { Condition: elsewhere }));
    assert.equal(await attack(method, attacker), 'refused');
  }
  const { house, needs } = await enter(method);
  const here = { StringEquals: { 'iam:PassedToService': method.passedTo } };
  const attacker = await asDave(house, passing(needs, { Condition: here }));
  assert.equal(await attack(method, attacker), 'gained');
}
