/** Identity providers and switches of an account with the `aws` command line. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newPrivateKey, samlMetadata } from '../saml-metadata.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

describe('Providers with the aws command line', { skip: whyMissing('aws', '--version') }, () => {
  let server: StartedServer;
  let terminal: Terminal;

  before(async () => {
    server = await startServer();
    terminal = openTerminal(server);
  });
  after(async () => {
    terminal?.close();
    assert.equal(await server?.stop(), 0);
  });

  const iam = (...words: string[]) => terminal.json('iam', ...words);
  const arn = (resource: string) => `arn:aws:iam::${server.accountId}:${resource}`;

  /** Fails with exactly this code and sentence of AWS's. */
  async function refused(words: readonly string[], code: string, message: string): Promise<void> {
    const said = await terminal.refused('iam', ...words);
    const [, saidCode, sentence] =
      /\((\w+)\) when calling the \w+ operation: (.*)$/s.exec(said) ?? [];
    assert.deepEqual([saidCode, sentence], [code, message], said);
  }

  describe('side by side', { concurrency: 3 }, () => {
    it('SAML providers: metadata, private keys, tags', async () => {
      const first = samlMetadata('https://idp.example.com/first');
      terminal.write('first.xml', first);
      terminal.write('second.xml', samlMetadata('https://idp.example.com/second'));
      terminal.write('key.pem', newPrivateKey());
      terminal.write('bad.xml', `<a>${'x'.repeat(1000)}</a>`);
      const create = ['create-saml-provider', '--name', 'Idp', '--saml-metadata-document'];
      await refused([...create, 'file://bad.xml'], 'InvalidInput', 'Could not parse metadata');
      const made = await iam(...create, 'file://first.xml', '--tags', 'Key=team,Value=photos');
      const named = ['--saml-provider-arn', arn('saml-provider/Idp')];
      assert.deepEqual(made, {
        SAMLProviderArn: arn('saml-provider/Idp'),
        Tags: [{ Key: 'team', Value: 'photos' }],
      });
      const taken = 'Provider with name Idp already exists.';
      await refused([...create, 'file://first.xml'], 'EntityAlreadyExists', taken);

      const get = ['get-saml-provider', ...named];
      const { CreateDate: created, ValidUntil: until, ...provider } = await iam(...get);
      assert.match(provider.SAMLProviderUUID, /^SAMLSP[A-Z0-9]{16}$/);
      assert.deepEqual(provider, {
        SAMLProviderUUID: provider.SAMLProviderUUID,
        SAMLMetadataDocument: first,
        Tags: [{ Key: 'team', Value: 'photos' }],
        AssertionEncryptionMode: 'Allowed',
        PrivateKeyList: [],
      });
      assert.equal(new Date(until).getUTCFullYear(), new Date(created).getUTCFullYear() + 100);

      const update = ['update-saml-provider', ...named];
      const required = [...update, '--assertion-encryption-mode', 'Required'];
      const without =
        'Unable to set assertion encryption mode to Required because no private key is provided.';
      await refused(required, 'InvalidInput', without);
      await iam(...required, '--add-private-key', 'file://key.pem');
      const document = ['--saml-metadata-document', 'file://second.xml'];
      assert.deepEqual(await iam(...update, ...document), {
        SAMLProviderArn: arn('saml-provider/Idp'),
      });
      const after = await iam(...get);
      assert.match(after.SAMLMetadataDocument, /entityID="https:\/\/idp.example.com\/second"/);
      assert.equal(after.AssertionEncryptionMode, 'Required');
      assert.match(after.PrivateKeyList[0].KeyId, /^SAMLPK[A-Z0-9]{16}$/);
      const remove = ['--remove-private-key', after.PrivateKeyList[0].KeyId];
      await refused([...update, ...remove], 'InvalidInput', 'Failed to remove private key.');
      await iam(...update, ...remove, '--assertion-encryption-mode', 'Allowed');

      await iam('tag-saml-provider', ...named, '--tags', 'Key=a,Value=1', 'Key=b,Value=');
      await iam('untag-saml-provider', ...named, '--tag-keys', 'team', 'A');
      const tags = ['list-saml-provider-tags', ...named];
      assert.deepEqual((await iam(...tags)).Tags, [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ]);
      const { SAMLProviderList: list } = await iam('list-saml-providers');
      assert.deepEqual(
        list.map((one: { Arn: string }) => one.Arn),
        [arn('saml-provider/Idp')],
      );
      await iam('delete-saml-provider', ...named);
      const none = `Manifest not found for arn ${arn('saml-provider/Idp')}`;
      await refused(['delete-saml-provider', ...named], 'NoSuchEntity', none);
    });

    it('OpenID Connect providers: client ids, thumbprints, tags', async () => {
      const url = 'https://idp.example.com/photos';
      const create = ['create-open-id-connect-provider', '--url'];
      const noUrl = 'Invalid Open ID Connect Provider URL';
      await refused([...create, 'example.org'], 'ValidationError', noUrl);
      await refused([...create, `${url}?a=b`], 'InvalidInput', `${noUrl}.`);
      const thumbprint = '0123456789abcdef'.repeat(3).slice(0, 40);
      const made = await iam(
        ...[...create, url, '--client-id-list', 'photos', 'video'],
        ...['--thumbprint-list', thumbprint.toUpperCase()],
      );
      const provider = arn('oidc-provider/idp.example.com/photos');
      assert.deepEqual(made, { OpenIDConnectProviderArn: provider });
      const taken = `Provider with url ${url} already exists.`;
      await refused([...create, url], 'EntityAlreadyExists', taken);

      const named = ['--open-id-connect-provider-arn', provider];
      const client = [...named, '--client-id'];
      const add = ['add-client-id-to-open-id-connect-provider', ...client, 'editor'];
      for (const words of [add, add]) await iam(...words);
      const drop = ['remove-client-id-from-open-id-connect-provider', ...client, 'video'];
      for (const words of [drop, drop]) await iam(...words);
      const get = ['get-open-id-connect-provider', ...named];
      const { CreateDate: _created, ...described } = await iam(...get);
      assert.deepEqual(described, {
        Url: 'idp.example.com/photos',
        ClientIDList: ['photos', 'editor'],
        ThumbprintList: [thumbprint],
        Tags: [],
      });
      const update = ['update-open-id-connect-provider-thumbprint', ...named, '--thumbprint-list'];
      await iam(...update, 'e'.repeat(40), 'f'.repeat(40));
      assert.equal((await iam(...get)).ThumbprintList.length, 2);
      const tooMany = 'Thumbprint list must contain fewer than 5 entries.';
      const six = ['0', '1', '2', '3', '4', '5'].map((digit) => digit.repeat(40));
      await refused([...update, ...six], 'InvalidInput', tooMany);

      await iam('tag-open-id-connect-provider', ...named, '--tags', 'Key=a,Value=1');
      const tags = ['list-open-id-connect-provider-tags', ...named];
      assert.deepEqual((await iam(...tags)).Tags, [{ Key: 'a', Value: '1' }]);
      await iam('untag-open-id-connect-provider', ...named, '--tag-keys', 'a');
      assert.deepEqual((await iam(...tags)).Tags, []);
      const { OpenIDConnectProviderList: list } = await iam('list-open-id-connect-providers');
      assert.deepEqual(list, [{ Arn: provider }]);
      await iam('delete-open-id-connect-provider', ...named);
      const gone = `OpenId connect Provider ${provider} cannot be found.`;
      await refused(['delete-open-id-connect-provider', ...named], 'NoSuchEntity', gone);
      const none = `OpenIDConnect Provider not found for arn ${provider}`;
      await refused(get, 'NoSuchEntity', none);
    });

    it('outbound federation, organizations, delegation requests', async () => {
      const get = ['get-outbound-web-identity-federation-info'];
      const off = 'Outbound identity federation is disabled for your account.';
      await refused(get, 'FeatureDisabled', off);
      const enable = ['enable-outbound-web-identity-federation'];
      const { IssuerIdentifier: issuer } = await iam(...enable);
      const on = 'Outbound identity federation is already enabled for your account.';
      await refused(enable, 'FeatureEnabled', on);
      const info = { IssuerIdentifier: issuer, JwtVendingEnabled: true };
      assert.deepEqual(await iam(...get), info);
      await iam('disable-outbound-web-identity-federation');
      await refused(['disable-outbound-web-identity-federation'], 'FeatureDisabled', off);

      const none =
        'The request was rejected because no organization is associated with your account.';
      for (const verb of [
        'list-organizations-features',
        'enable-organizations-root-sessions',
        'disable-organizations-root-sessions',
        'enable-organizations-root-credentials-management',
        'disable-organizations-root-credentials-management',
      ]) {
        await refused([verb], 'OrganizationNotFoundException', none);
      }
      const report = ['generate-organizations-access-report', '--entity-path'];
      const entity = 'o-a1b2c3d4e5/r-f6g7';
      await refused([...report, entity], 'OrganizationNotFoundException', none);
      const job = 'examplea-1234-b567-cde8-90fg123abcd4';
      const noJob = `The job with id ${job} cannot be found.`;
      await refused(['get-organizations-access-report', '--job-id', job], 'NoSuchEntity', noJob);

      const { DelegationRequests: requests } = await iam('list-delegation-requests');
      assert.deepEqual(requests, []);
      const id = 'e4bdcdae-4f66-11ed-eleg-ation00000000';
      const noRequest = `The delegation request with id ${id} cannot be found.`;
      for (const verb of ['get', 'accept', 'associate', 'reject', 'update']) {
        const words = [`${verb}-delegation-request`, '--delegation-request-id', id];
        await refused(words, 'NoSuchEntity', noRequest);
      }
    });
  });
});
