import * as iam from '@aws-sdk/client-iam';
import {
  certificate,
  otherCertificate,
  otherSshPublicKey,
  sshFingerprint,
  sshPublicKey,
  sshPublicKeyPem,
  thirdCertificate,
} from '../credential-sample.ts';
import { type Conversation, recently, type Talk } from './talk.ts';

const UserName = 'signer';
const nobody = 'The user with name nobody cannot be found.';

/** What a user signs and commits with. */
export const keyOfUserConversation: Conversation = async (talk) => {
  await talk.call(new iam.CreateUserCommand({ UserName }));
  await signingCertificates(talk);
  await sshPublicKeys(talk);
  await serviceSpecificCredentials(talk);
  await talk.does(new iam.DeleteUserCommand({ UserName }));
};

async function signingCertificates(talk: Talk): Promise<void> {
  const described = (CertificateBody: string) => ({
    UserName,
    CertificateId: /^[A-Z2-7]{32}$/,
    CertificateBody,
    Status: 'Active',
    UploadDate: recently,
  });
  const upload = (CertificateBody: string) =>
    new iam.UploadSigningCertificateCommand({ UserName, CertificateBody });
  const { Certificate: first } = await talk.answers(upload(certificate), {
    Certificate: described(certificate),
  });
  await talk.refuses(
    upload('photos'),
    iam.MalformedCertificateException,
    'The certificate is malformed.',
  );
  await talk.answers(upload(certificate), { Certificate: described(certificate) });
  const { Certificate: second } = await talk.call(upload(otherCertificate));
  await talk.refuses(
    upload(thirdCertificate),
    iam.LimitExceededException,
    'Cannot exceed quota for CertificatesPerUser: 2',
  );
  const named = { UserName, CertificateId: first?.CertificateId };
  await talk.does(new iam.UpdateSigningCertificateCommand({ ...named, Status: 'Inactive' }));
  await talk.lists(
    iam.ListSigningCertificatesCommand,
    { UserName },
    {
      Certificates: [
        { ...described(certificate), Status: 'Inactive' },
        described(otherCertificate),
      ],
    },
  );
  await talk.misses(nobody, new iam.ListSigningCertificatesCommand({ UserName: 'nobody' }));
  await talk.does(
    new iam.DeleteSigningCertificateCommand(named),
    new iam.DeleteSigningCertificateCommand({ UserName, CertificateId: second?.CertificateId }),
  );
  await talk.misses(
    `The Certificate with id ${named.CertificateId} cannot be found.`,
    new iam.UpdateSigningCertificateCommand({ ...named, Status: 'Active' }),
    new iam.DeleteSigningCertificateCommand(named),
  );
}

async function sshPublicKeys(talk: Talk): Promise<void> {
  const metadata = {
    UserName,
    SSHPublicKeyId: /^APKA[A-Z0-9]{17}$/,
    Status: 'Active',
    UploadDate: recently,
  };
  const upload = (SSHPublicKeyBody: string) =>
    new iam.UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody });
  const key = { ...metadata, Fingerprint: sshFingerprint };
  const { SSHPublicKey: first } = await talk.answers(upload(sshPublicKey), {
    SSHPublicKey: { ...key, SSHPublicKeyBody: sshPublicKey },
  });
  const { SSHPublicKey: second } = await talk.call(upload(otherSshPublicKey));
  await talk.refuses(
    upload(sshPublicKeyPem),
    iam.DuplicateSSHPublicKeyException,
    'Duplicate SSH public key uploaded.',
  );
  await talk.refuses(
    upload('ssh-rsa AAAA'),
    iam.InvalidPublicKeyException,
    'Invalid body for public key',
  );
  await talk.refuses(
    upload('photos'),
    iam.UnrecognizedPublicKeyEncodingException,
    'Invalid public key uploaded.',
  );
  await talk.lists(
    iam.ListSSHPublicKeysCommand,
    { UserName },
    { SSHPublicKeys: [metadata, metadata] },
  );
  await talk.misses(nobody, new iam.ListSSHPublicKeysCommand({ UserName: 'nobody' }));
  const named = { UserName, SSHPublicKeyId: first?.SSHPublicKeyId };
  await talk.does(new iam.UpdateSSHPublicKeyCommand({ ...named, Status: 'Inactive' }));
  await talk.answers(new iam.GetSSHPublicKeyCommand({ ...named, Encoding: 'PEM' }), {
    SSHPublicKey: { ...key, Status: 'Inactive', SSHPublicKeyBody: sshPublicKeyPem },
  });
  await talk.does(
    new iam.DeleteSSHPublicKeyCommand(named),
    new iam.DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId: second?.SSHPublicKeyId }),
  );
  await talk.misses(
    `The Public Key with id ${named.SSHPublicKeyId} cannot be found.`,
    new iam.GetSSHPublicKeyCommand({ ...named, Encoding: 'SSH' }),
    new iam.UpdateSSHPublicKeyCommand({ ...named, Status: 'Active' }),
    new iam.DeleteSSHPublicKeyCommand(named),
  );
}

