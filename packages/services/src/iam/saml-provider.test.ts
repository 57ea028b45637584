import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { describeForRecord, serviceModel } from '@carnet/wire';
import { listSamlProviderTags, tagSamlProvider, untagSamlProvider } from './provider-tag.ts';
import {
  createSamlProvider,
  deleteSamlProvider,
  getSamlProvider,
  listSamlProviders,
  updateSamlProvider,
} from './saml-provider.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { samlMetadata, samlPrivateKeys } from './testing-saml.ts';

const metadata = samlMetadata('https://idp.example.com/saml');
const arn = 'arn:aws:iam::111111111111:saml-provider/Idp';
const named = { SAMLProviderArn: arn };
const [firstKey = '', secondKey = '', thirdKey = ''] = samlPrivateKeys;

async function create(iam: TestIam, further: object = {}): Promise<void> {
  await iam.call(createSamlProvider, { Name: 'Idp', SAMLMetadataDocument: metadata, ...further });
}

async function keyIds(iam: TestIam): Promise<string[]> {
  const { PrivateKeyList: keys = [] } = await iam.call(getSamlProvider, named);
  return keys.map(({ KeyId: id = '' }) => id);
}

test('a created provider is described, valid for a hundred years', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(createSamlProvider, {
    Name: 'Idp',
    SAMLMetadataDocument: metadata,
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  assert.deepEqual(made, { SAMLProviderArn: arn, Tags: [{ Key: 'team', Value: 'photos' }] });
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'samlProvider', id: arn }]);
  const provider = await iam.call(getSamlProvider, named);
  assert.match(provider.SAMLProviderUUID ?? '', /^SAMLSP[A-Z0-9]{16}$/);
  assert.deepEqual(provider, {
    SAMLProviderUUID: provider.SAMLProviderUUID,
    SAMLMetadataDocument: metadata,
    CreateDate: new Date(firstCallAt),
    ValidUntil: new Date(Date.UTC(2126, 0, 1)),
    Tags: [{ Key: 'team', Value: 'photos' }],
    AssertionEncryptionMode: 'Allowed',
    PrivateKeyList: [],
  });
  assert.deepEqual(await iam.call(listSamlProviders, {}), {
    SAMLProviderList: [
      {
        Arn: arn,
        ValidUntil: new Date(Date.UTC(2126, 0, 1)),
        CreateDate: new Date(firstCallAt),
      },
    ],
  });
});

test('without tags none are answered at creation, and an empty list later', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(createSamlProvider, { Name: 'Idp', SAMLMetadataDocument: metadata });
  assert.deepEqual(made, { SAMLProviderArn: arn });
  assert.deepEqual((await iam.call(getSamlProvider, named)).Tags, []);
});

test('a document may say until when it is valid, at creation and later', async (t) => {
  const iam = await openTestIam(t);
  const until = (year: number) =>
    samlMetadata('urn:idp', { attributes: `validUntil="${year}-01-01T00:00:00Z"` });
  await create(iam, { SAMLMetadataDocument: until(2030) });
  const validUntil = async () => (await iam.call(getSamlProvider, named)).ValidUntil;
  assert.deepEqual(await validUntil(), new Date(Date.UTC(2030, 0, 1)));
  await iam.call(updateSamlProvider, { ...named, SAMLMetadataDocument: until(2031) });
  assert.deepEqual(await validUntil(), new Date(Date.UTC(2031, 0, 1)));
  await iam.call(updateSamlProvider, { ...named, AssertionEncryptionMode: 'Allowed' });
  assert.deepEqual(await validUntil(), new Date(Date.UTC(2031, 0, 1)));
});

test('a name is taken in any case, in its own account', async (t) => {
  const iam = await openTestIam(t);
  await create(iam);
  await assertRefused(
    create(iam, { Name: 'IDP' }),
    'EntityAlreadyExists',
    409,
    'Provider with name IDP already exists.',
  );
  await create(iam.inAccount(secondAccount));
  assert.equal((await iam.call(listSamlProviders, {})).SAMLProviderList?.length, 1);
});

