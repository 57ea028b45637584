/** Terraform with the real AWS provider, where both are installed: one account from nothing to nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

/** Where Terraform looks for providers by itself, and where they are laid out for `-plugin-dir`. */
const pluginFolders = [
  join(homedir(), '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  '/opt/*',
];

function findPlugins(): string | undefined {
  for (const folder of pluginFolders) {
    const [found] = globSync(`${folder}/*/hashicorp/aws`);
    if (found !== undefined) return join(found, '../../..');
  }
  return undefined;
}

const plugins = findPlugins();

function whySkipped(): string | false {
  const missing = whyMissing('terraform', 'version') || whyMissing('openssl', 'version');
  if (missing || plugins) return missing;
  const reason = 'the AWS provider of Terraform is not installed';
  process.stdout.write(`skipped: ${reason}\n`);
  return reason;
}

const configuration = join(import.meta.dirname, 'terraform');

describe('Terraform', { skip: whySkipped() }, () => {
  let server: StartedServer;
  let terminal: Terminal;

  before(async () => {
    server = await startServer();
    terminal = openTerminal(server);
    furnish('account', ['main.tf', 'unimportable.tf']);
    furnish('imported', ['main.tf', 'import.tf']);
  });
  after(async () => {
    terminal?.close();
    assert.equal(await server?.stop(), 0);
  });

  /** A folder with some of the configuration, and a key and a certificate of its own. */
  function furnish(name: string, files: readonly string[]): void {
    const folder = join(terminal.folder, name);
    mkdirSync(folder);
    for (const file of [...files, 'metadata.xml']) {
      copyFileSync(join(configuration, file), join(folder, file));
    }
    const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => join(folder, file));
    const first = join(terminal.folder, 'account');
    if (folder === first) makeCertificate(String(key), String(certificate));
    else {
      for (const file of ['key.pem', 'certificate.pem', 'key.pub']) {
        copyFileSync(join(first, file), join(folder, file));
      }
    }
  }

  const terraform = (folder: string, command: string, ...words: string[]) =>
    terminal.command('terraform', `-chdir=${folder}`, command, '-no-color', ...words);
  const apply = (folder: string, ...words: string[]) =>
    terraform(folder, 'apply', '-auto-approve', ...words);
  const planNothing = async (folder: string, ...words: string[]) => {
    const said = await terraform(folder, 'plan', ...words);
    assert.match(said, /^No changes\. /m, said);
  };

  it('applies a whole account, and then has nothing to do', async () => {
    await terraform('account', 'init', `-plugin-dir=${plugins}`);
    assert.match(
      await apply('account'),
      /Apply complete! Resources: \d+ added, 0 changed, 0 destr/,
    );
    await planNothing('account');
    const { users, roles, profile, decision } = JSON.parse(
      await terraform('account', 'output', '-json', 'read'),
    );
    assert.deepEqual([users, roles, profile], [['dave'], ['PhotoAppRole'], 'PhotoAppRole']);
    assert.deepEqual(decision, { 's3:DeleteObject': 'implicitDeny', 's3:GetObject': 'allowed' });
  });

  it('imports what another has made, and finds it as it is written', async () => {
    await terraform('imported', 'init', `-plugin-dir=${plugins}`);
    const { resources } = JSON.parse(
      readFileSync(join(terminal.folder, 'account/terraform.tfstate'), 'utf8'),
    );
    const attribute = (type: string, name: string) =>
      resources.find((one: { type: string }) => one.type === type).instances[0].attributes[name];
    writeFileSync(
      join(terminal.folder, 'imported/terraform.tfvars.json'),
      JSON.stringify({
        access_key_id: attribute('aws_iam_access_key', 'id'),
        credential_id: attribute(
          'aws_iam_service_specific_credential',
          'service_specific_credential_id',
        ),
        ssh_key_id: attribute('aws_iam_user_ssh_key', 'ssh_public_key_id'),
      }),
    );
    const said = await apply('imported');
    assert.match(said, /Resources: \d+ imported, 0 added, 0 changed, 0 destroyed/, said);
    await planNothing('imported');
  });

  it('changes everything that can be changed', async () => {
    const said = await apply('account', '-var=changed=true');
    assert.match(said, /Resources: \d+ added, \d+ changed, \d+ destroyed/, said);
    await planNothing('account', '-var=changed=true');
  });

  it('destroys it, and leaves nothing behind', async () => {
    assert.match(
      await terraform('account', 'destroy', '-auto-approve', '-var=changed=true'),
      /Destroy complete!/,
    );
    const { SummaryMap: left } = await terminal.json('iam', 'get-account-summary');
    const { Users, Groups, Policies, Roles, InstanceProfiles, MFADevices, Providers } = left;
    assert.deepEqual(
      { Users, Groups, Policies, Roles, InstanceProfiles, MFADevices, Providers },
      {
        Users: 0,
        Groups: 0,
        Policies: 0,
        Roles: 1,
        InstanceProfiles: 0,
        MFADevices: 0,
        Providers: 0,
      },
    );
    const plan = await terraform('account', 'plan');
    assert.match(plan, /Plan: \d+ to add, 0 to change, 0 to destroy/);
  });
});

/** A key and a certificate that belong together, and the key as OpenSSH writes it. */
function makeCertificate(key: string, certificate: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'],
      ...['-subj', '/CN=photos.example.com', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  const pem = readFileSync(key, 'utf8');
  writeFileSync(join(key, '../key.pub'), `${sshPublicKey(pem)}\n`);
}

/** RFC 4253, section 6.6: three strings, each with its length before it. */
function sshPublicKey(pem: string): string {
  const { e = '', n = '' } = createPublicKey(pem).export({ format: 'jwk' });
  const number = (text: string) => {
    const bytes = Buffer.from(text, 'base64url');
    return (bytes[0] ?? 0) < 128 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
  };
  const parts = [Buffer.from('ssh-rsa'), number(e), number(n)].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')}`;
}
