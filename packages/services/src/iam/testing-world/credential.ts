import { uploadServerCertificate } from '../server-certificate.ts';
import { createServiceSpecificCredential } from '../service-specific-credential.ts';
import { uploadSigningCertificate } from '../signing-certificate.ts';
import { uploadSshPublicKey } from '../ssh-public-key.ts';
import type { TestIam } from '../testing.ts';
import {
  otherCertificate,
  otherPrivateKey,
  rootCertificate,
  rsaCertificate,
  thirdCertificate,
} from '../testing-certificate.ts';
import { madeSshPublicKey, sshPublicKey } from '../testing-ssh-public-key.ts';

/** Each user's own: a certificate stands for one user of an account. */
const signingCertificates = [
  ['analyst', rootCertificate],
  ['dave', otherCertificate],
  ['dave', thirdCertificate],
  ['zonekeeper', rsaCertificate],
] as const;

const sshPublicKeys = [
  ['analyst', sshPublicKey],
  ['dave', sshPublicKey],
  ['dave', madeSshPublicKey(3)],
  ['zonekeeper', sshPublicKey],
] as const;

const serverCertificates = { ACert: '/a/', DCert: '/d/', ZCert: '/z/' } as const;

const credentials = [
  ['analyst', 'codecommit.amazonaws.com'],
  ['dave', 'codecommit.amazonaws.com'],
  ['dave', 'cassandra.amazonaws.com'],
  ['dave', 'codecommit.amazonaws.com'],
  ['zonekeeper', 'codecommit.amazonaws.com'],
] as const;

/** After the users. An id is the last one of its user: `signing dave`, `ssh dave` and so on. */
export async function populateCredentials(iam: TestIam, ids: Map<string, string>): Promise<void> {
  for (const [name, body] of signingCertificates) {
    const { Certificate: made } = await iam.call(uploadSigningCertificate, {
      UserName: name,
      CertificateBody: body,
    });
    ids.set(`signing ${name}`, made?.CertificateId ?? '');
  }
  for (const [name, body] of sshPublicKeys) {
    const { SSHPublicKey: made } = await iam.call(uploadSshPublicKey, {
      UserName: name,
      SSHPublicKeyBody: body,
    });
    ids.set(`ssh ${name}`, made?.SSHPublicKeyId ?? '');
  }
  for (const [name, path] of Object.entries(serverCertificates)) {
    const { ServerCertificateMetadata: made } = await iam.call(uploadServerCertificate, {
      ServerCertificateName: name,
      Path: path,
      CertificateBody: otherCertificate,
      PrivateKey: otherPrivateKey,
      Tags: [
        { Key: 'of', Value: `${iam.accountId}-${name}` },
        { Key: 'zone', Value: 'eu' },
      ],
    });
    ids.set(`certificate ${name}`, made?.ServerCertificateId ?? '');
  }
  for (const [name, service] of credentials) {
    const { ServiceSpecificCredential: made } = await iam.call(createServiceSpecificCredential, {
      UserName: name,
      ServiceName: service,
    });
    ids.set(`credential ${name}`, made?.ServiceSpecificCredentialId ?? '');
  }
}
