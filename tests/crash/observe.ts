import {
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListGroupsForUserCommand,
} from '@aws-sdk/client-iam';
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { bytesState } from './object-lane.ts';
import { bucketName as Bucket, type State } from './write.ts';

/** Asks the server what a thing is, by its name. */
export async function observe(iam: IAMClient, s3: S3Client, thing: string): Promise<State> {
  const [kind = '', name = '', id = ''] = thing.split(' ');
  try {
    return (await observers[kind]?.({ iam, s3, name, id })) ?? null;
  } catch (error) {
    if (error instanceof Error && absent.has(error.name)) return null;
    throw new Error(`${thing} cannot be read`, { cause: error });
  }
}

const absent = new Set([
  'NoSuchEntityException',
  'NoSuchKey',
  'NoSuchUpload',
  'NoSuchBucketPolicy',
]);

interface Observed {
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly name: string;
  readonly id: string;
}

const observers: Readonly<Record<string, (thing: Observed) => Promise<State>>> = {
  async object({ s3, name }) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: name }));
    return bytesState((await Body?.transformToByteArray()) ?? new Uint8Array(0));
  },
  async upload({ s3, name, id }) {
    const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key: name, UploadId: id }));
    return Parts.map(({ ETag = '' }) => ETag.replaceAll('"', '')).join(' ');
  },
  async bucketPolicy({ s3 }) {
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return JSON.parse(Policy).Statement.Sid;
  },
  async user({ iam, name }) {
    const { User } = await iam.send(new GetUserCommand({ UserName: name }));
    return User?.Path ?? null;
  },
  async userPolicy({ iam, name }) {
    const { PolicyDocument = '' } = await iam.send(
      new GetUserPolicyCommand({ UserName: name, PolicyName: 'own' }),
    );
    return JSON.parse(decodeURIComponent(PolicyDocument)).Statement.Sid;
  },
  async member({ iam, name }) {
    const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName: name }));
    return Groups[0]?.GroupName ?? null;
  },
};
