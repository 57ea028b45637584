import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeForRecord, serviceModel } from '@carnet/wire';
import {
  createServiceSpecificCredential,
  deleteServiceSpecificCredential,
  listServiceSpecificCredentials,
  resetServiceSpecificCredential,
  updateServiceSpecificCredential,
} from './service-specific-credential.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
  userCaller,
} from './testing.ts';
import { createUser, deleteUser, updateUser } from './user.ts';

const dave = { UserName: 'dave' };
const codeCommit = { ServiceName: 'codecommit.amazonaws.com' };
const cassandra = { ServiceName: 'cassandra.amazonaws.com' };
const bedrock = { ServiceName: 'bedrock.amazonaws.com' };
const day = 86_400_000;

async function create(iam: TestIam, input: Parameters<typeof createOf>[1]) {
  const { ServiceSpecificCredential: made } = await createOf(iam, input);
  assert.ok(made);
  return made;
}

function createOf(
  iam: TestIam,
  input: {
    readonly UserName?: string;
    readonly ServiceName: string;
    readonly CredentialAgeDays?: number;
  },
) {
  return iam.call(createServiceSpecificCredential, { ...dave, ...input });
}

async function secretOf(iam: TestIam, id: string | undefined): Promise<string> {
  const { service_specific_credential_id: stored, secret } = await iam.store.database
    .selectFrom('iam_service_specific_credential')
    .selectAll()
    .where('service_specific_credential_id', '=', id ?? '')
    .executeTakeFirstOrThrow();
  const opened = iam.store.sealing.open('secret', stored, secret);
  assert.ok(opened, 'sealed to the id of its credential');
  return Buffer.from(opened).toString();
}

test('a password is shown once and sealed, and its name tells user and account', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'Dave' });
  iam.changes.length = 0;
  const made = await create(iam, codeCommit);
  assert.match(made.ServicePassword ?? '', /^[A-Za-z0-9+/]{59}=$/);
  assert.match(made.ServiceSpecificCredentialId ?? '', /^ACCA[A-Z0-9]{17}$/);
  const { ServicePassword: password, ...metadata } = made;
  assert.deepEqual(metadata, {
    UserName: 'Dave',
    Status: 'Active',
    ServiceUserName: 'Dave-at-111111111111',
    CreateDate: new Date(firstCallAt + 1000),
    ServiceSpecificCredentialId: made.ServiceSpecificCredentialId,
    ServiceName: 'codecommit.amazonaws.com',
  });
  assert.deepEqual(await iam.call(listServiceSpecificCredentials, dave), {
    ServiceSpecificCredentials: [metadata],
    IsTruncated: false,
  });
  assert.equal(await secretOf(iam, made.ServiceSpecificCredentialId), password);

  const named = { ...dave, ServiceSpecificCredentialId: made.ServiceSpecificCredentialId };
  await iam.call(updateServiceSpecificCredential, { ...named, Status: 'Inactive' });
  const { ServiceSpecificCredential: reset } = await iam.call(
    resetServiceSpecificCredential,
    named,
  );
  const { ServicePassword: replaced, ...kept } = reset ?? {};
  assert.deepEqual(kept, { ...metadata, Status: 'Inactive' });
  assert.match(replaced ?? '', /^[A-Za-z0-9+/]{59}=$/);
  assert.notEqual(replaced, password);
  assert.equal(await secretOf(iam, made.ServiceSpecificCredentialId), replaced);

  await iam.call(deleteServiceSpecificCredential, named);
  const { ServiceSpecificCredentials: left } = await iam.call(listServiceSpecificCredentials, dave);
  assert.deepEqual(left, []);
  const change = { accountId: firstAccount, kind: 'user', id: user?.UserId ?? '' };
  assert.deepEqual(iam.changes, [change, change, change, change]);
});

