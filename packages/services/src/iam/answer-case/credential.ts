import { otherCertificate } from '../testing-certificate.ts';
import { madeSshPublicKey } from '../testing-ssh-public-key.ts';
import { type Answer, type AnswerCases, dave, strings, tagsOf } from './answer-case.ts';

const dCert = { ServerCertificateName: 'DCERT' };
const certificateArn = (path: string) => `arn:aws:iam::ACCOUNT:server-certificate${path}`;

export const credentialAnswers: AnswerCases = {
  GetServerCertificate: {
    input: () => dCert,
    expect: { arn: certificateArn('/d/DCert'), body: otherCertificate.trim(), ...tagsOf('DCert') },
    read: ({ ServerCertificate: found }) => {
      const { ServerCertificateMetadata: metadata, CertificateBody: body, Tags } = found as Answer;
      return { arn: (metadata as Answer).Arn, body, Tags };
    },
  },
  GetSSHPublicKey: {
    input: ({ ids }) => ({ ...dave, SSHPublicKeyId: ids.get('ssh dave'), Encoding: 'SSH' }),
    expect: { user: 'dave', body: madeSshPublicKey(3) },
    read: ({ SSHPublicKey: found }) => {
      const { UserName: user, SSHPublicKeyBody: body } = found as Answer;
      return { user, body };
    },
  },
  ListServerCertificates: {
    input: () => ({}),
    expect: { arns: ['/a/ACert', '/d/DCert', '/z/ZCert'].map(certificateArn) },
    lists: ['ServerCertificateMetadataList'],
    read: (answer) => ({ arns: strings(answer.ServerCertificateMetadataList, 'Arn') }),
  },
  ListServerCertificateTags: { input: () => dCert, expect: tagsOf('DCert'), lists: ['Tags'] },
  ListServiceSpecificCredentials: {
    input: () => dave,
    expect: { names: ['dave-at-ACCOUNT', 'dave+1-at-ACCOUNT', 'dave+2-at-ACCOUNT'] },
    lists: ['ServiceSpecificCredentials'],
    read: (answer) => ({ names: strings(answer.ServiceSpecificCredentials, 'ServiceUserName') }),
  },
  ListSigningCertificates: {
    input: () => dave,
    expect: { users: ['dave', 'dave'] },
    lists: ['Certificates'],
    read: (answer) => ({ users: strings(answer.Certificates, 'UserName') }),
  },
  ListSSHPublicKeys: {
    input: () => dave,
    expect: { users: ['dave', 'dave'] },
    lists: ['SSHPublicKeys'],
    read: (answer) => ({ users: strings(answer.SSHPublicKeys, 'UserName') }),
  },
};
