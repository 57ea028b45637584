import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeForRecord, serviceModel } from '@carnet/wire';
import {
  deleteServerCertificate,
  getServerCertificate,
  listServerCertificates,
  updateServerCertificate,
  uploadServerCertificate,
} from './server-certificate.ts';
import {
  listServerCertificateTags,
  tagServerCertificate,
  untagServerCertificate,
} from './server-certificate-tag.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import {
  intermediateCertificate,
  otherPrivateKey,
  serverCertificate,
  serverPrivateKey,
} from './testing-certificate.ts';

const photos = { ServerCertificateName: 'photos' };
const pair = { CertificateBody: serverCertificate, PrivateKey: serverPrivateKey };
const tags = [
  { Key: 'team', Value: 'photos' },
  { Key: 'Age', Value: '' },
];
const sorted = [tags[1], tags[0]];

async function names(iam: TestIam, prefix?: string): Promise<(string | undefined)[]> {
  const { ServerCertificateMetadataList: list = [] } = await iam.call(
    listServerCertificates,
    prefix === undefined ? {} : { PathPrefix: prefix },
  );
  return list.map(({ ServerCertificateName: name }) => name);
}

test('a certificate is uploaded, given without its key, and deleted', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(uploadServerCertificate, {
    ServerCertificateName: 'Photos',
    Path: '/cloudfront/test/',
    ...pair,
    CertificateChain: intermediateCertificate,
    Tags: tags,
  });
  const id = made.ServerCertificateMetadata?.ServerCertificateId ?? '';
  assert.match(id, /^ASCA[A-Z0-9]{17}$/);
  const metadata = {
    Path: '/cloudfront/test/',
    ServerCertificateName: 'Photos',
    ServerCertificateId: id,
    Arn: 'arn:aws:iam::111111111111:server-certificate/cloudfront/test/Photos',
    UploadDate: new Date(firstCallAt),
    Expiration: new Date('2045-01-01T00:00:00Z'),
  };
  assert.deepEqual(made, { ServerCertificateMetadata: metadata, Tags: sorted });
  const found = await iam.call(getServerCertificate, photos);
  assert.deepEqual(found.ServerCertificate, {
    ServerCertificateMetadata: metadata,
    // Without the line ends around them.
    CertificateBody: serverCertificate.trim(),
    CertificateChain: intermediateCertificate.trim(),
    Tags: sorted,
  });
  const listed = await iam.call(listServerCertificates, {});
  assert.deepEqual(listed, { ServerCertificateMetadataList: [metadata], IsTruncated: false });
  assert.ok(!JSON.stringify([made, found, listed]).includes('PRIVATE KEY'));

  await iam.call(deleteServerCertificate, photos);
  assert.deepEqual(await names(iam), []);
  assert.deepEqual(await iam.store.database.selectFrom('iam_tag').selectAll().execute(), []);
  const change = { accountId: firstAccount, kind: 'serverCertificate', id };
  assert.deepEqual(iam.changes, [change, change]);
});

test('without chain and tags it has none, and an empty list of tags when it is got', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(uploadServerCertificate, { ...photos, ...pair });
  assert.deepEqual(Object.keys(made), ['ServerCertificateMetadata']);
  assert.equal(made.ServerCertificateMetadata?.Path, '/');
  const { ServerCertificate: found } = await iam.call(getServerCertificate, photos);
  assert.deepEqual(found?.Tags, []);
  assert.ok(found && !Object.hasOwn(found, 'CertificateChain'));
});

test('the private key is sealed to its certificate, and no record has it', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(uploadServerCertificate, { ...photos, ...pair });
  const row = await iam.store.database
    .selectFrom('iam_server_certificate')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.ok(!JSON.stringify(row).includes('PRIVATE KEY'));
  const { sealing } = iam.store;
  const opened = sealing.open('secret', row.server_certificate_id, row.private_key);
  assert.equal(Buffer.from(opened ?? []).toString(), serverPrivateKey);
  assert.equal(sealing.open('secret', 'ASCAEXAMPLE', row.private_key), undefined);

  const model = serviceModel('iam');
  assert.ok(model);
  const input = { ...photos, ...pair };
  assert.deepEqual(describeForRecord(model, 'UploadServerCertificate', 'input', input), {
    serverCertificateName: 'photos',
    certificateBody: serverCertificate,
    privateKey: 'HIDDEN_DUE_TO_SECURITY_REASONS',
  });
});

test('what does not belong together is refused, and nothing is kept', async (t) => {
  const iam = await openTestIam(t);
  await assertRefused(
    iam.call(uploadServerCertificate, { ...photos, ...pair, PrivateKey: otherPrivateKey }),
    'KeyPairMismatch',
    400,
    'Certificate and private key do not match.',
  );
  await assertRefused(
    iam.call(uploadServerCertificate, { ...photos, ...pair, CertificateBody: 'photos' }),
    'MalformedCertificate',
    400,
    'Unable to parse certificate. Please ensure the certificate is in PEM format.',
  );
  assert.deepEqual(await names(iam), []);
});

