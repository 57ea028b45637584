import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openTestServices, type TestServices } from '../testing.ts';
import { otherCertificate, otherPrivateKey } from './testing-certificate.ts';

/** Whoever may give credentials to others, decided by policies as people write them. */

const dave = { UserName: 'dave' };
const bedrock = { ServiceName: 'bedrock.amazonaws.com' };
const codeCommit = { ServiceName: 'codecommit.amazonaws.com' };
const service = 'iam:ServiceSpecificCredentialServiceName';
const age = 'iam:ServiceSpecificCredentialAgeDays';

type Ask = (operation: string, input: object) => Promise<string>;

/** dave, and somebody with these statements; calls give `allowed` or the code of a refusal. */
async function openKeeper(
  t: TestContext,
  ...statements: readonly object[]
): Promise<{ readonly services: TestServices; readonly ask: Ask }> {
  const services = await openTestServices(t);
  await services.call('iam', 'CreateUser', dave);
  const keeper = await services.createUser('keeper');
  await services.call('iam', 'PutUserPolicy', {
    UserName: 'keeper',
    PolicyName: 'credentials',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
  const ask: Ask = async (operation, input) => {
    try {
      await services.call('iam', operation, input, keeper);
      return 'allowed';
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  return { services, ask };
}

async function credentialOf(services: TestServices, name: object): Promise<object> {
  const made = await services.call('iam', 'CreateServiceSpecificCredential', { ...dave, ...name });
  const { ServiceSpecificCredential: credential } = made as {
    readonly ServiceSpecificCredential: { readonly ServiceSpecificCredentialId: string };
  };
  const { ServiceSpecificCredentialId } = credential;
  return { ...dave, ServiceSpecificCredentialId };
}

test('the service decides: of the request when one is made, of the stored one after', async (t) => {
  const { services, ask } = await openKeeper(t, {
    Effect: 'Allow',
    Action: 'iam:*ServiceSpecificCredential',
    Resource: '*',
    Condition: { StringEquals: { [service]: codeCommit.ServiceName } },
  });
  const create = 'CreateServiceSpecificCredential';
  assert.equal(await ask(create, { ...dave, ...codeCommit }), 'allowed');
  assert.equal(await ask(create, { ...dave, ...bedrock }), 'AccessDenied');
  const own = await credentialOf(services, codeCommit);
  const foreign = await credentialOf(services, bedrock);
  const unknown = { ...dave, ServiceSpecificCredentialId: 'ACCAXXXXXXXXXXXXXXXXX' };
  for (const operation of ['Update', 'Reset', 'Delete']) {
    const on = (credential: object) =>
      ask(`${operation}ServiceSpecificCredential`, { ...credential, Status: 'Inactive' });
    assert.equal(await on(foreign), 'AccessDenied');
    assert.equal(await on(unknown), 'AccessDenied');
    assert.equal(await on(own), 'allowed');
  }
});

test('a Deny on the age bites for keys that live longer, or for ever', async (t) => {
  const { ask } = await openKeeper(
    t,
    { Effect: 'Allow', Action: 'iam:CreateServiceSpecificCredential', Resource: '*' },
    {
      Effect: 'Deny',
      Action: 'iam:CreateServiceSpecificCredential',
      Resource: '*',
      Condition: {
        StringEquals: { [service]: bedrock.ServiceName },
        NumericGreaterThanIfExists: { [age]: '30' },
      },
    },
  );
  const create = (input: object) =>
    ask('CreateServiceSpecificCredential', { ...dave, ...bedrock, ...input });
  assert.equal(await create({ CredentialAgeDays: 30 }), 'allowed');
  assert.equal(await create({ CredentialAgeDays: 31 }), 'AccessDenied');
  assert.equal(await create({}), 'AccessDenied');
  assert.equal(await create(codeCommit), 'allowed');
});

test('all users are asked for only by whoever may ask for each', async (t) => {
  const { services, ask } = await openKeeper(t, {
    Effect: 'Allow',
    Action: 'iam:ListServiceSpecificCredentials',
    Resource: 'arn:aws:iam::111111111111:user/dave',
  });
  const list = 'ListServiceSpecificCredentials';
  assert.equal(await ask(list, dave), 'allowed');
  assert.equal(await ask(list, { AllUsers: true }), 'AccessDenied');
  assert.equal(await ask(list, { ...dave, AllUsers: true }), 'AccessDenied');
  assert.equal(await ask(list, {}), 'AccessDenied');
  await services.call('iam', 'PutUserPolicy', {
    UserName: 'keeper',
    PolicyName: 'all',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:ListServiceSpecificCredentials',
        Resource: 'arn:aws:iam::111111111111:user/*',
      },
    }),
  });
  assert.equal(await ask(list, { AllUsers: true }), 'allowed');
});

test('a server certificate is renamed within reach, and tagged by whoever may tag', async (t) => {
  const certificate = 'arn:aws:iam::111111111111:server-certificate';
  const { ask } = await openKeeper(
    t,
    {
      Effect: 'Allow',
      Action: ['iam:UploadServerCertificate', 'iam:UpdateServerCertificate'],
      Resource: `${certificate}/photos/*`,
    },
    {
      Effect: 'Allow',
      Action: 'iam:TagServerCertificate',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestTag/team': 'photos' } },
    },
  );
  const upload = (input: object) =>
    ask('UploadServerCertificate', {
      ServerCertificateName: 'one',
      Path: '/photos/',
      CertificateBody: otherCertificate,
      PrivateKey: otherPrivateKey,
      ...input,
    });
  assert.equal(await upload({ Path: '/' }), 'AccessDenied');
  assert.equal(await upload({ Tags: [{ Key: 'team', Value: 'videos' }] }), 'AccessDenied');
  assert.equal(await upload({ Tags: [{ Key: 'team', Value: 'photos' }] }), 'allowed');
  const update = (input: object) =>
    ask('UpdateServerCertificate', { ServerCertificateName: 'one', ...input });
  assert.equal(await update({ NewPath: '/' }), 'AccessDenied');
  assert.equal(
    await update({ NewServerCertificateName: 'two', NewPath: '/videos/' }),
    'AccessDenied',
  );
  assert.equal(await update({ NewServerCertificateName: 'two' }), 'allowed');
  assert.equal(await update({ NewServerCertificateName: 'three' }), 'AccessDenied');
});
