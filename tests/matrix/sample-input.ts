import type { ServiceModel } from '@carnet/wire';
import { sampleText } from './pattern-text.ts';

/** Values for members whose form the model's constraints alone do not give. */
const byMember: Readonly<Record<string, unknown>> = {
  AWSServiceName: 'ecs.amazonaws.com',
  AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  AssociationId: 'iip-assoc-0123456789abcdef0',
  AssumeRolePolicyDocument:
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
    '"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}',
  ActionNames: ['s3:GetObject', 's3:PutObject'],
  AuthenticationCode1: '123456',
  AuthenticationCode2: '654321',
  Bucket: 'matrix-bucket',
  CopySource: 'matrix-bucket/source',
  EntityPath: 'o-0123456789/r-0123',
  DeletionTaskId:
    'task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/' +
    '8a1f6f0e-3c1e-4f3e-9d0b-2f4e6a7c8b9d',
  Action: 'lambda:InvokeFunction',
  FunctionName: 'matrix-function',
  GroupName: 'matrix-group',
  IamInstanceProfile: { Name: 'matrix-photos' },
  ImageId: 'ami-0123456789abcdef0',
  InstanceId: 'i-0123456789abcdef0',
  InstanceIds: ['i-0123456789abcdef0'],
  Key: 'matrix-key',
  MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0123456789abcdef0123456789abcdef"' }] },
  NewPassword: 'Sunny-Day-4-Photos',
  OldPassword: 'Sunny-Day-3-Photos',
  Password: 'Sunny-Day-4-Photos',
  PartNumber: 1,
  PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  Policy:
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*",' +
    '"Action":"s3:PutObject","Resource":"arn:aws:s3:::matrix-bucket/never"}}',
  PolicyDocument:
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}}',
  PolicyInputList: [
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}}',
  ],
  PolicyName: 'matrix-policy',
  Resources: ['i-0123456789abcdef0'],
  Principal: '*',
  RoleName: 'matrix-role',
  TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
  UploadId: 'matrix-upload',
  Url: 'https://matrix.example.com',
  UserName: 'matrix-user',
  VersionId: 'v1',
  VirtualMFADeviceName: 'matrix-device',
};

/** Members that name something of the account by its ARN. */
const arnNames: Readonly<Record<string, string>> = {
  OpenIDConnectProviderArn: 'oidc-provider/matrix.example.com',
  PolicyArn: 'policy/matrix-policy',
  RoleArn: 'role/matrix-trusting',
  SAMLProviderArn: 'saml-provider/matrix-provider',
};

/**
 * An input with every required member, valid by the model: enough to come through the codec to the
 * gate. `accountId` stands in ARNs.
 */
export function sampleInput(
  model: ServiceModel,
  operation: string,
  accountId: string,
): Record<string, unknown> {
  const shape = model.operations[operation]?.input;
  if (shape === undefined) return {};
  return sampleStructure(model, shape, accountId);
}

/** Never required by the model, and needed for the operation to mean what its test says. */
const wanted: ReadonlySet<string> = new Set([
  'Body',
  'IamInstanceProfile',
  'ImageId',
  'MultipartUpload',
  'Role',
  'TagSpecifications',
  'UserName',
]);

function sampleStructure(
  model: ServiceModel,
  name: string,
  accountId: string,
): Record<string, unknown> {
  const shape = model.shapes[name];
  if (shape?.type !== 'structure') throw new Error(`${name} is no structure`);
  const sample: Record<string, unknown> = {};
  for (const [member, { shape: memberShape }] of Object.entries(shape.members)) {
    if (!shape.required.includes(member) && !wanted.has(member)) continue;
    sample[member] = sampleMember(model, member, memberShape, accountId);
  }
  return sample;
}

/** A value for one member of a shape of that name. */
export function sampleMember(
  model: ServiceModel,
  member: string,
  name: string,
  accountId: string,
): unknown {
  if (member === 'PolicyArn') return `arn:aws:iam::${accountId}:policy/matrix-policy`;
  if (member === 'Arn' || member === 'PolicySourceArn') {
    return `arn:aws:iam::${accountId}:user/matrix-user`;
  }
  if (member === 'TargetPrincipal') return accountId;
  if (member === 'PolicyInputList') return [byMember.PolicyDocument];
  if (member === 'Role') return `arn:aws:iam::${accountId}:role/matrix-role`;
  if (member === 'Resource') {
    return `arn:aws:lambda:us-east-1:${accountId}:function:matrix-function`;
  }
  if (member === 'SerialNumber') return `arn:aws:iam::${accountId}:mfa/matrix-device`;
  const arnName = arnNames[member];
  if (arnName !== undefined) return `arn:aws:iam::${accountId}:${arnName}`;
  if (Object.hasOwn(byMember, member)) return byMember[member];
  const shape = model.shapes[name];
  switch (shape?.type) {
    case 'structure': {
      const sample = sampleStructure(model, name, accountId);
      // A structure without any member cannot be sent.
      const [[first, { shape: firstShape }] = ['', { shape: '' }]] = Object.entries(shape.members);
      if (Object.keys(sample).length > 0) return sample;
      return { [first]: sampleMember(model, first, firstShape, accountId) };
    }
    case 'list':
      return [sampleMember(model, '', shape.member.shape, accountId)];
    case 'map':
      return { matrix: sampleMember(model, '', shape.value.shape, accountId) };
    case 'string':
      return shape.enum?.[0] ?? sampleText(shape);
    case 'boolean':
      return true;
    case 'integer':
    case 'long':
    case 'double':
      return shape.min ?? 1;
    case 'blob':
      return new TextEncoder().encode('matrix');
    default:
      throw new Error(`no sample for ${member} of shape ${name}`);
  }
}
