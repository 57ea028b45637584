import { allow, type CheckExample } from './check-examples.ts';

/** Operator, key and value of a condition that stands alone. */
type Written = readonly [string, string, unknown];

const when = (operator: string, key: string, value: unknown) =>
  allow({ Condition: { [operator]: { [key]: value } } });

/** A finding about the key of a condition. */
export function keyExample(code: string, bad: Written, good: Written): CheckExample {
  const [operator, key] = bad;
  return {
    code,
    bad: when(...bad),
    at: [`Statement[0].Condition.${operator}.${key}`, `"${key}"`],
    good: when(...good),
  };
}

/** A finding about a single value of a condition, or about the list of them. */
export function valueExample(code: string, bad: Written, good: Written): CheckExample {
  const [operator, key, value] = bad;
  const text = JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(10)}`);
  return {
    code,
    bad: when(...bad),
    at: [`Statement[0].Condition.${operator}.${key}`, text],
    good: when(...good),
  };
}

export function operatorExample(code: string, bad: Written, good: Written): CheckExample {
  const [operator] = bad;
  return {
    code,
    bad: when(...bad),
    at: [`Statement[0].Condition.${operator}`, `"${operator}"`],
    good: when(...good),
  };
}
