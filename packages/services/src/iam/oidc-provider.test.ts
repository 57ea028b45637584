import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@carnet/wire';
import {
  addClientIdToOidcProvider,
  createOidcProvider,
  deleteOidcProvider,
  getOidcProvider,
  listOidcProviders,
  removeClientIdFromOidcProvider,
  updateOidcProviderThumbprint,
} from './oidc-provider.ts';
import { parseOidcUrl } from './oidc-url.ts';
import { listOidcProviderTags, tagOidcProvider, untagOidcProvider } from './provider-tag.ts';
import { tagUser, untagUser } from './tag.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const url = 'https://idp.example.com/photos';
const arn = 'arn:aws:iam::111111111111:oidc-provider/idp.example.com/photos';
const named = { OpenIDConnectProviderArn: arn };
const thumbprint = '0123456789abcdef0123456789abcdef01234567';

async function create(iam: TestIam, further: object = {}): Promise<void> {
  await iam.call(createOidcProvider, { Url: url, ...further });
}

const clientIds = async (iam: TestIam) => (await iam.call(getOidcProvider, named)).ClientIDList;
const thumbprints = async (iam: TestIam) => (await iam.call(getOidcProvider, named)).ThumbprintList;

test('a created provider is described, without its scheme', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(createOidcProvider, {
    Url: url,
    ClientIDList: ['z', 'a', 'z'],
    ThumbprintList: [thumbprint.toUpperCase(), 'Z'.repeat(40)],
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  const tags = { Tags: [{ Key: 'team', Value: 'photos' }] };
  assert.deepEqual(made, { OpenIDConnectProviderArn: arn, ...tags });
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'oidcProvider', id: arn }]);
  assert.deepEqual(await iam.call(getOidcProvider, named), {
    Url: 'idp.example.com/photos',
    ClientIDList: ['z', 'a'],
    ThumbprintList: [thumbprint, 'z'.repeat(40)],
    CreateDate: new Date(firstCallAt),
    ...tags,
  });
});

test('nothing but the URL is needed, and nobody is asked for a thumbprint', async (t) => {
  const iam = await openTestIam(t);
  const made = await iam.call(createOidcProvider, { Url: url });
  assert.deepEqual(made, { OpenIDConnectProviderArn: arn });
  assert.deepEqual(await iam.call(getOidcProvider, named), {
    Url: 'idp.example.com/photos',
    ClientIDList: [],
    ThumbprintList: [],
    CreateDate: new Date(firstCallAt),
    Tags: [],
  });
});

test('a URL is taken once, as it is written, in its own account', async (t) => {
  const iam = await openTestIam(t);
  await create(iam);
  const taken = ['EntityAlreadyExists', 409, `Provider with url ${url} already exists.`] as const;
  await assertRefused(create(iam), ...taken);
  await create(iam, { Url: `${url}/` });
  await create(iam, { Url: 'https://idp.example.com/Photos' });
  await create(iam.inAccount(secondAccount));
  assert.deepEqual(await iam.call(listOidcProviders, {}), {
    OpenIDConnectProviderList: ['Photos', 'photos', 'photos/'].map((path) => ({
      Arn: `arn:aws:iam::111111111111:oidc-provider/idp.example.com/${path}`,
    })),
  });
});

const good: readonly string[] = [
  'idp.example.com',
  'token.actions.githubusercontent.com',
  'oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF',
  'login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0',
  'IDP.Example.com/a:b@c/d,e;f=g/h%20i/~j_k',
  'localhost',
  '198.51.100.7',
];
for (const name of good) {
  test(`a URL: ${name}`, () => assert.equal(parseOidcUrl(`https://${name}`), name));
}

