import assert from 'node:assert/strict';
import type { RandomWorld, Way } from './random-world.ts';

/** A way to mint, and whether a session of a role goes it. */
type Kind = Way['kind'] | 'AssumeRole, chained';

interface Count {
  minted: number;
  refused: number;
  allowed: number;
  denied: number;
  /** The parent may, and the child may not. */
  narrowed: number;
}

/** What came about: a property of calls that are all refused says nothing. */
export class Tally {
  readonly #counts = new Map<Kind, Count>();
  /** In how many worlds there is such a thing. */
  readonly #worlds = new Map<string, number>();
  #allWorlds = 0;

  countWorld({ plain, user, roles, resource, mints }: RandomWorld): void {
    const text = JSON.stringify([user, roles, resource, mints]);
    this.#allWorlds += 1;
    const found = {
      plain,
      'condition in a plain world': plain && text.includes('"Condition"'),
      'condition of sessions': !plain && sessionKeys.test(text),
      'policy on the buckets': resource !== undefined,
      group: user.group !== undefined,
      'boundary of the user': user.boundary !== undefined,
      'boundary of a role': roles.some(({ boundary }) => boundary !== undefined),
      'inline session policy': mints.some(({ way }) => 'policy' in way && way.policy !== undefined),
      'source identity': text.includes('"sourceIdentity":"'),
    };
    for (const [name, isThere] of Object.entries(found)) {
      if (isThere) this.#worlds.set(name, (this.#worlds.get(name) ?? 0) + 1);
      else this.#worlds.set(name, this.#worlds.get(name) ?? 0);
    }
  }

  countMint(kind: Kind, isMinted: boolean): void {
    this.#of(kind)[isMinted ? 'minted' : 'refused'] += 1;
  }

  countDecision(kind: Kind, isChildAllowed: boolean, isParentAllowed: boolean): void {
    const count = this.#of(kind);
    count[isChildAllowed ? 'allowed' : 'denied'] += 1;
    if (isParentAllowed && !isChildAllowed) count.narrowed += 1;
  }

  /** Cases: calls that mint, refused ones among them. */
  get cases(): number {
    return sum(this.#counts, ({ minted, refused }) => minted + refused);
  }

  /** Asserts that every kind succeeds and fails, and that its credentials may some things and others not. */
  assertBoth(): void {
    for (const [name, worlds] of this.#worlds) {
      assert.ok(worlds / this.#allWorlds > 0.2, `hardly any world has: ${name}`);
    }
    for (const [kind, count] of this.#counts) {
      const { minted, refused, allowed, denied, narrowed } = count;
      const all = minted + refused;
      assert.ok(minted / all > 0.05, `${kind} nearly never succeeds: ${minted} of ${all}`);
      if (kind !== 'AssumeRoot') assert.ok(refused / all > 0.05, `${kind} is hardly ever refused`);
      const share = allowed / (allowed + denied);
      assert.ok(share > 0.1 && share < 0.9, `${kind}: ${share} of all decisions allow`);
      if (limited.has(kind)) {
        assert.ok(narrowed / denied > 0.05, `${kind}: what limits it hardly ever shows`);
      }
    }
  }

  toString(): string {
    const lines = [...this.#counts].map(([kind, count]) => `${kind} ${JSON.stringify(count)}`);
    const worlds = `${this.#allWorlds} worlds ${JSON.stringify(Object.fromEntries(this.#worlds))}`;
    return [`${this.cases} cases`, worlds, ...lines].join('\n');
  }

  #of(kind: Kind): Count {
    const known = this.#counts.get(kind);
    if (known) return known;
    const count = { minted: 0, refused: 0, allowed: 0, denied: 0, narrowed: 0 };
    this.#counts.set(kind, count);
    return count;
  }
}

const sessionKeys = /PrincipalTag|SourceIdentity|MultiFactorAuth|TokenIssueTime/;

const limited: ReadonlySet<Kind> = new Set(['GetFederationToken', 'AssumeRole', 'AssumeRoot']);

function sum(counts: ReadonlyMap<Kind, Count>, of: (count: Count) => number): number {
  return [...counts.values()].reduce((total, count) => total + of(count), 0);
}
