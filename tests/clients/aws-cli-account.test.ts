/** What protects an account as a whole, with the `aws` command line: MFA, passwords, alias, summary. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { codesFrom } from '../iam/one-time-code.ts';
import { type Credentials, type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

const skip = whyMissing('aws', '--version');

// Each test has something else of the account.
describe('an account with the aws command line', { skip, concurrency: 3 }, () => {
  let server: StartedServer;
  let terminal: Terminal;
  let dave: Terminal;

  before(async () => {
    server = await startServer();
    terminal = openTerminal(server);
    dave = openTerminal(server, await newUser('dave'));
  });
  after(async () => {
    terminal?.close();
    dave?.close();
    assert.equal(await server?.stop(), 0);
  });

  async function newUser(UserName: string): Promise<Credentials> {
    const settings = { endpoint: server.endpoint, region: 'us-east-1' };
    const client = new IAMClient({ ...settings, credentials: server.credentials() });
    await client.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }));
    client.destroy();
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  }

  const iam = (...words: string[]) => terminal.json('iam', ...words);
  const refused = async (message: string, ...words: string[]) =>
    assert.ok((await terminal.refused('iam', ...words)).endsWith(`operation: ${message}`), message);

  it('a virtual MFA device, from the seed in a file to the end', async () => {
    const create = ['create-virtual-mfa-device', '--virtual-mfa-device-name', 'phone'];
    const seedTo = ['--outfile', 'seed.txt', '--bootstrap-method', 'Base32StringSeed'];
    const made = await iam(...create, ...seedTo, '--tags', 'Key=team,Value=photos');
    const serial = `arn:aws:iam::${server.accountId}:mfa/phone`;
    assert.equal(made.VirtualMFADevice.SerialNumber, serial);
    const seed = terminal.read('seed.txt').toString();
    assert.match(seed, /^[A-Z2-7]{64}$/);
    const png = ['--outfile', 'code.png', '--bootstrap-method', 'QRCodePNG'];
    const named = ['create-virtual-mfa-device', '--virtual-mfa-device-name', 'watch'];
    await iam(...named, '--path', '/d/', ...png);
    assert.equal(terminal.read('code.png').toString('latin1', 1, 4), 'PNG');
    await refused('MFA device already exists.', ...create, ...seedTo);

    const device = ['--user-name', 'dave', '--serial-number', serial];
    const codes = (steps: number) => {
      const { AuthenticationCode1: one, AuthenticationCode2: two } = codesFrom(seed, steps);
      return ['--authentication-code1', one, '--authentication-code2', two];
    };
    const invalid = 'Authentication code for device is not valid.';
    await refused(invalid, 'enable-mfa-device', ...device, ...codes(-120));
    await iam('enable-mfa-device', ...device, ...codes(-1));
    const { MFADevices } = await iam('list-mfa-devices', '--user-name', 'dave');
    assert.deepEqual(
      MFADevices.map((row: { SerialNumber: string }) => row.SerialNumber),
      [serial],
    );
    const assigned = ['list-virtual-mfa-devices', '--assignment-status', 'Assigned'];
    const [found] = (await iam(...assigned)).VirtualMFADevices;
    assert.equal(found.User.UserName, 'dave');
    const page = await iam('list-virtual-mfa-devices', '--max-items', '1');
    const rest = ['list-virtual-mfa-devices', '--starting-token', page.NextToken];
    assert.equal((await iam(...rest)).VirtualMFADevices.length, 1);
    await refused(invalid, 'resync-mfa-device', ...device, ...codes(-1));
    await iam('resync-mfa-device', ...device, ...codes(2));
    const conflict = 'MFA VirtualDevice in use. Must deactivate first.';
    await refused(conflict, 'delete-virtual-mfa-device', '--serial-number', serial);
    const { SummaryMap } = await iam('get-account-summary');
    assert.deepEqual([SummaryMap.MFADevices, SummaryMap.MFADevicesInUse], [2, 1]);
    await iam('deactivate-mfa-device', ...device);
    const tags = await iam('list-mfa-device-tags', '--serial-number', serial);
    assert.deepEqual(tags.Tags, [{ Key: 'team', Value: 'photos' }]);
    await iam('delete-virtual-mfa-device', '--serial-number', serial);
  });

  it('the password policy, and who changes passwords', async () => {
    const missing = `The Password Policy with domain name ${server.accountId} cannot be found.`;
    await refused(missing, 'get-account-password-policy');
    const profile = ['--user-name', 'dave', '--password'];
    await iam('create-login-profile', ...profile, 'correct-Horse-1');
    const change = ['--old-password', 'correct-Horse-1', '--new-password', 'another-Horse-22'];
    const denied = await dave.refused('iam', 'change-password', ...change);
    assert.match(denied, /\(AccessDenied\).* not authorized to perform: iam:ChangePassword /);
    await iam(
      ...['update-account-password-policy', '--minimum-password-length', '14'],
      ...['--require-symbols', '--allow-users-to-change-password', '--max-password-age', '90'],
      ...['--password-reuse-prevention', '3'],
    );
    const { PasswordPolicy } = await iam('get-account-password-policy');
    assert.equal(PasswordPolicy.ExpirePasswords, true);
    assert.equal('HardExpiry' in PasswordPolicy, false);
    await dave.json('iam', 'change-password', ...change);
    await refused(
      'Password should have a minimum length of 14, Password should have at least one symbol',
      ...['update-login-profile', ...profile, 'short'],
    );
    await refused(
      'Policy constraint violation with password reuse prevention during password change.',
      ...['update-login-profile', ...profile, 'another-Horse-22'],
    );
    await iam('delete-account-password-policy');
    const none = 'The account policy with name PasswordPolicy cannot be found.';
    await refused(none, 'delete-account-password-policy');
  });

  it('the alias, and the version of session tokens', async () => {
    await iam('create-account-alias', '--account-alias', 'photos');
    assert.deepEqual(await iam('list-account-aliases'), { AccountAliases: ['photos'] });
    const taken = 'The account alias photos already exists.';
    await refused(taken, 'create-account-alias', '--account-alias', 'photos');
    await iam('delete-account-alias', '--account-alias', 'photos');
    assert.deepEqual(await iam('list-account-aliases'), { AccountAliases: [] });
    const version = ['--global-endpoint-token-version', 'v2Token'];
    await iam('set-security-token-service-preferences', ...version);
    assert.equal((await iam('get-account-summary')).SummaryMap.GlobalEndpointTokenVersion, 2);
  });
});
