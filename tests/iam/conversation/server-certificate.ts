import * as iam from '@aws-sdk/client-iam';
import { certificate, otherCertificate, privateKey } from '../credential-sample.ts';
import { type Conversation, recently, type Talk, tags } from './talk.ts';

const ServerCertificateName = 'photos';
const pair = { CertificateBody: certificate, PrivateKey: privateKey };

export const serverCertificateConversation: Conversation = async (talk) => {
  const Path = '/cloudfront/';
  const metadata = {
    Path,
    ServerCertificateName,
    ServerCertificateId: /^ASCA[A-Z0-9]{17}$/,
    Arn: talk.arn('server-certificate/cloudfront/photos'),
    UploadDate: recently,
    Expiration: new Date('2045-01-01T00:00:00Z'),
  };
  const Tags = tags('team=photos', 'zone=eu');
  await talk.answers(
    new iam.UploadServerCertificateCommand({
      ...{ ServerCertificateName, Path, Tags, ...pair },
      CertificateChain: certificate,
    }),
    { ServerCertificateMetadata: metadata, Tags },
  );
  await talk.answers(new iam.GetServerCertificateCommand({ ServerCertificateName: 'PHOTOS' }), {
    ServerCertificate: {
      ServerCertificateMetadata: metadata,
      CertificateBody: certificate.trim(),
      CertificateChain: certificate.trim(),
      Tags,
    },
  });
  await refusedUploads(talk);
  const other = { ServerCertificateName: 'videos' };
  await talk.call(new iam.UploadServerCertificateCommand({ ...other, Path, ...pair }));
  const videos = { ...metadata, ...other, Arn: talk.arn('server-certificate/cloudfront/videos') };
  await talk.lists(
    iam.ListServerCertificatesCommand,
    { PathPrefix: Path },
    { ServerCertificateMetadataList: [metadata, videos] },
  );
  await talk.refuses(
    new iam.ListServerCertificatesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await talk.does(
    new iam.TagServerCertificateCommand({ ServerCertificateName, Tags: tags('cost=1') }),
    new iam.UntagServerCertificateCommand({ ServerCertificateName, TagKeys: ['team'] }),
  );
  await talk.lists(
    iam.ListServerCertificateTagsCommand,
    { ServerCertificateName },
    { Tags: tags('cost=1', 'zone=eu') },
  );
  const renaming = { NewServerCertificateName: 'pictures', NewPath: '/' };
  await talk.does(
    new iam.UpdateServerCertificateCommand({ ServerCertificateName, ...renaming }),
    new iam.DeleteServerCertificateCommand({ ServerCertificateName: 'pictures' }),
    new iam.DeleteServerCertificateCommand(other),
  );
  await talk.misses(
    'The Server Certificate with name photos cannot be found.',
    new iam.GetServerCertificateCommand({ ServerCertificateName }),
    new iam.UpdateServerCertificateCommand({ ServerCertificateName, ...renaming }),
    new iam.DeleteServerCertificateCommand({ ServerCertificateName }),
    new iam.TagServerCertificateCommand({ ServerCertificateName, Tags }),
    new iam.UntagServerCertificateCommand({ ServerCertificateName, TagKeys: ['zone'] }),
    new iam.ListServerCertificateTagsCommand({ ServerCertificateName }),
  );
};

async function refusedUploads(talk: Talk): Promise<void> {
  const upload = (input: object) =>
    new iam.UploadServerCertificateCommand({ ServerCertificateName: 'refused', ...pair, ...input });
  await talk.refuses(
    upload({ ServerCertificateName: 'Photos' }),
    iam.EntityAlreadyExistsException,
    'The Server Certificate with name Photos already exists.',
  );
  await talk.refuses(
    upload({ CertificateBody: 'photos' }),
    iam.MalformedCertificateException,
    'Unable to parse certificate. Please ensure the certificate is in PEM format.',
  );
  await talk.refuses(
    upload({ CertificateBody: otherCertificate }),
    iam.KeyPairMismatchException,
    'Certificate and private key do not match.',
  );
}
