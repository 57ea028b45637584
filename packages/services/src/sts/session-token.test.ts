import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { accountIdOfAccessKey, openStore } from '@carnet/store';
import { issueSession, openSession } from './session-token.ts';
import { plainRoleSession } from './testing.ts';

const session = plainRoleSession(
  { accountId: '123456789012', roleId: 'AROAAAAAAAAAAAAAAAAAA', issuedAt: 1_000 },
  { sessionName: 'story', expiresAt: 2_000 },
);

describe('session tokens', async () => {
  const store = await openStore({ dataDirectory: undefined });
  const elsewhere = await openStore({ dataDirectory: undefined });
  after(async () => {
    await store.close();
    await elsewhere.close();
  });

  it('open to what was sealed, with a secret of their own', () => {
    const issued = issueSession(store.sealing, session);
    const { accessKeyId, secretAccessKey, sessionToken } = issued;
    const opened = openSession(store.sealing, accessKeyId, sessionToken);
    assert.deepEqual(opened?.session, session);
    assert.equal(opened?.secretAccessKey, secretAccessKey);
    assert.equal(secretAccessKey.length, 40);
    assert.equal(accountIdOfAccessKey(accessKeyId), session.accountId);
    assert.ok(sessionToken.length < 4096);
    assert.ok(!sessionToken.includes('story'));
  });

  it('open for no other key, in no other deployment, and not when a bit was changed', () => {
    const { accessKeyId, sessionToken } = issueSession(store.sealing, session);
    const other = issueSession(store.sealing, session);
    assert.equal(openSession(store.sealing, other.accessKeyId, sessionToken), undefined);
    assert.equal(openSession(elsewhere.sealing, accessKeyId, sessionToken), undefined);
    for (let index = 0; index < sessionToken.length; index += 1) {
      const letter = sessionToken[index] === 'A' ? 'B' : 'A';
      const changed = sessionToken.slice(0, index) + letter + sessionToken.slice(index + 1);
      assert.equal(openSession(store.sealing, accessKeyId, changed), undefined, `at ${index}`);
      const cut = sessionToken.slice(0, index);
      assert.equal(openSession(store.sealing, accessKeyId, cut), undefined, `cut at ${index}`);
    }
  });
});
