import { foldAscii } from '../match/fold-ascii.ts';
import { type Comparison, parsedComparison } from './comparison.ts';

/** `true` or `false`, whatever the case. Variables mean nothing here. */
export function parseBool(text: string): boolean | undefined {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const folded = foldAscii(text);
  return folded === text ? undefined : parseBool(folded);
}

export function boolComparison(policyValue: string): Comparison {
  return parsedComparison(policyValue, parseBool, (value, expected) => value === expected);
}
