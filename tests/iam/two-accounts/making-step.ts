import {
  certificate,
  otherCertificate,
  otherSshPublicKey,
  privateKey,
  sshPublicKey,
} from '../credential-sample.ts';
import { codesFrom } from '../one-time-code.ts';
import { samlMetadata, samlPrivateKey } from '../saml-sample.ts';
import type { Input, Side } from './side.ts';

/** A call that makes something; the same in both accounts, but for ids and canaries. */
interface MakingStep {
  readonly operation: string;
  readonly input: (side: Side) => Input;
}

const tagsOf = ({ canary }: Side) => [
  { Key: 'of', Value: canary },
  { Key: canary, Value: 'of' },
];
const policyArn = ({ accountId }: Side, name: string) => `arn:aws:iam::${accountId}:policy/${name}`;

const step = (operation: string, input: (side: Side) => Input): MakingStep => ({
  operation,
  input,
});
/** Once for each name, so that each list has a second page. */
const each = (
  names: readonly string[],
  operation: string,
  input: (name: string, side: Side) => Input,
): MakingStep[] => names.map((name) => step(operation, (side) => input(name, side)));

/** Whom a role of either account trusts. */
export const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});

const users = ['dave', 'eve'];
const groups = ['Developers', 'Readers'];
const roles = ['PhotoAppRole', 'VideoAppRole'];
const policies = ['photos', 'videos', 'limits'];
const inline = ['inline', 'other'];

const principals: readonly MakingStep[] = [
  ...each(policies, 'CreatePolicy', (PolicyName, side) => ({
    PolicyName,
    PolicyDocument: documentOf(side.canary),
    Description: side.canary,
    Tags: tagsOf(side),
  })),
  ...each(policies, 'CreatePolicyVersion', (name, side) => ({
    PolicyArn: policyArn(side, name),
    PolicyDocument: documentOf(side.canary),
  })),
  ...each(users, 'CreateUser', (UserName, side) => ({ UserName, Tags: tagsOf(side) })),
  ...each(groups, 'CreateGroup', (GroupName) => ({ GroupName })),
  ...each(roles, 'CreateRole', (RoleName, side) => ({
    RoleName,
    AssumeRolePolicyDocument: trustPolicy,
    Description: side.canary,
    Tags: tagsOf(side),
  })),
  ...users.flatMap((UserName) =>
    each(groups, 'AddUserToGroup', (GroupName) => ({ UserName, GroupName })),
  ),
  ...(['User', 'Group', 'Role'] as const).flatMap((kind) => policiesOf(kind)),
  ...(['User', 'Role'] as const).map((kind) =>
    step(`Put${kind}PermissionsBoundary`, (side) => ({
      ...firstOf(kind),
      PermissionsBoundary: policyArn(side, 'limits'),
    })),
  ),
];

function firstOf(kind: 'User' | 'Group' | 'Role'): Input {
  return { [`${kind}Name`]: { User: users[0], Group: groups[0], Role: roles[0] }[kind] };
}

/** Two inline policies and two attached ones of the first of a kind. */
function policiesOf(kind: 'User' | 'Group' | 'Role'): MakingStep[] {
  const entity = firstOf(kind);
  return [
    ...each(inline, `Put${kind}Policy`, (PolicyName, side) => ({
      ...entity,
      PolicyName,
      PolicyDocument: documentOf(side.canary),
    })),
    ...each(['photos', 'videos'], `Attach${kind}Policy`, (policy, side) => ({
      ...entity,
      PolicyArn: policyArn(side, policy),
    })),
  ];
}

const credentials: readonly MakingStep[] = [
  ...each(['dave', 'dave'], 'CreateAccessKey', (UserName) => ({ UserName })),
  step('CreateLoginProfile', () => ({ UserName: 'dave', Password: 'Sunny-Day-4-Photos' })),
];

const keysOfUsers: readonly MakingStep[] = [
  ...each([certificate, otherCertificate], 'UploadSigningCertificate', (CertificateBody) => ({
    UserName: 'dave',
    CertificateBody,
  })),
  ...each([sshPublicKey, otherSshPublicKey], 'UploadSSHPublicKey', (SSHPublicKeyBody) => ({
    UserName: 'dave',
    SSHPublicKeyBody,
  })),
  ...each(['codecommit', 'cassandra'], 'CreateServiceSpecificCredential', (service) => ({
    UserName: 'dave',
    ServiceName: `${service}.amazonaws.com`,
  })),
  ...each(['photos', 'videos'], 'UploadServerCertificate', (ServerCertificateName, side) => ({
    ServerCertificateName,
    CertificateBody: certificate,
    PrivateKey: privateKey,
    Tags: tagsOf(side),
  })),
];

