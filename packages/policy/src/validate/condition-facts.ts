import { parseBool } from '../condition/bool.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type { ConditionTree, StatementTree } from './policy-tree.ts';

/** True when a request without the key does not match: then the key decides something. */
export function failsWithoutKey({ facts, values }: ConditionTree): boolean {
  if (facts === undefined || facts.ifExists || facts.set === 'ForAllValues') return false;
  if (facts.family === 'null') return values.every(({ text }) => parseBool(text) === false);
  return facts.set === 'ForAnyValue' || !facts.negated;
}

/** True when the statement asks for one of these keys, each in lower case. */
export function asksFor(statement: StatementTree, ...keys: readonly string[]): boolean {
  return keys.some((key) => statement.keys.has(key));
}

/** True for a key or, where the name ends with a slash, for all keys that begin so. */
export function isKey({ key }: ConditionTree, ...names: readonly string[]): boolean {
  const folded = foldAscii(key);
  return names.some((name) => (name.endsWith('/') ? folded.startsWith(name) : folded === name));
}

/** `token.actions.githubusercontent.com` of `token.actions.githubusercontent.com:sub`. */
export function prefixOfKey(key: string): string | undefined {
  const colon = key.indexOf(':');
  return colon < 0 ? undefined : key.slice(0, colon);
}

/** Keys that a web identity provider gives bear its domain name, perhaps with a path. */
export function isProviderPrefix(prefix: string): boolean {
  return /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:\/\S*)?$/.test(prefix);
}
