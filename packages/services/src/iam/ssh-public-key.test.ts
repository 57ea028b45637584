import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deleteSshPublicKey,
  getSshPublicKey,
  listSshPublicKeys,
  updateSshPublicKey,
  uploadSshPublicKey,
} from './ssh-public-key.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  userCaller,
} from './testing.ts';
import {
  madeSshPublicKey,
  shortSshPublicKey,
  sshPublicKey,
  sshPublicKeyFingerprint,
  sshPublicKeyPem,
  sshPublicKeyPkcs1,
} from './testing-ssh-public-key.ts';
import { createUser, deleteUser } from './user.ts';

const dave = { UserName: 'dave' };
const unknownId = 'APKAXXXXXXXXXXXXXXXXX';

test('a key is uploaded, given in both encodings, switched off and deleted', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'Dave' });
  iam.changes.length = 0;
  const body = `${sshPublicKey} dave`;
  const { SSHPublicKey: made } = await iam.call(uploadSshPublicKey, {
    ...dave,
    SSHPublicKeyBody: body,
  });
  assert.match(made?.SSHPublicKeyId ?? '', /^APKA[A-Z0-9]{17}$/);
  const metadata = {
    UserName: 'Dave',
    SSHPublicKeyId: made?.SSHPublicKeyId,
    Status: 'Active',
    UploadDate: new Date(firstCallAt + 1000),
  };
  const described = {
    ...metadata,
    Fingerprint: sshPublicKeyFingerprint,
    SSHPublicKeyBody: body,
  };
  assert.deepEqual(made, described);
  const named = { ...dave, SSHPublicKeyId: made?.SSHPublicKeyId };
  const get = async (Encoding: 'SSH' | 'PEM') =>
    (await iam.call(getSshPublicKey, { ...named, Encoding })).SSHPublicKey;
  assert.deepEqual(await get('SSH'), described);
  assert.deepEqual(await get('PEM'), { ...described, SSHPublicKeyBody: sshPublicKeyPem });
  assert.deepEqual(await iam.call(listSshPublicKeys, dave), {
    SSHPublicKeys: [metadata],
    IsTruncated: false,
  });

  await iam.call(updateSshPublicKey, { ...named, Status: 'Inactive' });
  assert.equal((await get('SSH'))?.Status, 'Inactive');
  await iam.call(deleteSshPublicKey, named);
  assert.deepEqual((await iam.call(listSshPublicKeys, dave)).SSHPublicKeys, []);
  const change = { accountId: firstAccount, kind: 'user', id: user?.UserId ?? '' };
  assert.deepEqual(iam.changes, [change, change, change]);
});

test('a key that came as PEM is given so, and in the other form when asked', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  for (const body of [sshPublicKeyPem, sshPublicKeyPkcs1]) {
    const { SSHPublicKey: made } = await iam.call(uploadSshPublicKey, {
      ...dave,
      SSHPublicKeyBody: body,
    });
    assert.equal(made?.Fingerprint, sshPublicKeyFingerprint);
    const named = { ...dave, SSHPublicKeyId: made?.SSHPublicKeyId };
    for (const [Encoding, expected] of [
      ['PEM', body],
      ['SSH', sshPublicKey],
    ] as const) {
      const { SSHPublicKey: found } = await iam.call(getSshPublicKey, { ...named, Encoding });
      assert.equal(found?.SSHPublicKeyBody, expected);
    }
    await iam.call(deleteSshPublicKey, named);
  }
});

test('keys are listed by their ids, a caller without a name sees its own', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const ids: string[] = [];
  for (const fill of [1, 2, 3, 4, 5]) {
    const { SSHPublicKey: made } = await iam.call(uploadSshPublicKey, {
      ...dave,
      SSHPublicKeyBody: madeSshPublicKey(fill),
    });
    ids.push(made?.SSHPublicKeyId ?? '');
  }
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const { SSHPublicKeys: listed } = await asDave.call(listSshPublicKeys, {});
  assert.deepEqual(
    listed?.map(({ SSHPublicKeyId }) => SSHPublicKeyId),
    ids.toSorted(),
  );
  await assertRefused(
    iam.call(uploadSshPublicKey, { ...dave, SSHPublicKeyBody: sshPublicKey }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for SSHPublicKeysPerUser: 5',
  );
});

