import type { PolicyVariable } from '../match/policy-variable.ts';

/**
 * The outcome of comparing one value of the request with one or all values of the policy. Undefined
 * means that one of them does not parse: nobody knows. An Allow then does not match, a Deny does.
 */
export type Outcome = boolean | undefined;

/** Where values come from while a condition is decided. */
export interface ValueSource {
  /** Takes a folded key; an empty list counts as absent. */
  lookUp(key: string, name: string): string | readonly string[] | undefined;
  /** A variable's single value, or its default; undefined when it has neither. */
  resolve(variable: PolicyVariable): string | undefined;
}

/** Compares a value of the request with one value of the policy. */
export type Comparison = (value: string, source: ValueSource) => Outcome;

/** True as soon as one is true; else unknown when one is unknown. */
export function anyOf<Item>(items: readonly Item[], test: (item: Item) => Outcome): Outcome {
  let unknown = false;
  for (const item of items) {
    const outcome = test(item);
    if (outcome === true) return true;
    if (outcome === undefined) unknown = true;
  }
  return unknown ? undefined : false;
}

/** False as soon as one is false; else unknown when one is unknown. */
export function allOf<Item>(items: readonly Item[], test: (item: Item) => Outcome): Outcome {
  let unknown = false;
  for (const item of items) {
    const outcome = test(item);
    if (outcome === false) return false;
    if (outcome === undefined) unknown = true;
  }
  return unknown ? undefined : true;
}

/**
 * A comparison for families whose values parse to something: the policy's value is parsed once, the
 * request's when it comes.
 */
export function parsedComparison<Value>(
  policyValue: string,
  parse: (text: string) => Value | undefined,
  compare: (requestValue: Value, policyValue: Value) => boolean,
  parsePolicyValue: (text: string) => Value | undefined = parse,
): Comparison {
  const expected = parsePolicyValue(policyValue);
  if (expected === undefined) return () => undefined;
  return (text) => {
    const value = parse(text);
    return value === undefined ? undefined : compare(value, expected);
  };
}
