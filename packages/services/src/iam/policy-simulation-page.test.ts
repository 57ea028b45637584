import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulateCustomPolicyRequest } from '@aws-sdk/client-iam';
import { simulateCustomPolicy } from './policy-simulation.ts';
import { allow, assertRefused, openTestIam, secondAccount } from './testing.ts';

const ALLOW = allow('s3:*');
const actions = (count: number) => Array.from({ length: count }, (_, index) => `s3:Get${index}`);
const resources = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:s3:::photos/${index}`);

async function openPages(t: Parameters<typeof openTestIam>[0]) {
  const iam = await openTestIam(t);
  const page = async (input: Omit<SimulateCustomPolicyRequest, 'PolicyInputList'>) =>
    await iam.call(simulateCustomPolicy, { PolicyInputList: [ALLOW], ...input });
  return { iam, page };
}

test('a page has a hundred actions unless told otherwise, and every resource of each', async (t) => {
  const { page } = await openPages(t);
  const first = await page({ ActionNames: actions(101), ResourceArns: resources(3) });
  assert.equal(first.EvaluationResults?.length, 100);
  assert.equal(first.IsTruncated, true);
  for (const { ResourceSpecificResults: results } of first.EvaluationResults ?? []) {
    assert.equal(results?.length, 3);
  }
  const second = await page({
    ActionNames: actions(101),
    ResourceArns: resources(3),
    Marker: first.Marker,
  });
  assert.deepEqual(
    second.EvaluationResults?.map(({ EvalActionName }) => EvalActionName),
    ['s3:Get100'],
  );
  assert.equal(second.IsTruncated, false);
  assert.equal(second.Marker, undefined);
  const all = await page({ ActionNames: actions(101), MaxItems: 1000 });
  assert.equal(all.EvaluationResults?.length, 101);
});

test('a marker is a place among the actions, of its operation and account', async (t) => {
  const { iam, page } = await openPages(t);
  const { Marker } = await page({ ActionNames: actions(3), MaxItems: 1 });
  const other = await page({ ActionNames: ['s3:A', 's3:B'], Marker });
  assert.deepEqual(
    other.EvaluationResults?.map(({ EvalActionName }) => EvalActionName),
    ['s3:B'],
  );
  assert.deepEqual(await page({ ActionNames: ['s3:A'], Marker }), {
    EvaluationResults: [],
    IsTruncated: false,
  });
  await assertRefused(
    iam.inAccount(secondAccount).call(simulateCustomPolicy, {
      PolicyInputList: [ALLOW],
      ActionNames: actions(3),
      Marker,
    }),
    'InvalidInput',
    400,
    'Invalid marker for pagination.',
  );
});

test('a thousand actions on a thousand resources are a page of ten actions, and go on', async (t) => {
  const { page } = await openPages(t);
  const request = { ActionNames: actions(1000), ResourceArns: resources(1000), MaxItems: 1000 };
  const first = await page(request);
  assert.equal(first.EvaluationResults?.length, 10);
  assert.equal(first.IsTruncated, true);
  const second = await page({ ...request, Marker: first.Marker });
  assert.equal(second.EvaluationResults?.[0]?.EvalActionName, 's3:Get10');
  const many = await page({ ActionNames: actions(2), ResourceArns: resources(20_000) });
  assert.equal(many.EvaluationResults?.length, 1);
  assert.equal(many.EvaluationResults?.[0]?.ResourceSpecificResults?.length, 20_000);
});

test('long policies make short pages', async (t) => {
  const { iam } = await openPages(t);
  const { EvaluationResults: results, IsTruncated: isTruncated } = await iam.call(
    simulateCustomPolicy,
    {
      PolicyInputList: [`${ALLOW}${' '.repeat(120_000)}`],
      ActionNames: actions(100),
      ResourceArns: resources(100),
    },
  );
  assert.equal(results?.length, 8);
  assert.equal(isTruncated, true);
});

test('policies full of wildcards are asked in turns with everybody else', async (t) => {
  const { iam } = await openPages(t);
  const star = `arn:aws:s3:::${'*a?'.repeat(600)}b`;
  const Statement = Array.from({ length: 50 }, () => ({
    Effect: 'Deny',
    Action: '*:*e*t*',
    Resource: star,
  }));
  const wild = JSON.stringify({ Version: '2012-10-17', Statement });
  const long = `arn:aws:s3:::${'a'.repeat(1500)}`;
  const turns = countTurns();
  const { EvaluationResults: [result] = [] } = await iam.call(simulateCustomPolicy, {
    PolicyInputList: [wild],
    ActionNames: ['s3:GetObject'],
    ResourceArns: Array.from({ length: 100 }, (_, index) => `${long}${index}`),
  });
  const others = turns.end();
  assert.equal(result?.EvalDecision, 'implicitDeny');
  assert.ok(others >= 50, `${others} turns`);
  await assertRefused(
    iam.call(simulateCustomPolicy, {
      PolicyInputList: [wild, wild, wild, wild],
      ActionNames: ['s3:GetObject'],
      ResourceArns: resources(5000),
    }),
    'InvalidInput',
    400,
    'The policies are too long to be simulated on so many resources.',
  );
});

test('many policies are read in turns with everybody else', async (t) => {
  const iam = await openTestIam(t);
  const PolicyInputList = Array.from({ length: 50 }, () => ALLOW);
  const OrderedOrganizationPolicyInputList = [{ ServiceControlPolicyInputList: PolicyInputList }];
  const ActionNames = ['s3:GetObject'];
  const turns = countTurns();
  await iam.call(simulateCustomPolicy, {
    PolicyInputList,
    OrderedOrganizationPolicyInputList,
    ActionNames,
  });
  const ofSimulation = turns.end();
  assert.ok(ofSimulation >= 90, `${ofSimulation} turns`);
});

test('of many simulations one goes on in each turn', async (t) => {
  const iam = await openTestIam(t);
  const PolicyInputList = Array.from({ length: 20 }, () => ALLOW);
  const input = { PolicyInputList, ActionNames: ['s3:GetObject'] };
  const turns = countTurns();
  await Promise.all(Array.from({ length: 20 }, () => iam.call(simulateCustomPolicy, input)));
  const ofSimulations = turns.end();
  assert.ok(ofSimulations >= 380, `${ofSimulations} turns`);
});

/** How often the event loop goes round. */
function countTurns() {
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  return {
    end() {
      clearImmediate(timer);
      return turns;
    },
  };
}

test('lists of values are no way to a decision that takes seconds', async (t) => {
  const iam = await openTestIam(t);
  const simulate = async (patterns: number, values: number) =>
    await iam.call(simulateCustomPolicy, {
      PolicyInputList: [
        JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: {
              'ForAllValues:StringNotLike': {
                'aws:TagKeys': Array.from({ length: patterns }, () => `*${'a*'.repeat(8)}b`),
              },
            },
          },
        }),
      ],
      ActionNames: ['s3:GetObject'],
      ContextEntries: [
        {
          ContextKeyName: 'aws:TagKeys',
          ContextKeyType: 'stringList',
          ContextKeyValues: Array.from(
            { length: values },
            (_, index) => `${'a'.repeat(20)}${index}`,
          ),
        },
      ],
    });
  const { EvaluationResults: [result] = [] } = await simulate(100, 1000);
  assert.equal(result?.EvalDecision, 'allowed');
  await assertRefused(
    simulate(2000, 8000),
    'InvalidInput',
    400,
    'The policies are too long to be simulated with so many context values.',
  );
});
