import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeForRecord, serviceModel } from '@carnet/wire';
import {
  deleteSigningCertificate,
  listSigningCertificates,
  updateSigningCertificate,
  uploadSigningCertificate,
} from './signing-certificate.ts';
import {
  adminCaller,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  userCaller,
} from './testing.ts';
import {
  expiredCertificate,
  futureCertificate,
  otherCertificate,
  rootCertificate,
  rsaCertificate,
} from './testing-certificate.ts';
import { createUser, deleteUser } from './user.ts';

const dave = { UserName: 'dave' };
const unknownId = 'UNKNOWNCERTIFICATEID234567';

test('a certificate is uploaded, listed, switched off and deleted', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'Dave' });
  iam.changes.length = 0;
  const { Certificate: first } = await iam.call(uploadSigningCertificate, {
    ...dave,
    CertificateBody: rsaCertificate,
  });
  assert.match(first?.CertificateId ?? '', /^[A-Z2-7]{32}$/);
  assert.deepEqual(first, {
    UserName: 'Dave',
    CertificateId: first?.CertificateId,
    CertificateBody: rsaCertificate,
    Status: 'Active',
    UploadDate: new Date(firstCallAt + 1000),
  });
  const { Certificate: second } = await iam.call(uploadSigningCertificate, {
    ...dave,
    CertificateBody: rootCertificate,
  });
  assert.deepEqual(await iam.call(listSigningCertificates, dave), {
    Certificates: [first, second],
    IsTruncated: false,
  });

  const named = { ...dave, CertificateId: first?.CertificateId };
  await iam.call(updateSigningCertificate, { ...named, Status: 'Inactive' });
  const { Certificates: listed } = await iam.call(listSigningCertificates, dave);
  assert.deepEqual(
    listed?.map(({ Status }) => Status),
    ['Inactive', 'Active'],
  );
  await iam.call(deleteSigningCertificate, named);
  assert.deepEqual((await iam.call(listSigningCertificates, dave)).Certificates, [second]);
  const change = { accountId: firstAccount, kind: 'user', id: user?.UserId ?? '' };
  assert.deepEqual(iam.changes, [change, change, change, change]);
});

test('without a name it is the calling user', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const { Certificate: made } = await asDave.call(uploadSigningCertificate, {
    CertificateBody: rootCertificate,
  });
  assert.equal(made?.UserName, 'dave');
  assert.equal((await asDave.call(listSigningCertificates, {})).Certificates?.length, 1);
  await asDave.call(updateSigningCertificate, {
    CertificateId: made?.CertificateId,
    Status: 'Inactive',
  });
  await asDave.call(deleteSigningCertificate, { CertificateId: made?.CertificateId });
  await assertRefused(
    iam.as(adminCaller(firstAccount)).call(listSigningCertificates, {}),
    'ValidationError',
    400,
    'Must specify userName when calling with non-User credentials',
  );
});

const privateKey = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';
const notRepeated = ['no certificate', privateKey, rootCertificate + privateKey];

test('no record has what was uploaded in place of a certificate', () => {
  const model = serviceModel('iam');
  assert.ok(model);
  const record = (operation: string, input: object) =>
    describeForRecord(model, operation, 'input', input);
  const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  for (const operation of ['UploadSigningCertificate', 'UploadServerCertificate']) {
    for (const body of notRepeated) {
      assert.deepEqual(record(operation, { CertificateBody: body }), { certificateBody: hidden });
    }
    const input = { CertificateBody: `\n${rootCertificate}` };
    assert.deepEqual(record(operation, input), { certificateBody: input.CertificateBody });
  }
  const chain = { CertificateChain: rootCertificate + privateKey };
  assert.deepEqual(record('UploadServerCertificate', chain), { certificateChain: hidden });
  const key = { SSHPublicKeyBody: privateKey };
  assert.deepEqual(record('UploadSSHPublicKey', key), { sSHPublicKeyBody: hidden });
});