test('an API key holds its alias and its secret, and expires in its time', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const made = await create(iam, { ...bedrock, CredentialAgeDays: 1 });
  const { ServiceCredentialSecret: key = '', ...metadata } = made;
  assert.deepEqual(metadata, {
    UserName: 'dave',
    Status: 'Active',
    ServiceCredentialAlias: 'dave-at-111111111111',
    CreateDate: new Date(firstCallAt + 1000),
    ExpirationDate: new Date(firstCallAt + 1000 + day),
    ServiceSpecificCredentialId: made.ServiceSpecificCredentialId,
    ServiceName: 'bedrock.amazonaws.com',
  });
  const secret = await secretOf(iam, made.ServiceSpecificCredentialId);
  assert.match(key, /^ABSK[A-Za-z0-9+/]+={0,2}$/);
  const inside = Buffer.from(key.slice('ABSK'.length), 'base64').toString();
  assert.equal(inside, `dave-at-111111111111:${secret}`);

  const forever = await create(iam, { ServiceName: 'logs.amazonaws.com' });
  assert.match(forever.ServiceCredentialSecret ?? '', /^ACWL/);
  assert.equal(forever.ExpirationDate, undefined);
  assert.equal(forever.ServiceCredentialAlias, 'dave+1-at-111111111111');
  const statuses = async () => {
    const { ServiceSpecificCredentials: listed } = await iam.call(
      listServiceSpecificCredentials,
      dave,
    );
    return listed?.map(({ Status }) => Status);
  };
  assert.deepEqual(await statuses(), ['Active', 'Active']);
  await iam.store.transaction(async ({ database }) => {
    await database
      .updateTable('iam_service_specific_credential')
      .set({ expires_at: firstCallAt })
      .where('service_name', '=', 'bedrock.amazonaws.com')
      .execute();
  });
  assert.deepEqual(await statuses(), ['Expired', 'Active']);
});

test('an age is for every service, and time alone makes one expire', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { ExpirationDate: until } = await create(iam, { ...codeCommit, CredentialAgeDays: 1 });
  assert.deepEqual(until, new Date(firstCallAt + 1000 + 86_400_000));
  const { ServiceSpecificCredentialId: id } = await create(iam, bedrock);
  await assertRefused(
    iam.call(updateServiceSpecificCredential, {
      ...dave,
      ServiceSpecificCredentialId: id,
      Status: 'Expired',
    }),
    'InvalidInput',
    400,
    'Operation does not support status Expired',
  );
});

test('a user has two for each service, each under a name of its own', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const first = await create(iam, codeCommit);
  assert.equal((await create(iam, codeCommit)).ServiceUserName, 'dave+1-at-111111111111');
  await assertRefused(
    createOf(iam, codeCommit),
    'LimitExceeded',
    409,
    'Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2',
  );
  assert.equal((await create(iam, cassandra)).ServiceUserName, 'dave+2-at-111111111111');
  await iam.call(deleteServiceSpecificCredential, {
    ...dave,
    ServiceSpecificCredentialId: first.ServiceSpecificCredentialId,
  });
  assert.equal((await create(iam, codeCommit)).ServiceUserName, 'dave-at-111111111111');

  // Whoever is called dave next is not the dave of these names.
  await iam.call(updateUser, { ...dave, NewUserName: 'finance' });
  await iam.call(createUser, dave);
  assert.equal((await create(iam, codeCommit)).ServiceUserName, 'dave+3-at-111111111111');
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  assert.equal((await create(other, codeCommit)).ServiceUserName, 'dave-at-222222222222');
});

test('a list is of one user, of one service, or of all users', async (t) => {
  const iam = await openTestIam(t);
  const ids = new Map<string, string>();
  const { User: user } = await iam.call(createUser, dave);
  await iam.call(createUser, { UserName: 'analyst' });
  for (const [UserName, { ServiceName }] of [
    ['dave', codeCommit],
    ['dave', cassandra],
    ['analyst', codeCommit],
  ] as const) {
    const made = await create(iam, { UserName, ServiceName });
    ids.set(made.ServiceSpecificCredentialId ?? '', `${UserName} ${ServiceName.split('.')[0]}`);
  }
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  await create(other, codeCommit);

  const list = async (
    input: Parameters<typeof listServiceSpecificCredentials.run>[1],
    caller = iam,
  ) => {
    const { ServiceSpecificCredentials: found = [] } = await caller.call(
      listServiceSpecificCredentials,
      input,
    );
    return found.map((each) => {
      const name = ids.get(each.ServiceSpecificCredentialId ?? '');
      assert.equal(each.UserName, name?.split(' ')[0]);
      return name;
    });
  };
  assert.deepEqual(await list(dave), ['dave codecommit', 'dave cassandra']);
  assert.deepEqual(await list({ ...dave, ...cassandra }), ['dave cassandra']);
  assert.deepEqual(await list({ ...dave, ...bedrock }), []);
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  assert.deepEqual(await list({}, asDave), ['dave codecommit', 'dave cassandra']);
  const byId = [...ids.keys()].toSorted().map((id) => ids.get(id));
  assert.deepEqual(await list({ AllUsers: true }), byId);
  assert.deepEqual(
    await list({ AllUsers: true, ...codeCommit }),
    byId.filter((name) => name?.endsWith('codecommit')),
  );
  const first = await iam.call(listServiceSpecificCredentials, { AllUsers: true, MaxItems: 2 });
  assert.equal(first.IsTruncated, true);
  assert.deepEqual(await list({ AllUsers: true, Marker: first.Marker }), byId.slice(2));
  await assertRefused(
    iam.call(listServiceSpecificCredentials, { ...dave, Marker: first.Marker }),
    'ValidationError',
    400,
    'Invalid Marker.',
  );
  await assertRefused(
    iam.call(listServiceSpecificCredentials, { ...dave, AllUsers: true }),
    'ValidationError',
    400,
    'AllUsers and UserName cannot be specified together.',
  );
});

