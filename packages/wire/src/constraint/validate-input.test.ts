import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../api-error.ts';
import type { ServiceModel } from '../model.ts';
import { models } from '../models.ts';
import { matchesPattern } from './java-pattern.ts';
import { validateInput } from './validate-input.ts';

function refusal(model: ServiceModel, operation: string, input: object): ApiError {
  try {
    validateInput(model, operation, input);
  } catch (thrown) {
    assert(thrown instanceof ApiError);
    return thrown;
  }
  throw new Error('nothing was refused');
}

const roleArn = 'arn:aws:iam::123456789012:role/PhotoAppRole';

test('a pattern, in AWS’s words', () => {
  const input = { RoleArn: roleArn, RoleSessionName: 'a b' };
  const error = refusal(models.sts, 'AssumeRole', input);
  assert.equal(error.code, 'ValidationError');
  assert.equal(error.status, 400);
  assert.equal(
    error.message,
    "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
  );
});

test('lengths, values and what is missing', () => {
  const error = refusal(models.sts, 'AssumeRole', {
    RoleSessionName: 'x'.repeat(65),
    DurationSeconds: 1,
    ExternalId: 'x',
  });
  const long = 'x'.repeat(65);
  assert.equal(
    error.message,
    '4 validation errors detected: ' +
      "Value null at 'roleArn' failed to satisfy constraint: Member must not be null; " +
      `Value '${long}' at 'roleSessionName' failed to satisfy constraint: ` +
      'Member must have length less than or equal to 64; ' +
      "Value '1' at 'durationSeconds' failed to satisfy constraint: " +
      'Member must have value greater than or equal to 900; ' +
      "Value 'x' at 'externalId' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 2',
  );
  const tooLong = { RoleArn: roleArn, RoleSessionName: 'abc', DurationSeconds: 43_201 };
  assert.match(
    refusal(models.sts, 'AssumeRole', tooLong).message,
    /'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200$/,
  );
});

