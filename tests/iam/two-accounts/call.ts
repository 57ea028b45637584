import { models } from '@carnet/wire';
import { sampleInput } from '../../matrix/sample-input.ts';
import { certificate, privateKey, sshPublicKey, thirdCertificate } from '../credential-sample.ts';
import { samlMetadata } from '../saml-sample.ts';
import { neverAnswered } from '../served.ts';
import { codesOf, trustPolicy } from './making-step.ts';
import type { Input, Side } from './side.ts';

const model = models.iam;

export function membersOf(operation: string): string[] {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  return shape?.type === 'structure' ? Object.keys(shape.members) : [];
}

/** A call about an account's things, with every name of them that the operation takes. */
export function inputOf(side: Side, operation: string, names: Input): Input {
  const named = membersOf(operation)
    .filter((member) => Object.hasOwn(names, member))
    .map((member) => [member, names[member]]);
  return {
    ...sampleInput(model, operation, ''),
    ...Object.fromEntries(named),
    ...other[operation]?.(names, side),
  };
}

/** What would stand in the way of a later call, or is not about what the names say. */
const other: Readonly<Record<string, (names: Input, side: Side) => Input>> = {
  AddRoleToInstanceProfile: () => ({ InstanceProfileName: 'without-role' }),
  CreateAccountAlias: (_names, { canary }) => ({ AccountAlias: `fresh${canary}` }),
  CreateVirtualMFADevice: () => ({ VirtualMFADeviceName: 'fresh' }),
  EnableMFADevice: (names, side) => ({
    UserName: 'eve',
    SerialNumber: String(names.SerialNumber).replace('phone', 'spare'),
    ...codesOf(side, 'spare', -2),
  }),
  ResyncMFADevice: (_names, side) => codesOf(side, 'phone', 3),
  CreateOpenIDConnectProvider: () => ({ Url: 'https://idp.example.com/fresh' }),
  CreateSAMLProvider: () => ({
    Name: 'fresh',
    SAMLMetadataDocument: samlMetadata('https://fresh.example.com'),
  }),
  UpdateSAMLProvider: () => ({ AssertionEncryptionMode: 'Allowed' }),
  CreateAccessKey: () => ({ UserName: 'eve' }),
  CreateGroup: () => ({ GroupName: 'fresh' }),
  CreateInstanceProfile: () => ({ InstanceProfileName: 'fresh' }),
  CreateLoginProfile: () => ({ UserName: 'eve', Password: 'Sunny-Day-4-Photos' }),
  CreatePolicy: () => ({ PolicyName: 'fresh' }),
  CreatePolicyVersion: ({ PolicyArn }) => ({
    PolicyArn: String(PolicyArn).replace('photos', 'videos'),
  }),
  CreateRole: () => ({ RoleName: 'fresh' }),
  UpdateAssumeRolePolicy: () => ({ PolicyDocument: trustPolicy }),
  CreateServiceSpecificCredential: () => ({
    UserName: 'eve',
    ServiceName: 'codecommit.amazonaws.com',
  }),
  CreateUser: () => ({ UserName: 'fresh' }),
  DeleteServiceLinkedRole: () => ({ RoleName: 'AWSServiceRoleForAutoScaling' }),
  GetServiceLastAccessedDetailsWithEntities: () => ({ ServiceNamespace: 's3' }),
  // More than one page of them.
  ListPoliciesGrantingServiceAccess: () => ({
    ServiceNamespaces: Array.from({ length: 101 }, (_, index) => `service${index}`),
  }),
  UploadServerCertificate: () => ({
    ServerCertificateName: 'fresh',
    CertificateBody: certificate,
    PrivateKey: privateKey,
  }),
  UploadSigningCertificate: () => ({ UserName: 'eve', CertificateBody: thirdCertificate }),
  UploadSSHPublicKey: () => ({ UserName: 'eve', SSHPublicKeyBody: sshPublicKey }),
  ListPolicies: () => ({ Scope: 'Local' }),
  SetDefaultPolicyVersion: () => ({ VersionId: 'v1' }),
};

/** Lists of which there never is a second page. */
export const onePage: ReadonlySet<string> = new Set([
  'GetOrganizationsAccessReport',
  'ListAccountAliases',
  'ListDelegationRequests',
]);

/** Members whose value is no name of anything. */
export const isDescription: ReadonlySet<string> = new Set([
  'ActionNames',
  'AssumeRolePolicyDocument',
  'PolicyDocument',
  'PolicyInputList',
  'Tags',
  'TagKeys',
]);

/** Reading comes first, then what adds, what takes away, and what ends a thing. */
export function rankOf(operation: string): number {
  const at = ranks.findIndex((rank) => rank.test(operation));
  return at < 0 ? ranks.length : at;
}

/** From this rank on, each thing is taken away by each of its names. */
export const takesAway = 3;

const ranks: readonly RegExp[] = [
  /^(?:Get|List|Generate|Simulate)/,
  /^(?:Tag|Update|Put|Set|Attach|Add|Enable|Resync)/,
  /^(?:Create|Upload)/,
  /^(?:Untag|Remove|Detach|Deactivate)/,
];

/** Calls that the account's own administrator is refused, and why. */
export const refusedAtHome: Readonly<Record<string, string>> = {
  ...neverAnswered,
  EnableOutboundWebIdentityFederation: 'it was enabled before',
  ChangePassword: 'only a user has a password to change',
};
