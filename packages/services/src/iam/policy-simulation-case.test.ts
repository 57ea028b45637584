import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { EvaluationResult, SimulateCustomPolicyRequest } from '@aws-sdk/client-iam';
import {
  checkExpectation,
  contextKeys,
  type Decision,
  foldAscii,
  parseArn,
  parsePolicy,
  readCases,
} from '@carnet/policy';
import { simulateCustomPolicy } from './policy-simulation.ts';
import { openTestIam } from './testing.ts';

/**
 * The cases that the engine is held against, asked through SimulateCustomPolicy: whatever the request
 * can express has to be decided in the same way, for the same statements.
 */

const CASES = new URL('../../../../cases/', import.meta.url);

type Case = Extract<ReturnType<typeof readCases>, { ok: true }>['cases'][number];

const all: readonly Case[] = readdirSync(CASES)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const read = readCases(readFileSync(new URL(name, CASES), 'utf8'));
    assert.ok(read.ok, name);
    return read.cases;
  });

test('every case that SimulateCustomPolicy can express is decided as it expects', async (t) => {
  const iam = await openTestIam(t);
  const reasons = new Map<string, number>();
  let run = 0;
  for (const one of all) {
    const reason = whyNot(one);
    if (reason !== undefined) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      continue;
    }
    const { EvaluationResults: [result] = [] } = await iam.call(
      simulateCustomPolicy,
      requestOf(one),
    );
    assert.ok(result, one.name);
    const differences = checkExpectation(expectingNamed(one), decisionOf(one, result));
    assert.deepEqual(differences, [], one.name);
    run++;
  }
  t.diagnostic(`${run} of ${all.length} cases were simulated`);
  const told = [...reasons].sort(([, one], [, other]) => other - one);
  for (const [reason, count] of told) t.diagnostic(`${count} cannot be: ${reason}`);
  assert.ok(run >= 300, `${run} cases`);
});

/** Why a case cannot be put as a request; undefined when it can. */
function whyNot(one: Case): string | undefined {
  return policiesWhyNot(one) ?? callerWhyNot(one) ?? resourceWhyNot(one) ?? contextWhyNot(one);
}

function policiesWhyNot({ policies, documents }: Case): string | undefined {
  const { session, resourceControl, vpcEndpoint, resource, trust } = policies;
  if (session) return 'a request has no session policies';
  if (resourceControl) return 'a request has no resource control policies';
  if (vpcEndpoint) return 'a request has no endpoint policy';
  if (resource && trust) return 'a request has one resource policy';
  const names = documents.map(({ policy }) => policy.source.name);
  const told = new Set(names);
  if (told.size < names.length) return 'the case names two policies alike';
  const resources = resource?.document.statements.flatMap((statement) =>
    (statement.resource?.values ?? []).map(({ text }) => text),
  );
  return resources?.includes('*') ? 'a resource policy may not name `*`' : undefined;
}

function callerWhyNot({ request: { principal }, documents }: Case): string | undefined {
  if (principal.kind !== 'user' && principal.kind !== 'assumedRole') {
    return 'the caller is neither a user nor a role';
  }
  const texts = documents.map(({ policy }) => policy.document.text).join('\n');
  if (texts.includes(principal.uniqueId)) return 'a caller has no unique id';
  return principal.kind === 'assumedRole' && texts.includes(':assumed-role/')
    ? 'a caller has no session'
    : undefined;
}

function resourceWhyNot({ request, policies, expect }: Case): string | undefined {
  const { principal, resource, resourceAccount, resourceMustAgree } = request;
  const own = 'accountId' in principal ? principal.accountId : '';
  if (policies.resource === undefined && policies.trust === undefined) {
    if (resourceMustAgree) return 'without a resource policy nothing has to agree';
    if (resourceAccount !== own) return "without a resource policy the resource is the caller's";
    return expect?.because === 'trust' ? 'without a trust policy a role trusts' : undefined;
  }
  if (resource === '*') return 'a resource policy is not of `*`';
  const { service, accountId, resource: name = '' } = parseArn(resource) ?? {};
  if (accountId && accountId !== resourceAccount) return 'the owner is not the one in the ARN';
  const isKey = service === 'kms' && name.startsWith('key/');
  return resourceMustAgree && !isKey ? 'of which resources a policy has to agree' : undefined;
}

const filledIn = ['aws:principalarn', 'aws:principalaccount', 'aws:userid', 'aws:username'];

