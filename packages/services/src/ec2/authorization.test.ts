import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ApiError } from '@carnet/wire';
import { roleTrustPolicy } from '../iam/testing.ts';
import { type Credentials, firstAccountId, openTestServices } from '../testing.ts';
import { imageId, one } from './testing.ts';

/** Who may do what with instances, by real policies of a real user. */

const instances = `arn:aws:ec2:us-east-1:${firstAccountId}:instance`;
const photoAppRole = `arn:aws:iam::${firstAccountId}:role/apps/PhotoAppRole`;

interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: object;
}

interface Answer {
  Instances?: { InstanceId?: string; Tags?: object[] }[];
  IamInstanceProfileAssociation?: { AssociationId?: string };
}

async function open(test: TestContext) {
  const { call, createUser, ...rest } = await openTestServices(test);
  const dave = await createUser('dave');
  for (const [RoleName, profile] of [
    ['PhotoAppRole', 'photos'],
    ['OtherRole', 'other'],
  ] as const) {
    const AssumeRolePolicyDocument = roleTrustPolicy;
    await call('iam', 'CreateRole', { RoleName, Path: '/apps/', AssumeRolePolicyDocument });
    await call('iam', 'CreateInstanceProfile', { InstanceProfileName: profile });
    await call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: profile, RoleName });
  }
  await call('iam', 'CreateInstanceProfile', { InstanceProfileName: 'empty' });
  const ec2 = async (operation: string, input: object, credentials?: Credentials) =>
    (await call('ec2', operation, input, credentials)) as Answer;
  return {
    ...rest,
    call,
    /** Calls as somebody who may do everything. */
    ec2,
    /** Calls as dave, who may do what these statements say. */
    async asDave(operation: string, input: object, ...statements: Statement[]): Promise<Answer> {
      const Statement = statements.map((each) => ({ Effect: 'Allow', Resource: '*', ...each }));
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      const policy = { UserName: 'dave', PolicyName: 'dave', PolicyDocument };
      await call('iam', 'PutUserPolicy', policy);
      return await ec2(operation, input, dave);
    },
    async runOne(input: object = {}): Promise<string> {
      const { Instances } = await ec2('RunInstances', { ...one, ...input });
      return Instances?.[0]?.InstanceId ?? '';
    },
    /** How many instances there are. */
    async count(): Promise<number> {
      const rows = await rest.store.database.selectFrom('ec2_instance').select('state').execute();
      return rows.length;
    },
  };
}

async function denied(call: Promise<unknown>, action: string, resource: string): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.deepEqual([error.code, error.status], ['UnauthorizedOperation', 403], error.message);
    const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
    const begin = `You are not authorized to perform this operation. User: ${dave} is not authorized to perform: ${action} on resource: ${resource} `;
    assert.equal(error.message.slice(0, begin.length), begin);
    return true;
  });
}

async function refused(call: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(call, (error) => error instanceof ApiError && error.code === code);
}

const run: Statement = { Action: 'ec2:RunInstances' };
const pass: Statement = { Action: 'iam:PassRole', Resource: photoAppRole };
const photos = { IamInstanceProfile: { Name: 'photos' } };

test('a launch needs the instance and the image', async (t) => {
  const { asDave, count } = await open(t);
  const image = `arn:aws:ec2:us-east-1::image/${imageId}`;
  const ofInstance = { ...run, Resource: `${instances}/*` };
  await denied(asDave('RunInstances', one, ofInstance), 'ec2:RunInstances', image);
  const ofImage = { ...run, Resource: image };
  await denied(asDave('RunInstances', one, ofImage), 'ec2:RunInstances', `${instances}/*`);
  assert.equal(await count(), 0);
  await asDave('RunInstances', one, ofInstance, ofImage);
  const other = { ...run, Resource: 'arn:aws:ec2:eu-west-1:*:instance/*' };
  await denied(asDave('RunInstances', one, other, ofImage), 'ec2:RunInstances', `${instances}/*`);
});

