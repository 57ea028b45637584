import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptDelegationRequest,
  associateDelegationRequest,
  getDelegationRequest,
  listDelegationRequests,
  rejectDelegationRequest,
  updateDelegationRequest,
} from './delegation-request.ts';
import { assertRefused, openTestIam } from './testing.ts';

test('there is no delegation request, and whoever asks for one is told so', async (t) => {
  const iam = await openTestIam(t);
  const named = { DelegationRequestId: 'e4bdcdae-4f66-11ed-eleg-ation00000000' };
  const missing = [
    'NoSuchEntity',
    404,
    `The delegation request with id ${named.DelegationRequestId} cannot be found.`,
  ] as const;
  await assertRefused(iam.call(getDelegationRequest, named), ...missing);
  for (const operation of [
    acceptDelegationRequest,
    associateDelegationRequest,
    rejectDelegationRequest,
    updateDelegationRequest,
  ]) {
    await assertRefused(iam.call(operation, named), ...missing);
  }
  assert.deepEqual(iam.changes, []);
});

test('the list of delegation requests is empty, and takes no made-up marker', async (t) => {
  const iam = await openTestIam(t);
  const empty = { DelegationRequests: [], isTruncated: false };
  assert.deepEqual(await iam.call(listDelegationRequests, {}), empty);
  const owner = { OwnerId: 'arn:aws:iam::111111111111:user/dave', MaxItems: 1 };
  assert.deepEqual(await iam.call(listDelegationRequests, owner), empty);
  await assertRefused(
    iam.call(listDelegationRequests, { Marker: 'made-up' }),
    'ValidationError',
    400,
    'Invalid Marker.',
  );
});
