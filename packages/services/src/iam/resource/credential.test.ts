import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthorizationRequirement, Resource } from '../../operation.ts';
import { updateServerCertificate, uploadServerCertificate } from '../server-certificate.ts';
import {
  createServiceSpecificCredential,
  deleteServiceSpecificCredential,
  listServiceSpecificCredentials,
  resetServiceSpecificCredential,
  updateServiceSpecificCredential,
} from '../service-specific-credential.ts';
import {
  adminCaller,
  noResourcePolicies,
  openTestIam,
  secondAccount,
  type TestIam,
  testSettings,
} from '../testing.ts';
import { otherCertificate, otherPrivateKey } from '../testing-certificate.ts';
import { createUser } from '../user.ts';

const tags = [{ Key: 'team', Value: 'photos' }];
const storedTags = new Map([['team', 'photos']]);

/** What the requirements of an operation are checked on, its own first. */
async function resources<Input>(
  iam: TestIam,
  operation: { readonly authorization: unknown },
  input: Input,
): Promise<(Resource | undefined)[]> {
  const own = operation.authorization as AuthorizationRequirement<Input>;
  const caller = adminCaller(iam.accountId);
  const also = (own.also ?? []).filter(({ when }) => when === undefined || when(input, caller));
  const asked = [own, ...also];
  const context = {
    caller,
    database: iam.store.database,
    resourcePolicies: noResourcePolicies,
    settings: testSettings,
  };
  return await Promise.all(asked.map(({ resource }) => resource?.resolve(context, input)));
}

test('a server certificate is its stored ARN with its tags, or one at the root path', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(uploadServerCertificate, {
    ServerCertificateName: 'Photos',
    Path: '/p/',
    CertificateBody: otherCertificate,
    PrivateKey: otherPrivateKey,
    Tags: tags,
  });
  const certificate = 'arn:aws:iam::111111111111:server-certificate';
  const stored = {
    arn: `${certificate}/p/Photos`,
    askedArn: `${certificate}/photos`,
    accountId: '111111111111',
    tags: storedTags,
  };
  const ask = (account: TestIam, ServerCertificateName: string, further: object = {}) =>
    resources(account, updateServerCertificate, { ServerCertificateName, ...further });
  assert.deepEqual(await ask(iam, 'photos'), [stored]);
  // Both names, so that nobody renames a certificate into the reach of another policy.
  assert.deepEqual(await ask(iam, 'photos', { NewServerCertificateName: 'x' }), [
    stored,
    { ...stored, arn: `${certificate}/p/x`, askedArn: `${certificate}/x` },
  ]);
  assert.deepEqual(await ask(iam, 'photos', { NewPath: '/x/' }), [
    stored,
    { ...stored, arn: `${certificate}/x/Photos`, askedArn: `${certificate}/x/photos` },
  ]);
  assert.deepEqual(await ask(iam.inAccount(secondAccount), 'photos', { NewPath: '/x/' }), [
    { arn: 'arn:aws:iam::222222222222:server-certificate/photos', accountId: secondAccount },
    { arn: 'arn:aws:iam::222222222222:server-certificate/x/photos', accountId: secondAccount },
  ]);
});

test('an upload is what is asked for, and needs the permission to tag for its tags', async (t) => {
  const iam = await openTestIam(t);
  const ask = (input: object) => resources(iam, uploadServerCertificate, input);
  const asked = {
    arn: 'arn:aws:iam::111111111111:server-certificate/p/photos',
    accountId: '111111111111',
  };
  const input = { ServerCertificateName: 'photos', Path: '/p/' };
  assert.deepEqual(await ask(input), [asked]);
  assert.deepEqual(await ask({ ...input, Tags: [] }), [asked]);
  assert.deepEqual(await ask({ ...input, Tags: tags }), [asked, asked]);
});

test('a named credential brings its service, to its own user alone', async (t) => {
  const iam = await openTestIam(t);
  for (const UserName of ['dave', 'analyst']) {
    await iam.call(createUser, { UserName, Path: '/p/', Tags: tags });
  }
  const { ServiceSpecificCredential: made } = await iam.call(createServiceSpecificCredential, {
    UserName: 'dave',
    ServiceName: 'bedrock.amazonaws.com',
  });
  const keysFor = async (operation: { authorization: unknown }, UserName: string, id?: string) => {
    const input = { UserName, ServiceSpecificCredentialId: id };
    const [resource] = await resources(iam, operation, input);
    assert.equal(resource?.arn, `arn:aws:iam::111111111111:user/p/${UserName}`);
    assert.deepEqual(resource.tags, storedTags);
    return resource.conditionKeys;
  };
  const id = made?.ServiceSpecificCredentialId;
  const service = new Map([['iam:servicespecificcredentialservicename', 'bedrock.amazonaws.com']]);
  for (const operation of [
    updateServiceSpecificCredential,
    resetServiceSpecificCredential,
    deleteServiceSpecificCredential,
  ]) {
    assert.deepEqual(await keysFor(operation, 'dave', id), service);
    assert.equal(await keysFor(operation, 'dave', 'ACCAXXXXXXXXXXXXXXXXX'), undefined);
    assert.equal(await keysFor(operation, 'analyst', id), undefined);
  }
});

test('the credentials of all users are every user', async (t) => {
  const iam = await openTestIam(t);
  const [resource] = await resources(iam, listServiceSpecificCredentials, { AllUsers: true });
  assert.deepEqual(resource, {
    arn: 'arn:aws:iam::111111111111:user/*',
    accountId: '111111111111',
  });
  const [named] = await resources(iam, listServiceSpecificCredentials, { UserName: 'dave' });
  assert.equal(named?.arn, 'arn:aws:iam::111111111111:user/dave');
});

test('service and age of a new credential are those of the request', () => {
  const { conditionKeys = {} } =
    createServiceSpecificCredential.authorization as AuthorizationRequirement<object>;
  const caller = adminCaller('111111111111');
  const values = (input: object) =>
    Object.fromEntries(
      Object.entries(conditionKeys).map(([key, read]) => [key, read(input, caller)]),
    );
  assert.deepEqual(values({ ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: 30 }), {
    'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com',
    'iam:ServiceSpecificCredentialAgeDays': '30',
  });
  assert.equal(values({})['iam:ServiceSpecificCredentialAgeDays'], undefined);
});
