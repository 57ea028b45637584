import type { ContextEntry } from '@aws-sdk/client-iam';
import { foldAscii, parseDate, parseIpBlock } from '@carnet/policy';
import { invalidInput } from '../error.ts';

export type ContextValues = ReadonlyMap<string, string | readonly string[]>;

/**
 * The condition keys that a request supplies, by their folded names; values of a list type stay a
 * list. Throws what AWS answers to a value that is not of its type.
 */
export function readContextEntries(entries: readonly ContextEntry[] | undefined): ContextValues {
  const context = new Map<string, string | readonly string[]>();
  for (const entry of entries ?? []) {
    const { ContextKeyName: name, ContextKeyType: type, ContextKeyValues: values = [] } = entry;
    // A structure without members says nothing.
    if (name === undefined && type === undefined && values.length === 0) continue;
    if (!name) throw invalidInput('ContextKeyName cannot be null or empty.');
    const key = foldAscii(name);
    if (context.has(key)) throw invalidInput(`Duplicate context key: ${name}.`);
    if (type === undefined) throw invalidInput(`Context key ${name} has invalid type null.`);
    context.set(key, readValues(name, type, values));
  }
  return context;
}

function readValues(
  name: string,
  type: string,
  values: readonly string[],
): string | readonly string[] {
  const [first] = values;
  if (first === undefined) {
    throw invalidInput(`Context values for context key ${name} cannot be null or empty.`);
  }
  const isList = type.endsWith('List');
  if (!isList && values.length > 1) {
    const count = values.length;
    throw invalidInput(`Context key ${type} expected a single value, but received ${count}.`);
  }
  const kind = isList ? type.slice(0, -'List'.length) : type;
  const read = values.map((value) => readValue(name, kind, value));
  return isList ? read : (read[0] ?? first);
}

function readValue(name: string, kind: string, value: string): string {
  if (kind === 'boolean') return String(value.toLowerCase() === 'true');
  const form = forms[kind];
  if (form === undefined || form.isRight(value)) return value;
  throw invalidInput(`Invalid context value for key ${name}: expected ${form.expected}.`);
}

interface Form {
  readonly expected: string;
  readonly isRight: (value: string) => boolean;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,9})?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A text is any text, and of a boolean everything but `true` is false. */
const forms: Readonly<Record<string, Form | undefined>> = {
  numeric: { expected: 'numeric format', isRight: (value) => NUMBER.test(value) },
  date: { expected: 'DateTime format', isRight: (value) => parseDate(value) !== undefined },
  ip: {
    expected: 'IP address',
    isRight: (value) => !value.includes('/') && parseIpBlock(value) !== undefined,
  },
  binary: { expected: 'base-64 encoded binary format', isRight: (value) => BASE64.test(value) },
};
