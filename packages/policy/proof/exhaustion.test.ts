import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAYINGS } from './exhaustive-case.ts';
import {
  at,
  COUNT,
  DECISIONS,
  DENIES,
  DIMENSIONS,
  type Dimension,
  decideAll,
  describeCombination,
  exchanged,
  GRANTS,
} from './exhaustive-table.ts';

/**
 * The layer that brings the types of policies together is small enough to be looked at as a whole:
 * every theorem below is checked on every combination that there is, not on samples.
 */
const { decisions, sayings, differences } = decideAll();
const ALLOWED = DECISIONS.indexOf('allowed');
const EXPLICIT_DENY = DECISIONS.indexOf('explicitDeny');

test('every combination is decided, and as the reference decides it', (context) => {
  const callers = 7;
  const relations = 2;
  const actions = 4;
  const doors = 14; // absent, silent, 6 ways to allow, 6 ways to deny
  const sayingsOfOne = 4; // absent, silent, allow, deny: of five types
  const levels = 1 + 3 * 3; // exempt, or silent, allow, deny at each of two levels
  const expected = callers * relations * actions * doors * sayingsOfOne ** 5 * levels;
  assert.equal(COUNT, expected);
  assert.equal(decisions.length, expected);
  assert.deepEqual(differences, []);
  const counts = DECISIONS.map((_, place) => decisions.filter((one) => one === place).length);
  for (const [place, count] of counts.entries()) {
    context.diagnostic(`${DECISIONS[place]}: ${count}`);
    assert.ok(count > COUNT / 200, `${DECISIONS[place]}: ${count} of ${COUNT}`);
  }
  context.diagnostic(`combinations: ${COUNT}`);
});

/** Checks something on every combination; true where it holds. */
function theorem(name: string, holds: (combination: number) => boolean): void {
  test(name, () => {
    for (let combination = 0; combination < COUNT; combination++) {
      if (!holds(combination)) assert.fail(describeCombination(combination));
    }
  });
}

const isAllowed = (combination: number): boolean => decisions[combination] === ALLOWED;

theorem('explicitDenyTrumpsAllow', (combination) => {
  const denies = ((sayings[combination] ?? 0) & DENIES) !== 0;
  return denies === (decisions[combination] === EXPLICIT_DENY);
});

theorem('nothingAllowsByDefault', (combination) => {
  const grants = ((sayings[combination] ?? 0) & GRANTS) !== 0;
  if (grants || !isAllowed(combination)) return true;
  // The root user of the account is the only exception, and assumes no role even so.
  return (
    at(combination, 'caller') === 'root' &&
    at(combination, 'relation') === 'same account' &&
    at(combination, 'action') === 's3:GetObject'
  );
});

/** The levels of SCPs the other way round. */
const SWAPPED: ReadonlyMap<string, string> = new Map(
  DIMENSIONS.serviceControl.map((levels) => [levels, levels.split(', ').reverse().join(', ')]),
);

theorem('orderDoesNotMatter', (combination) => {
  const levels = at(combination, 'serviceControl');
  const swapped = exchanged(combination, 'serviceControl', SWAPPED.get(levels) ?? '');
  return decisions[swapped] === decisions[combination];
});

/** What is allowed under a limit is allowed without it. */
function onlyNarrows(dimension: Dimension, without = 'absent') {
  return (combination: number): boolean =>
    !isAllowed(combination) || isAllowed(exchanged(combination, dimension, without));
}

theorem('boundaryOnlyNarrows', onlyNarrows('permissionsBoundary'));
theorem('scpOnlyNarrows', onlyNarrows('serviceControl', 'exempt'));
theorem('rcpOnlyNarrows', onlyNarrows('resourceControl'));
theorem('vpcEndpointOnlyNarrows', onlyNarrows('vpcEndpoint'));

