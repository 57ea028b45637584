/** Choices that come out the same for one seed. */
export interface Random {
  /** An integer from 0 to below `end`. */
  below(end: number): number;
  /** True once in so many times. */
  oneIn(times: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** `min` to `max` values, both included. */
  list<Value>(min: number, max: number, make: () => Value): Value[];
}

/** Mulberry32: 32 bits of state, good enough to choose test cases with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function below(end: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    list: (min, max, make) => Array.from({ length: min + below(max - min + 1) }, make),
  };
}
