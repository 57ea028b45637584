import { type Comparison, parsedComparison } from './comparison.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** How the last four may end, so that no bit is left over. */
const LAST = /^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

/**
 * Base64 (RFC 4648, section 4) with its padding and without stray bits, so that equal texts are
 * equal bytes. Gives the text itself.
 */
export function parseBinary(text: string): string | undefined {
  const isBase64 = text.length % 4 === 0 && BASE64.test(text) && LAST.test(text.slice(-4));
  return isBase64 ? text : undefined;
}

export function binaryComparison(policyValue: string): Comparison {
  return parsedComparison(policyValue, parseBinary, (value, expected) => value === expected);
}
