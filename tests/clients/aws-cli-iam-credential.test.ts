/**
 * The credentials of users and server certificates with the `aws` command line, made by `openssl`
 * and `ssh-keygen` as people make them.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

const missing =
  whyMissing('aws', '--version') || whyMissing('openssl', 'version') || whyMissing('ssh', '-V');

describe('credentials of IAM with the aws command line', { skip: missing }, () => {
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
  const file = (name: string) => `file://${name}`;

  /** Fails with exactly this code and sentence. */
  async function refused(words: readonly string[], code: string, message: string): Promise<void> {
    const said = await terminal.refused('iam', ...words);
    const [, actualCode, sentence] =
      /\((\w+)\) when calling the \w+ operation: (.*)$/s.exec(said) ?? [];
    assert.deepEqual([actualCode, sentence], [code, message]);
  }

  /** A key on the curve P-256 and its certificate, `NAME.key` and `NAME.crt`. */
  async function certificate(name: string, issuer?: string): Promise<void> {
    const subject = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-nodes'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    if (issuer === undefined) {
      await terminal.command('openssl', 'req', '-x509', ...key, ...subject, '-out', `${name}.crt`);
      return;
    }
    await terminal.command('openssl', 'req', ...key, ...subject, '-out', `${name}.csr`);
    await terminal.command(
      ...(['openssl', 'x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`] as const),
      ...['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-CAcreateserial'],
    );
  }

  const text = (name: string) => terminal.read(name).toString();

  // Each of them has names of its own.
  describe('side by side', { concurrency: 4 }, () => {
    it('signing certificates: two, inactive, removed', async () => {
      const signer = ['--user-name', 'signer'];
      await iam('create-user', ...signer);
      for (const name of ['one', 'two', 'three']) await certificate(name);
      const upload = (name: string) => [
        ...['upload-signing-certificate', ...signer],
        ...['--certificate-body', file(`${name}.crt`)],
      ];
      const { Certificate } = await iam(...upload('one'));
      assert.equal(Certificate.CertificateBody, text('one.crt'));
      await iam(...upload('two'));
      const full = 'Cannot exceed quota for CertificatesPerUser: 2';
      await refused(upload('three'), 'LimitExceeded', full);
      const id = ['--certificate-id', Certificate.CertificateId];
      await iam('update-signing-certificate', ...signer, ...id, '--status', 'Inactive');
      const { Certificates } = await iam(
        'list-signing-certificates',
        ...signer,
        '--page-size',
        '1',
      );
      assert.deepEqual(
        Certificates.map(({ Status }: { Status: string }) => Status),
        ['Inactive', 'Active'],
      );
      const first = 'Cannot delete entity, must delete certificates first.';
      await refused(['delete-user', ...signer], 'DeleteConflict', first);
      const remove = ['delete-signing-certificate', ...signer, ...id];
      await iam(...remove);
      const none = `The Certificate with id ${Certificate.CertificateId} cannot be found.`;
      await refused(remove, 'NoSuchEntity', none);
    });

    it('SSH public keys: both encodings, fingerprint, removed', async () => {
      const committer = ['--user-name', 'committer'];
      await iam('create-user', ...committer);
      await terminal.command('ssh-keygen', '-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', 'id');
      await terminal.command('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', 'curve');
      const upload = (name: string) => [
        ...['upload-ssh-public-key', ...committer],
        ...['--ssh-public-key-body', file(name)],
      ];
      const { SSHPublicKey } = await iam(...upload('id.pub'));
      const shown = await terminal.command('ssh-keygen', '-l', '-E', 'md5', '-f', 'id.pub');
      assert.ok(shown.includes(` MD5:${SSHPublicKey.Fingerprint} `), shown);
      const key = ['--ssh-public-key-id', SSHPublicKey.SSHPublicKeyId];
      const body = async (encoding: string) => {
        const get = ['get-ssh-public-key', ...committer, ...key, '--encoding', encoding];
        return (await iam(...get)).SSHPublicKey.SSHPublicKeyBody;
      };
      assert.equal(await body('SSH'), text('id.pub'));
      const pem = await terminal.command('ssh-keygen', '-e', '-m', 'PKCS8', '-f', 'id.pub');
      assert.equal(await body('PEM'), pem);
      terminal.write('id.pem', pem);
      const twice = 'Duplicate SSH public key uploaded.';
      await refused(upload('id.pem'), 'DuplicateSSHPublicKey', twice);
      const unknown = 'Invalid public key uploaded.';
      await refused(upload('curve.pub'), 'UnrecognizedPublicKeyEncoding', unknown);

      await iam('update-ssh-public-key', ...committer, ...key, '--status', 'Inactive');
      const { SSHPublicKeys } = await iam('list-ssh-public-keys', ...committer);
      assert.deepEqual(
        SSHPublicKeys.map(({ Status }: { Status: string }) => Status),
        ['Inactive'],
      );
      await iam('delete-ssh-public-key', ...committer, ...key);
      await iam('delete-user', ...committer);
    });

    it('service-specific credentials: passwords, API keys, all users', async () => {
      const keeper = ['--user-name', 'keeper'];
      await iam('create-user', ...keeper);
      const create = (service: string, ...words: string[]) => [
        ...['create-service-specific-credential', ...keeper],
        ...['--service-name', `${service}.amazonaws.com`, ...words],
      ];
      const { ServiceSpecificCredential: password } = await iam(...create('codecommit'));
      assert.equal(password.ServiceUserName, `keeper-at-${server.accountId}`);
      assert.equal(password.ServicePassword.length, 60);
      const { ServiceSpecificCredential: key } = await iam(
        ...create('bedrock', '--credential-age-days', '30'),
      );
      assert.match(key.ServiceCredentialSecret, /^ABSK/);
      assert.ok(key.ExpirationDate > key.CreateDate);
      const none = 'No such service s3.amazonaws.com is supported for Service Specific Credentials';
      await refused(create('s3'), 'NoSuchEntity', none);

      const id = ['--service-specific-credential-id', password.ServiceSpecificCredentialId];
      const { ServiceSpecificCredential: reset } = await iam(
        ...['reset-service-specific-credential', ...keeper, ...id],
      );
      assert.notEqual(reset.ServicePassword, password.ServicePassword);
      await iam(
        ...['update-service-specific-credential', ...keeper, ...id, '--status', 'Inactive'],
      );
      const list = async (...words: string[]) => {
        const { ServiceSpecificCredentials: found } = await iam(
          ...['list-service-specific-credentials', ...words],
        );
        return found.map(({ ServiceName, Status }: Record<string, string>) =>
          [ServiceName, Status].join(' '),
        );
      };
      const both = ['codecommit.amazonaws.com Inactive', 'bedrock.amazonaws.com Active'];
      assert.deepEqual(await list(...keeper), both);
      assert.deepEqual((await list('--all-users')).toSorted(), both.toSorted());
      const first = 'Cannot delete entity, must remove referenced objects first.';
      await refused(['delete-user', ...keeper], 'DeleteConflict', first);
      await iam('delete-service-specific-credential', ...keeper, ...id);
      assert.deepEqual(await list(...keeper), both.slice(1));
    });

    it('server certificates: chain, paths, renaming, tags', async () => {
      await certificate('authority');
      await certificate('photos.example.com', 'authority');
      const upload = (name: string, key: string, ...words: string[]) => [
        ...['upload-server-certificate', '--server-certificate-name', name, ...words],
        ...['--certificate-body', file('photos.example.com.crt')],
        ...['--private-key', file(`${key}.key`)],
      ];
      const photos = ['--server-certificate-name', 'photos'];
      const chain = ['--certificate-chain', file('authority.crt')];
      const made = await iam(
        ...upload('photos', 'photos.example.com', ...chain, '--path', '/cloudfront/'),
        ...['--tags', 'Key=team,Value=photos'],
      );
      const { ServerCertificateMetadata: metadata } = made;
      assert.equal(
        metadata.Arn,
        `arn:aws:iam::${server.accountId}:server-certificate/cloudfront/photos`,
      );
      const end = await terminal.command(
        ...(['openssl', 'x509', '-in', 'photos.example.com.crt', '-noout', '-enddate'] as const),
      );
      const [, expires = ''] = /notAfter=(.*)/.exec(end) ?? [];
      assert.equal(new Date(metadata.Expiration).getTime(), new Date(expires).getTime());
      const { ServerCertificate } = await iam('get-server-certificate', ...photos);
      assert.deepEqual(
        [ServerCertificate.CertificateBody, ServerCertificate.CertificateChain],
        [text('photos.example.com.crt').trim(), text('authority.crt').trim()],
      );
      const mismatch = 'Certificate and private key do not match.';
      await refused(upload('other', 'authority'), 'KeyPairMismatch', mismatch);
      const taken = 'The Server Certificate with name PHOTOS already exists.';
      await refused(upload('PHOTOS', 'photos.example.com'), 'EntityAlreadyExists', taken);
      await iam(...upload('second', 'photos.example.com'));
      const names = async (...words: string[]) => {
        const { ServerCertificateMetadataList: found } = await iam(
          ...['list-server-certificates', ...words],
        );
        return found.map(({ ServerCertificateName: name }: Record<string, string>) => name);
      };
      assert.deepEqual(await names('--page-size', '1'), ['photos', 'second']);
      assert.deepEqual(await names('--path-prefix', '/cloudfront/'), ['photos']);

      await iam('tag-server-certificate', ...photos, '--tags', 'Key=a,Value=');
      await iam('untag-server-certificate', ...photos, '--tag-keys', 'team');
      const { Tags } = await iam('list-server-certificate-tags', ...photos);
      assert.deepEqual(Tags, [{ Key: 'a', Value: '' }]);
      const rename = ['--new-server-certificate-name', 'pictures', '--new-path', '/'];
      await iam('update-server-certificate', ...photos, ...rename);
      const none = 'The Server Certificate with name photos cannot be found.';
      await refused(['delete-server-certificate', ...photos], 'NoSuchEntity', none);
      await iam('delete-server-certificate', '--server-certificate-name', 'pictures');
      assert.deepEqual(await names(), ['second']);
    });
  });
});
