import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../operation.ts';
import { accessKeyAnswers } from './answer-case/access-key.ts';
import { accountAnswers } from './answer-case/account.ts';
import { type Answer, type AnswerCases, atD, photos, strings } from './answer-case/answer-case.ts';
import { credentialAnswers } from './answer-case/credential.ts';
import { groupAnswers } from './answer-case/group.ts';
import { instanceProfileAnswers } from './answer-case/instance-profile.ts';
import { loginProfileAnswers } from './answer-case/login-profile.ts';
import { managedPolicyAnswers } from './answer-case/managed-policy.ts';
import { mfaAnswers } from './answer-case/mfa.ts';
import { policyOfEntityAnswers } from './answer-case/policy-of-entity.ts';
import { policySimulationAnswers } from './answer-case/policy-simulation.ts';
import { providerAnswers } from './answer-case/provider.ts';
import { reportAnswers } from './answer-case/report.ts';
import { roleAnswers } from './answer-case/role.ts';
import { serviceLinkedRoleAnswers } from './answer-case/service-linked-role.ts';
import { userAnswers } from './answer-case/user.ts';
import { iamOperations } from './service.ts';
import { openTestWorld } from './testing-world.ts';

/**
 * Each reading operation is run once in a world of namesakes and neighbours and answers from what it
 * is about; each list gives the same in pages of one, two and three as at once.
 */
const cases: AnswerCases = {
  ...accessKeyAnswers,
  ...accountAnswers,
  ...credentialAnswers,
  ...groupAnswers,
  ...instanceProfileAnswers,
  ...loginProfileAnswers,
  ...managedPolicyAnswers,
  ...mfaAnswers,
  ...policyOfEntityAnswers,
  ...policySimulationAnswers,
  ...providerAnswers,
  ...reportAnswers,
  ...roleAnswers,
  ...serviceLinkedRoleAnswers,
  ...userAnswers,
};

const world = await openTestWorld();

test('every reading operation has its case', () => {
  const reads = Object.entries(iamOperations).filter(([, { access }]) => access === 'read');
  assert.deepEqual(Object.keys(cases).toSorted(), reads.map(([name]) => name).toSorted());
});

for (const [operationName, expected] of Object.entries(cases)) {
  test(`${operationName} answers from what it is about and nothing else`, async () => {
    const input = expected.input(world);
    if (expected.refused !== undefined) {
      const refused = run(operationName, input);
      return await assert.rejects(refused, { code: expected.refused });
    }
    const answer = await run(operationName, input);
    const read = expected.read ?? ((whole: Answer) => withoutPosition(whole));
    const ofFirst = JSON.parse(
      JSON.stringify(expected.expect).replaceAll('ACCOUNT', world.first.accountId),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(read(answer))), ofFirst);
    if (expected.lists === undefined) return;
    assert.equal(answer.IsTruncated, false);
    for (const size of [1, 2, 3]) {
      const pages = await walk(operationName, input, size);
      for (const list of expected.lists) {
        assert.deepEqual(
          pages.flatMap((page) => page[list]),
          answer[list],
          `${list} in pages of ${size}`,
        );
      }
    }
  });
}

test('a path prefix keeps what is below it and nothing beside it', async () => {
  const below = async (operationName: string, member: string, further: object = {}) => {
    const answer = await run(operationName, { ...atD, ...further });
    return strings(answer[member], 'Arn').map((found) => found.split('/').at(-1));
  };
  assert.deepEqual(await below('ListUsers', 'Users'), ['dave']);
  assert.deepEqual(await below('ListGroups', 'Groups'), ['Developers']);
  assert.deepEqual(await below('ListRoles', 'Roles'), ['DRole']);
  assert.deepEqual(await below('ListInstanceProfiles', 'InstanceProfiles'), ['DProfile']);
  assert.deepEqual(await below('ListPolicies', 'Policies', { Scope: 'Local' }), ['Photos']);
  const entities = await run('ListEntitiesForPolicy', { ...photos(world), ...atD });
  assert.deepEqual(strings(entities.PolicyGroups, 'GroupName'), ['Developers']);
  assert.deepEqual(strings(entities.PolicyRoles, 'RoleName'), ['DRole']);
  assert.deepEqual(strings(entities.PolicyUsers, 'UserName'), ['dave']);
});

async function run(operationName: string, input: object): Promise<Answer> {
  const operation = iamOperations[operationName] as unknown as Operation<object, Answer, unknown>;
  return await world.first.call(operation, input);
}

async function walk(operationName: string, input: object, size: number): Promise<Answer[]> {
  const pages: Answer[] = [];
  let marker: unknown;
  do {
    const page = await run(operationName, { ...input, MaxItems: size, Marker: marker });
    pages.push(page);
    marker = page.Marker;
    assert.equal(page.IsTruncated, marker !== undefined);
    assert.ok(pages.length < 20, 'the pages have an end');
  } while (marker !== undefined);
  return pages;
}

function withoutPosition({ IsTruncated: _truncated, Marker: _marker, ...rest }: Answer): object {
  return rest;
}