/** One role that is there, and one that was, of which a task tells. */
const serviceLinkedRoles: readonly MakingStep[] = [
  ...each(['autoscaling', 'ecs'], 'CreateServiceLinkedRole', (service) => ({
    AWSServiceName: `${service}.amazonaws.com`,
  })),
  step('DeleteServiceLinkedRole', () => ({ RoleName: 'AWSServiceRoleForECS' })),
];

const reports: readonly MakingStep[] = [
  step('GenerateCredentialReport', () => ({})),
  step('GenerateServiceLastAccessedDetails', (side) => ({ Arn: policyArn(side, 'photos') })),
];

const profiles = ['photo-app', 'video-app', 'without-role'];

const instanceProfiles: readonly MakingStep[] = [
  ...each(profiles, 'CreateInstanceProfile', (InstanceProfileName, side) => ({
    InstanceProfileName,
    Tags: tagsOf(side),
  })),
  ...each(['photo-app', 'video-app'], 'AddRoleToInstanceProfile', (InstanceProfileName) => ({
    InstanceProfileName,
    RoleName: 'PhotoAppRole',
  })),
];

const devices = ['phone', 'tablet', 'spare'];
const serialNumber = ({ accountId }: Side, name: string) => `arn:aws:iam::${accountId}:mfa/${name}`;

/** A code needs the seed, which stands in the answer that made the device. */
export function codesOf({ heard }: Side, device: string, steps: number) {
  const made = heard.get('CreateVirtualMFADevice') ?? [];
  const answer = made.find((body) => body.includes(`:mfa/${device}<`)) ?? '';
  const seed = /<Base32StringSeed>(?<seed>[^<]+)</.exec(answer)?.groups?.seed ?? '';
  return codesFrom(Buffer.from(seed, 'base64').toString(), steps);
}

const ofTheAccount: readonly MakingStep[] = [
  ...each(devices, 'CreateVirtualMFADevice', (VirtualMFADeviceName, side) => ({
    VirtualMFADeviceName,
    Tags: tagsOf(side),
  })),
  ...each(['phone', 'tablet'], 'EnableMFADevice', (device, side) => ({
    UserName: 'dave',
    SerialNumber: serialNumber(side, device),
    ...codesOf(side, device, -2),
  })),
  ...each(['one', 'two'], 'CreateOpenIDConnectProvider', (name, side) => ({
    Url: `https://idp.example.com/${name}`,
    ClientIDList: [side.canary],
    ThumbprintList: ['a'.repeat(40)],
    Tags: tagsOf(side),
  })),
  ...each(['one', 'two'], 'AddClientIDToOpenIDConnectProvider', (name, side) => ({
    OpenIDConnectProviderArn: `arn:aws:iam::${side.accountId}:oidc-provider/idp.example.com/${name}`,
    ClientID: 'photos',
  })),
  ...each(['one', 'two'], 'CreateSAMLProvider', (Name, side) => ({
    Name,
    SAMLMetadataDocument: samlMetadata(`https://${side.canary}.example.com`),
    AddPrivateKey: samlPrivateKey(),
    Tags: tagsOf(side),
  })),
  step('EnableOutboundWebIdentityFederation', () => ({})),
  // No two accounts have the same.
  step('CreateAccountAlias', ({ canary }) => ({ AccountAlias: canary })),
  step('UpdateAccountPasswordPolicy', () => ({ MinimumPasswordLength: 7 })),
];

/** In this order: what needs another thing comes after it. */
const makingSteps: readonly MakingStep[] = [
  ...principals,
  ...credentials,
  ...keysOfUsers,
  ...instanceProfiles,
  ...serviceLinkedRoles,
  ...ofTheAccount,
  ...reports,
];

/** Makes everything that there can be; resolves with the operations that it took. */
export async function populate(side: Side): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const { operation, input } of makingSteps) {
    used.add(operation);
    const { status, body } = await side.send(operation, input(side));
    if (status !== 200) throw new Error(`${operation} in the world of two accounts: ${body}`);
  }
  return used;
}

/** A policy that bears the account's canary, and names two services. */
export const documentOf = (canary: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: ['s3:GetObject', 'iam:GetUser'],
      Resource: `arn:aws:s3:::${canary}/*`,
    },
  });
