import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { zipSync } from 'fflate';
import { unpackAuditBlock } from '../audit-block.ts';
import { firstAccountId } from '../testing.ts';
import { lambdaTrust, openTestFunctions, refused, zip } from './testing.ts';

const arn = `arn:aws:lambda:us-east-1:${firstAccountId}:function:thumbnail`;
const name = { FunctionName: 'thumbnail' };

const invalid = (words: RegExp | string) => refused('InvalidParameterValueException', words);

describe('a function', () => {
  test('is answered as it was made, and found under each of its names', async (context) => {
    const { create, ask, roleArn } = await openTestFunctions(context);
    const made: object = await create({ Environment: { Variables: { COLOUR: 'blue' } } });
    const { RevisionId: revision, ...expected } = made as Record<string, unknown>;
    assert.match(String(revision), /^[0-9a-f-]{36}$/);
    assert.deepEqual(JSON.parse(JSON.stringify(expected)), {
      FunctionName: 'thumbnail',
      FunctionArn: arn,
      Runtime: 'nodejs24.x',
      Role: roleArn,
      Handler: 'index.handler',
      CodeSize: zip.length,
      Description: '',
      Timeout: 3,
      MemorySize: 128,
      LastModified: '2026-01-01T00:00:00.000+0000',
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      Version: '$LATEST',
      TracingConfig: { Mode: 'PassThrough' },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/thumbnail' },
      Environment: { Variables: { COLOUR: 'blue' } },
    });
    for (const FunctionName of [
      'thumbnail',
      `${firstAccountId}:thumbnail`,
      `${firstAccountId}:function:thumbnail`,
      'function:thumbnail',
      arn,
    ]) {
      assert.deepEqual(await ask('GetFunctionConfiguration', { FunctionName }), made, FunctionName);
    }
    const latest = `${arn}:$LATEST`;
    for (const input of [{ FunctionName: latest }, { ...name, Qualifier: '$LATEST' }]) {
      const answer = await ask('GetFunctionConfiguration', input);
      assert.equal(answer.FunctionArn, latest);
    }
    assert.deepEqual(await ask('GetFunction', name), {
      Configuration: made,
      Code: { RepositoryType: 'S3' },
    });
  });

  test('that is not there is not found, in AWS’s words', async (context) => {
    const { create, ask } = await openTestFunctions(context);
    const missing = refused('ResourceNotFoundException', `Function not found: ${arn}`);
    for (const operation of [
      'GetFunction',
      'GetFunctionConfiguration',
      'UpdateFunctionConfiguration',
      'DeleteFunction',
      'GetPolicy',
      'Invoke',
    ]) {
      await assert.rejects(ask(operation, name), missing, operation);
    }
    await assert.rejects(ask('UpdateFunctionCode', { ...name, ZipFile: zip }), missing);
    await assert.rejects(ask('ListTags', { Resource: arn }), missing);
    await create();
    for (const Qualifier of ['1', 'live']) {
      const words = `Function not found: ${arn}:${Qualifier}`;
      const version = { ...name, Qualifier };
      await assert.rejects(
        ask('GetFunction', version),
        refused('ResourceNotFoundException', words),
      );
    }
    const both = { FunctionName: 'thumbnail:1', Qualifier: '2' };
    await assert.rejects(ask('GetFunction', both), invalid(/^The derived qualifier/));
    const elsewhere = { FunctionName: arn.replace('us-east-1', 'eu-west-1') };
    const words = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')";
    await assert.rejects(
      ask('GetFunction', elsewhere),
      refused('ResourceNotFoundException', words),
    );
  });

  test('is made once, and is gone with all that it had', async (context) => {
    const { create, ask, store } = await openTestFunctions(context);
    await create({ Tags: { team: 'photos' } });
    await assert.rejects(
      create(),
      refused('ResourceConflictException', 'Function already exist: thumbnail'),
    );
    const Permission = { StatementId: 'all', Action: 'lambda:InvokeFunction', Principal: '*' };
    await ask('AddPermission', { ...name, ...Permission });
    assert.deepEqual(await ask('DeleteFunction', name), { StatusCode: 204 });
    for (const table of ['lambda_function', 'lambda_permission', 'lambda_tag'] as const) {
      assert.deepEqual(await store.database.selectFrom(table).selectAll().execute(), [], table);
    }
    assert.equal(await store.sweepObjectFiles(), 0);
    await create();
    await assert.rejects(ask('GetPolicy', name), /does not exist/);
    assert.deepEqual(await ask('ListTags', { Resource: arn }), { Tags: Object.create(null) });
  });

  test('has a name, which may look like a region', async (context) => {
    const { create, ask } = await openTestFunctions(context);
    for (const FunctionName of ['my-function-1', 'do-backup-2', 'us-east-1']) {
      const made = await create({ FunctionName });
      assert.equal(made.FunctionArn, arn.replace('thumbnail', FunctionName));
    }
    const { Functions } = await ask('ListFunctions');
    assert.equal((Functions as unknown as []).length, 3);
    for (const FunctionName of ['a.b', '..']) {
      await assert.rejects(
        create({ FunctionName }),
        refused('ValidationException', /pattern: \[a-zA-Z0-9-_\]\+$/),
      );
    }
  });

  test('has no more code than its account may have', async (context) => {
    const { create, ask, store } = await openTestFunctions(context, {
      functionStoragePerAccount: 1,
    });
    const big = zipSync({ 'index.js': [randomBytes(600 * 1024), { level: 0 }] });
    await create({ FunctionName: 'first', Code: { ZipFile: big } });
    const exceeded = refused('CodeStorageExceededException', 'Code storage limit exceeded.');
    await assert.rejects(create({ Code: { ZipFile: big } }), exceeded);
    await create();
    await assert.rejects(ask('UpdateFunctionCode', { ...name, ZipFile: big }), exceeded);
    await ask('UpdateFunctionCode', { FunctionName: 'first', ZipFile: big });
    assert.equal(await store.sweepObjectFiles(), 0);
  });

  test('has settings within their bounds', async (context) => {
    const { create, ask } = await openTestFunctions(context);
    const bound = (member: string, most: number) =>
      refused(
        'ValidationException',
        `1 validation error detected: Value '${most + 1}' at '${member}' failed to satisfy ` +
          `constraint: Member must have value less than or equal to ${most}`,
      );
    await assert.rejects(create({ Timeout: 901 }), bound('timeout', 900));
    await assert.rejects(create({ MemorySize: 10_241 }), bound('memorySize', 10_240));
    await assert.rejects(create({ Runtime: 'python3.13' }), invalid(/^The runtime parameter of/));
    await assert.rejects(create({ Handler: undefined }), invalid(/^Runtime and Handler are mand/));
    await assert.rejects(
      create({ FunctionName: 'x'.repeat(65) }),
      refused('ValidationException', /length less than or equal to 64$/),
    );
    await assert.rejects(create({ FunctionName: 'thumbnail:1' }), invalid(/has no version/));
    await create({ Timeout: 900, MemorySize: 10_240, Architectures: ['arm64'] });
    await assert.rejects(
      ask('UpdateFunctionConfiguration', { ...name, Timeout: 901 }),
      bound('timeout', 900),
    );
  });

  test('is refused what nothing here can do, and not what asks for nothing', async (context) => {
    const { create, ask } = await openTestFunctions(context);
    const asking: Readonly<Record<string, unknown>> = {
      Architectures: ['arm64', 'x86_64'],
      CapacityProviderConfig: {},
      CodeSigningConfigArn: 'arn:aws:lambda:us-east-1:1:code-signing-config:csc-1',
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:1:queue' },
      DurableConfig: {},
      EphemeralStorage: { Size: 1024 },
      FileSystemConfigs: [{ Arn: 'a', LocalMountPath: '/mnt/a' }],
      ImageConfig: { Command: ['a'] },
      KMSKeyArn: 'arn:aws:kms:us-east-1:1:key/a',
      Layers: ['arn:aws:lambda:us-east-1:1:layer:a:1'],
      LoggingConfig: { LogFormat: 'JSON' },
      PackageType: 'Image',
      Publish: true,
      SnapStart: { ApplyOn: 'PublishedVersions' },
      TenancyConfig: {},
      TracingConfig: { Mode: 'Active' },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: [] },
    };
    for (const [member, value] of Object.entries(asking)) {
      const words = `What ${member} asks for is not supported here.`;
      await assert.rejects(create({ [member]: value }), invalid(words), member);
    }
    await create({
      DeadLetterConfig: { TargetArn: '' },
      EphemeralStorage: { Size: 512 },
      Layers: [],
      PackageType: 'Zip',
      Publish: false,
      TracingConfig: { Mode: 'PassThrough' },
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
    });
    const layers = { ...name, Layers: asking.Layers };
    await assert.rejects(ask('UpdateFunctionConfiguration', layers), invalid(/^What Layers/));
  });
});

