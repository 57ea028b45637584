import {
  intermediateCertificate,
  otherCertificate,
  otherPrivateKey,
} from '../testing-certificate.ts';
import { madeSshPublicKey } from '../testing-ssh-public-key.ts';
import type { TestWorld } from '../testing-world.ts';
import { type ChangeCases, dave, leaver } from './change-case.ts';

const signing = ({ ids }: TestWorld) => ({ ...dave, CertificateId: ids.get('signing dave') });
const ssh = ({ ids }: TestWorld) => ({ ...dave, SSHPublicKeyId: ids.get('ssh dave') });
const credential = ({ ids }: TestWorld) => ({
  ...dave,
  ServiceSpecificCredentialId: ids.get('credential dave'),
});
const ofDave = ['user', 'user dave'] as const;
const ofLeaver = ['user', 'user leaver'] as const;

export const credentialChanges: ChangeCases = {
  CreateServiceSpecificCredential: {
    input: () => ({ ...leaver, ServiceName: 'codecommit.amazonaws.com' }),
    rows: { iam_service_specific_credential: '-0 +1' },
    change: ofLeaver,
  },
  DeleteServiceSpecificCredential: {
    input: credential,
    rows: { iam_service_specific_credential: '-1 +0' },
    of: 'credential dave',
    change: ofDave,
  },
  DeleteSigningCertificate: {
    input: signing,
    rows: { iam_signing_certificate: '-1 +0' },
    of: 'signing dave',
    change: ofDave,
  },
  DeleteSSHPublicKey: {
    input: ssh,
    rows: { iam_ssh_public_key: '-1 +0' },
    of: 'ssh dave',
    change: ofDave,
  },
  ResetServiceSpecificCredential: {
    input: credential,
    rows: { iam_service_specific_credential: '-1 +1' },
    of: 'credential dave',
    change: ofDave,
  },
  UpdateServiceSpecificCredential: {
    input: (world) => ({ ...credential(world), Status: 'Inactive' }),
    rows: { iam_service_specific_credential: '-1 +1' },
    of: 'credential dave',
    change: ofDave,
  },
  UpdateSigningCertificate: {
    input: (world) => ({ ...signing(world), Status: 'Inactive' }),
    rows: { iam_signing_certificate: '-1 +1' },
    of: 'signing dave',
    change: ofDave,
  },
  UpdateSSHPublicKey: {
    input: (world) => ({ ...ssh(world), Status: 'Inactive' }),
    rows: { iam_ssh_public_key: '-1 +1' },
    of: 'ssh dave',
    change: ofDave,
  },
  UploadSigningCertificate: {
    input: () => ({ ...leaver, CertificateBody: intermediateCertificate }),
    rows: { iam_signing_certificate: '-0 +1' },
    change: ofLeaver,
  },
  UploadSSHPublicKey: {
    input: () => ({ ...leaver, SSHPublicKeyBody: madeSshPublicKey(5) }),
    rows: { iam_ssh_public_key: '-0 +1' },
    change: ofLeaver,
  },
};

const dCert = { ServerCertificateName: 'DCERT' };
const ofDCert = {
  of: 'certificate DCert',
  change: ['serverCertificate', 'certificate DCert'],
} as const;

export const serverCertificateChanges: ChangeCases = {
  DeleteServerCertificate: {
    input: () => dCert,
    rows: { iam_server_certificate: '-1 +0', iam_tag: '-2 +0' },
    ...ofDCert,
  },
  TagServerCertificate: {
    input: () => ({ ...dCert, Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofDCert,
  },
  UntagServerCertificate: {
    input: () => ({ ...dCert, TagKeys: ['of'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofDCert,
  },
  UpdateServerCertificate: {
    input: () => ({ ...dCert, NewPath: '/new/' }),
    rows: { iam_server_certificate: '-1 +1' },
    ...ofDCert,
  },
  UploadServerCertificate: {
    input: () => ({
      ServerCertificateName: 'new',
      CertificateBody: otherCertificate,
      PrivateKey: otherPrivateKey,
      Tags: [{ Key: 'of', Value: 'new' }],
    }),
    rows: { iam_server_certificate: '-0 +1', iam_tag: '-0 +1' },
    change: ['serverCertificate', 'new'],
  },
};