function contextWhyNot({ request: { context, principal }, documents }: Case): string | undefined {
  const asked = documents.flatMap(({ policy }) => contextKeys(policy.document)).map(foldAscii);
  const isFilledIn = filledIn
    .filter((key) => key !== 'aws:username' || principal.kind === 'user')
    .some((key) => asked.includes(key) && context.get(key) === undefined);
  if (isFilledIn) return 'the simulator fills the key in';
  const entries = entriesOf(context);
  if (entries.some(([, values]) => values.length === 0)) return 'a key has at least one value';
  return entries.some(([key]) => key.length < 5) ? "a key's name has five characters" : undefined;
}

function entriesOf(context: Case['request']['context']) {
  // `readCases` makes maps of them.
  return [...(context as ReadonlyMap<string, string | readonly string[]>)];
}

function requestOf(one: Case): SimulateCustomPolicyRequest {
  const { request, policies, documents } = one;
  const { principal, action, resource, resourceAccount, context } = request;
  const hanging = (policies.resource ?? policies.trust)?.document.text;
  const boundary = policies.permissionsBoundary?.document.text;
  const levels = (policies.serviceControl ?? []).map((level) => ({
    ServiceControlPolicyInputList: level.map(({ document }) => document.text),
  }));
  const caller = principal.kind === 'assumedRole' ? principal.roleArn : undefined;
  return {
    PolicyInputList: policies.identity.map(({ document }) => document.text),
    ActionNames: [action],
    CallerArn: caller ?? ('arn' in principal ? principal.arn : undefined),
    ContextEntries: entriesOf(context).map(([key, values]) => ({
      ContextKeyName: key,
      ContextKeyType: typeof values === 'string' ? 'string' : 'stringList',
      ContextKeyValues: typeof values === 'string' ? [values] : [...values],
    })),
    ...(resource !== '*' && { ResourceArns: [resource] }),
    ...(hanging && { ResourcePolicy: hanging }),
    ...(hanging && { ResourceOwner: `arn:aws:iam::${resourceAccount}:root` }),
    ...(boundary && { PermissionsBoundaryPolicyInputList: [boundary] }),
    ...(levels.length > 0 && { OrderedOrganizationPolicyInputList: levels }),
    ...(documents.length === 0 && { PolicyInputList: [] }),
  };
}

/** What the case expects, of that which a result tells. */
function expectingNamed(one: Case): Case {
  const { documents, expect } = one;
  assert.ok(expect, 'a case has an answer');
  const named = new Set(['identity', 'resource', 'trust']);
  if (expect.decision === 'explicitDeny') named.add('permissionsBoundary');
  const because = expect.because;
  const isTold = Array.isArray(because) && expect.decision !== 'implicitDeny';
  const names = documents
    .filter(({ policy }) => named.has(policy.source.type))
    .map(({ policy }) => policy.source.name);
  const told = isTold
    ? (because as readonly string[]).filter((text) =>
        names.includes(text.slice(0, text.lastIndexOf('['))),
      )
    : undefined;
  const isByScp =
    isTold &&
    documents.some(
      ({ policy }) =>
        policy.source.type === 'serviceControl' &&
        because.some((text) => text.startsWith(`${policy.source.name}[`)),
    );
  const isEnded = isByScp && expect.decision === 'explicitDeny';
  return {
    ...one,
    expect: {
      decision: expect.decision,
      because: isEnded ? [] : told,
      missing: undefined,
      message: undefined,
    },
  };
}

/** The result as the decision that it tells of. */
function decisionOf({ policies }: Case, result: EvaluationResult): Decision {
  const ofId = (id: string) => {
    if (id === 'ResourcePolicy') return policies.resource ?? policies.trust;
    if (id.startsWith('Permissions')) return policies.permissionsBoundary;
    return policies.identity[Number(id.slice('PolicyInputList.'.length)) - 1];
  };
  const matchedStatements = (result.MatchedStatements ?? []).map((statement) => {
    const policy = ofId(statement.SourcePolicyId ?? '');
    assert.ok(policy, statement.SourcePolicyId);
    // Of a part of a file, the positions of the case are those of the part.
    const parsed = parsePolicy(policy.document.text, policy.source.type);
    assert.ok(parsed.ok);
    const statementIndex = parsed.document.statements.findIndex(
      ({ end }) =>
        end.line === statement.EndPosition?.Line && end.column === statement.EndPosition.Column,
    );
    assert.ok(statementIndex >= 0, JSON.stringify(statement));
    return { policy, statementIndex };
  });
  const { EvalDecision: decision = 'implicitDeny', MissingContextValues: missing = [] } = result;
  return { decision, matchedStatements, stoppedBy: undefined, missingContextValues: missing };
}