test('what is no metadata and no private key is refused', async (t) => {
  const iam = await openTestIam(t);
  const parse = ['InvalidInput', 400, 'Could not parse metadata'] as const;
  await assertRefused(create(iam, { SAMLMetadataDocument: 'a'.repeat(1000) }), ...parse);
  const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  for (const key of [
    'no key',
    firstKey.slice(0, 200),
    ec.export(pem).toString(),
    privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'secret' }).toString(),
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ]) {
    const invalid = ['InvalidInput', 400, 'Invalid private key.'] as const;
    await assertRefused(create(iam, { AddPrivateKey: key }), ...invalid);
  }
  await create(iam);
  const invalid = { ...named, SAMLMetadataDocument: 'a'.repeat(1000) };
  await assertRefused(iam.call(updateSamlProvider, invalid), ...parse);
  const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  await iam.call(updateSamlProvider, { ...named, AddPrivateKey: pkcs1 });
  assert.equal((await keyIds(iam)).length, 1);
});

test('a private key is sealed, and never seen again', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, { AddPrivateKey: firstKey, AssertionEncryptionMode: 'Required' });
  const { PrivateKeyList: keys, ...provider } = await iam.call(getSamlProvider, named);
  const [keyId = ''] = await keyIds(iam);
  assert.match(keyId, /^SAMLPK[A-Z0-9]{16}$/);
  assert.deepEqual(keys, [{ KeyId: keyId, Timestamp: new Date(firstCallAt) }]);
  assert.equal(provider.AssertionEncryptionMode, 'Required');
  const row = await iam.store.database
    .selectFrom('iam_saml_private_key')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.ok(!JSON.stringify(row).includes('PRIVATE KEY'));
  const opened = iam.store.sealing.open('secret', keyId, row.private_key);
  assert.equal(new TextDecoder().decode(opened), firstKey);
});

test('no record holds a private key', () => {
  const model = serviceModel('iam');
  assert.ok(model);
  for (const operation of ['CreateSAMLProvider', 'UpdateSAMLProvider']) {
    const input = { Name: 'Idp', AddPrivateKey: firstKey };
    const described = describeForRecord(model, operation, 'input', input);
    assert.equal(Reflect.get(described ?? {}, 'addPrivateKey'), 'HIDDEN_DUE_TO_SECURITY_REASONS');
  }
});

test('two keys at most, so that one can replace the other', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, { AddPrivateKey: firstKey });
  const answer = await iam.call(updateSamlProvider, { ...named, AddPrivateKey: secondKey });
  assert.deepEqual(answer, { SAMLProviderArn: arn });
  await assertRefused(
    iam.call(updateSamlProvider, { ...named, AddPrivateKey: thirdKey }),
    'LimitExceeded',
    409,
    'Private key limit of 2 is reached.',
  );
  const [older = '', newer = ''] = await keyIds(iam);
  await iam.call(updateSamlProvider, { ...named, RemovePrivateKey: older });
  assert.deepEqual(await keyIds(iam), [newer]);
  await assertRefused(
    iam.call(updateSamlProvider, { ...named, RemovePrivateKey: older }),
    'InvalidInput',
    400,
    'Failed to remove private key because the Key ID does not match a private key.',
  );
});

test('assertions have to be encrypted only while there is a key', async (t) => {
  const iam = await openTestIam(t);
  const without = [
    'InvalidInput',
    400,
    'Unable to set assertion encryption mode to Required because no private key is provided.',
  ] as const;
  const required = { AssertionEncryptionMode: 'Required' } as const;
  await assertRefused(create(iam, required), ...without);
  await create(iam);
  await assertRefused(iam.call(updateSamlProvider, { ...named, ...required }), ...without);
  await iam.call(updateSamlProvider, { ...named, ...required, AddPrivateKey: firstKey });
  const [keyId] = await keyIds(iam);
  const remove = { ...named, RemovePrivateKey: keyId };
  await assertRefused(
    iam.call(updateSamlProvider, remove),
    'InvalidInput',
    400,
    'Failed to remove private key.',
  );
  await iam.call(updateSamlProvider, { ...named, AddPrivateKey: secondKey });
  await iam.call(updateSamlProvider, remove);
  const [last] = await keyIds(iam);
  assert.notEqual(last, keyId);
  const removeLast = { ...named, RemovePrivateKey: last };
  await iam.call(updateSamlProvider, { ...removeLast, AssertionEncryptionMode: 'Allowed' });
  assert.deepEqual(await keyIds(iam), []);
});

