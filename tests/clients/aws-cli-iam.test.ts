/** IAM and STS with the `aws` command line: each family of resources, its pages and its errors. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
});

describe('IAM with the aws command line', { skip: whyMissing('aws', '--version') }, () => {
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

  /** Fails with exactly this sentence of AWS's. */
  async function refused(words: readonly string[], code: string, message: string): Promise<void> {
    const said = await terminal.refused('iam', ...words);
    const [, sentence = said] = /^An error occurred (.*)$/s.exec(said) ?? [];
    const [verb = ''] = words;
    const operation = verb.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    assert.equal(sentence, `(${code}) when calling the ${operation} operation: ${message}`);
  }

  // Each of them has names of its own.
  describe('side by side', { concurrency: 4 }, () => {
    it('users: paths, tags, pages, renaming', async () => {
      const made = await iam(
        ...['create-user', '--user-name', 'dave', '--path', '/people/a/'],
        ...['--tags', 'Key=team,Value=photos'],
      );
      assert.match(made.User.UserId, /^AIDA[A-Z0-9]{17}$/);
      assert.equal(made.User.Arn, arn('user/people/a/dave'));
      for (const name of ['editor', 'finance']) {
        await iam('create-user', '--user-name', name, '--path', '/people/b/');
      }
      const names = async (...words: string[]) => {
        const page = await iam('list-users', '--path-prefix', '/people/', ...words);
        const found = page.Users.map(({ UserName }: { UserName: string }) => UserName);
        return [found.join(' '), page.NextToken];
      };
      assert.deepEqual(await names('--page-size', '2'), ['dave editor finance', undefined]);
      const [first, token] = await names('--max-items', '2');
      assert.equal(first, 'dave editor');
      assert.deepEqual(await names('--starting-token', token), ['finance', undefined]);
      const taken = 'User with name DAVE already exists.';
      await refused(['create-user', '--user-name', 'DAVE'], 'EntityAlreadyExists', taken);

      const dave = ['--user-name', 'dave'];
      await iam('tag-user', ...dave, '--tags', 'Key=a,Value=1', 'Key=b,Value=');
      const page = await iam('list-user-tags', ...dave, '--page-size', '1', '--max-items', '2');
      assert.deepEqual(
        page.Tags.map(({ Key, Value }: { Key: string; Value: string }) => `${Key}=${Value}`),
        ['a=1', 'b='],
      );
      await iam('untag-user', ...dave, '--tag-keys', 'a', 'b');
      assert.equal((await iam('list-user-tags', ...dave)).Tags.length, 1);

      await iam('update-user', ...dave, '--new-user-name', 'renamed', '--new-path', '/');
      const none = 'The user with name dave cannot be found.';
      await refused(['get-user', ...dave], 'NoSuchEntity', none);
      const { User } = await iam('get-user', '--user-name', 'renamed');
      assert.deepEqual([User.UserId, User.Arn], [made.User.UserId, arn('user/renamed')]);
      await iam('delete-user', '--user-name', 'renamed');
    });

    it('input that AWS does not take', async () => {
      const at = (member: string, what: string) =>
        `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${what}`;
      const long = 'x'.repeat(65);
      const cases: [string[], string][] = [
        [
          ['create-user', '--user-name', 'sp ace'],
          'The specified value for userName is invalid. It must contain only alphanumeric ' +
            'characters and/or the following: +=,.@_-',
        ],
        [
          ['create-user', '--user-name', long],
          at('userName', 'have length less than or equal to 64'),
        ],
        [
          ['list-policies', '--scope', 'Nope'],
          at('scope', 'satisfy enum value set: [All, AWS, Local]'),
        ],
        [['get-user'], 'Must specify userName when calling with non-User credentials'],
      ];
      for (const [words, message] of cases) await refused(words, 'ValidationError', message);
    });

    it('access keys: two, inactive, last used, removed', async () => {
      const gatekeeper = ['--user-name', 'gatekeeper'];
      await iam('create-user', ...gatekeeper);
      const { AccessKey } = await iam('create-access-key', ...gatekeeper);
      const { AccessKeyId, SecretAccessKey } = AccessKey;
      assert.match(AccessKeyId, /^AKIA[A-Z2-7]{16}$/);
      assert.equal(SecretAccessKey.length, 40);
      await iam('create-access-key', ...gatekeeper);
      const full = 'Cannot exceed quota for AccessKeysPerUser: 2';
      await refused(['create-access-key', ...gatekeeper], 'LimitExceeded', full);
      const her = openTerminal(server, {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
      });
      try {
        const { Arn } = await her.json('sts', 'get-caller-identity');
        assert.equal(Arn, arn('user/gatekeeper'));
        const key = ['--access-key-id', AccessKeyId];
        const used = await iam('get-access-key-last-used', ...key);
        assert.equal(used.UserName, 'gatekeeper');
        assert.deepEqual(
          [used.AccessKeyLastUsed.ServiceName, used.AccessKeyLastUsed.Region],
          ['sts', 'us-east-1'],
        );
        await iam('update-access-key', ...gatekeeper, ...key, '--status', 'Inactive');
        assert.match(
          await her.refused('sts', 'get-caller-identity'),
          /\(InvalidClientTokenId\).*: The security token included in the request is invalid\.$/,
        );
        const { AccessKeyMetadata } = await iam(
          'list-access-keys',
          ...gatekeeper,
          '--page-size',
          '1',
        );
        assert.deepEqual(
          AccessKeyMetadata.map(({ Status }: { Status: string }) => Status).toSorted(),
          ['Active', 'Inactive'],
        );
        const remove = ['delete-access-key', ...gatekeeper, ...key];
        await iam(...remove);
        const none = `The Access Key with id ${AccessKeyId} cannot be found.`;
        await refused(remove, 'NoSuchEntity', none);
      } finally {
        her.close();
      }
    });

    it('login profiles', async () => {
      const handler = ['--user-name', 'handler'];
      await iam('create-user', ...handler);
      const create = ['create-login-profile', ...handler, '--password'];
      const short = 'Password should have a minimum length of 8';
      await refused([...create, 'Short-1'], 'PasswordPolicyViolation', short);
      await iam(...create, 'Sunny-Day-4-Photos', '--password-reset-required');
      const twice = 'Login Profile for user handler already exists.';
      await refused([...create, 'Sunny-Day-4-Photos'], 'EntityAlreadyExists', twice);
      const { LoginProfile } = await iam('get-login-profile', ...handler);
      assert.equal(LoginProfile.PasswordResetRequired, true);
      await iam('update-login-profile', ...handler, '--no-password-reset-required');
      const first = 'Cannot delete entity, must delete login profile first.';
      await refused(['delete-user', ...handler], 'DeleteConflict', first);
      await iam('delete-login-profile', ...handler);
      const none = 'Login Profile for User handler cannot be found.';
      await refused(['get-login-profile', ...handler], 'NoSuchEntity', none);
      await iam('delete-user', ...handler);
    });

    it('groups and who is in them', async () => {
      for (const name of ['importer', 'indexer']) await iam('create-user', '--user-name', name);
      const group = ['--group-name', 'Developers'];
      const { Group } = await iam('create-group', ...group, '--path', '/teams/');
      assert.equal(Group.Arn, arn('group/teams/Developers'));
      for (const name of ['importer', 'indexer', 'importer']) {
        await iam('add-user-to-group', ...group, '--user-name', name);
      }
      const { Users } = await iam('get-group', ...group, '--page-size', '1');
      assert.deepEqual(
        Users.map(({ UserName }: { UserName: string }) => UserName),
        ['importer', 'indexer'],
      );
      const { Groups } = await iam('list-groups-for-user', '--user-name', 'importer');
      assert.equal(Groups[0].GroupName, 'Developers');
      const some = await iam('list-groups', '--path-prefix', '/teams/', '--max-items', '1');
      assert.equal(some.Groups.length, 1);
      const first = 'Cannot delete entity, must remove users from group first.';
      await refused(['delete-group', ...group], 'DeleteConflict', first);
      await iam('update-group', ...group, '--new-group-name', 'Builders');
      const none = 'The group with name Developers cannot be found.';
      await refused(['get-group', ...group], 'NoSuchEntity', none);
      const renamed = ['--group-name', 'Builders'];
      for (const name of ['importer', 'indexer']) {
        await iam('remove-user-from-group', ...renamed, '--user-name', name);
      }
      await iam('delete-group', ...renamed);
    });

    it('managed policies and their versions', async () => {
      const made = await iam(
        ...['create-policy', '--policy-name', 'photos', '--path', '/x/'],
        ...['--policy-document', document, '--description', 'about ü', '--tags', 'Key=a,Value=b'],
      );
      assert.equal(made.Policy.Arn, arn('policy/x/photos'));
      const policy = ['--policy-arn', made.Policy.Arn];
      assert.equal((await iam('get-policy', ...policy)).Policy.Description, 'about ü');
      for (let version = 2; version <= 5; version += 1) {
        const more = ['--policy-document', document, '--set-as-default'];
        await iam('create-policy-version', ...policy, ...more);
      }
      const sixth = ['create-policy-version', ...policy, '--policy-document', document];
      const full =
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.';
      await refused(sixth, 'LimitExceeded', full);
      const { Versions } = await iam('list-policy-versions', ...policy, '--page-size', '2');
      assert.deepEqual(
        Versions.map(({ VersionId }: { VersionId: string }) => VersionId),
        ['v5', 'v4', 'v3', 'v2', 'v1'],
      );
      const byDefault = ['delete-policy-version', ...policy, '--version-id', 'v5'];
      const inUse = 'Cannot delete the default version of a policy.';
      await refused(byDefault, 'DeleteConflict', inUse);
      await iam('set-default-policy-version', ...policy, '--version-id', 'v1');
      await iam(...byDefault);
      const version = await iam('get-policy-version', ...policy, '--version-id', 'v1');
      assert.deepEqual(version.PolicyVersion.Document, JSON.parse(document));
      assert.equal(version.PolicyVersion.IsDefaultVersion, true);
      await iam('tag-policy', ...policy, '--tags', 'Key=c,Value=d');
      await iam('untag-policy', ...policy, '--tag-keys', 'a');
      const { Tags } = await iam('list-policy-tags', ...policy);
      assert.deepEqual(Tags, [{ Key: 'c', Value: 'd' }]);
      const more =
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.";
      await refused(['delete-policy', ...policy], 'DeleteConflict', more);
      for (const id of ['v2', 'v3', 'v4']) {
        await iam('delete-policy-version', ...policy, '--version-id', id);
      }
      await iam('delete-policy', ...policy);
    });

    it('attachments, and who has a policy', async () => {
      const { Policy } = await iam(
        ...['create-policy', '--policy-name', 'attached', '--policy-document', document],
      );
      const policy = ['--policy-arn', Policy.Arn];
      await iam('create-user', '--user-name', 'journalist');
      await iam('create-group', '--group-name', 'Journalists');
      const journalist = ['attach-user-policy', '--user-name', 'journalist', '--policy-arn'];
      await iam(...journalist, Policy.Arn);
      await iam(...journalist, 'arn:aws:iam::aws:policy/ReadOnlyAccess');
      await iam('attach-group-policy', '--group-name', 'Journalists', ...policy);
      const nope = 'arn:aws:iam::aws:policy/Nope';
      const none = `Policy ${nope} does not exist or is not attachable.`;
      await refused([...journalist, nope], 'NoSuchEntity', none);
      const pages = [
        'list-attached-user-policies',
        '--user-name',
        'journalist',
        '--page-size',
        '1',
      ];
      assert.deepEqual(
        (await iam(...pages)).AttachedPolicies.map((one: { PolicyName: string }) => one.PolicyName),
        ['attached', 'ReadOnlyAccess'],
      );
      const entities = await iam('list-entities-for-policy', ...policy);
      const { PolicyUsers, PolicyGroups, PolicyRoles } = entities;
      assert.deepEqual(
        [PolicyUsers[0].UserName, PolicyGroups[0].GroupName],
        ['journalist', 'Journalists'],
      );
      assert.deepEqual(PolicyRoles, []);
      const inUse = 'Cannot delete a policy attached to entities.';
      await refused(['delete-policy', ...policy], 'DeleteConflict', inUse);
      const { Policies } = await iam('list-policies', '--scope', 'Local', '--only-attached');
      assert.deepEqual(
        Policies.map((one: { PolicyName: string }) => one.PolicyName),
        ['attached'],
      );
      await iam('detach-group-policy', '--group-name', 'Journalists', ...policy);
      const detach = ['detach-user-policy', '--user-name', 'journalist', ...policy];
      await iam(...detach);
      await refused(detach, 'NoSuchEntity', `Policy ${Policy.Arn} was not found.`);
    });

    it('inline policies of users and groups', async () => {
      await iam('create-user', '--user-name', 'keeper');
      await iam('create-group', '--group-name', 'Kims');
      for (const [kind, name] of [
        ['user', 'keeper'],
        ['group', 'Kims'],
      ] as const) {
        const of = [`--${kind}-name`, name];
        const put = [`put-${kind}-policy`, ...of, '--policy-name', 'own', '--policy-document'];
        await iam(...put, document);
        const get = [`get-${kind}-policy`, ...of, '--policy-name', 'own'];
        assert.deepEqual((await iam(...get)).PolicyDocument, JSON.parse(document));
        const listed = await iam(`list-${kind}-policies`, ...of);
        assert.deepEqual(listed.PolicyNames, ['own']);
        const wrong = document.replace('s3:GetObject', 'GetObject');
        const why = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
        await refused([...put, wrong], 'MalformedPolicyDocument', why);
        await refused([...put, '{'], 'MalformedPolicyDocument', 'Syntax errors in policy.');
        await iam(`delete-${kind}-policy`, ...of, '--policy-name', 'own');
        const none = `The ${kind} policy with name own cannot be found.`;
        await refused(get, 'NoSuchEntity', none);
      }
    });

    it("AWS's own policies, in pages, with their text", async () => {
      const scope = ['list-policies', '--scope', 'AWS'];
      const first = await iam(...scope, '--max-items', '3', '--page-size', '2');
      const rest = await iam(...scope, '--starting-token', first.NextToken, '--page-size', '900');
      const arns: string[] = [...first.Policies, ...rest.Policies].map(({ Arn }) => Arn);
      assert.ok(arns.length > 1000);
      assert.equal(new Set(arns).size, arns.length, 'none twice');
      const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
      assert.ok(arns.includes(administrator));
      const policy = ['--policy-arn', administrator];
      const { PolicyVersion } = await iam('get-policy-version', ...policy, '--version-id', 'v1');
      assert.deepEqual(PolicyVersion.Document.Statement, [
        { Effect: 'Allow', Action: '*', Resource: '*' },
      ]);
      assert.match(
        await terminal.refused('iam', 'delete-policy', ...policy),
        /\(AccessDenied\) when calling the DeletePolicy operation: User: /,
      );
    });

    it('the role of the operator, the account, and what is not served', async () => {
      const role = ['--role-name', 'Administrator'];
      const { Role } = await iam('get-role', ...role);
      assert.equal(Role.Arn, arn('role/Administrator'));
      assert.deepEqual((await iam('list-roles')).Roles[0].RoleId, Role.RoleId);
      const attached = await iam('list-attached-role-policies', ...role);
      assert.equal(attached.AttachedPolicies[0].PolicyName, 'AdministratorAccess');
      const { SummaryMap } = await iam('get-account-summary');
      assert.deepEqual([SummaryMap.Roles, SummaryMap.UsersQuota], [1, 5000]);
      const unserved = ['get-human-readable-summary', '--entity-arn', arn('role/Administrator')];
      const said = await terminal.refused('iam', ...unserved);
      assert.match(
        said,
        /\(NotImplemented\) when calling the GetHumanReadableSummary operation: The operation GetHumanReadableSummary is not implemented\./,
      );
      const debugged = await terminal.run('iam', 'get-account-summary', '--debug');
      assert.equal(debugged.stderr.match(/Sending http request/g)?.length, 1);
      assert.match(debugged.stderr, /No retry needed\./);
    });
  });
});
