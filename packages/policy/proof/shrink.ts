import type { Pair } from './differential.ts';
import type { Json, JsonObject } from './reference-language.ts';

/**
 * Makes a pair smaller while it still fails: takes away policies, statements, conditions, values and
 * context keys, one after the other, until nothing more can go. Whether what is left is a policy at
 * all is for `fails` to say.
 */
export function shrinkPair(pair: Pair, fails: (pair: Pair) => boolean): Pair {
  let smallest = pair;
  for (;;) {
    const smaller = firstThat(fails, smallerPairs(smallest));
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
}

function firstThat(fails: (pair: Pair) => boolean, pairs: Iterable<Pair>): Pair | undefined {
  for (const pair of pairs) {
    if (fails(pair)) return pair;
  }
  return undefined;
}

/** The pair without one of its parts: great parts first. */
function* smallerPairs({ policies, request }: Pair): Generator<Pair> {
  for (const index of policies.keys()) {
    yield { policies: policies.toSpliced(index, 1), request };
  }
  for (const context of smallerValues(request.context as JsonObject)) {
    yield { policies, request: { ...request, context: context as typeof request.context } };
  }
  for (const [index, policy] of policies.entries()) {
    for (const document of smallerValues(policy.document)) {
      const smaller = { ...policy, document: document as JsonObject };
      yield { policies: policies.with(index, smaller), request };
    }
  }
}

/** A value without one of its items or members, then with one of them made smaller. */
function* smallerValues(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    for (const index of items.keys()) yield items.toSpliced(index, 1);
    for (const [index, item] of items.entries()) {
      for (const smaller of smallerValues(item)) yield items.with(index, smaller);
    }
  } else if (value !== null && typeof value === 'object') {
    const members = Object.entries(value as JsonObject);
    for (const index of members.keys()) yield Object.fromEntries(members.toSpliced(index, 1));
    for (const [name, member] of members) {
      for (const smaller of smallerValues(member))
        yield { ...(value as JsonObject), [name]: smaller };
    }
  }
}