describe('the code of a function', () => {
  test('is a zip, by value', async (context) => {
    const { create } = await openTestFunctions(context);
    const of = (Code: object) => create({ Code });
    const unzipped =
      'Could not unzip uploaded file. Please check your file, then try to upload again.';
    await assert.rejects(of({ ZipFile: Buffer.from('no zip') }), invalid(unzipped));
    await assert.rejects(of({}), invalid('Please provide a source for function code.'));
    await assert.rejects(of({ S3Bucket: 'photos', S3Key: 'a.zip' }), invalid(/^What S3Bucket/));
    await assert.rejects(of({ ImageUri: 'a' }), invalid(/^What ImageUri/));
    const empty = zipSync({});
    await assert.rejects(of({ ZipFile: empty }), invalid('Uploaded file must be a non-empty zip'));
    const large = Buffer.concat([zip, Buffer.alloc(10 * 1024 * 1024)]);
    await assert.rejects(of({ ZipFile: large }), invalid(/^Zipped size must be smaller than/));
  });

  test('is replaced, and the old one is gone', async (context) => {
    const { create, ask, store, invocations } = await openTestFunctions(context);
    const before = await create();
    const other = zipSync({ 'index.js': new TextEncoder().encode('exports.handler = () => 2;') });
    const dry = await ask('UpdateFunctionCode', { ...name, ZipFile: other, DryRun: true });
    assert.notEqual(dry.CodeSha256, before.CodeSha256);
    assert.deepEqual(await ask('GetFunctionConfiguration', name), before);
    const after = await ask('UpdateFunctionCode', { ...name, ZipFile: other });
    assert.equal(after.CodeSha256, dry.CodeSha256);
    assert.notEqual(after.RevisionId, before.RevisionId);
    await ask('Invoke', name);
    assert.deepEqual(invocations[0]?.code, Buffer.from(other));
    const files = await store.database.selectFrom('lambda_function').select('code_file').execute();
    assert.equal(files.length, 1);
    assert.equal(await store.sweepObjectFiles(), 0, 'no file is left over');
  });

  test('leaves no file when the function cannot be made', async (context) => {
    const { create, store } = await openTestFunctions(context);
    const Role = `arn:aws:iam::${firstAccountId}:role/Nobody`;
    await assert.rejects(create({ Role }), invalid(/cannot be assumed by Lambda/));
    assert.equal(await store.sweepObjectFiles(), 0);
  });
});

