import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askedAction, MOST_ACTIONS } from '../match/asked-action.ts';
import { globPattern, matchesPattern } from '../match/glob.ts';
import { compiled } from '../test-support.ts';
import { coveringStatements } from './action-index.ts';

interface ActionElement {
  readonly negated: boolean;
  readonly values: readonly string[];
}

function indexed(elements: readonly ActionElement[], action: string): number[] {
  const policy = compiled(
    'identity',
    ...elements.map(({ negated, values }) => ({
      Effect: 'Allow',
      [negated ? 'NotAction' : 'Action']: values,
      Resource: '*',
    })),
  );
  const first = coveringStatements(policy.actions, askedAction(action));
  const second = coveringStatements(policy.actions, askedAction(action));
  assert.deepEqual(second, first, 'what is remembered is what was found');
  return [...first];
}

/** Every statement, every entry, one after the other. */
function scanned(elements: readonly ActionElement[], action: string): number[] {
  return elements.flatMap(({ negated, values }, index) => {
    const covered = values.some((value) =>
      matchesPattern(globPattern(value.toLowerCase()), action.toLowerCase()),
    );
    return covered === negated ? [] : [index];
  });
}

test('an action finds the statements that name it, that mean it, and that leave it out', () => {
  const elements = [
    { negated: false, values: ['s3:GetObject'] },
    { negated: false, values: ['s3:Get*', 'iam:*'] },
    { negated: false, values: ['*'] },
    { negated: true, values: ['s3:Put*'] },
    { negated: true, values: ['s3:getobject'] },
    { negated: false, values: ['S3:GETOBJECT', 's3:*', 's3:Get*'] },
  ];
  assert.deepEqual(indexed(elements, 's3:GetObject'), [0, 1, 2, 3, 5]);
  assert.deepEqual(indexed(elements, 's3:PutObject'), [2, 4, 5]);
  assert.deepEqual(indexed(elements, 'iam:GetUser'), [1, 2, 3, 4]);
  assert.deepEqual(indexed(elements, 'sqs:SendMessage'), [2, 3, 4]);
});

test('the index agrees with a scan of every entry, and gives nothing twice', () => {
  const service = fc.constantFrom('s3', 'S3', 'iam');
  const name = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '*', '?'), maxLength: 4 });
  const action = fc.tuple(service, name).map(([prefix, rest]) => `${prefix}:${rest}`);
  const value = fc.oneof(
    { weight: 6, arbitrary: action },
    { weight: 1, arbitrary: fc.constant('*') },
  );
  const element = fc.record({
    negated: fc.boolean(),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
  });
  const asked = fc
    .tuple(service, fc.string({ unit: fc.constantFrom('a', 'A', 'b'), maxLength: 4 }))
    .map(([prefix, rest]) => `${prefix}:${rest}`);
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), asked, (elements, question) => {
      assert.deepEqual(indexed(elements, question), scanned(elements, question));
    }),
    { numRuns: 1_000 },
  );
});

test('more actions than are remembered are found as well, and so are those of before', () => {
  const elements = [
    { negated: false, values: ['s3:*7'] },
    { negated: true, values: ['s3:Get1*', 'iam:*'] },
    { negated: false, values: ['s3:Get12'] },
  ];
  for (const turn of [1, 2]) {
    for (let index = 0; index < 2.5 * MOST_ACTIONS; index++) {
      const action = `s3:Get${index}`;
      assert.deepEqual(indexed(elements, action), scanned(elements, action), `${turn} ${action}`);
    }
  }
});

test('policies of the same actions share what was found, and no others do', () => {
  const [one, other, negated] = [
    ['Action', 'a'],
    ['Action', 'b'],
    ['NotAction', 'a'],
  ].map(([name = '', path]) =>
    compiled('identity', { Effect: 'Allow', [name]: 's3:Get*', Resource: `arn:aws:s3:::${path}` }),
  );
  assert.equal(one?.actions, other?.actions);
  assert.notEqual(one?.actions, negated?.actions);
});