const noUrl = ['ValidationError', 'Invalid Open ID Connect Provider URL'] as const;
const notHttps = [
  'InvalidInput',
  'Invalid Open ID Connect Provider URL. The URL must begin with https://.',
] as const;
const invalid = ['InvalidInput', 'Invalid Open ID Connect Provider URL.'] as const;
const bad: Readonly<Record<string, readonly [code: string, message: string]>> = {
  'example.org': noUrl,
  'https:/example.org': noUrl,
  'https://': noUrl,
  'https:///photos': noUrl,
  '://example.org': noUrl,
  ' https://example.org': noUrl,
  'http://example.org': notHttps,
  'HTTPS://example.org': notHttps,
  'https://user:password@example.org': invalid,
  'https://example.org:8443': invalid,
  'https://example.org?a=b': invalid,
  'https://example.org/photos?a=b': invalid,
  'https://example.org#a': invalid,
  'https://example.org/photos#a': invalid,
  'https://exa_mple.org': invalid,
  'https://-example.org': invalid,
  'https://example..org': invalid,
  'https://example.org.': invalid,
  'https://[2001:db8::1]': invalid,
  'https://*.example.org': invalid,
  'https://example.org/*': invalid,
  'https://example.org/a b': invalid,
  'https://example.org/a%2': invalid,
  'https://example.org/a\\b': invalid,
  'https://example.org/a\n': invalid,
  'https://bücher.example': invalid,
  'https://example.org/\u0000': invalid,
};
for (const [text, [code, message]] of Object.entries(bad)) {
  test(`no URL: ${JSON.stringify(text)}`, async () => {
    await assertRefused(
      Promise.resolve().then(() => parseOidcUrl(text)),
      code,
      400,
      message,
    );
  });
}

test('whatever character stands in a URL, it is taken as it is or refused', () => {
  const around: readonly (readonly [string, string])[] = [
    ['', ''],
    ['', 'https://a'],
    ['https', '://a'],
    ['https://', ''],
    ['https://', 'a'],
    ['https://a', 'b'],
    ['https://a', '/b'],
    ['https://a/', ''],
    ['https://a/b', 'c'],
    ['https://a/%', '0'],
  ];
  for (let unit = 0; unit <= 0xffff; unit += unit < 0x300 ? 1 : 97) {
    for (const [start, rest] of around) {
      const text = start + String.fromCharCode(unit) + rest;
      try {
        assert.equal(`https://${parseOidcUrl(text)}`, text);
        assert.match(text, /^https:\/\/[A-Za-z0-9.-]+(?:\/[!-~]*)?$/);
      } catch (thrown) {
        assert.ok(thrown instanceof ApiError, String(thrown));
      }
    }
  }
});

test('client ids come and go, once each', async (t) => {
  const iam = await openTestIam(t, { clientIdsPerOpenIdConnectProvider: 2 });
  await create(iam, { ClientIDList: ['one'] });
  iam.changes.length = 0;
  await iam.call(addClientIdToOidcProvider, { ...named, ClientID: 'two' });
  await iam.call(addClientIdToOidcProvider, { ...named, ClientID: 'two' });
  assert.deepEqual(await clientIds(iam), ['one', 'two']);
  const full = [
    'LimitExceeded',
    409,
    'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 2',
  ] as const;
  const third = { ...named, ClientID: 'TWO' };
  await assertRefused(iam.call(addClientIdToOidcProvider, third), ...full);
  const three = { Url: 'https://example.org', ClientIDList: ['one', 'two', 'three'] };
  await assertRefused(create(iam, three), ...full);
  await iam.call(removeClientIdFromOidcProvider, { ...named, ClientID: 'one' });
  await iam.call(removeClientIdFromOidcProvider, { ...named, ClientID: 'one' });
  assert.deepEqual(await clientIds(iam), ['two']);
  assert.equal(iam.changes.length, 2, 'what changes nothing is no change');
});

test('five thumbprints at most, of which AWS says fewer than five', async (t) => {
  const iam = await openTestIam(t);
  const many = (count: number) => Array.from({ length: count }, (_, at) => String(at).repeat(40));
  const tooMany = [
    'InvalidInput',
    400,
    'Thumbprint list must contain fewer than 5 entries.',
  ] as const;
  await assertRefused(create(iam, { ThumbprintList: many(6) }), ...tooMany);
  await create(iam, { ThumbprintList: many(5) });
  assert.deepEqual(await thumbprints(iam), many(5));
  const update = (list: string[]) =>
    iam.call(updateOidcProviderThumbprint, { ...named, ThumbprintList: list });
  await assertRefused(update(many(6)), ...tooMany);
  await assertRefused(
    update([]),
    'InvalidInput',
    400,
    'Thumbprint list must contain at least one entry.',
  );
  await update([thumbprint.toUpperCase()]);
  assert.deepEqual(await thumbprints(iam), [thumbprint]);
});

