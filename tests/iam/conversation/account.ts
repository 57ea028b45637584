import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import type { Conversation } from './talk.ts';

/** What an account counts. */
export const accountConversation: Conversation = async (talk) => {
  const users = async () => {
    const { SummaryMap } = await talk.call(new iam.GetAccountSummaryCommand());
    return SummaryMap?.Users ?? Number.NaN;
  };
  const before = await users();
  await talk.call(new iam.CreateUserCommand({ UserName: 'counted' }));
  assert.equal(await users(), before + 1);
  await talk.does(new iam.DeleteUserCommand({ UserName: 'counted' }));
  assert.equal(await users(), before);
};