test('what is no certificate for now is refused', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const upload = (body: string) =>
    iam.call(uploadSigningCertificate, { ...dave, CertificateBody: body });
  const two = rootCertificate + otherCertificate;
  const repeated = `Certificate ${two} is malformed.`;
  await assertRefused(upload(two), 'MalformedCertificate', 400, repeated);
  for (const body of notRepeated) {
    const message = 'The certificate is malformed.';
    await assertRefused(upload(body), 'MalformedCertificate', 400, message);
  }
  const expired = 'The certificate has expired.';
  await assertRefused(upload(expiredCertificate), 'MalformedCertificate', 400, expired);
  const early = 'The certificate is not valid yet.';
  await assertRefused(upload(futureCertificate), 'InvalidCertificate', 400, early);
});

test('a certificate stands for one user of an account', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createUser, { UserName: 'analyst' });
  const upload = { ...dave, CertificateBody: rootCertificate };
  const made = await iam.call(uploadSigningCertificate, upload);
  // The same certificate in other white space.
  const again = { CertificateBody: rootCertificate.replaceAll('\n', '\r\n') };
  assert.deepEqual(await iam.call(uploadSigningCertificate, { ...dave, ...again }), made);
  await assertRefused(
    iam.call(uploadSigningCertificate, { UserName: 'analyst', ...again }),
    'DuplicateCertificate',
    409,
    'Duplicate certificate uploaded.',
  );
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  await other.call(uploadSigningCertificate, { ...dave, CertificateBody: rootCertificate });
});

test('a user has two certificates and no third', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  for (const CertificateBody of [rootCertificate, otherCertificate]) {
    await iam.call(uploadSigningCertificate, { ...dave, CertificateBody });
  }
  await assertRefused(
    iam.call(uploadSigningCertificate, { ...dave, CertificateBody: rsaCertificate }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for CertificatesPerUser: 2',
  );
});

test('nobody else has the certificate, and an unknown user has none', async (t) => {
  const iam = await openTestIam(t);
  for (const UserName of ['dave', 'analyst']) await iam.call(createUser, { UserName });
  const other = iam.inAccount(secondAccount);
  await other.call(createUser, dave);
  const { Certificate: made } = await iam.call(uploadSigningCertificate, {
    ...dave,
    CertificateBody: rootCertificate,
  });
  const id = made?.CertificateId ?? '';
  const of = (account: typeof iam, UserName: string, CertificateId: string) => [
    account.call(updateSigningCertificate, { UserName, CertificateId, Status: 'Inactive' }),
    account.call(deleteSigningCertificate, { UserName, CertificateId }),
  ];
  for (const call of [...of(iam, 'analyst', id), ...of(other, 'dave', id)]) {
    await assertRefused(
      call,
      'NoSuchEntity',
      404,
      `The Certificate with id ${id} cannot be found.`,
    );
  }
  for (const call of of(iam, 'dave', unknownId)) {
    const message = `The Certificate with id ${unknownId} cannot be found.`;
    await assertRefused(call, 'NoSuchEntity', 404, message);
  }
  const nobody = { UserName: 'nobody' };
  for (const call of [
    ...of(iam, 'nobody', id),
    iam.call(listSigningCertificates, nobody),
    iam.call(uploadSigningCertificate, { ...nobody, CertificateBody: otherCertificate }),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The user with name nobody cannot be found.');
  }
});

test('only time makes a certificate expire', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { Certificate: made } = await iam.call(uploadSigningCertificate, {
    ...dave,
    CertificateBody: rootCertificate,
  });
  await assertRefused(
    iam.call(updateSigningCertificate, {
      ...dave,
      CertificateId: made?.CertificateId,
      Status: 'Expired',
    }),
    'InvalidInput',
    400,
    'Operation does not support status Expired',
  );
});

test('a user with a certificate cannot be deleted', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const { Certificate: made } = await iam.call(uploadSigningCertificate, {
    ...dave,
    CertificateBody: rootCertificate,
  });
  await assertRefused(
    iam.call(deleteUser, dave),
    'DeleteConflict',
    409,
    'Cannot delete entity, must delete certificates first.',
  );
  await iam.call(deleteSigningCertificate, { ...dave, CertificateId: made?.CertificateId });
  await iam.call(deleteUser, dave);
});
