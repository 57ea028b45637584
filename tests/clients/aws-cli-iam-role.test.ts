/**
 * Roles, boundaries, instance profiles, service-linked roles, simulations and reports with the `aws`
 * command line: its waiters, pages, queries and skeletons.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

const statement = (action: string, rest: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, ...rest }],
  });
const readPhotos = statement('s3:GetObject', { Resource: 'arn:aws:s3:::photos/*' });
const trust = statement('sts:AssumeRole', { Principal: { Service: 'ec2.amazonaws.com' } });

describe('Roles with the aws command line', { skip: whyMissing('aws', '--version') }, () => {
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
  const text = async (...words: string[]) =>
    (await terminal.aws('iam', ...words, '--output', 'text')).trim();
  const arn = (resource: string) => `arn:aws:iam::${server.accountId}:${resource}`;

  /** Fails with exactly this code and sentence of AWS's. */
  async function refused(words: readonly string[], code: string, message: string): Promise<void> {
    const said = await terminal.refused('iam', ...words);
    const [, saidCode, sentence] =
      /\((\w+)\) when calling the \w+ operation: (.*)$/s.exec(said) ?? [];
    assert.deepEqual([saidCode, sentence], [code, message], said);
  }

  const createRole = (name: string, ...words: string[]) =>
    iam('create-role', '--role-name', name, '--assume-role-policy-document', trust, ...words);

  // Each of them has names of its own.
  describe('side by side', { concurrency: 3 }, () => {
    it('roles: waited for, changed, in pages', async () => {
      const app = ['--role-name', 'PhotoAppRole'];
      const { Role: made } = await createRole('PhotoAppRole', '--path', '/apps/');
      assert.deepEqual(made, {
        Path: '/apps/',
        RoleName: 'PhotoAppRole',
        RoleId: made.RoleId,
        Arn: arn('role/apps/PhotoAppRole'),
        CreateDate: made.CreateDate,
        AssumeRolePolicyDocument: JSON.parse(trust),
      });
      assert.match(made.RoleId, /^AROA[A-Z2-7]{17}$/);
      assert.equal(await terminal.aws('iam', 'wait', 'role-exists', ...app), '');
      await createRole('PhotoAppRoleTwo', '--path', '/apps/');

      const list = ['list-roles', '--path-prefix', '/apps/', '--page-size', '1'];
      const names = ['--query', 'Roles[].RoleName'];
      assert.equal(await text(...list, ...names), 'PhotoAppRole\nPhotoAppRoleTwo');
      const page = await iam(...list, '--max-items', '1');
      const rest = await iam(...list, '--starting-token', page.NextToken);
      assert.deepEqual(
        [...page.Roles, ...rest.Roles].map(({ RoleName }) => RoleName),
        ['PhotoAppRole', 'PhotoAppRoleTwo'],
      );
      const elsewhere =
        'The specified value for pathPrefix is invalid. It must begin with the / character and ' +
        'contain only alphanumeric characters and/or / characters.';
      await refused(['list-roles', '--path-prefix', 'apps'], 'ValidationError', elsewhere);

      const skeleton = await iam('update-role', '--generate-cli-skeleton');
      assert.deepEqual(Object.keys(skeleton), ['RoleName', 'Description', 'MaxSessionDuration']);
      const input = { ...skeleton, RoleName: 'PhotoAppRole', MaxSessionDuration: 7200 };
      terminal.write('update.json', JSON.stringify({ ...input, Description: 'puts' }));
      assert.deepEqual(await iam('update-role', '--cli-input-json', 'file://update.json'), {});
      const other = statement('sts:AssumeRole', { Principal: { AWS: arn('root') } });
      await iam('update-assume-role-policy', ...app, '--policy-document', other);
      await iam('tag-role', ...app, '--tags', 'Key=team,Value=photos');
      const { Role: role } = await iam('get-role', ...app);
      assert.deepEqual(role, {
        ...made,
        AssumeRolePolicyDocument: JSON.parse(other),
        Description: 'puts',
        MaxSessionDuration: 7200,
        Tags: [{ Key: 'team', Value: 'photos' }],
        RoleLastUsed: {},
      });
    });

    it('policies of a role', async () => {
      const holder = ['--role-name', 'holder'];
      await createRole('holder');
      const own = [...holder, '--policy-name'];
      await iam('put-role-policy', ...own, 'Own', '--policy-document', readPhotos);
      const { PolicyDocument: document } = await iam('get-role-policy', ...own, 'Own');
      assert.deepEqual(document, JSON.parse(readPhotos));
      const readOnly = ['--policy-arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'];
      await iam('attach-role-policy', ...holder, ...readOnly);
      const attached = 'AttachedPolicies[].PolicyName';
      const listed = ['list-attached-role-policies', ...holder, '--query', attached];
      assert.equal(await text(...listed), 'ReadOnlyAccess');
      const attachedFirst = 'Cannot delete entity, must detach all policies first.';
      await refused(['delete-role', ...holder], 'DeleteConflict', attachedFirst);
      await iam('detach-role-policy', ...holder, ...readOnly);
      await iam('delete-role-policy', ...own, 'Own');
      await iam('delete-role', ...holder);
      const gone = 'The role with name holder cannot be found.';
      await refused(['get-role', ...holder], 'NoSuchEntity', gone);
    });

    it('boundaries, and simulations that stop at them', async () => {
      const make = ['create-policy', '--policy-name', 'border', '--policy-document', readPhotos];
      const border = await text(...make, '--query', 'Policy.Arn');
      const policy = ['--policy-arn', border];
      assert.equal(await terminal.aws('iam', 'wait', 'policy-exists', ...policy), '');
      const bounded = ['--user-name', 'bounded'];
      const { User: user } = await iam(
        ...['create-user', ...bounded, '--permissions-boundary', border],
      );
      assert.deepEqual(user.PermissionsBoundary, {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: border,
      });
      assert.equal(await terminal.aws('iam', 'wait', 'user-exists', ...bounded), '');
      const put = ['put-user-policy', ...bounded, '--policy-name', 'All', '--policy-document'];
      await iam(...put, statement('s3:*', { Resource: '*' }));
      const decided = await iam(
        ...['simulate-principal-policy', '--policy-source-arn', arn('user/bounded')],
        ...['--action-names', 's3:GetObject', 's3:PutObject'],
        ...['--resource-arns', 'arn:aws:s3:::photos/pic.jpg', '--page-size', '1'],
        ...['--query', 'EvaluationResults[].[EvalActionName,EvalDecision]'],
      );
      assert.deepEqual(decided, [
        ['s3:GetObject', 'allowed'],
        ['s3:PutObject', 'implicitDeny'],
      ]);
      const keys = ['get-context-keys-for-custom-policy', '--policy-input-list'];
      const condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
      const asked = statement('s3:*', { Resource: '*', Condition: condition });
      const context = await iam(...keys, asked);
      assert.deepEqual(context, { ContextKeyNames: ['aws:MultiFactorAuthPresent'] });
      const none = `Scope ARN: ${arn('policy/none')} does not exist or is not attachable.`;
      const boundary = ['put-user-permissions-boundary', ...bounded, '--permissions-boundary'];
      await refused([...boundary, arn('policy/none')], 'NoSuchEntity', none);
      await iam('delete-user-permissions-boundary', ...bounded);
    });

    it('instance profiles', async () => {
      await createRole('server-role');
      const web = ['--instance-profile-name', 'web'];
      await iam('create-instance-profile', ...web, '--tags', 'Key=a,Value=1');
      assert.equal(await terminal.aws('iam', 'wait', 'instance-profile-exists', ...web), '');
      const pair = [...web, '--role-name', 'server-role'];
      await iam('add-role-to-instance-profile', ...pair);
      const full = 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1';
      await refused(['add-role-to-instance-profile', ...pair], 'LimitExceeded', full);
      const { InstanceProfile: profile } = await iam('get-instance-profile', ...web);
      assert.deepEqual(
        [profile.Roles[0].RoleName, profile.Tags],
        ['server-role', [{ Key: 'a', Value: '1' }]],
      );
      const roleFirst = 'Cannot delete entity, must remove roles from instance profile first.';
      await refused(['delete-instance-profile', ...web], 'DeleteConflict', roleFirst);
      await iam('remove-role-from-instance-profile', ...pair);
      await iam('delete-instance-profile', ...web);
    });

    it('service-linked roles', async () => {
      const create = ['create-service-linked-role', '--aws-service-name'];
      const { Role: role } = await iam(...create, 'autoscaling.amazonaws.com');
      assert.equal(role.Path, '/aws-service-role/autoscaling.amazonaws.com/');
      const named = ['--role-name', role.RoleName];
      const task = await text('delete-service-linked-role', ...named, '--query', 'DeletionTaskId');
      const status = ['get-service-linked-role-deletion-status', '--deletion-task-id', task];
      assert.equal(await text(...status, '--query', 'Status'), 'SUCCEEDED');
    });

    it('reports', async () => {
      const state = await text('generate-credential-report', '--query', 'State');
      assert.match(state, /^(?:STARTED|COMPLETE)$/);
      const content = await text('get-credential-report', '--query', 'Content');
      assert.match(Buffer.from(content, 'base64').toString(), /^user,arn,user_creation_time,/);
      const source = ['--arn', arn('role/Administrator')];
      const job = ['generate-service-last-accessed-details', ...source, '--query', 'JobId'];
      const details = ['get-service-last-accessed-details', '--job-id', await text(...job)];
      const counted = await iam(
        ...details,
        '--query',
        '[JobStatus,length(ServicesLastAccessed)>`0`]',
      );
      assert.deepEqual(counted, ['COMPLETED', true]);
      const roles = ['get-account-authorization-details', '--filter', 'Role', '--page-size', '1'];
      const found = await text(...roles, '--query', 'RoleDetailList[].RoleName');
      assert.ok(found.split(/\s+/).includes('Administrator'), found);
    });
  });
});