const sessionNarrows = onlyNarrows('session');
const sessionAllowsMost = onlyNarrows('session', 'allow');
theorem('sessionPolicyOnlyNarrows', (combination) =>
  // For a federated session no policy is the narrowest of all.
  at(combination, 'caller') === 'federatedUser'
    ? sessionAllowsMost(combination)
    : sessionNarrows(combination),
);

/** The dimensions of which each is one policy, or none. */
const SINGLE: readonly Dimension[] = [
  'identity',
  'permissionsBoundary',
  'session',
  'resourceControl',
  'vpcEndpoint',
];
const LEVELS = DIMENSIONS.serviceControl;
const ALLOWING_DOORS = DIMENSIONS.door.filter((door) => door.startsWith('allow'));

/** Read backwards: what is allowed in spite of a Deny is allowed without it. */
theorem('addingADenyNeverAllows', (combination) => {
  if (!isAllowed(combination)) return true;
  const wasAllowed = (dimension: Dimension, values: readonly string[]) =>
    values.every((value) => isAllowed(exchanged(combination, dimension, value)));
  const denies = (dimension: Dimension) => at(combination, dimension).includes('deny');
  return (
    SINGLE.every((dimension) => !denies(dimension) || wasAllowed(dimension, SAYINGS)) &&
    (!denies('serviceControl') || wasAllowed('serviceControl', LEVELS)) &&
    (!denies('door') || wasAllowed('door', ['absent', 'silent']))
  );
});

/** A policy of the type is there and allows something else: the request becomes part of it. */
theorem('addingAnAllowNeverDenies', (combination) => {
  if (!isAllowed(combination)) return true;
  const staysAllowed = (dimension: Dimension, value: string) =>
    isAllowed(exchanged(combination, dimension, value));
  const levels = at(combination, 'serviceControl');
  return (
    SINGLE.every(
      (dimension) => at(combination, dimension) !== 'silent' || staysAllowed(dimension, 'allow'),
    ) &&
    staysAllowed('serviceControl', levels.replaceAll('silent', 'allow')) &&
    (at(combination, 'door') !== 'silent' ||
      ALLOWING_DOORS.every((door) => staysAllowed('door', door)))
  );
});

test('addingAPolicyThatAllowsNeverDenies, but for a boundary under NotPrincipal', (context) => {
  let exceptions = 0;
  for (let combination = 0; combination < COUNT; combination++) {
    if (!isAllowed(combination)) continue;
    for (const dimension of SINGLE) {
      if (at(combination, dimension) !== 'absent') continue;
      if (isAllowed(exchanged(combination, dimension, 'allow'))) continue;
      // A Deny with NotPrincipal always denies a principal that carries a boundary.
      const isException =
        dimension === 'permissionsBoundary' &&
        at(combination, 'door') === 'deny all but the caller';
      assert.ok(isException, `${dimension} of ${describeCombination(combination)}`);
      exceptions++;
    }
    if (at(combination, 'door') !== 'absent') continue;
    for (const door of ALLOWING_DOORS) {
      const added = exchanged(combination, 'door', door);
      assert.ok(isAllowed(added), describeCombination(added));
    }
  }
  context.diagnostic(`combinations that a boundary denies through NotPrincipal: ${exceptions}`);
  assert.ok(exceptions > 0);
});

const NEARER = ['nobody', 'account', 'behind', 'directly', 'everybody'].map(
  (way) => `allow ${way}`,
);

theorem('beingNamedNearerNeverDenies', (combination) => {
  if (!isAllowed(combination)) return true;
  const hasBehind = ['assumedRole', 'itself', 'federatedUser'].includes(at(combination, 'caller'));
  const ways = hasBehind ? NEARER : NEARER.filter((way) => way !== 'allow behind');
  const place = ways.indexOf(at(combination, 'door'));
  const nearer = place < 0 ? undefined : ways[place + 1];
  return nearer === undefined || isAllowed(exchanged(combination, 'door', nearer));
});