test('who may not pass the role launches nothing with its profile', async (t) => {
  const { asDave, count } = await open(t);
  const other = { IamInstanceProfile: { Name: 'other' } };
  const passRole = 'iam:PassRole';
  await denied(asDave('RunInstances', { ...one, ...photos }, run), passRole, photoAppRole);
  const otherRole = `arn:aws:iam::${firstAccountId}:role/apps/OtherRole`;
  await denied(asDave('RunInstances', { ...one, ...other }, run, pass), passRole, otherRole);
  const byArn = {
    IamInstanceProfile: { Arn: `arn:aws:iam::${firstAccountId}:instance-profile/photos` },
  };
  await denied(asDave('RunInstances', { ...one, ...byArn }, run), passRole, photoAppRole);
  assert.equal(await count(), 0);
  await asDave('RunInstances', { ...one, ...photos }, run, pass);
  await asDave('RunInstances', { ...one, ...byArn }, run, pass);
  await asDave('RunInstances', one, run);
  // There is nothing to pass, and nothing is made either.
  for (const Name of ['empty', 'missing']) {
    const call = asDave('RunInstances', { ...one, IamInstanceProfile: { Name } }, run);
    await refused(call, 'InvalidParameterValue');
  }
});

test('the role is passed to EC2, for instances of this account', async (t) => {
  const { asDave, runOne, ec2 } = await open(t);
  const launch = { ...one, ...photos };
  const withCondition = (Condition: object) => ({ ...pass, Condition });
  const toService = (service: string) =>
    withCondition({ StringEquals: { 'iam:PassedToService': service } });
  const toInstance = (arn: string) =>
    withCondition({ ArnLike: { 'iam:AssociatedResourceArn': arn } });
  await asDave('RunInstances', launch, run, toService('ec2.amazonaws.com'));
  const lambda = asDave('RunInstances', launch, run, toService('lambda.amazonaws.com'));
  await denied(lambda, 'iam:PassRole', photoAppRole);
  await asDave('RunInstances', launch, run, toInstance(`${instances}/*`));
  const id = await runOne();
  const associate = { Action: 'ec2:*IamInstanceProfile*' };
  const ofOne = toInstance(`${instances}/${id}`);
  await denied(asDave('RunInstances', launch, run, ofOne), 'iam:PassRole', photoAppRole);
  const { IamInstanceProfileAssociation: made } = await asDave(
    'AssociateIamInstanceProfile',
    { InstanceId: id, ...photos },
    associate,
    ofOne,
  );
  const AssociationId = made?.AssociationId;
  await asDave(
    'ReplaceIamInstanceProfileAssociation',
    { AssociationId, ...photos },
    associate,
    ofOne,
  );
  const second = await runOne();
  const elsewhere = asDave(
    'AssociateIamInstanceProfile',
    { InstanceId: second, ...photos },
    associate,
    ofOne,
  );
  await denied(elsewhere, 'iam:PassRole', photoAppRole);
  await ec2('AssociateIamInstanceProfile', { InstanceId: second, ...photos });
});

test('a profile is changed by who may pass the new role, and nobody else', async (t) => {
  const { asDave, runOne, ec2, store } = await open(t);
  const InstanceId = await runOne();
  const all = { Action: 'ec2:*' };
  const associate = asDave('AssociateIamInstanceProfile', { InstanceId, ...photos }, all);
  await denied(associate, 'iam:PassRole', photoAppRole);
  const other = { IamInstanceProfile: { Name: 'other' } };
  const { IamInstanceProfileAssociation: made } = await ec2('AssociateIamInstanceProfile', {
    InstanceId,
    ...other,
  });
  const AssociationId = made?.AssociationId;
  const replace = asDave('ReplaceIamInstanceProfileAssociation', { AssociationId, ...photos }, all);
  await denied(replace, 'iam:PassRole', photoAppRole);
  const [left] = await store.database
    .selectFrom('ec2_instance_profile_association')
    .selectAll()
    .execute();
  assert.equal(left?.association_id, AssociationId);
  // To take a profile away nothing is passed.
  await asDave('DisassociateIamInstanceProfile', { AssociationId }, all);
});

