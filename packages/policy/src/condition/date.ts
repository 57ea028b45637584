import { type Comparison, parsedComparison } from './comparison.ts';
import { orderTest } from './numeric.ts';

const EPOCH_SECONDS = /^\d{1,19}$/;
const ISO_DATE =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])(\d\d):(\d\d)))?)?$/;

const LARGEST_EPOCH = 9_223_372_036_854_775_807n;
const NANOSECONDS = 1_000_000_000n;

/**
 * A moment in nanoseconds since 1970, from the W3C profile of ISO 8601 (`2024-02-29`,
 * `2024-02-29T12:00Z`, `2024-02-29T12:00:00.5+01:00`) or from whole epoch seconds. A date that does
 * not exist is undefined. Four digits alone are epoch seconds, as AWS reads them, not a year.
 */
export function parseDate(text: string): bigint | undefined {
  if (EPOCH_SECONDS.test(text)) {
    const seconds = BigInt(text);
    return seconds <= LARGEST_EPOCH ? seconds * NANOSECONDS : undefined;
  }
  const match = ISO_DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day = 1, ...rest] = match;
  const [hour = 0, minute = 0, second = 0, fraction = '', sign, zoneHour = 0, zoneMinute = 0] =
    rest;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  const days = daysSince1970(Number(year), Number(month), Number(day));
  if (days === undefined) return undefined;
  const offset = Number(zoneHour) * 3_600 + Number(zoneMinute) * 60;
  const time = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  const seconds = days * 86_400 + time + (sign === '-' ? offset : -offset);
  return BigInt(seconds) * NANOSECONDS + BigInt(fraction.padEnd(9, '0'));
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysSince1970(year: number, month: number, day: number): number | undefined {
  const length = MONTH_LENGTHS[month - 1];
  if (length === undefined || day < 1) return undefined;
  if (day > (month === 2 && isLeapYear(year) ? 29 : length)) return undefined;
  let days = daysBeforeYear(year) - daysBeforeYear(1970) + day - 1;
  for (const before of MONTH_LENGTHS.slice(0, month - 1)) days += before;
  return month > 2 && isLeapYear(year) ? days + 1 : days;
}

/** Days from the first of January of the year 0 (proleptic Gregorian calendar). */
function daysBeforeYear(year: number): number {
  const past = year - 1;
  return year * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function dateComparison(comparison: string, policyValue: string): Comparison {
  const test = orderTest(comparison);
  return parsedComparison(policyValue, parseDate, (value, expected) =>
    test(Number(value - expected)),
  );
}
