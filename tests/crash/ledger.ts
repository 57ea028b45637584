import assert from 'node:assert/strict';
import type { Effects, Line, State, Write } from './write.ts';

/** Keeps what writers were told, and holds a server against it. */
export class Ledger {
  /** The ids of the requests that were acknowledged. */
  readonly acknowledged: string[] = [];
  /** How many writes the server has neither acknowledged nor refused before it was gone. */
  unanswered = 0;
  /** How many of them had been done. */
  surviving = 0;
  readonly #states = new Map<string, State>();
  readonly #underWay = new Map<string, Write>();
  #touched = new Set<string>();

  take(line: Line): void {
    if ('ended' in line) return;
    if ('refused' in line) assert.fail(`the server refused: ${line.refused}`);
    if ('begun' in line) {
      this.#underWay.set(line.lane, line.begun);
      return;
    }
    this.#underWay.delete(line.lane);
    this.acknowledged.push(line.done);
    this.#apply(line.effects);
  }

  /**
   * After a crash: a write that was under way is wholly there or wholly not, and everything else
   * that was touched since the last time is as it was acknowledged.
   */
  async settle(observe: (thing: string) => Promise<State>): Promise<void> {
    for (const { operation, effects } of this.#underWay.values()) {
      const things = Object.keys(effects);
      const found = Object.fromEntries(
        await Promise.all(things.map(async (thing) => [thing, await observe(thing)] as const)),
      );
      const before = Object.fromEntries(things.map((thing) => [thing, this.#stateOf(thing)]));
      if (!isSame(found, before)) assert.deepEqual(found, effects, `${operation} is half done`);
      this.unanswered += 1;
      if (things.length > 0 && isSame(found, effects)) this.surviving += 1;
      this.#apply(found);
    }
    this.#underWay.clear();
    await this.#check(this.#touched, observe);
    this.#touched = new Set();
  }

  /** Everything that was ever written. */
  async checkAll(observe: (thing: string) => Promise<State>): Promise<number> {
    await this.#check(this.#states.keys(), observe);
    return this.#states.size;
  }

  #apply(effects: Effects): void {
    for (const [thing, state] of Object.entries(effects)) {
      this.#states.set(thing, state);
      this.#touched.add(thing);
    }
  }

  #stateOf(thing: string): State {
    return this.#states.get(thing) ?? null;
  }

  async #check(
    things: Iterable<string>,
    observe: (thing: string) => Promise<State>,
  ): Promise<void> {
    const waiting = [...things];
    const take = async () => {
      for (let thing = waiting.pop(); thing !== undefined; thing = waiting.pop()) {
        assert.equal(await observe(thing), this.#stateOf(thing), thing);
      }
    };
    await Promise.all([take(), take(), take(), take()]);
  }
}

function isSame(one: Effects, other: Effects): boolean {
  return Object.entries(one).every(([thing, state]) => other[thing] === state);
}
