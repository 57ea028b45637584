import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { askedAction, MOST_ACTIONS } from '../match/asked-action.ts';
import { compiled } from '../test-support.ts';
import { countIndexes, coveringStatements } from './action-index.ts';
import { compileResource } from './compile-resource.ts';

const MANY_POLICIES = 5_000;

function policyFor(action: string, resource = '*', element = 'Action') {
  return compiled('identity', { Effect: 'Allow', [element]: action, Resource: resource });
}

test('policies of the same actions share what was found, whatever their resources', () => {
  const photos = policyFor('s3:Get*', 'arn:aws:s3:::photos/*');
  const queues = policyFor('sqs:*');
  assert.equal(policyFor('s3:Get*', 'arn:aws:s3:::music/*').actions, photos.actions);
  assert.equal(policyFor('sqs:*').actions, queues.actions);
  const named = { Sid: 'Elsewhere', Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
  assert.equal(compiled('identity', named).actions, queues.actions);
  assert.notEqual(photos.actions, queues.actions);
  assert.notEqual(policyFor('s3:Get*', '*', 'NotAction').actions, photos.actions);
});

test('what was found for an action is found again, and not what was found for another', () => {
  const { actions } = compiled(
    'identity',
    { Effect: 'Allow', Action: 's3:Get*', Resource: '*' },
    { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
  );
  const ask = (action: string) => coveringStatements(actions, askedAction(action));
  for (const [action, expected] of [
    ['s3:GetObject', [0]],
    ['sqs:SendMessage', [1]],
    ['s3:PutObject', []],
  ] as const) {
    assert.deepEqual(ask(action), expected);
    assert.deepEqual(ask(action), expected);
  }
  const again = ask('s3:GetObject');
  ask('sqs:ReceiveMessage');
  assert.equal(ask('s3:GetObject'), again);
  for (const action of ['s3:PutObject', 's3:PutObjectAcl']) ask(action);
  assert.equal(ask('s3:PutObject'), ask('s3:PutObjectAcl'));
});

test('when actions are numbered anew nothing is taken for what it was', () => {
  const { actions } = policyFor('s3:Get*');
  const ask = (action: string) => coveringStatements(actions, askedAction(action));
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < MOST_ACTIONS; index++) {
      assert.deepEqual(ask(`s3:Get${round}x${index}`), [0]);
      assert.deepEqual(ask(`s3:Put${round}x${index}`), []);
    }
    assert.deepEqual(ask('s3:GetObject'), [0]);
    assert.equal(ask('s3:GetObject'), ask('s3:GetObject'));
  }
});

test('an index that others have not asked since the numbers began again is asked anew', () => {
  const { actions } = policyFor('s3:Get*');
  const early = askedAction('s3:GetEarly');
  assert.deepEqual(coveringStatements(actions, early), [0]);
  for (let index = 0; index <= MOST_ACTIONS; index++) askedAction(`sqs:Fill${index}`);
  for (let index = 0; index < MOST_ACTIONS; index++) {
    const late = askedAction(`s3:Put${index}`);
    assert.deepEqual(coveringStatements(actions, late), []);
  }
});

test('an index is kept as long as a policy uses it, and no longer', async () => {
  const first = policyFor('s3:First*');
  const gone = new WeakRef(policyFor('s3:Gone*').actions);
  for (let index = 0; index < MANY_POLICIES; index++) policyFor(`s3:Other${index}*`);
  assert.ok(countIndexes() > MANY_POLICIES);
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // What was created or looked at in this turn is not collected before the next one, and what is
  // done after a collection has its own turn.
  for (let turn = 0; turn < 20 && countIndexes() > MANY_POLICIES / 2; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  assert.equal(gone.deref(), undefined);
  assert.ok(countIndexes() < MANY_POLICIES / 2, `${countIndexes()}`);
  assert.equal(policyFor('s3:First*').actions, first.actions);
});

test('an index remembers a bounded number of statements, and begins again', () => {
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  // With itself an action has 256 in it, and 16 of them are just as many as are remembered.
  const all = Array.from({ length: 255 }, (_, index) => index);
  const { actions } = compiled('identity', ...all.map(() => statement));
  assert.equal(actions.size, 0);
  for (let index = 0; index < 40; index++) {
    assert.deepEqual(coveringStatements(actions, askedAction(`s3:Get${index}`)), all);
    assert.equal(actions.size, ((index % 16) + 1) * 256);
    assert.equal(Object.values(actions.found).length, (index % 16) + 1);
  }
  assert.deepEqual(coveringStatements(actions, askedAction('sqs:Get')), []);
  assert.equal(actions.size, 8 * 256 + 1);
});

test('an action with a name longer than any is found each time anew', () => {
  const { actions } = policyFor('s3:Get*');
  const long = `s3:Get${'x'.repeat(200)}`;
  assert.equal(askedAction(long).number, undefined);
  assert.deepEqual(coveringStatements(actions, askedAction(long)), [0]);
  const other = askedAction(`s3:Put${'x'.repeat(200)}`);
  assert.deepEqual(coveringStatements(actions, other), []);
});

test('a statement without conditions keeps none, and one without resources cannot be', () => {
  const policy = compiled('identity', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  assert.equal(policy.statements[0]?.conditions, undefined);
  const empty = { kind: 'ValueList', negated: false, values: [] } as const;
  assert.throws(() => compileResource(empty, true), /a statement without resources/);
});