test('an enumeration', () => {
  const input = { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Sleeping' };
  assert.match(
    refusal(models.iam, 'UpdateAccessKey', input).message,
    /Value at 'status' failed .*: Member must satisfy enum value set: \[Active, Inactive\b/,
  );
});

test('a path leads into lists of structures', () => {
  const input = { UserName: 'dave', Tags: [{ Key: 'a', Value: 'b' }, { Value: 'c' }] };
  assert.equal(
    refusal(models.iam, 'TagUser', input).message,
    "1 validation error detected: Value at 'tags.2.member.key' failed to satisfy constraint: " +
      'Member must not be null',
  );
});

test('items of a simple list are blamed on the list', () => {
  const input = { UserName: 'dave', TagKeys: ['fine', 'x'.repeat(129)] };
  assert.equal(
    refusal(models.iam, 'UntagUser', input).message,
    "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: " +
      'Member must satisfy constraint: [Member must have length less than or equal to 128, ' +
      'Member must have length greater than or equal to 1, Member must satisfy regular ' +
      'expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]',
  );
});

test('IAM repeats no value, and names members in the order of a hash table', () => {
  const long = 'x'.repeat(256);
  const provider = { Url: long, ClientIDList: [long], ThumbprintList: [long] };
  const listed = 'failed to satisfy constraint: Member must satisfy constraint:';
  assert.equal(
    refusal(models.iam, 'CreateOpenIDConnectProvider', provider).message,
    `3 validation errors detected: Value at 'clientIDList' ${listed} ` +
      '[Member must have length less than or equal to 255, ' +
      "Member must have length greater than or equal to 1]; Value at 'thumbprintList' " +
      `${listed} [Member must have length less than or equal to 40, ` +
      "Member must have length greater than or equal to 40]; Value at 'url' failed to satisfy " +
      'constraint: Member must have length less than or equal to 255',
  );
  const { message } = refusal(models.iam, 'UpdateAccountPasswordPolicy', {
    MinimumPasswordLength: 129,
    MaxPasswordAge: 1096,
    PasswordReusePrevention: 25,
  });
  const members = message.matchAll(/Value at '(?<member>\w+)' failed/g);
  assert.deepEqual(
    Array.from(members, ({ groups }) => groups?.member),
    ['minimumPasswordLength', 'passwordReusePrevention', 'maxPasswordAge'],
  );
});

test('IAM has sentences of its own for paths, names and documents, and then says no more', () => {
  const saidOf = (operation: string, input: object) =>
    refusal(models.iam, operation, input).message;
  const names = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
  const user = { UserName: 'a b', PermissionsBoundary: 'short' };
  assert.equal(saidOf('CreateUser', user), `The specified value for userName is invalid. ${names}`);
  const empty = { UserName: 'dave', NewUserName: '' };
  assert.equal(
    saidOf('UpdateUser', empty),
    `The specified value for newUserName is invalid. ${names}`,
  );
  const device = { VirtualMFADeviceName: 'phone', Path: '/no-end' };
  const slashes = 'contain only alphanumeric characters and/or / characters.';
  assert.equal(
    saidOf('CreateVirtualMFADevice', device),
    `The specified value for path is invalid. It must begin and end with / and ${slashes}`,
  );
  const tooLong = { ...device, Path: `/${'x'.repeat(511)}/` };
  assert.equal(
    saidOf('CreateVirtualMFADevice', tooLong),
    "1 validation error detected: Value at 'path' failed to satisfy constraint: Member must have length less than or equal to 512",
  );
  const prefix = `The specified value for pathPrefix is invalid. It must begin with the / character and ${slashes}`;
  for (const operation of ['ListPolicies', 'ListUsers']) {
    assert.equal(saidOf(operation, { PathPrefix: 'foo' }), prefix);
  }
  assert.equal(
    saidOf('PutUserPolicy', { UserName: 'dave', PolicyName: 'p', PolicyDocument: '😀' }),
    'The specified value for policyDocument is invalid. It must contain only printable ASCII characters.',
  );
  const profile = { InstanceProfileName: 'a b' };
  assert.match(saidOf('CreateInstanceProfile', profile), /regular expression pattern: \[\\w/);
});

test('too many items', () => {
  const tags = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' }));
  assert.equal(
    refusal(models.iam, 'TagUser', { UserName: 'dave', Tags: tags }).message,
    "1 validation error detected: Value at 'tags' failed to satisfy constraint: " +
      'Member must have length less than or equal to 50',
  );
});

test('a password is never in the message', () => {
  const password = `${'canary'.repeat(30)}`;
  const { message } = refusal(models.iam, 'CreateLoginProfile', {
    UserName: 'dave',
    Password: password,
  });
  assert.equal(
    message,
    "1 validation error detected: Value at 'password' failed to satisfy constraint: " +
      'Member must have length less than or equal to 128',
  );
});

test('a very long value is cut', () => {
  const input = {
    UserName: 'dave',
    PolicyName: 'p',
    PolicyDocument: `\u0000${'x'.repeat(50_000)}`,
  };
  assert(refusal(models.iam, 'PutUserPolicy', input).message.length < 1500);
});

test('characters are counted, not code units', () => {
  validateInput(models.iam, 'TagUser', {
    UserName: 'dave',
    Tags: [{ Key: '𝒳'.repeat(128), Value: '' }],
  });
});

test('what keeps to the constraints is accepted', () => {
  validateInput(models.iam, 'CreateUser', { UserName: 'dave', Path: '/a/b/', Tags: [] });
  validateInput(models.sts, 'GetCallerIdentity', {});
  validateInput(models.s3, 'PutObject', { Bucket: 'photos', Key: 'pic.jpg' });
});

test('S3 says it in its own way', () => {
  const codeOf = (operation: string, input: object) => refusal(models.s3, operation, input).code;
  const key = { Bucket: 'photos', Key: 'k' };
  assert.equal(codeOf('PutObject', { ...key, ACL: 'mine' }), 'InvalidArgument');
  assert.equal(codeOf('PutObject', { ...key, StorageClass: 'COLD' }), 'InvalidStorageClass');
  assert.equal(codeOf('UploadPart', { ...key, PartNumber: 1 }), 'InvalidArgument');
  assert.equal(codeOf('DeleteObjects', { Bucket: 'photos' }), 'MissingRequestBodyError');
  assert.equal(codeOf('DeleteObjects', { Bucket: 'photos', Delete: {} }), 'MalformedXML');
  const noKey = { Bucket: 'photos', Delete: { Objects: [{}] } };
  assert.equal(codeOf('DeleteObjects', noKey), 'MalformedXML');
  validateInput(models.s3, 'CreateBucket', {
    Bucket: 'photos',
    CreateBucketConfiguration: { LocationConstraint: 'my-cellar-1' },
  });
});

test('every pattern of the models compiles, and must match the whole value', () => {
  for (const model of Object.values(models)) {
    for (const shape of Object.values(model.shapes)) {
      if (shape.type === 'string' && shape.pattern !== undefined)
        matchesPattern(shape.pattern, 'x');
    }
  }
  assert.equal(matchesPattern('[\\w+=,.@-]+', 'dave\n'), false);
  assert.equal(matchesPattern('[\\w+=,.@\\:-]*', 'a:b'), true);
  assert.equal(matchesPattern('[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*', 'Ünïcode 東京 7'), true);
  assert.equal(matchesPattern('[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*', 'a\u0000'), false);
  assert.equal(matchesPattern('[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+', '{"a":\n1}'), true);
  assert.equal(matchesPattern('[\\uE000-\\uFFFD\\u10000-\\u10FFFF]+', '\u{1f4a9}'), true);
  assert.equal(matchesPattern('a|b', 'ab'), false);
});

test('what policies are asked about has a length in Lambda too', () => {
  const arn = (length: number) => 'arn:aws:iam::111111111111:role/'.padEnd(length, 'a');
  const input = { FunctionName: 'photos', Code: {} };
  validateInput(models.lambda, 'CreateFunction', { ...input, Role: arn(2048) });
  assert.throws(
    () => validateInput(models.lambda, 'CreateFunction', { ...input, Role: arn(2049) }),
    { code: 'ValidationException', message: /Member must have length less than or equal to 2048$/ },
  );
  const permission = { FunctionName: 'photos', StatementId: 'a', Action: 'lambda:InvokeFunction' };
  for (const key of ['Principal', 'SourceArn']) {
    const good = { Principal: 'a', [key]: 'arn:aws:s3:::'.padEnd(2048, 'a') };
    validateInput(models.lambda, 'AddPermission', { ...permission, ...good });
    const long = { Principal: 'a', [key]: 'arn:aws:s3:::'.padEnd(2049, 'a') };
    assert.throws(
      () => validateInput(models.lambda, 'AddPermission', { ...permission, ...long }),
      { code: 'ValidationException' },
      key,
    );
  }
});
