import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
} from '@aws-sdk/client-s3';
import { ApiError } from '@carnet/wire';
import { type OperationContext, operation } from '../operation.ts';
import { isBucketName } from './bucket-name.ts';
import { constraintSpellings, requestedRegion } from './location.ts';
import { type BucketRow, removeAfterCommit, requireBucket } from './object-store.ts';
import { canonicalUserId } from './owner.ts';
import { openToken, sealToken } from './pagination.ts';
import { bucketArn, bucketResource, newBucketResource } from './resource.ts';
import { headerNotImplemented } from './s3-error.ts';
import { refuseUnsupported } from './unsupported-header.ts';

/** In us-east-1 making a bucket again that one owns already is no error. */
const lenientRegion = 'us-east-1';

/**
 * Errors: `InvalidBucketName`, `BucketAlreadyExists`, `BucketAlreadyOwnedByYou`,
 * `InvalidLocationConstraint`, `IllegalLocationConstraintException`.
 */
export const createBucket = operation<CreateBucketRequest, CreateBucketOutput>({
  authorization: {
    action: 's3:CreateBucket',
    resource: newBucketResource,
    conditionKeys: {
      's3:locationconstraint': (input) => constraintSpellings(input.CreateBucketConfiguration),
      's3:x-amz-acl': (input) => input.ACL,
      's3:x-amz-object-ownership': (input) => input.ObjectOwnership,
      's3:x-amz-bucket-namespace': (input) => input.BucketNamespace,
      's3:x-amz-grant-full-control': (input) => input.GrantFullControl,
      's3:x-amz-grant-read': (input) => input.GrantRead,
      's3:x-amz-grant-read-acp': (input) => input.GrantReadACP,
      's3:x-amz-grant-write': (input) => input.GrantWrite,
      's3:x-amz-grant-write-acp': (input) => input.GrantWriteACP,
    },
  },
  access: 'write',
  async run(context, input) {
    const name = input.Bucket ?? '';
    refuseUnsupported(input);
    refuseUnsupportedConfiguration(input);
    if (!isBucketName(name)) {
      throw new ApiError('InvalidBucketName', 400, 'The specified bucket is not valid.', {
        BucketName: name,
      });
    }
    const region = requestedRegion(context.region, input.CreateBucketConfiguration);
    const existing = await context.database
      .selectFrom('s3_bucket')
      .select(['account_id', 'region'])
      .where('name', '=', name)
      .executeTakeFirst();
    const output = { Location: `/${name}`, BucketArn: bucketArn(name) };
    if (existing) {
      if (existing.account_id !== context.accountId) throw bucketAlreadyExists(name);
      if (existing.region !== region || region !== lenientRegion) throw alreadyOwned(name);
      return output;
    }
    await context.database
      .insertInto('s3_bucket')
      .values({
        account_id: context.accountId,
        name,
        region,
        created_at: context.now,
        policy: null,
      })
      .execute();
    context.changed({ accountId: context.accountId, kind: 'bucket', id: name });
    return output;
  },
});

function refuseUnsupportedConfiguration(input: CreateBucketRequest): void {
  const { ObjectOwnership: ownership, CreateBucketConfiguration: configuration } = input;
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw headerNotImplemented('x-amz-object-ownership');
  }
  if (input.ObjectLockEnabledForBucket) {
    throw headerNotImplemented('x-amz-bucket-object-lock-enabled');
  }
  if (configuration?.Bucket || configuration?.Location || configuration?.Tags?.length) {
    throw new ApiError(
      'NotImplemented',
      501,
      'Directory buckets and bucket tags are not implemented',
    );
  }
}

function bucketAlreadyExists(name: string): ApiError {
  return new ApiError(
    'BucketAlreadyExists',
    409,
    'The requested bucket name is not available. The bucket namespace is shared by all users of ' +
      'the system. Please select a different name and try again.',
    { BucketName: name },
  );
}

function alreadyOwned(name: string): ApiError {
  return new ApiError(
    'BucketAlreadyOwnedByYou',
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName: name },
  );
}