test('each of several instances has to be allowed', async (t) => {
  const { asDave, runOne, store } = await open(t);
  const mine = await runOne({
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'photos' }] }],
  });
  const other = await runOne();
  const ofTeam = (Action: string) => ({
    Action,
    Condition: { StringEquals: { 'ec2:ResourceTag/team': 'photos' } },
  });
  for (const operation of ['StopInstances', 'StartInstances', 'TerminateInstances']) {
    const action = `ec2:${operation}`;
    for (const InstanceIds of [
      [mine, other],
      [other, mine],
    ]) {
      const call = asDave(operation, { InstanceIds }, ofTeam(action));
      await denied(call, action, `${instances}/${other}`);
    }
  }
  const Tags = [{ Key: 'team', Value: 'photos' }];
  for (const operation of ['CreateTags', 'DeleteTags']) {
    const action = `ec2:${operation}`;
    const call = asDave(operation, { Resources: [mine, other], Tags }, ofTeam(action));
    await denied(call, action, `${instances}/${other}`);
  }
  const rows = await store.database.selectFrom('ec2_instance').select('state').execute();
  assert.deepEqual(rows, [{ state: 'running' }, { state: 'running' }]);
  await asDave('StopInstances', { InstanceIds: [mine] }, ofTeam('ec2:StopInstances'));
});

test('conditions see the type, the image, the profile, the region and the tokens', async (t) => {
  const { asDave, runOne } = await open(t);
  const launch = { ...one, ...photos, InstanceType: 't3.micro' };
  const keys: readonly (readonly [key: string, value: string, onImage: boolean])[] = [
    ['ec2:InstanceType', 't3.micro', false],
    ['ec2:InstanceProfile', `arn:aws:iam::${firstAccountId}:instance-profile/photos`, false],
    ['ec2:MetadataHttpTokens', 'required', false],
    ['ec2:MetadataHttpEndpoint', 'enabled', false],
    ['ec2:Region', 'us-east-1', false],
    ['ec2:ImageID', imageId, true],
  ];
  for (const [key, value, onImage] of keys) {
    const Resource = onImage ? 'arn:aws:ec2:*::image/*' : 'arn:aws:ec2:*:*:instance/*';
    const deny = (Condition: object) => ({ ...run, Effect: 'Deny' as const, Resource, Condition });
    await asDave('RunInstances', launch, run, pass, deny({ StringNotEquals: { [key]: value } }));
    const call = asDave(
      'RunInstances',
      launch,
      run,
      pass,
      deny({ StringEquals: { [key]: value } }),
    );
    await refused(call, 'UnauthorizedOperation');
  }
  const id = await runOne(launch);
  const ofInstance = [
    ...keys.filter(([, , onImage]) => !onImage),
    ['ec2:InstanceID', id, false] as const,
  ];
  for (const [key, value] of ofInstance) {
    const stop = { Action: 'ec2:StopInstances' };
    const only = (wanted: string) => ({ ...stop, Condition: { StringEquals: { [key]: wanted } } });
    await asDave('StopInstances', { InstanceIds: [id] }, only(value));
    await refused(
      asDave('StopInstances', { InstanceIds: [id] }, only('x')),
      'UnauthorizedOperation',
    );
  }
  const bare = await runOne();
  const newProfile = `arn:aws:iam::${firstAccountId}:instance-profile/photos`;
  const associate = (wanted: string) => ({
    Action: 'ec2:AssociateIamInstanceProfile',
    Condition: { ArnEquals: { 'ec2:NewInstanceProfile': wanted } },
  });
  const input = { InstanceId: bare, ...photos };
  const call = asDave('AssociateIamInstanceProfile', input, pass, associate(`${newProfile}x`));
  await denied(call, 'ec2:AssociateIamInstanceProfile', `${instances}/${bare}`);
  await asDave('AssociateIamInstanceProfile', input, pass, associate(newProfile));
});

