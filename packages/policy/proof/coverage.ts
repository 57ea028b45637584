import assert from 'node:assert/strict';
import { POLICY_TYPES } from '../src/index.ts';
import { OPERATORS } from './random-condition.ts';
import type { WorldRequest } from './random-world.ts';
import type { ReferenceDecision, ReferencePolicy } from './reference-evaluator.ts';
import type { Truth } from './reference-value.ts';

/** How often each thing came about in a run: shows that the worlds are no desert. */
export interface Coverage {
  readonly counts: ReadonlyMap<string, number>;
  readonly countPolicies: (
    made: readonly ReferencePolicy[],
    taken: readonly ReferencePolicy[],
  ) => void;
  readonly countCondition: (operator: string, truth: Truth) => void;
  readonly countDecision: (request: WorldRequest, decision: ReferenceDecision) => void;
}

const FEATURES: Readonly<Record<string, RegExp>> = {
  variable: /\$\{[A-Za-z][^,}]*\}/,
  'variable with default': /\$\{[^}]*, '/,
  escape: /\$\{[*?$]\}/,
  NotAction: /"NotAction"/,
  NotResource: /"NotResource"/,
  NotPrincipal: /"NotPrincipal"/,
  'unique id': /"(?:AIDA|AROA)/,
  'unique id of a session': /"AROA\w+:/,
  Federated: /"Federated"/,
  CanonicalUser: /"CanonicalUser"/,
  Service: /"Service"/,
  'short ARN': /"arn(?::[^:"]*){2,4}"/,
  'wildcard in a segment': /"arn:(?:[^:"]*:){0,3}[^:"]*[*?][^"]*"/,
};

export function countCoverage(): Coverage {
  const counts = new Map<string, number>();
  const add = (name: string, times = 1): void => {
    counts.set(name, (counts.get(name) ?? 0) + times);
  };
  return {
    counts,
    countPolicies: (made, taken) => {
      add('policies refused', made.length - taken.length);
      add('policies taken', taken.length);
      for (const { type, document } of taken) {
        add(`policy ${type}`);
        const text = JSON.stringify(document);
        const version = text.includes('"2012-10-17"') ? '2012-10-17' : 'older';
        for (const [name, pattern] of Object.entries(FEATURES)) {
          if (pattern.test(text)) add(`feature ${name}, ${version}`);
        }
      }
    },
    countCondition: (operator, truth) => add(`operator ${operator} ${truth}`),
    countDecision: ({ principal, resourceAccount }, { decision, stoppedBy }) => {
      const relation =
        'accountId' in principal && principal.accountId !== resourceAccount ? 'cross' : 'same';
      add('pair');
      add(`decision ${decision}`);
      add(`principal ${principal.kind} ${relation} ${decision}`);
      if (new Set(stoppedBy).size === 1) add(`stopper ${stoppedBy[0]} ${decision}`);
    },
  };
}

const DECISIONS = ['allowed', 'explicitDeny', 'implicitDeny'] as const;
const RELATED = ['user', 'assumedRole', 'federatedUser', 'root'];
const CALLERS = [
  ...RELATED.flatMap((kind) => [`${kind} same`, `${kind} cross`]),
  'service same',
  'anonymous same',
];

/** Operators to which a value may be unreadable; the others only fail to match. */
const READING = /Numeric|Date|Bool|Binary|IpAddress/;

/** Every name that a run has to reach. */
function expectedNames(): readonly string[] {
  const operators = OPERATORS.flatMap((operator) => {
    // Null with a qualifier has the same answer every time.
    if (operator.endsWith(':Null'))
      return [`operator ${operator} ${operator.startsWith('ForAll')}`];
    const takesOne = !operator.startsWith('For') && operator !== 'Null';
    const truths = takesOne || READING.test(operator) ? [true, false, 'unknown'] : [true, false];
    return truths.map((truth) => `operator ${operator} ${truth}`);
  });
  const versions = Object.keys(FEATURES).flatMap((name) => [
    `feature ${name}, 2012-10-17`,
    `feature ${name}, older`,
  ]);
  const stoppers = POLICY_TYPES.flatMap((type) => [
    `stopper ${type} explicitDeny`,
    `stopper ${type} implicitDeny`,
  ]);
  const callers = CALLERS.flatMap((caller) =>
    DECISIONS.map((decision) => `principal ${caller} ${decision}`),
  );
  const types = POLICY_TYPES.map((type) => `policy ${type}`);
  return [...operators, ...versions, ...stoppers, ...callers, ...types];
}

/** Fails when the pairs of a run say less than they seem to. */
export function assertCoverage({ counts }: Coverage, pairs: number): void {
  assert.equal(counts.get('pair'), pairs);
  for (const name of expectedNames()) {
    assert.ok((counts.get(name) ?? 0) >= 3, `${name}: ${counts.get(name) ?? 0}`);
  }
  for (const decision of ['allowed', 'explicitDeny']) {
    const share = (counts.get(`decision ${decision}`) ?? 0) / pairs;
    assert.ok(share >= 0.2, `${decision}: ${share} of all`);
  }
}

/** What a run has reached, to be read. */
export function coverageReport({ counts }: Coverage): readonly string[] {
  const listed = (prefix: string): string =>
    [...counts]
      .filter(([name]) => name.startsWith(`${prefix} `))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => `${name.slice(prefix.length + 1)} ${count}`)
      .join('; ');
  const operators = [...counts].filter(([name]) => name.startsWith('operator '));
  const [rarest, least] = operators.toSorted(([, one], [, other]) => one - other)[0] ?? [];
  const asked = operators.reduce((sum, [, count]) => sum + count, 0);
  return [
    `pairs: ${counts.get('pair')}; ${listed('decision')}`,
    `policies: ${counts.get('policies taken')} taken, ${counts.get('policies refused')} refused by ` +
      `the parser; ${listed('policy')}`,
    `callers, relation to the account of the resource, decision: ${listed('principal')}`,
    `stopped by, where it is determined: ${listed('stopper')}`,
    `policies with: ${listed('feature')}`,
    `operators with qualifiers: ${OPERATORS.length}, asked ${asked} times, ` +
      `${operators.length} outcomes, the rarest ${rarest}, ${least} times`,
  ];
}