test('names are unique in any case, within an account', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(uploadServerCertificate, { ...photos, ...pair });
  await assertRefused(
    iam.call(uploadServerCertificate, { ServerCertificateName: 'PHOTOS', Path: '/p/', ...pair }),
    'EntityAlreadyExists',
    409,
    'The Server Certificate with name PHOTOS already exists.',
  );
  const other = iam.inAccount(secondAccount);
  await other.call(uploadServerCertificate, { ServerCertificateName: 'PHOTOS', ...pair });
  assert.deepEqual([await names(iam), await names(other)], [['photos'], ['PHOTOS']]);
});

test('an account has as many as its quota', async (t) => {
  const iam = await openTestIam(t, { serverCertificatesPerAccount: 1 });
  await iam.call(uploadServerCertificate, { ...photos, ...pair });
  await assertRefused(
    iam.call(uploadServerCertificate, { ServerCertificateName: 'second', ...pair }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for ServerCertificatesPerAccount: 1',
  );
  await iam.inAccount(secondAccount).call(uploadServerCertificate, { ...photos, ...pair });
});

test('a list is in the order of the names, below a path, in pages', async (t) => {
  const iam = await openTestIam(t);
  for (const [ServerCertificateName, Path] of [
    ['b', '/p/'],
    ['C', '/p/q/'],
    ['a', '/'],
    ['d', '/pp/'],
  ] as const) {
    await iam.call(uploadServerCertificate, { ServerCertificateName, Path, ...pair });
  }
  assert.deepEqual(await names(iam), ['a', 'b', 'C', 'd']);
  assert.deepEqual(await names(iam, '/p/'), ['b', 'C']);
  assert.deepEqual(await names(iam, '/p'), ['b', 'C', 'd']);
  assert.deepEqual(await names(iam, '/x/'), []);
  const first = await iam.call(listServerCertificates, { MaxItems: 3 });
  assert.equal(first.IsTruncated, true);
  const second = await iam.call(listServerCertificates, { Marker: first.Marker });
  assert.deepEqual(
    second.ServerCertificateMetadataList?.map(({ Arn }) => Arn),
    ['arn:aws:iam::111111111111:server-certificate/pp/d'],
  );
});

test('a certificate takes a new name and a new path, and keeps its id', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(uploadServerCertificate, { ...photos, ...pair, Tags: tags });
  await iam.call(uploadServerCertificate, { ServerCertificateName: 'taken', ...pair });
  const metadata = async (name: string) => {
    const found = await iam.call(getServerCertificate, { ServerCertificateName: name });
    return found.ServerCertificate?.ServerCertificateMetadata;
  };
  await iam.call(updateServerCertificate, { ...photos, NewPath: '/p/' });
  await iam.call(updateServerCertificate, { ...photos, NewServerCertificateName: 'PHOTOS' });
  assert.deepEqual(await metadata('photos'), {
    ...made.ServerCertificateMetadata,
    Path: '/p/',
    ServerCertificateName: 'PHOTOS',
    Arn: 'arn:aws:iam::111111111111:server-certificate/p/PHOTOS',
  });
  await assertRefused(
    iam.call(updateServerCertificate, { ...photos, NewServerCertificateName: 'Taken' }),
    'EntityAlreadyExists',
    409,
    'The Server Certificate with name Taken already exists.',
  );
  await iam.call(updateServerCertificate, { ...photos, NewServerCertificateName: 'new' });
  assert.equal((await metadata('new'))?.Path, '/p/');
  const { Tags: kept } = await iam.call(listServerCertificateTags, {
    ServerCertificateName: 'new',
  });
  assert.deepEqual(kept, sorted);
});

test('tags are put beside what differs by case, replaced, listed and removed', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(uploadServerCertificate, { ...photos, ...pair, Tags: tags });
  await iam.call(tagServerCertificate, { ...photos, Tags: [{ Key: 'team', Value: 'x' }] });
  await iam.call(tagServerCertificate, { ...photos, Tags: [{ Key: 'Team', Value: 'y' }] });
  await iam.call(untagServerCertificate, { ...photos, TagKeys: ['Team', 'TEAM'] });
  const first = await iam.call(listServerCertificateTags, { ...photos, MaxItems: 1 });
  assert.deepEqual(first.Tags, [tags[1]]);
  const { Tags: rest } = await iam.call(listServerCertificateTags, {
    ...photos,
    Marker: first.Marker,
  });
  assert.deepEqual(rest, [{ Key: 'team', Value: 'x' }]);
  await iam.call(untagServerCertificate, { ...photos, TagKeys: ['team', 'none'] });
  const { Tags: left } = await iam.call(listServerCertificateTags, photos);
  assert.deepEqual(left, [tags[1]]);
});

test('an unknown certificate, or another account’s, is not found', async (t) => {
  const iam = await openTestIam(t);
  await iam.inAccount(secondAccount).call(uploadServerCertificate, { ...photos, ...pair });
  for (const call of [
    iam.call(getServerCertificate, photos),
    iam.call(updateServerCertificate, { ...photos, NewPath: '/p/' }),
    iam.call(deleteServerCertificate, photos),
    iam.call(tagServerCertificate, { ...photos, Tags: tags }),
    iam.call(untagServerCertificate, { ...photos, TagKeys: ['team'] }),
    iam.call(listServerCertificateTags, photos),
  ]) {
    await assertRefused(
      call,
      'NoSuchEntity',
      404,
      'The Server Certificate with name photos cannot be found.',
    );
  }
});
