import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readCredentials } from '@carnet/wire';
import { noResourcePolicies, testSettings } from '../iam/testing.ts';
import type { AuthorizationRequirement, Resource } from '../operation.ts';
import { firstAccountId, openTestServices, signed } from '../testing.ts';
import { AuthorizationState } from './authorization-state.ts';
import { openGate } from './gate.ts';

interface Input {
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

const arnOf = (id: number) => `arn:aws:ec2:us-east-1:${firstAccountId}:instance/i-${id}`;

/** A gate opened for dave, who may tag what he names when all tag keys are `team`. */
async function open(test: TestContext, onResource: (resource: Resource) => void) {
  const { services, store, clock, call, createUser } = await openTestServices(test);
  const dave = await createUser('dave');
  const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } };
  const Statement = { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: '*', Condition };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await call('iam', 'PutUserPolicy', { UserName: 'dave', PolicyName: 'tags', PolicyDocument });
  const transport = { sourceIp: '127.0.0.1', secure: false };
  const reading = readCredentials(signed(dave, 's3', clock.now));
  const request = await services.authenticate(reading, transport, new Uint8Array(0));
  return await openGate({
    state: new AuthorizationState(store),
    sealing: store.sealing,
    request,
    resolveContext: {
      caller: request.caller,
      settings: testSettings,
      database: store.database,
      resourcePolicies: noResourcePolicies,
    },
    now: clock.now,
    region: 'us-east-1',
    onResource,
  });
}

function tagging(
  resources: readonly Resource[],
  onRead: () => void = () => undefined,
): AuthorizationRequirement<Input> {
  return {
    action: 'ec2:CreateTags',
    resource: {
      resourceType: 'instance',
      resolve: async () => resources[0] ?? assert.fail(),
      resolveFurther: async () => resources.slice(1),
    },
    requestTags(input) {
      onRead();
      return [...input.Tags];
    },
  };
}

const input = { Tags: [{ Key: 'team', Value: 'photos' }] };
const many = Array.from({ length: 20 }, (_, at) => ({ arn: arnOf(at), accountId: firstAccountId }));

test('what a call asks for is read once, however many resources it is about', async (t) => {
  let asked = 0;
  let reads = 0;
  const gate = await open(t, () => asked++);
  await gate.check(
    tagging(many, () => reads++),
    input,
  );
  assert.deepEqual([asked, reads], [20, 1]);
});

test('each resource is asked with the spellings of tag keys that it has itself', async (t) => {
  const gate = await open(t, () => undefined);
  const [first, second, third] = many.map((one) => ({ ...one, tags: new Map([['other', 'a']]) }));
  const spelled = { ...second, tags: new Map([['TEAM', 'a']]) } as Resource;
  assert.ok(first && third);
  await gate.check(tagging([first, third]), input);
  await assert.rejects(gate.check(tagging([first, spelled, third]), input), (error) => {
    assert.match(String(error), /instance.i-1"? /);
    return true;
  });
});

test('others have their turns between the resources of one call', async (t) => {
  const gate = await open(t, () => {
    const begin = performance.now();
    while (performance.now() - begin < 3);
  });
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await gate.check(tagging(many), input);
  clearImmediate(timer);
  assert.ok(turns > 3, `${turns} turns`);
});
