import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, type Decision, explain } from '../src/index.ts';
import { applicable, prepare } from './applicable.ts';
import { authorizationRequest, makeWorld, REQUESTS_PER_WORLD } from './random-world.ts';

const PAIRS = 25_000;
const FIRST_SEED = 1_000_001;

/** A decision as it can be compared: what has no order is put into one. */
function comparable({ decision, stoppedBy, matchedStatements, missingContextValues }: Decision) {
  const matched = matchedStatements.map(
    ({ policy, statementIndex }) => `${policy.source.name}[${statementIndex}]`,
  );
  return {
    decision,
    stoppedBy,
    matched: matched.sort(),
    missing: [...missingContextValues].sort(),
  };
}

test(`the index of actions changes nothing: ${PAIRS} pairs against a walk over every statement`, (context) => {
  let matched = 0;
  let missing = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PAIRS / REQUESTS_PER_WORLD; seed++) {
    const world = makeWorld(seed);
    const policies = applicable(prepare(world.policies));
    for (const request of world.requests) {
      const asked = authorizationRequest(request);
      const indexed = comparable(authorize(asked, policies));
      assert.deepEqual(indexed, comparable(explain(asked, policies).decision), `seed ${seed}`);
      matched += indexed.matched.length;
      missing += indexed.missing.length;
    }
  }
  context.diagnostic(`${PAIRS} pairs, ${matched} matched statements, ${missing} missing keys`);
  assert.ok(matched > PAIRS && missing > PAIRS / 10, `${matched} matched, ${missing} missing`);
});

test('the cache of actions changes nothing, neither while it fills nor when it is full', () => {
  const world = makeWorld(FIRST_SEED);
  const policies = applicable(prepare(world.policies));
  const decideAll = () =>
    world.requests.map((request) => comparable(authorize(authorizationRequest(request), policies)));
  const before = decideAll();
  const [request] = world.requests;
  assert.ok(request);
  const elsewhere = comparable(
    authorize({ ...authorizationRequest(request), action: 'S3:Invented' }, policies),
  );
  for (let number = 0; number < 70_000; number++) {
    const asked = { ...authorizationRequest(request), action: `S3:Invented${number}` };
    const decision = authorize(asked, policies);
    if (number % 7_000 === 0) assert.deepEqual(decideAll(), before);
    if (number % 7_000 === 0) assert.deepEqual(comparable(decision), elsewhere);
  }
  assert.deepEqual(decideAll(), before);
});