test('tags at launch need the permission to tag, for this launch and with these tags', async (t) => {
  const { asDave } = await open(t);
  const launch = {
    ...one,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'photos' }] }],
  };
  const createTags = 'ec2:CreateTags';
  await denied(asDave('RunInstances', launch, run), createTags, `${instances}/*`);
  const tag = (Condition: object) => ({ Action: createTags, Condition });
  const good: readonly object[] = [
    { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    { StringEquals: { 'aws:RequestTag/team': 'photos' } },
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] }, Null: { 'aws:TagKeys': 'false' } },
  ];
  for (const condition of good) await asDave('RunInstances', launch, run, tag(condition));
  const bad: readonly object[] = [
    { StringEquals: { 'ec2:CreateAction': 'CreateVolume' } },
    { StringEquals: { 'aws:RequestTag/team': 'web' } },
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Name'] }, Null: { 'aws:TagKeys': 'false' } },
  ];
  for (const condition of bad) {
    await denied(asDave('RunInstances', launch, run, tag(condition)), createTags, `${instances}/*`);
  }
  const { Instances } = await asDave('RunInstances', launch, run, tag({}));
  // Of CreateTags itself there is no action that makes anything.
  const atLaunch = tag({ StringEquals: { 'ec2:CreateAction': 'RunInstances' } });
  const id = Instances?.[0]?.InstanceId ?? '';
  const input = { Resources: [id], Tags: [{ Key: 'a', Value: '' }] };
  await denied(asDave('CreateTags', input, atLaunch), createTags, `${instances}/${id}`);
});

interface Said {
  readonly said: string;
  /** Of the encoded message, which is compressed: another id may be a few characters more. */
  readonly length: number;
}

function alike(one: Said, other: Said): void {
  assert.equal(one.said, other.said);
  assert.ok(Math.abs(one.length - other.length) < 20, `${one.length} and ${other.length}`);
}

test('who may not is told nothing of what exists', async (t) => {
  const { asDave, runOne, ec2 } = await open(t);
  const id = await runOne();
  const { IamInstanceProfileAssociation: made } = await ec2('AssociateIamInstanceProfile', {
    InstanceId: id,
    ...photos,
  });
  const other = 'i-0123456789abcdef0';
  const nothing = { Action: 'sts:GetCallerIdentity' };
  const messageOf = async (operation: string, input: object) => {
    const error: unknown = await asDave(operation, input, nothing).catch((thrown) => thrown);
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, 'UnauthorizedOperation');
    // What is sealed is told to nobody here, but its length is.
    const [said = '', encoded = ''] = error.message.split(
      ' Encoded authorization failure message: ',
    );
    assert.match(encoded, /^[\w-]{100,}$/);
    return { said: said.replaceAll(id, other), length: encoded.length };
  };
  for (const operation of ['StopInstances', 'StartInstances', 'TerminateInstances']) {
    const there = await messageOf(operation, { InstanceIds: [id] });
    const missing = await messageOf(operation, { InstanceIds: [other] });
    alike(there, missing);
    await messageOf(operation, { InstanceIds: ['web'] });
  }
  for (const operation of [
    'DisassociateIamInstanceProfile',
    'ReplaceIamInstanceProfileAssociation',
  ]) {
    const there = await messageOf(operation, { AssociationId: made?.AssociationId, ...photos });
    const missing = { AssociationId: 'iip-assoc-0123456789abcdef0', ...photos };
    alike(there, await messageOf(operation, missing));
  }
  const launch = { ...one, DryRun: true };
  alike(
    await messageOf('RunInstances', { ...launch, ...photos }),
    await messageOf('RunInstances', { ...launch, IamInstanceProfile: { Name: 'missing' } }),
  );
  await messageOf('DescribeInstances', {});
});

test('a dry run tells whether it is allowed', async (t) => {
  const { asDave, count } = await open(t);
  const dry = { ...one, ...photos, DryRun: true };
  await refused(asDave('RunInstances', dry, run, pass), 'DryRunOperation');
  await denied(asDave('RunInstances', dry, run), 'iam:PassRole', photoAppRole);
  assert.equal(await count(), 0);
});