test('an update changes something, and not a key in two ways', async (t) => {
  const iam = await openTestIam(t);
  await create(iam);
  await assertRefused(
    iam.call(updateSamlProvider, named),
    'InvalidInput',
    400,
    'Unable to update identity provider. ' +
      'No updates are defined for metadata or encryption assertion.',
  );
  await assertRefused(
    iam.call(updateSamlProvider, {
      ...named,
      AddPrivateKey: firstKey,
      RemovePrivateKey: 'SAMLPK0123456789ABCDEF',
    }),
    'InvalidInput',
    400,
    'Unable to add and remove private keys in the same request. ' +
      'Set a value for only one of the two parameters.',
  );
  const other = samlMetadata('https://other.example.com');
  const { SAMLProviderUUID: id } = await iam.call(getSamlProvider, named);
  await iam.call(updateSamlProvider, { ...named, SAMLMetadataDocument: other });
  const after = await iam.call(getSamlProvider, named);
  assert.deepEqual([after.SAMLMetadataDocument, after.SAMLProviderUUID], [other, id]);
});

test('a provider that is not there, is another account’s or is spelt otherwise', async (t) => {
  const iam = await openTestIam(t);
  await create(iam);
  await create(iam.inAccount(secondAccount), { AddPrivateKey: firstKey });
  for (const other of [
    'arn:aws:iam::111111111111:saml-provider/nobody',
    'arn:aws:iam::111111111111:saml-provider/idp',
    'arn:aws:iam::222222222222:saml-provider/Idp',
  ]) {
    const input = { SAMLProviderArn: other };
    const missing = ['NoSuchEntity', 404, `Manifest not found for arn ${other}`] as const;
    await assertRefused(iam.call(getSamlProvider, input), ...missing);
    await assertRefused(iam.call(deleteSamlProvider, input), ...missing);
    const update = { ...input, AssertionEncryptionMode: 'Allowed' as const };
    await assertRefused(iam.call(updateSamlProvider, update), ...missing);
    await assertRefused(iam.call(tagSamlProvider, { ...input, Tags: [] }), ...missing);
    await assertRefused(iam.call(untagSamlProvider, { ...input, TagKeys: [] }), ...missing);
    await assertRefused(iam.call(listSamlProviderTags, input), ...missing);
  }
  const invalid = 'arn:aws:iam::111111111111:saml-provider';
  await assertRefused(
    iam.call(getSamlProvider, { SAMLProviderArn: invalid }),
    'InvalidInput',
    400,
    `ARN ${invalid} is not valid.`,
  );
  await assertRefused(
    iam.call(getSamlProvider, { SAMLProviderArn: arn.replace('aws', 'aws-cn') }),
    'ValidationError',
    400,
    'Invalid ARN partition',
  );
});

test('a deleted provider leaves nothing, and its name is free', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, { AddPrivateKey: firstKey, Tags: [{ Key: 'team', Value: 'photos' }] });
  const { SAMLProviderUUID: id } = await iam.call(getSamlProvider, named);
  await iam.call(deleteSamlProvider, named);
  for (const table of ['iam_saml_provider', 'iam_saml_private_key', 'iam_tag'] as const) {
    assert.deepEqual(await iam.store.database.selectFrom(table).selectAll().execute(), []);
  }
  await create(iam);
  const after = await iam.call(getSamlProvider, named);
  assert.notEqual(after.SAMLProviderUUID, id);
  assert.deepEqual([after.PrivateKeyList, after.Tags], [[], []]);
});

test('so many providers and no more', async (t) => {
  const iam = await openTestIam(t, { samlProvidersPerAccount: 2 });
  await create(iam.inAccount(secondAccount));
  await create(iam, { Name: 'one' });
  await create(iam, { Name: 'two' });
  await assertRefused(
    create(iam, { Name: 'three' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for SAMLProvidersPerAccount: 2',
  );
});

test('tags, whose keys differ by case', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, { Tags: [{ Key: 'Team', Value: 'photos' }] });
  await iam.call(tagSamlProvider, { ...named, Tags: [{ Key: 'team', Value: 'video' }] });
  await iam.call(tagSamlProvider, { ...named, Tags: [{ Key: 'zone', Value: '' }] });
  await iam.call(untagSamlProvider, { ...named, TagKeys: ['zone', 'TEAM'] });
  assert.deepEqual(await iam.call(listSamlProviderTags, named), {
    Tags: [
      { Key: 'Team', Value: 'photos' },
      { Key: 'team', Value: 'video' },
    ],
    IsTruncated: false,
  });
});
