import type { DatabaseSync } from 'node:sqlite';
import { documentOf, trustPolicy } from './making-step.ts';
import type { Input, Side } from './side.ts';

/**
 * What an account's things are called, by the members of inputs that name them: first those that
 * everything hangs on, then in turn the other of each pair.
 */
export function namesOf(database: DatabaseSync, side: Side): readonly [Input, ...Input[]] {
  const first = firstNames(database, side);
  const arn = (name: string) => `arn:aws:iam::${side.accountId}:${name}`;
  return [
    first,
    {
      ...first,
      InstanceProfileName: 'video-app',
      PolicyName: 'other',
      PolicyArn: arn('policy/videos'),
      SerialNumber: arn('mfa/tablet'),
    },
    {
      ...first,
      GroupName: 'Readers',
      InstanceProfileName: 'without-role',
      ServerCertificateName: 'videos',
    },
    { ...first, UserName: 'eve', SerialNumber: arn('mfa/spare') },
  ];
}

function firstNames(database: DatabaseSync, { accountId, canary }: Side): Input {
  const arn = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const ids = Object.fromEntries(
    Object.entries(idColumns).flatMap(([member, [table, column]]) => {
      const row = database
        .prepare(`select "${column}" as id from "${table}" where account_id = ? order by rowid`)
        .get(accountId);
      return row === undefined ? [] : [[member, row.id]];
    }),
  );
  return {
    ...ids,
    UserName: 'dave',
    GroupName: 'Developers',
    RoleName: 'PhotoAppRole',
    InstanceProfileName: 'photo-app',
    ServerCertificateName: 'photos',
    Arn: arn('user/dave'),
    PolicyName: 'inline',
    PolicyArn: arn('policy/photos'),
    VersionId: 'v2',
    SerialNumber: arn('mfa/phone'),
    OpenIDConnectProviderArn: arn('oidc-provider/idp.example.com/one'),
    ClientID: 'photos',
    SAMLProviderArn: arn('saml-provider/one'),
    PolicySourceArn: arn('user/dave'),
    PolicyInputList: [documentOf(canary)],
    ActionNames: ['s3:GetObject', 's3:PutObject'],
    PolicyDocument: documentOf(canary),
    AssumeRolePolicyDocument: trustPolicy,
    PermissionsBoundary: arn('policy/limits'),
    Tags: [{ Key: 'fresh', Value: 'new' }],
    TagKeys: ['of'],
  };
}

/** Where the ids are that come with an answer. */
const idColumns: Readonly<Record<string, readonly [table: string, column: string]>> = {
  AccountAlias: ['iam_account_alias', 'alias'],
  CertificateId: ['iam_signing_certificate', 'certificate_id'],
  DeletionTaskId: ['iam_service_linked_role_deletion', 'deletion_task_id'],
  JobId: ['iam_access_job', 'job_id'],
  ServiceSpecificCredentialId: [
    'iam_service_specific_credential',
    'service_specific_credential_id',
  ],
  SSHPublicKeyId: ['iam_ssh_public_key', 'ssh_public_key_id'],
  AccessKeyId: ['iam_access_key', 'access_key_id'],
};