test('a provider that is not there, is another account’s or is spelt otherwise', async (t) => {
  const iam = await openTestIam(t);
  await create(iam);
  await create(iam.inAccount(secondAccount));
  for (const other of [
    'arn:aws:iam::111111111111:oidc-provider/example.com',
    'arn:aws:iam::111111111111:oidc-provider/IDP.example.com/photos',
    'arn:aws:iam::222222222222:oidc-provider/idp.example.com/photos',
  ]) {
    const input = { OpenIDConnectProviderArn: other };
    const missing = [
      'NoSuchEntity',
      404,
      `OpenIDConnect Provider not found for arn ${other}`,
    ] as const;
    const client = { ...input, ClientID: 'one' };
    const thumbprintList = { ...input, ThumbprintList: [thumbprint] };
    await assertRefused(iam.call(getOidcProvider, input), ...missing);
    await assertRefused(iam.call(addClientIdToOidcProvider, client), ...missing);
    await assertRefused(iam.call(removeClientIdFromOidcProvider, client), ...missing);
    await assertRefused(iam.call(updateOidcProviderThumbprint, thumbprintList), ...missing);
    await assertRefused(iam.call(tagOidcProvider, { ...input, Tags: [] }), ...missing);
    await assertRefused(iam.call(untagOidcProvider, { ...input, TagKeys: [] }), ...missing);
    await assertRefused(iam.call(listOidcProviderTags, input), ...missing);
    await assertRefused(
      iam.call(deleteOidcProvider, input),
      'NoSuchEntity',
      404,
      `OpenId connect Provider ${other} cannot be found.`,
    );
  }
  const noArn = 'arn:aws:iam::111111111111:saml-provider/idp.example.com';
  await assertRefused(
    iam.call(getOidcProvider, { OpenIDConnectProviderArn: noArn }),
    'InvalidInput',
    400,
    `ARN ${noArn} is not valid.`,
  );
});

test('a deleted provider leaves nothing, and its URL is free', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, { ClientIDList: ['one'], Tags: [{ Key: 'team', Value: 'photos' }] });
  await iam.call(deleteOidcProvider, named);
  for (const table of ['iam_oidc_provider', 'iam_tag'] as const) {
    assert.deepEqual(await iam.store.database.selectFrom(table).selectAll().execute(), []);
  }
  await create(iam);
  assert.deepEqual(await clientIds(iam), []);
});

test('so many providers and no more', async (t) => {
  const iam = await openTestIam(t, { openIdConnectProvidersPerAccount: 2 });
  await create(iam.inAccount(secondAccount));
  await create(iam, { Url: 'https://one.example.com' });
  await create(iam, { Url: 'https://two.example.com' });
  await assertRefused(
    create(iam),
    'LimitExceeded',
    409,
    'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 2',
  );
});

test('a list of tags is not empty', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave', Tags: [] });
  await create(iam, { Tags: [] });
  const noTags = 'The provided tag map must not be null/empty.';
  const user = { UserName: 'dave', Tags: [] };
  await assertRefused(iam.call(tagUser, user), 'InvalidInput', 400, noTags);
  const provider = { ...named, Tags: [] };
  await assertRefused(iam.call(tagOidcProvider, provider), 'InvalidInput', 400, noTags);
  const noKeys = 'The provided tag keys must not be null/empty.';
  const untagged = { ...named, TagKeys: [] };
  await assertRefused(iam.call(untagOidcProvider, untagged), 'InvalidInput', 400, noKeys);
  await iam.call(untagUser, { UserName: 'dave', TagKeys: [] });
});

test('tags, whose keys differ by case', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, { Tags: [{ Key: 'Team', Value: 'photos' }] });
  await iam.call(tagOidcProvider, { ...named, Tags: [{ Key: 'team', Value: 'video' }] });
  await iam.call(tagOidcProvider, { ...named, Tags: [{ Key: 'zone', Value: '' }] });
  await iam.call(untagOidcProvider, { ...named, TagKeys: ['zone', 'TEAM'] });
  assert.deepEqual(await iam.call(listOidcProviderTags, named), {
    Tags: [
      { Key: 'Team', Value: 'photos' },
      { Key: 'team', Value: 'video' },
    ],
    IsTruncated: false,
  });
});
