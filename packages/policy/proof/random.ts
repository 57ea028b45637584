/** A source of chance that gives the same again for the same seed. */
export interface Random {
  /** From 0 to `limit` - 1. */
  below(limit: number): number;
  /** True with a probability between 0 and 1. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** From `least` to `most` items made one after the other. */
  some<Item>(least: number, most: number, make: () => Item): Item[];
}

/** Marsaglia's xorshift of 32 bits ("Xorshift RNGs", Journal of Statistical Software, 2003). */
export function randomFrom(seed: number): Random {
  // Zero would stay zero, and near seeds would begin alike.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  for (let warmUp = 0; warmUp < 8; warmUp++) next();
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]): Item => {
      if (items.length === 0) throw new Error('nothing to pick from');
      return items[below(items.length)] as Item;
    },
    some: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
  };
}
