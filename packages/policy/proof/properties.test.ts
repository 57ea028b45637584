import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, type PolicyType } from '../src/index.ts';
import { applicable, prepare } from './applicable.ts';
import { randomFrom } from './random.ts';
import { makeStatement } from './random-statement.ts';
import { authorizationRequest, makeWorld, type WorldRequest } from './random-world.ts';
import type { ReferencePolicy } from './reference-evaluator.ts';
import { type Json, type JsonObject, listOf } from './reference-language.ts';

/**
 * Theorems that take in the language too, tried on the random worlds: `exhaustion.test.ts` proves
 * those about types of policies on everything there is, and there every document is a plain one.
 */
const WORLDS = 1_500;
const FIRST_SEED = 2_000_001;

interface Given {
  readonly seed: number;
  readonly policies: readonly ReferencePolicy[];
  readonly request: WorldRequest;
}

function decide(policies: readonly ReferencePolicy[], request: WorldRequest) {
  const prepared = prepare(policies);
  assert.equal(prepared.length, policies.length, 'the parser refuses what a theorem has made');
  return authorize(authorizationRequest(request), applicable(prepared));
}

/** Tries a theorem on every world; it tells whether it had anything to say of one. */
function theorem(name: string, holds: (given: Given) => boolean): void {
  test(name, (context) => {
    let tried = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
      const world = makeWorld(seed);
      const policies = prepare(world.policies).map(({ policy }) => policy);
      for (const request of world.requests) {
        try {
          if (holds({ seed, policies, request })) tried++;
        } catch (cause) {
          throw new Error(`seed ${seed}: ${JSON.stringify({ policies, request })}`, { cause });
        }
      }
    }
    context.diagnostic(`tried on ${tried} pairs`);
    assert.ok(tried >= 100, `only ${tried} pairs have anything to do with it`);
  });
}

function hasAccount({ principal }: WorldRequest): boolean {
  return principal.kind !== 'anonymous' && principal.kind !== 'service';
}

function statementsOf({ document }: ReferencePolicy): readonly JsonObject[] {
  return listOf(document.Statement) as readonly JsonObject[];
}

function withStatement(policy: ReferencePolicy, statement: JsonObject): ReferencePolicy {
  const Statement = [...statementsOf(policy), statement];
  return { ...policy, document: { ...policy.document, Statement } };
}

/** Everything that a statement of this type may be about. */
function about(type: PolicyType): JsonObject {
  if (type === 'trust') return { Action: 'sts:*', Principal: '*' };
  const named = ['resource', 'resourceControl', 'vpcEndpoint'].includes(type);
  return { Action: '*', Resource: '*', ...(named && { Principal: '*' }) };
}

theorem('explicitDenyTrumpsAllow', ({ policies, request }) => {
  for (const [index, policy] of policies.entries()) {
    const asksAccount = policy.type === 'identity' || policy.type === 'serviceControl';
    if (asksAccount && !hasAccount(request)) continue;
    if (policy.type === 'trust' && !/^sts:/i.test(request.action)) continue;
    const denying = withStatement(policy, { Effect: 'Deny', ...about(policy.type) });
    const { decision } = decide(policies.with(index, denying), request);
    assert.equal(decision, 'explicitDeny', policy.name);
  }
  return decide(policies, request).decision === 'allowed';
});

theorem('explicitDenyOnlyWhereADenyMatched', ({ policies, request }) => {
  const { decision, matchedStatements } = decide(policies, request);
  const effects = matchedStatements.map(
    ({ policy, statementIndex }) => policy.document.statements[statementIndex]?.effect,
  );
  const isDenied = decision === 'explicitDeny';
  assert.ok(effects.every((effect) => effect === (isDenied ? 'Deny' : 'Allow')));
  assert.ok(!isDenied || effects.length > 0);
  return isDenied;
});

theorem('nothingAllowsByDefault', ({ policies, request }) => {
  const { principal, resourceAccount } = request;
  if (principal.kind === 'root' && principal.accountId === resourceAccount) return false;
  const denying = policies.flatMap((policy) => {
    const Statement = statementsOf(policy).filter(({ Effect }) => Effect === 'Deny');
    return Statement.length === 0
      ? []
      : [{ ...policy, document: { ...policy.document, Statement } }];
  });
  assert.notEqual(decide(denying, request).decision, 'allowed');
  assert.equal(decide([], request).decision, 'implicitDeny');
  return decide(policies, request).decision === 'allowed';
});

theorem('anAllowedRequestNamesAStatement', ({ policies, request }) => {
  const { decision, matchedStatements } = decide(policies, request);
  if (decision !== 'allowed' || request.principal.kind === 'root') return false;
  assert.ok(matchedStatements.length > 0);
  return true;
});

function reversed(content: Json): Json {
  if (Array.isArray(content)) return content.map(reversed).reverse();
  if (content === null || typeof content !== 'object') return content;
  const entries = Object.entries(content as JsonObject);
  return Object.fromEntries(entries.map(([name, inner]) => [name, reversed(inner)]).reverse());
}

/** Of policies, statements, entries, operators, keys and values alike. */
theorem('orderDoesNotMatter', ({ policies, request }) => {
  const turned = policies
    .map((policy) => ({ ...policy, document: reversed(policy.document) as JsonObject }))
    .reverse();
  const one = decide(policies, request);
  const other = decide(turned, request);
  assert.equal(other.decision, one.decision);
  assert.equal(other.matchedStatements.length, one.matchedStatements.length);
  return one.decision === 'allowed';
});

/** What is allowed under a limit is allowed without it. */
function onlyNarrows(limit: PolicyType) {
  return ({ policies, request }: Given): boolean => {
    const without = policies.filter(({ type }) => type !== limit);
    // For a federated session no session policy is the narrowest of all.
    const isNarrowest = limit === 'session' && request.principal.kind === 'federatedUser';
    if (without.length === policies.length || isNarrowest) return false;
    if (decide(policies, request).decision !== 'allowed') return false;
    assert.equal(decide(without, request).decision, 'allowed');
    return true;
  };
}

theorem('boundaryOnlyNarrows', onlyNarrows('permissionsBoundary'));
theorem('sessionPolicyOnlyNarrows', onlyNarrows('session'));
theorem('scpOnlyNarrows', onlyNarrows('serviceControl'));
theorem('rcpOnlyNarrows', onlyNarrows('resourceControl'));
theorem('vpcEndpointOnlyNarrows', onlyNarrows('vpcEndpoint'));

/** Each policy gets one statement more, about the request or nearly. */
function withMore({ seed, policies, request }: Given, Effect: 'Allow' | 'Deny') {
  const random = randomFrom(seed);
  return policies.map((policy, index) => {
    const statement = { ...makeStatement(random, policy.type, request), Effect };
    const more = withStatement(policy, statement);
    // A statement that the parser refuses is left out.
    return prepare([more]).length === 1 ? policies.with(index, more) : policies;
  });
}

theorem('addingADenyNeverAllows', (given) => {
  if (decide(given.policies, given.request).decision === 'allowed') return false;
  for (const more of withMore(given, 'Deny')) {
    assert.notEqual(decide(more, given.request).decision, 'allowed');
  }
  return true;
});

theorem('addingAnAllowNeverDenies', (given) => {
  if (decide(given.policies, given.request).decision !== 'allowed') return false;
  for (const more of withMore(given, 'Allow')) {
    assert.equal(decide(more, given.request).decision, 'allowed');
  }
  return true;
});
