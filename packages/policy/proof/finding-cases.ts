import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type PolicyType,
  parsePolicy,
  type ValidationOptions,
  validatePolicy,
} from '../src/index.ts';
import { catalogue, writtenText } from './check-examples.ts';

/** A document as people write it. */
export interface Case {
  readonly name: string;
  readonly type: PolicyType;
  readonly document: object | readonly object[] | string;
  /** All that is found, no more and no less, in the order of the text. */
  readonly codes: readonly string[];
  readonly options?: ValidationOptions;
  /** What is also found and is not what the case is about. */
  readonly ignored?: readonly string[];
}

/** Nothing is found in it, and it can be saved. */
export function quiet(type: PolicyType, name: string, document: Case['document']): Case {
  return { name, type, document, codes: [] };
}

/** The first name of such a case is what is found. */
export function loud(type: PolicyType, codes: readonly string[], document: Case['document']): Case {
  return { name: codes.join(', '), type, document, codes };
}

/** Each document has just the findings that are said. */
export function testCases(cases: readonly Case[]): void {
  for (const { name, type, document, codes, options, ignored = [] } of cases) {
    test(`${type}: ${name}`, () => {
      const text = writtenText(document);
      const findings = validatePolicy(text, type, catalogue, options);
      assert.deepEqual(
        findings.map(({ issueCode }) => issueCode).filter((code) => !ignored.includes(code)),
        codes,
        findings.map(({ message, path }) => `${path}: ${message}`).join('\n'),
      );
      if (codes.length === 0) assert.ok(parsePolicy(text, type).ok);
    });
  }
}