export const headBucket = operation<HeadBucketRequest, HeadBucketOutput>({
  authorization: { action: 's3:ListBucket', resource: bucketResource },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    return { BucketRegion: bucket.region, BucketArn: bucketArn(bucket.name) };
  },
});

export const getBucketLocation = operation<GetBucketLocationRequest, GetBucketLocationOutput>({
  authorization: { action: 's3:GetBucketLocation', resource: bucketResource },
  access: 'read',
  async run(context, input) {
    const { region } = await requireBucket(context, input);
    // us-east-1 is the region that has no name here.
    if (region === 'us-east-1') return {};
    return { LocationConstraint: region as GetBucketLocationOutput['LocationConstraint'] };
  },
});

/** The buckets of the caller's account, by name. Error: `InvalidArgument` (continuation token). */
export const listBuckets = operation<ListBucketsRequest, ListBucketsOutput>({
  authorization: { action: 's3:ListAllMyBuckets' },
  access: 'read',
  async run(context, input) {
    const limit = Math.min(Math.max(input.MaxBuckets ?? 10_000, 1), 10_000);
    const after = openToken(context, 'buckets', input.ContinuationToken);
    let query = context.database
      .selectFrom('s3_bucket')
      .select(['name', 'region', 'created_at'])
      .where('account_id', '=', context.accountId)
      .orderBy('name')
      .limit(limit + 1);
    if (after !== undefined) query = query.where('name', '>', after);
    if (input.BucketRegion) query = query.where('region', '=', input.BucketRegion);
    if (input.Prefix) {
      // Names are ASCII: `{` comes after every character that a name may have.
      query = query.where('name', '>=', input.Prefix).where('name', '<', `${input.Prefix}{`);
    }
    const rows = await query.execute();
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      Buckets: shown.map((row) => ({
        Name: row.name,
        CreationDate: new Date(row.created_at),
        BucketRegion: row.region,
        BucketArn: bucketArn(row.name),
      })),
      Owner: { ID: canonicalUserId(context.accountId) },
      ContinuationToken:
        last && rows.length > limit ? sealToken(context, 'buckets', last.name) : undefined,
      Prefix: input.Prefix,
    };
  },
});

/** Errors: `NoSuchBucket`, `BucketNotEmpty`. Uploads that were never completed go with the bucket. */
export const deleteBucket = operation<DeleteBucketRequest, object>({
  authorization: { action: 's3:DeleteBucket', resource: bucketResource },
  access: 'write',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    const object = await context.database
      .selectFrom('s3_object')
      .select('key')
      .where('account_id', '=', bucket.account_id)
      .where('bucket', '=', bucket.name)
      .limit(1)
      .executeTakeFirst();
    if (object) {
      throw new ApiError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', {
        BucketName: bucket.name,
      });
    }
    await deleteUploads(context, bucket);
    await context.database
      .deleteFrom('s3_bucket')
      .where('account_id', '=', bucket.account_id)
      .where('name', '=', bucket.name)
      .execute();
    context.changed({ accountId: bucket.account_id, kind: 'bucket', id: bucket.name });
    return {};
  },
});

async function deleteUploads(context: OperationContext, bucket: BucketRow): Promise<void> {
  const { database } = context;
  const uploads = await database
    .selectFrom('s3_upload')
    .select('upload_id')
    .where('account_id', '=', bucket.account_id)
    .where('bucket', '=', bucket.name)
    .execute();
  for (const { upload_id: uploadId } of uploads) {
    const parts = await database
      .deleteFrom('s3_part')
      .where('account_id', '=', bucket.account_id)
      .where('upload_id', '=', uploadId)
      .returning('file')
      .execute();
    removeAfterCommit(
      context,
      parts.map((part) => part.file),
    );
  }
  await database
    .deleteFrom('s3_upload')
    .where('account_id', '=', bucket.account_id)
    .where('bucket', '=', bucket.name)
    .execute();
}
