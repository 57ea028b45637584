/** An explanation says nothing that is not so, and leaves nothing out: found by trying. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  authorize,
  type DecisionType,
  type Explanation,
  explain,
  type StatementExplanation,
} from '../src/index.ts';
import { applicable, prepare } from './applicable.ts';
import { randomFrom } from './random.ts';
import { KINDS } from './random-condition.ts';
import { authorizationRequest, makeWorld, REQUESTS_PER_WORLD } from './random-world.ts';
import type { ReferencePolicy } from './reference-evaluator.ts';
import { type JsonObject, listOf } from './reference-language.ts';
import { fold } from './reference-value.ts';

const PAIRS = 5_000;
const FIRST_SEED = 2_000_001;

function* pairs() {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PAIRS / REQUESTS_PER_WORLD; seed++) {
    const world = makeWorld(seed);
    const prepared = prepare(world.policies);
    const policies = prepared.map(({ policy }) => policy);
    for (const [index, request] of world.requests.entries()) {
      const name = `seed ${seed}, request ${index}`;
      yield { name, seed, policies, request, asked: authorizationRequest(request), prepared };
    }
  }
}

const nameOf = ({
  policy,
  statementIndex,
}: Pick<StatementExplanation, 'policy' | 'statementIndex'>) =>
  `${policy.source.name}[${statementIndex}]`;

function statementsOf({ gates }: Explanation): readonly StatementExplanation[] {
  return gates.flatMap(({ statements }) => statements);
}

test('a statement counts when all its elements hold, and every value stands where it is said to', () => {
  let values = 0;
  for (const { name, asked, prepared } of pairs()) {
    const explanation = explain(asked, applicable(prepared));
    const { decision } = explanation;
    const effect = decision.decision === 'explicitDeny' ? 'Deny' : 'Allow';
    const counted = statementsOf(explanation)
      .filter((one) => one.effect === effect && one.elements.every(({ holds }) => holds))
      .map(nameOf);
    assert.deepEqual(counted.sort(), decision.matchedStatements.map(nameOf).sort(), name);
    for (const { policy, elements } of statementsOf(explanation)) {
      for (const { text, position } of elements.flatMap((element) => element.values)) {
        const written = JSON.stringify(text);
        const { text: document } = policy.document;
        const literal = document.slice(position.offset, position.offset + text.length);
        const isThere = document.startsWith(written, position.offset) || literal === text;
        assert.ok(isThere, `${name}: ${written} at ${position.offset} of ${document}`);
        values += 1;
      }
    }
  }
  assert.ok(values > PAIRS);
});

/** The document with one statement made another, or taken out. */
function edited(
  policies: readonly ReferencePolicy[],
  { policy, statementIndex }: StatementExplanation,
  edit: (statement: JsonObject) => JsonObject | undefined,
): readonly ReferencePolicy[] {
  return policies.flatMap((one) => {
    if (one.name !== policy.source.name) return [one];
    const statements = listOf(one.document.Statement) as readonly JsonObject[];
    const Statement = statements.flatMap((statement, index) =>
      index === statementIndex ? (edit(statement) ?? []) : [statement],
    );
    // Without statements there is no document, but the policy is still there.
    const kept = silent(statements[0] ?? {});
    const document = { ...one.document, Statement: Statement.length > 0 ? Statement : [kept] };
    return [{ ...one, document }];
  });
}

/** A statement with the same elements that is about nothing. */
function silent(statement: JsonObject): JsonObject {
  const isAbout = 'Resource' in statement || 'NotResource' in statement;
  const { Principal, NotPrincipal } = statement;
  return {
    Effect: 'Deny',
    Action: 'sts:None',
    ...(isAbout ? { Resource: 'arn:aws:none:::none' } : {}),
    ...(Principal === undefined ? {} : { Principal }),
    ...(NotPrincipal === undefined ? {} : { NotPrincipal }),
  };
}

function without(statement: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => !names.includes(name)));
}

/** The statement with one of its elements made to fit every request. */
function fitting(statement: JsonObject, element: string, operator = '', key = ''): JsonObject {
  if (element === 'Condition') {
    const conditions = statement.Condition as Readonly<Record<string, JsonObject>>;
    const rest = without(conditions[operator] ?? {}, key);
    return { ...statement, Condition: { ...conditions, [operator]: rest } };
  }
  const name = element.replace(/^Not/, '');
  const about = 'Resource' in statement || 'NotResource' in statement;
  const value = name === 'Action' && !about ? 'sts:*' : '*';
  return { ...without(statement, name, `Not${name}`), [name]: value };
}

