import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Finding,
  type PolicyType,
  parsePolicy,
  type ValidationOptions,
  validatePolicy,
} from '../src/index.ts';
import type { Check } from '../src/validate/check.ts';
import { readIamDataCatalogue } from './iam-data-catalogue.ts';

/** A document in which a check finds something, and its twin in which it does not. */
export interface CheckExample {
  readonly code: string;
  /** `identity` when nothing is said. */
  readonly type?: PolicyType;
  readonly options?: ValidationOptions;
  readonly bad: Written;
  /** Where, as path and as the text that the finding spans. */
  readonly at: readonly [string, string];
  readonly good: Written;
  /** What else is found in the bad one. */
  readonly also?: readonly string[];
}

/** A statement, the statements, or the whole text. */
type Written = object | readonly object[] | string;

/** A statement that nothing is to be said about, with these elements instead of its own. */
export function allow(elements: object = {}): object {
  return {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::photos/*',
    ...elements,
  };
}

export function deny(elements: object = {}): object {
  return allow({ Effect: 'Deny', ...elements });
}

/** A statement of a role trust policy. */
export function trust(elements: object = {}): object {
  return {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:user/dave' },
    Action: 'sts:AssumeRole',
    ...elements,
  };
}

/** A statement of the policy of a bucket. */
export function share(elements: object = {}): object {
  return allow({ Principal: { AWS: 'arn:aws:iam::111122223333:user/dave' }, ...elements });
}

export function writtenText(written: Written): string {
  if (typeof written === 'string') return written;
  const statements = Array.isArray(written) ? written : [written];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
}

export const catalogue = await readIamDataCatalogue();

/** One test for each example, and one that every check has its own. */
export function testExamples(checks: readonly Check[], examples: readonly CheckExample[]): void {
  for (const example of examples) {
    test(`${example.code}: ${example.at[0] || 'the document'}`, () => testExample(example));
  }
  test('every check has its example', () => {
    const codes = new Set(examples.map(({ code }) => code));
    assert.deepEqual(
      checks.map(({ code }) => code).filter((code) => !codes.has(code)),
      [],
    );
  });
}

function testExample(example: CheckExample): void {
  const { code, type = 'identity', options, bad, at, good, also = [] } = example;
  const text = writtenText(bad);
  const findings = validatePolicy(text, type, catalogue, options);
  const found = findings.find((finding) => finding.issueCode === code);
  assert.deepEqual(findings.map(({ issueCode }) => issueCode).sort(), [code, ...also].sort());
  assert.ok(found !== undefined);
  assert.deepEqual([found.path, text.slice(found.start.offset, found.end.offset)], at);
  for (const { line, column, offset } of [found.start, found.end]) {
    const before = text.slice(0, offset).split('\n');
    assert.deepEqual([line, column], [before.length, (before.at(-1)?.length ?? 0) + 1]);
  }
  assert.match(found.message, /^[^A-Z].*[^.]$/);
  assert.match(found.help, /^[^A-Z].*[^.]$/);

  const twin = validatePolicy(writtenText(good), type, catalogue, options);
  const errors = twin.filter((finding) => finding.findingType === 'ERROR');
  assert.deepEqual(
    [...twin.filter((finding) => finding.issueCode === code), ...errors].map(shown),
    [],
  );
  assert.equal(parsePolicy(writtenText(good), type).ok, true, 'the twin cannot be saved');
}

function shown({ issueCode, path, message }: Finding): string {
  return `${issueCode} at ${path}: ${message}`;
}