test('what is no RSA key of 2,048 bits is refused', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const upload = (body: string) =>
    iam.call(uploadSshPublicKey, { ...dave, SSHPublicKeyBody: body });
  const message = 'Invalid public key uploaded.';
  await assertRefused(upload('dave'), 'UnrecognizedPublicKeyEncoding', 400, message);
  const body = 'Invalid body for public key';
  await assertRefused(upload(shortSshPublicKey), 'InvalidPublicKey', 400, body);
  await assertRefused(upload('ssh-rsa AAAA'), 'InvalidPublicKey', 400, body);
});

test('a user has a key once, and others may have it too', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createUser, { UserName: 'analyst' });
  await iam.call(uploadSshPublicKey, { ...dave, SSHPublicKeyBody: sshPublicKey });
  for (const SSHPublicKeyBody of [`${sshPublicKey} again`, sshPublicKeyPem]) {
    await assertRefused(
      iam.call(uploadSshPublicKey, { ...dave, SSHPublicKeyBody }),
      'DuplicateSSHPublicKey',
      400,
      'Duplicate SSH public key uploaded.',
    );
  }
  await iam.call(uploadSshPublicKey, { UserName: 'analyst', SSHPublicKeyBody: sshPublicKey });
});

test('nobody else has the key, and an unknown user has none', async (t) => {
  const iam = await openTestIam(t);
  for (const UserName of ['dave', 'analyst']) await iam.call(createUser, { UserName });
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  const { SSHPublicKey: made } = await iam.call(uploadSshPublicKey, {
    ...dave,
    SSHPublicKeyBody: sshPublicKey,
  });
  const id = made?.SSHPublicKeyId ?? '';
  const of = (account: typeof iam, UserName: string, SSHPublicKeyId: string) => [
    account.call(getSshPublicKey, { UserName, SSHPublicKeyId, Encoding: 'SSH' }),
    account.call(updateSshPublicKey, { UserName, SSHPublicKeyId, Status: 'Inactive' }),
    account.call(deleteSshPublicKey, { UserName, SSHPublicKeyId }),
  ];
  const notFound = (call: Promise<unknown>, message: string) =>
    assertRefused(call, 'NoSuchEntity', 404, message);
  for (const call of of(iam, 'analyst', id)) {
    await notFound(call, `User has no Public Key with id ${id}.`);
  }
  for (const call of of(other, 'dave', id)) {
    await notFound(call, `The Public Key with id ${id} cannot be found.`);
  }
  for (const call of of(iam, 'dave', unknownId)) {
    await notFound(call, `The Public Key with id ${unknownId} cannot be found.`);
  }
  const nobody = { UserName: 'nobody' };
  for (const call of [
    ...of(iam, 'nobody', id),
    iam.call(listSshPublicKeys, nobody),
    iam.call(uploadSshPublicKey, { ...nobody, SSHPublicKeyBody: sshPublicKey }),
  ]) {
    await notFound(call, 'The user with name nobody cannot be found.');
  }
});

test('a user with a key cannot be deleted, and a key does not expire', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { SSHPublicKey: made } = await iam.call(uploadSshPublicKey, {
    ...dave,
    SSHPublicKeyBody: sshPublicKey,
  });
  const named = { ...dave, SSHPublicKeyId: made?.SSHPublicKeyId };
  await assertRefused(
    iam.call(updateSshPublicKey, { ...named, Status: 'Expired' }),
    'InvalidInput',
    400,
    'Operation does not support status Expired',
  );
  await assertRefused(
    iam.call(deleteUser, dave),
    'DeleteConflict',
    409,
    'Cannot delete entity, must remove referenced objects first.',
  );
  await iam.call(deleteSshPublicKey, named);
  await iam.call(deleteUser, dave);
});
