/** A map that forgets what has not been asked for lately. */
export interface BoundedCache<Value> {
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
  /** At most what it was made for. */
  readonly size: number;
}

/**
 * A cache of at most `max` values, 2 or more. When the young half is full it becomes the old half
 * and the former old half is dropped: what is in use moves over and stays, and nothing is sorted.
 */
export function createBoundedCache<Value>(max: number): BoundedCache<Value> {
  const half = Math.max(1, Math.floor(max / 2));
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (name: string, value: Value) => {
    if (young.size >= half && !young.has(name)) {
      old = young;
      young = new Map();
    }
    old.delete(name);
    young.set(name, value);
  };
  return {
    get(name) {
      const value = young.get(name);
      if (value !== undefined) return value;
      const older = old.get(name);
      if (older !== undefined) set(name, older);
      return older;
    },
    set,
    get size() {
      return young.size + old.size;
    },
  };
}
