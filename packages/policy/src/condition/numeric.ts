import { type Comparison, parsedComparison } from './comparison.ts';

/** A decimal number in full: floating point would take 0.1 + 0.2 for something else than 0.3. */
export interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros; empty for 0. */
  readonly integer: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** `12`, `-3`, `0.25`; no exponent, no sign but minus, no white space, nothing empty. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', decimals] = match;
  const integer = stripLeadingZeros(digits);
  const fraction = stripTrailingZeros(decimals ?? '');
  const isZero = integer === '' && fraction === '';
  return { negative: sign === '-' && !isZero, integer, fraction };
}

function stripLeadingZeros(digits: string): string {
  let start = 0;
  while (digits[start] === '0') start++;
  return digits.slice(start);
}

function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** Below 0 when `one` is less than `other`, 0 when they are equal. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  if (one.negative !== other.negative) return Number(other.negative) - Number(one.negative);
  return one.negative ? compareMagnitudes(other, one) : compareMagnitudes(one, other);
}

function compareMagnitudes(one: Decimal, other: Decimal): number {
  if (one.integer.length !== other.integer.length) return one.integer.length - other.integer.length;
  return compareTexts(one.integer, other.integer) || compareTexts(one.fraction, other.fraction);
}

function compareTexts(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}

/** What `Equals`, `LessThan` … say about the sign of a comparison. */
export function orderTest(comparison: string): (sign: number) => boolean {
  switch (comparison) {
    case 'LessThan':
      return (sign) => sign < 0;
    case 'LessThanEquals':
      return (sign) => sign <= 0;
    case 'GreaterThan':
      return (sign) => sign > 0;
    case 'GreaterThanEquals':
      return (sign) => sign >= 0;
    default:
      return (sign) => sign === 0;
  }
}

export function numericComparison(comparison: string, policyValue: string): Comparison {
  const test = orderTest(comparison);
  return parsedComparison(policyValue, parseDecimal, (value, expected) =>
    test(compareDecimals(value, expected)),
  );
}