describe('the variables of a function', () => {
  test('are sealed at rest, and hidden in records', async (context) => {
    const { create, ask, store, services } = await openTestFunctions(context);
    await create({ Environment: { Variables: { TOKEN: 'canary-value' } } });
    const ClientContext = Buffer.from('{"canary":"value"}').toString('base64');
    const Payload = Buffer.from('{"canary":"value"}');
    await ask('Invoke', { ...name, ClientContext, Payload, LogType: 'Tail' });
    await ask('GetFunction', name);
    await services.close();
    const row = await store.database.selectFrom('lambda_function').selectAll().executeTakeFirst();
    assert(row?.environment && !JSON.stringify(row).includes('canary'));
    const changes = await store.database.selectFrom('audit_event').select('record').execute();
    const blocks = await store.database.selectFrom('audit_block').selectAll().execute();
    const records = JSON.stringify([changes, blocks.flatMap(unpackAuditBlock)]);
    for (const operation of ['CreateFunction', 'Invoke', 'GetFunction']) {
      assert(records.includes(operation), operation);
    }
    assert(!/canary|Y2FuYXJ5|TOKEN/.test(records));
  });

  test('are AWS’s own in no case, and not too many', async (context) => {
    const { create, ask } = await openTestFunctions(context);
    const of = (Variables: object) => create({ Environment: { Variables } });
    await assert.rejects(
      of({ AWS_REGION: 'a', FINE: 'b', AWS_SESSION_TOKEN: 'c' }),
      invalid(/Reserved keys used in this request: AWS_REGION, AWS_SESSION_TOKEN$/),
    );
    const long = { TOKEN: `canary${'x'.repeat(4096)}` };
    const error = await of(long).catch((thrown: Error) => thrown);
    assert.match(String(error), /exceeded the 4KB limit/);
    assert(!String(error).includes('canary'));
    await of({ COLOUR: 'blue' });
    const kept = await ask('UpdateFunctionConfiguration', { ...name, Description: 'x' });
    assert.deepEqual(
      { ...(kept.Environment as unknown as object) },
      {
        Variables: Object.assign(Object.create(null), { COLOUR: 'blue' }),
      },
    );
    const none = { ...name, Environment: { Variables: {} } };
    assert.equal((await ask('UpdateFunctionConfiguration', none)).Environment, undefined);
  });
});

