/** Quotas are settings: what the server was started with is what it counts against. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateUserCommand,
  GetAccountSummaryCommand,
  IAMClient,
  LimitExceededException,
} from '@aws-sdk/client-iam';
import { type StartedServer, startServer } from './started-server.ts';

describe('a server counts against the quotas that it was started with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-quota-'));
  let server: StartedServer;
  let iam: IAMClient;

  before(async () => {
    const file = join(folder, 'carnet.json');
    writeFileSync(file, JSON.stringify({ quotas: { groupsPerAccount: 1, usersPerAccount: 9 } }));
    server = await startServer(
      ['--config', file, '--quota', 'instanceProfilesPerAccount=1'],
      undefined,
      { CARNET_QUOTA_USERS_PER_ACCOUNT: '1' },
    );
    iam = new IAMClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
    });
  });
  after(async () => {
    iam?.destroy();
    assert.equal(await server?.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  async function assertOneOnly(make: (name: string) => Promise<unknown>, quota: string) {
    await make('first');
    await assert.rejects(make('second'), (error) => {
      assert.ok(error instanceof LimitExceededException, String(error));
      assert.equal(error.message, `Cannot exceed quota for ${quota}: 1`);
      return true;
    });
  }

  it('from a variable, which is stronger than the file', async () => {
    await assertOneOnly(
      (UserName) => iam.send(new CreateUserCommand({ UserName })),
      'UsersPerAccount',
    );
  });

  it('from the file', async () => {
    await assertOneOnly(
      (GroupName) => iam.send(new CreateGroupCommand({ GroupName })),
      'GroupsPerAccount',
    );
  });

  it('from a flag', async () => {
    await assertOneOnly(
      (InstanceProfileName) => iam.send(new CreateInstanceProfileCommand({ InstanceProfileName })),
      'InstanceProfilesPerAccount',
    );
  });

  it('and tells them', async () => {
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    assert.equal(SummaryMap?.UsersQuota, 1);
    assert.equal(SummaryMap?.PoliciesQuota, 1500, 'what is not set is AWS’s');
  });
});

describe('a server does not start with a quota that is none', () => {
  for (const [what, flags, settings] of [
    ['a wrong name', [], { CARNET_QUOTA_USERS: '1' }],
    ['a wrong value', ['--quota', 'usersPerAccount=none'], {}],
  ] as const) {
    it(what, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'carnet-quota-'));
      await assert.rejects(startServer(flags, folder, settings), (error) => {
        const said = String(error);
        assert.match(said, /carnet ended with 2/);
        assert.match(said, /carnet: `.*\n {2}why: {2}\S.*\n {2}next: \S/);
        return true;
      });
      rmSync(folder, { recursive: true });
    });
  }
});