test('the changes that are told allow the request when they are made, and no other one does', (context) => {
  let told = 0;
  let tried = 0;
  for (const { name, asked, policies, prepared } of pairs()) {
    const explanation = explain(asked, applicable(prepared));
    // What is no action of STS cannot be written into a trust policy.
    const isOdd = policies.some(({ type }) => type === 'trust') && !/^sts:/i.test(asked.action);
    if (isOdd) continue;
    if (explanation.decision.decision === 'allowed') {
      assert.deepEqual(explanation.singleChanges, []);
      continue;
    }
    const tell = (one: Parameters<typeof nameOf>[0], ...what: readonly (string | undefined)[]) =>
      [nameOf(one), ...what].join(' ');
    const found: string[] = [];
    const attempt = (
      statement: StatementExplanation,
      edit: Parameters<typeof edited>[2],
      ...what: readonly (string | undefined)[]
    ) => {
      const changed = edited(policies, statement, edit);
      const ready = prepare(changed);
      if (ready.length < changed.length) return;
      tried += 1;
      if (authorize(asked, applicable(ready)).decision !== 'allowed') return;
      found.push(tell(statement, ...what));
    };
    for (const statement of statementsOf(explanation)) {
      if (statement.effect === 'Deny') {
        attempt(statement, () => undefined, 'lift');
        continue;
      }
      for (const { element, operator, key, holds } of statement.elements) {
        const kind = holds ? 'name' : 'fit';
        const edit = (json: JsonObject) => fitting(json, element, operator, key);
        attempt(statement, edit, kind, element, operator, key);
      }
    }
    const expected = explanation.singleChanges.map((change) =>
      change.element === undefined
        ? tell(change, change.kind)
        : tell(
            change,
            change.kind,
            change.element.element,
            change.element.operator,
            change.element.key,
          ),
    );
    told += expected.length;
    assert.deepEqual(expected.sort(), found.sort(), name);
  }
  context.diagnostic(`${told} changes told, ${tried} tried`);
  assert.ok(told > PAIRS / 10 && tried > 5 * told);
});

const RANK: Readonly<Record<DecisionType, number>> = {
  explicitDeny: 0,
  implicitDeny: 1,
  allowed: 2,
};

test('no missing key brings about what lies outside of the bounds', (context) => {
  const values = Object.values(KINDS).flatMap((kind) => [...kind.values, ...kind.odd]);
  let outcomes = 0;
  let open = 0;
  for (const { name, seed, asked, request, prepared } of pairs()) {
    const policies = applicable(prepared);
    const explanation = explain(asked, policies, { simulate: true });
    const { bounds, decision } = explanation;
    assert.ok(bounds !== undefined);
    const least = RANK[bounds.worst];
    const most = RANK[bounds.best];
    assert.ok(least <= RANK[decision.decision] && RANK[decision.decision] <= most, name);
    if (least < most) open += 1;
    const elements = statementsOf(explanation).flatMap((one) => one.elements);
    const missing = [...new Set(elements.flatMap((element) => element.missing))];
    const compared = elements.flatMap((one) => one.values.map(({ text }) => text));
    const random = randomFrom(seed);
    for (let draw = 0; draw < 8 && missing.length > 0; draw++) {
      const pool = random.chance(0.5) ? compared : values;
      const given = missing.flatMap((key): [string, string | readonly string[]][] => {
        if (pool.length === 0 || random.chance(0.3)) return [];
        const value = random.chance(0.8)
          ? random.pick(pool)
          : random.some(0, 2, () => random.pick(pool));
        return [[fold(key), value]];
      });
      const carried = Object.entries(request.context).map(
        ([key, value]) => [fold(key), value] as const,
      );
      const answered = authorize({ ...asked, context: new Map([...carried, ...given]) }, policies);
      const rank = RANK[answered.decision];
      const told = `${name}: ${answered.decision} with ${JSON.stringify(given)}`;
      assert.ok(least <= rank && rank <= most, told);
      outcomes += 1;
    }
  }
  context.diagnostic(`${outcomes} completions, ${open} pairs that a missing key may change`);
  assert.ok(open > PAIRS / 50 && outcomes > PAIRS);
});