describe('the role of a function', () => {
  test('exists, trusts Lambda, and is of the account', async (context) => {
    const { create, ask, call, roleArn } = await openTestFunctions(context);
    const cannot = invalid('The role defined for the function cannot be assumed by Lambda.');
    const trust = async (RoleName: string, condition?: object, Path = '/') => {
      const AssumeRolePolicyDocument = lambdaTrust(condition);
      await call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument, Path });
      return `arn:aws:iam::${firstAccountId}:role${Path}${RoleName}`;
    };
    const here = { ArnLike: { 'aws:SourceArn': arn } };
    const account = { StringEquals: { 'aws:SourceAccount': firstAccountId } };
    const there = { ArnLike: { 'aws:SourceArn': `${arn}-other` } };
    const other = { StringEquals: { 'aws:SourceAccount': '222222222222' } };
    await assert.rejects(create({ Role: await trust('Elsewhere', there) }), cannot);
    await assert.rejects(create({ Role: await trust('Foreign', other) }), cannot);
    await assert.rejects(create({ Role: roleArn.replace('role/', 'role/path/') }), cannot);
    const Administrator = `arn:aws:iam::${firstAccountId}:role/Administrator`;
    await assert.rejects(create({ Role: Administrator }), cannot);
    const foreign = roleArn.replace(firstAccountId, '222222222222');
    await assert.rejects(
      create({ Role: foreign }),
      refused('AccessDeniedException', 'Cross-account pass role is not allowed.'),
    );
    await create({ Role: await trust('Here', { ...here, ...account }, '/app/') });
    const change = (Role: string) => ask('UpdateFunctionConfiguration', { ...name, Role });
    await assert.rejects(change(Administrator), cannot);
    assert.equal((await change(roleArn)).Role, roleArn);
  });

  test('must be passed, with the service and the function for conditions', async (context) => {
    const { create, createUser, call, roleArn } = await openTestFunctions(context);
    await create({ FunctionName: 'other' });
    const user = await createUser('dave');
    const allow = (...statements: object[]) =>
      call('iam', 'PutUserPolicy', {
        UserName: 'dave',
        PolicyName: 'functions',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      });
    const everything = { Effect: 'Allow', Action: 'lambda:*', Resource: '*' };
    const pass = (condition: object) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: roleArn,
      Condition: { StringEquals: condition },
    });
    const make = () =>
      call(
        'lambda',
        'CreateFunction',
        {
          ...name,
          Role: roleArn,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: zip },
        },
        user,
      );
    const change = (input: object) =>
      call('lambda', 'UpdateFunctionConfiguration', { FunctionName: 'other', ...input }, user);
    const denied = refused('AccessDenied', /not authorized to perform: iam:PassRole on resource/);
    await allow(everything);
    await assert.rejects(make(), denied);
    await assert.rejects(change({ Role: roleArn }), denied);
    await change({ Description: 'no role is passed' });
    await allow(everything, pass({ 'iam:PassedToService': 'ec2.amazonaws.com' }));
    await assert.rejects(make(), denied);
    const toLambda = { 'iam:PassedToService': 'lambda.amazonaws.com' };
    await allow(everything, pass({ ...toLambda, 'iam:AssociatedResourceArn': arn }));
    await assert.rejects(change({ Role: roleArn }), denied);
    await make();
  });
});

test('a revision that is not the latest changes nothing', async (context) => {
  const { create, ask } = await openTestFunctions(context);
  const { RevisionId: first } = await create();
  const second = await ask('UpdateFunctionConfiguration', { ...name, RevisionId: first });
  const old = refused('PreconditionFailedException', /^The Revision Id provided does not match/);
  const RevisionId = first;
  const statement = { StatementId: 'a', Action: 'lambda:InvokeFunction', Principal: '*' };
  await assert.rejects(ask('UpdateFunctionConfiguration', { ...name, RevisionId }), old);
  await assert.rejects(ask('UpdateFunctionCode', { ...name, RevisionId, ZipFile: zip }), old);
  await assert.rejects(ask('AddPermission', { ...name, RevisionId, ...statement }), old);
  assert.deepEqual(await ask('GetFunctionConfiguration', name), second);
  await ask('AddPermission', { ...name, RevisionId: second.RevisionId, ...statement });
  const remove = { ...name, StatementId: 'a', RevisionId: second.RevisionId };
  await assert.rejects(ask('RemovePermission', remove), old);
});
