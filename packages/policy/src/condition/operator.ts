/** The operators, each with its comparison and whether it is the negation of it. */
export type ConditionFamily =
  | 'string'
  | 'numeric'
  | 'date'
  | 'bool'
  | 'binary'
  | 'ipAddress'
  | 'arn'
  | 'null';

export interface OperatorFacts {
  readonly family: ConditionFamily;
  /** The positive operator whose comparison it uses. */
  readonly comparison: string;
  readonly negated: boolean;
}

/** A condition operator in its parts: `ForAnyValue:StringNotLikeIfExists`. */
export interface ConditionOperator extends OperatorFacts {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
}

const OPERATORS: ReadonlyMap<string, OperatorFacts> = new Map([
  ...family('string', ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike']),
  ...negations('string', {
    StringNotEquals: 'StringEquals',
    StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
    StringNotLike: 'StringLike',
  }),
  ...ordered('numeric', 'Numeric'),
  ...ordered('date', 'Date'),
  ...family('bool', ['Bool']),
  ...family('binary', ['BinaryEquals']),
  ...family('ipAddress', ['IpAddress']),
  ...negations('ipAddress', { NotIpAddress: 'IpAddress' }),
  ...family('arn', ['ArnEquals', 'ArnLike']),
  ...negations('arn', { ArnNotEquals: 'ArnEquals', ArnNotLike: 'ArnLike' }),
  ...family('null', ['Null']),
]);

type Row = readonly [string, OperatorFacts];

function family(name: ConditionFamily, operators: readonly string[]): Row[] {
  return operators.map((operator) => [
    operator,
    { family: name, comparison: operator, negated: false },
  ]);
}

function negations(name: ConditionFamily, operators: Readonly<Record<string, string>>): Row[] {
  return Object.entries(operators).map(([operator, comparison]) => [
    operator,
    { family: name, comparison, negated: true },
  ]);
}

/** Equals, NotEquals, LessThan, LessThanEquals, GreaterThan, GreaterThanEquals of one prefix. */
function ordered(name: ConditionFamily, prefix: string): Row[] {
  const comparisons = ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
  const rows = comparisons.map(
    (comparison): Row => [`${prefix}${comparison}`, { family: name, comparison, negated: false }],
  );
  return [...rows, [`${prefix}NotEquals`, { family: name, comparison: 'Equals', negated: true }]];
}

const SETS = ['ForAllValues', 'ForAnyValue'] as const;

/** Operators are compared exactly, case included; undefined when there is no such operator. */
export function parseOperator(text: string): ConditionOperator | undefined {
  const set = SETS.find((one) => text.startsWith(`${one}:`));
  const qualified = set === undefined ? text : text.slice(set.length + 1);
  const ifExists = qualified.endsWith('IfExists');
  const name = ifExists ? qualified.slice(0, -'IfExists'.length) : qualified;
  const facts = OPERATORS.get(name);
  if (facts === undefined || (ifExists && facts.family === 'null')) return undefined;
  return { ...facts, set, ifExists };
}