test('a service that takes no such credentials is not found', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  for (const ServiceName of ['lambda.amazonaws.com', 'CodeCommit.amazonaws.com', '']) {
    for (const call of [
      createOf(iam, { ServiceName }),
      iam.call(listServiceSpecificCredentials, { ...dave, ServiceName }),
      iam.call(listServiceSpecificCredentials, { AllUsers: true, ServiceName }),
    ]) {
      await assertRefused(
        call,
        'NoSuchEntity',
        404,
        `No such service ${ServiceName} is supported for Service Specific Credentials`,
      );
    }
  }
});

test('nobody else has the credential, and an unknown user has none', async (t) => {
  const iam = await openTestIam(t);
  for (const UserName of ['dave', 'analyst']) await iam.call(createUser, { UserName });
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  const { ServiceSpecificCredentialId: made = '' } = await create(iam, codeCommit);
  const of = (account: TestIam, UserName: string, id: string) => {
    const named = { UserName, ServiceSpecificCredentialId: id };
    return [
      account.call(updateServiceSpecificCredential, { ...named, Status: 'Inactive' }),
      account.call(resetServiceSpecificCredential, named),
      account.call(deleteServiceSpecificCredential, named),
    ];
  };
  const notFound = (call: Promise<unknown>, message: string) =>
    assertRefused(call, 'NoSuchEntity', 404, message);
  for (const call of of(iam, 'analyst', made)) {
    const message = `User analyst does not have a service specific credential with id ${made}`;
    await assertRefused(call, 'ValidationError', 400, message);
  }
  for (const call of of(other, 'dave', made)) {
    await notFound(call, `No such credential ${made} exists`);
  }
  const unknown = 'ACCAXXXXXXXXXXXXXXXXX';
  for (const call of of(iam, 'dave', unknown)) {
    await notFound(call, `No such credential ${unknown} exists`);
  }
  for (const call of [
    ...of(iam, 'nobody', made),
    createOf(iam, { UserName: 'nobody', ServiceName: 'lambda.amazonaws.com' }),
    iam.call(listServiceSpecificCredentials, { UserName: 'nobody' }),
  ]) {
    await notFound(call, 'The user with name nobody cannot be found.');
  }
});

test('a user with a credential cannot be deleted', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { ServiceSpecificCredentialId: id } = await create(iam, codeCommit);
  await assertRefused(
    iam.call(deleteUser, dave),
    'DeleteConflict',
    409,
    'Cannot delete entity, must remove referenced objects first.',
  );
  await iam.call(deleteServiceSpecificCredential, { ...dave, ServiceSpecificCredentialId: id });
  await iam.call(deleteUser, dave);
});

test('no record has a password or an API key', () => {
  const model = serviceModel('iam');
  assert.ok(model);
  for (const operation of ['Create', 'Reset']) {
    const ServiceSpecificCredential = {
      ServicePassword: 'password',
      ServiceCredentialSecret: 'ABSKsecret',
    };
    const recorded = describeForRecord(model, `${operation}ServiceSpecificCredential`, 'output', {
      ServiceSpecificCredential,
    });
    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    assert.deepEqual(recorded, {
      serviceSpecificCredential: { servicePassword: hidden, serviceCredentialSecret: hidden },
    });
  }
});
