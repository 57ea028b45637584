import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  denialMessage,
  foldAscii,
  type PolicyType,
  type Principal,
  parseArn,
  parsePolicy,
} from './index.ts';

/** The format is told in cases/README.md. */
interface Case {
  readonly name: string;
  readonly why: string;
  readonly policies: readonly CasePolicy[];
  readonly request: {
    readonly principal: string | Principal;
    readonly action: string;
    readonly resource: string;
    readonly resourceAccount?: string;
    readonly context?: Readonly<Record<string, string | readonly string[]>>;
  };
  readonly expect: {
    readonly decision: Decision['decision'];
    readonly because: readonly string[] | PolicyType;
    readonly missing?: readonly string[];
    readonly message?: string;
  };
}

interface CasePolicy {
  readonly type: PolicyType;
  readonly name: string;
  readonly arn?: string;
  readonly level?: string;
  readonly document: object;
}

const CASES = new URL('../../../cases/', import.meta.url);

function compileCase({ type, name, arn, document }: CasePolicy): CompiledPolicy {
  const result = parsePolicy(JSON.stringify(document), type);
  assert.ok(result.ok, `${name}: ${JSON.stringify(result)}`);
  return compilePolicy(result.document, arn === undefined ? { type, name } : { type, name, arn });
}

function applicable(policies: readonly CasePolicy[]): ApplicablePolicies {
  const all = (type: PolicyType) => policies.filter((policy) => policy.type === type);
  const compiled = (type: PolicyType) => all(type).map(compileCase);
  const some = (type: PolicyType) => (all(type).length === 0 ? undefined : compiled(type));
  const one = (type: PolicyType) => {
    assert.ok(all(type).length <= 1, `at most one policy of type ${type}`);
    return compiled(type)[0];
  };
  const levels = Map.groupBy(all('serviceControl'), ({ level }) => level);
  return {
    identity: compiled('identity'),
    resource: one('resource'),
    trust: one('trust'),
    permissionsBoundary: one('permissionsBoundary'),
    session: some('session'),
    serviceControl: [...levels.values()].map((level) => level.map(compileCase)),
    resourceControl: some('resourceControl'),
    vpcEndpoint: one('vpcEndpoint'),
  };
}

function principalOf(written: string | Principal): Principal {
  if (typeof written !== 'string') return written;
  if (written === '*') return { kind: 'anonymous' };
  const arn = parseArn(written);
  if (arn === undefined) return { kind: 'service', service: written };
  const { accountId } = arn;
  if (arn.resource === 'root') return { kind: 'root', accountId, arn: written };
  assert.ok(arn.resource.startsWith('user/'), `write the session \`${written}\` in full`);
  return { kind: 'user', accountId, arn: written, uniqueId: 'AIDAUNKNOWN890123456' };
}

function requestOf({ request }: Case): AuthorizationRequest {
  const { principal, action, resource, resourceAccount = '111122223333', context = {} } = request;
  const keys = Object.entries(context).map(([key, value]) => [foldAscii(key), value] as const);
  return {
    principal: principalOf(principal),
    action,
    resource,
    resourceAccount,
    context: new Map(keys),
  };
}

function becauseOf(decision: Decision): readonly string[] | PolicyType | undefined {
  if (decision.decision === 'implicitDeny') return decision.stoppedBy;
  return decision.matchedStatements.map(({ policy, statementIndex }) => {
    const sid = policy.document.statements[statementIndex]?.sid;
    return `${policy.source.name}[${sid ?? statementIndex}]`;
  });
}

for (const file of readdirSync(CASES).filter((name) => name.endsWith('.json'))) {
  const cases = JSON.parse(readFileSync(new URL(file, CASES), 'utf8')) as readonly Case[];
  test(`cases/${file}`, async (context) => {
    for (const entry of cases) {
      await context.test(entry.name, () => {
        const request = requestOf(entry);
        const decision = authorize(request, applicable(entry.policies));
        const { expect } = entry;
        assert.equal(decision.decision, expect.decision, entry.why);
        assert.deepEqual(becauseOf(decision), expect.because, entry.why);
        if (expect.missing !== undefined) {
          assert.deepEqual(decision.missingContextValues, expect.missing);
        }
        if (expect.message !== undefined) {
          assert.equal(denialMessage(request, decision), expect.message);
        }
      });
    }
  });
}
