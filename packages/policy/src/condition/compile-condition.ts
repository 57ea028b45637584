import { foldAscii } from '../match/fold-ascii.ts';
import type { Condition } from '../policy-document.ts';
import { arnComparison } from './arn.ts';
import { binaryComparison } from './binary.ts';
import { boolComparison, parseBool } from './bool.ts';
import { allOf, anyOf, type Comparison, type Outcome, type ValueSource } from './comparison.ts';
import { dateComparison } from './date.ts';
import { ipAddressComparison } from './ip-address.ts';
import { numericComparison } from './numeric.ts';
import { type ConditionFamily, type ConditionOperator, parseOperator } from './operator.ts';
import { stringComparison } from './string.ts';

/** Decides one operator with one key. */
export type ConditionMatcher = (source: ValueSource) => boolean;

type RequestValue = string | readonly string[];

/**
 * A condition as a closure. The effect is part of it: where nobody can know the answer, an Allow
 * does not match and a Deny does.
 */
export function compileCondition(
  condition: Condition,
  effect: 'Allow' | 'Deny',
  variables: boolean,
): ConditionMatcher {
  const operator = parseOperator(condition.operator);
  const whenUnknown = effect === 'Deny';
  // The parser refuses unknown operators and empty lists of values; one that comes another way must
  // not open anything.
  if (operator === undefined || condition.values.length === 0) return () => whenUnknown;
  const key = foldAscii(condition.key);
  const name = condition.key;
  const values = condition.values.map((value) => value.text);
  const { family, comparison } = operator;
  if (family === 'null') return compileNull(operator, key, name, values, whenUnknown);

  const comparisons = values.map((value) =>
    compileComparison(family, comparison, value, variables),
  );
  const whenAbsent = outcomeWhenAbsent(operator);
  const { negated, set } = operator;
  return (source) => {
    const value = source.lookUp(key, name);
    if (value === undefined) return whenAbsent;
    const single = typeof value === 'string' ? value : undefined;
    const outcome =
      single !== undefined && set === undefined
        ? compare(comparisons, single, negated, source)
        : decide(operator, value, (one) => compare(comparisons, one, negated, source));
    return outcome ?? whenUnknown;
  };
}

function compileComparison(
  family: Exclude<ConditionFamily, 'null'>,
  comparison: string,
  value: string,
  variables: boolean,
): Comparison {
  switch (family) {
    case 'string':
      return stringComparison(comparison, value, variables);
    case 'numeric':
      return numericComparison(comparison, value);
    case 'date':
      return dateComparison(comparison, value);
    case 'bool':
      return boolComparison(value);
    case 'binary':
      return binaryComparison(value);
    case 'ipAddress':
      return ipAddressComparison(value);
    case 'arn':
      return arnComparison(value, variables);
  }
}

/** One value of the request against all of the policy's: OR, and for a negated operator NOR. */
function compare(
  comparisons: readonly Comparison[],
  value: string,
  negated: boolean,
  source: ValueSource,
): Outcome {
  let unknown = false;
  for (const comparison of comparisons) {
    const outcome = comparison(value, source);
    if (outcome === true) return !negated;
    if (outcome === undefined) unknown = true;
  }
  return unknown ? undefined : negated;
}

function outcomeWhenAbsent(operator: ConditionOperator): boolean {
  if (operator.ifExists) return true;
  if (operator.set === 'ForAllValues') return true;
  if (operator.set === 'ForAnyValue') return false;
  return operator.negated;
}

function decide(
  operator: ConditionOperator,
  value: RequestValue,
  test: (value: string) => Outcome,
): Outcome {
  const list = typeof value === 'string' ? [value] : value;
  const [only] = list;
  switch (operator.set) {
    case 'ForAllValues':
      return isEmpty(list) ? true : allOf(list, test);
    case 'ForAnyValue':
      return isEmpty(list) ? false : anyOf(list, test);
    case undefined:
      // Many values and no word on how to take them: nobody knows.
      return only !== undefined && list.length === 1 ? test(only) : undefined;
  }
}

/** AWS counts a lone empty string as a null data set for the set operators and for Null. */
function isEmpty(list: readonly string[]): boolean {
  return list.length === 0 || (list.length === 1 && list[0] === '');
}

/**
 * `Null: "true"`: the key is absent; `"false"`: it is there and not empty. With a qualifier it is
 * always true, or always false ("Null with qualifier", IAM policy validation check reference).
 */
function compileNull(
  { set }: ConditionOperator,
  key: string,
  name: string,
  values: readonly string[],
  whenUnknown: boolean,
): ConditionMatcher {
  if (set !== undefined) return () => set === 'ForAllValues';
  const wanted = values.map(parseBool);
  return (source) => {
    const value = source.lookUp(key, name);
    const absent = value === undefined || isEmpty(typeof value === 'string' ? [value] : value);
    const asked = (want: boolean | undefined): Outcome =>
      want === undefined ? undefined : want === absent;
    return anyOf(wanted, asked) ?? whenUnknown;
  };
}
