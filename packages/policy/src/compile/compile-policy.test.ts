import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../parse/parse-policy.ts';
import { documentText } from '../test-support.ts';
import { compilePolicy } from './compile-policy.ts';
import type { PolicySource } from './compiled-policy.ts';

function compile(source: PolicySource) {
  const text = documentText({ Sid: 'Read', Effect: 'Allow', Action: 's3:Get*', Resource: '*' });
  const result = parsePolicy(text, 'identity');
  assert.ok(result.ok);
  return { policy: compilePolicy(result.document, source), parsed: result.document };
}

test('nobody changes afterwards where a policy came from', () => {
  const source = { type: 'identity', name: 'reading' } as const;
  const { policy } = compile(source);
  assert.notEqual(policy.source, source);
  assert.deepEqual(policy.source, source);
  assert.ok(Object.isFrozen(policy.source));
});

test('a source that cannot change is shared', () => {
  const source = Object.freeze({ type: 'identity', name: 'reading' } as const);
  assert.equal(compile(source).policy.source, source);
});

test('a document is the one that was parsed, and read no more often than asked for', () => {
  const { policy, parsed } = compile({ type: 'identity', name: 'reading' });
  assert.deepEqual(policy.document, parsed);
  assert.equal(policy.document, policy.document);
});