async function serviceSpecificCredentials(talk: Talk): Promise<void> {
  const ServiceName = 'codecommit.amazonaws.com';
  const password = {
    UserName,
    ServiceName,
    ServiceUserName: `${UserName}-at-${talk.accountId}`,
    ServiceSpecificCredentialId: /^ACCA[A-Z0-9]{17}$/,
    Status: 'Active',
    CreateDate: recently,
  };
  const secret = { ServicePassword: /^[A-Za-z0-9+/]{59}=$/ };
  const { ServiceSpecificCredential: first } = await talk.answers(
    new iam.CreateServiceSpecificCredentialCommand({ UserName, ServiceName }),
    { ServiceSpecificCredential: { ...password, ...secret } },
  );
  const bedrock = { ServiceName: 'bedrock.amazonaws.com' };
  const { ServiceSpecificCredential: second } = await talk.call(
    new iam.CreateServiceSpecificCredentialCommand({ UserName, ...bedrock, CredentialAgeDays: 1 }),
  );
  const { ServiceCredentialSecret: _secret, ...key } = second ?? {};
  const unsupported = { UserName, ServiceName: 's3.amazonaws.com' };
  await talk.misses(
    'No such service s3.amazonaws.com is supported for Service Specific Credentials',
    new iam.CreateServiceSpecificCredentialCommand(unsupported),
    new iam.ListServiceSpecificCredentialsCommand(unsupported),
  );
  const named = {
    UserName,
    ServiceSpecificCredentialId: first?.ServiceSpecificCredentialId,
  };
  await talk.does(new iam.UpdateServiceSpecificCredentialCommand({ ...named, Status: 'Inactive' }));
  const inactive = { ...password, Status: 'Inactive' };
  await talk.lists(
    iam.ListServiceSpecificCredentialsCommand,
    { UserName },
    { ServiceSpecificCredentials: [inactive, key] },
  );
  await talk.lists(
    iam.ListServiceSpecificCredentialsCommand,
    { AllUsers: true, ServiceName },
    { ServiceSpecificCredentials: [inactive] },
  );
  await talk.answers(new iam.ResetServiceSpecificCredentialCommand(named), {
    ServiceSpecificCredential: { ...inactive, ...secret },
  });
  await talk.does(
    new iam.DeleteServiceSpecificCredentialCommand(named),
    new iam.DeleteServiceSpecificCredentialCommand({
      UserName,
      ServiceSpecificCredentialId: second?.ServiceSpecificCredentialId,
    }),
  );
  await talk.misses(
    `No such credential ${named.ServiceSpecificCredentialId} exists`,
    new iam.UpdateServiceSpecificCredentialCommand({ ...named, Status: 'Active' }),
    new iam.ResetServiceSpecificCredentialCommand(named),
    new iam.DeleteServiceSpecificCredentialCommand(named),
  );
}
