import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetBucketPolicyStatusOutput,
  GetBucketPolicyStatusRequest,
  PutBucketPolicyRequest,
} from '@aws-sdk/client-s3';
import { type PolicyDocument, parsePolicy } from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { principalsToArns, principalsToIds } from '../authorization/principal-id.ts';
import { refusedPrincipal } from '../authorization/refused-principal.ts';
import { type OperationContext, operation } from '../operation.ts';
import { malformedPolicy, readBucketPolicy } from './bucket-policy-check.ts';
import { isPublic } from './bucket-policy-status.ts';
import { type BucketRow, requireBucket } from './object-store.ts';
import { type BucketInput, bucketOfPolicyResource } from './resource.ts';
import { methodNotAllowed } from './s3-error.ts';

/**
 * A policy that denies everybody can be taken away all the same, by the root user of the account.
 * Source: "Bucket policies for Amazon S3", Amazon S3 User Guide.
 */
const unlockable = { resource: bucketOfPolicyResource, rootPassesPolicy: true } as const;

/** Errors: `NoSuchBucket`, `MalformedPolicy`, `PolicyTooLarge`, `MethodNotAllowed`. */
export const putBucketPolicy = operation<PutBucketPolicyRequest, object>({
  authorization: { ...unlockable, action: 's3:PutBucketPolicy' },
  access: 'write',
  async run(context, input) {
    const bucket = await requireOwnBucket(context, input);
    const text = input.Policy ?? '';
    const stored = await principalsToIds(context.database, readBucketPolicy(text, bucket.name));
    if (!stored.ok) {
      throw malformedPolicy('Invalid principal in policy', refusedPrincipal(stored.entry));
    }
    await setPolicy(context, bucket, stored.text);
    return {};
  },
});

/** Errors: `NoSuchBucket`, `NoSuchBucketPolicy`, `MethodNotAllowed`. */
export const getBucketPolicy = operation<GetBucketPolicyRequest, GetBucketPolicyOutput>({
  authorization: { ...unlockable, action: 's3:GetBucketPolicy' },
  access: 'read',
  async run(context, input) {
    const bucket = await requireOwnBucket(context, input);
    const document = await requirePolicy(context, bucket);
    return { Policy: await principalsToArns(context.database, document) };
  },
});

/** A bucket without a policy is no error. Errors: `NoSuchBucket`, `MethodNotAllowed`. */
export const deleteBucketPolicy = operation<DeleteBucketPolicyRequest, object>({
  authorization: { ...unlockable, action: 's3:DeleteBucketPolicy' },
  access: 'write',
  async run(context, input) {
    const bucket = await requireOwnBucket(context, input);
    await setPolicy(context, bucket, null);
    return {};
  },
});

/** Errors: `NoSuchBucket`, `NoSuchBucketPolicy`, `MethodNotAllowed`. */
export const getBucketPolicyStatus = operation<
  GetBucketPolicyStatusRequest,
  GetBucketPolicyStatusOutput
>({
  authorization: { action: 's3:GetBucketPolicyStatus', resource: bucketOfPolicyResource },
  access: 'read',
  async run(context, input) {
    const bucket = await requireOwnBucket(context, input);
    return { PolicyStatus: { IsPublic: isPublic(await requirePolicy(context, bucket)) } };
  },
});

/** Only identities of the bucket's own account have to do with its policy, whatever it grants. */
async function requireOwnBucket(
  context: OperationContext,
  input: BucketInput & { readonly ExpectedBucketOwner?: string | undefined },
): Promise<BucketRow> {
  const bucket = await requireBucket(context, input);
  if (bucket.account_id !== context.accountId) throw methodNotAllowed();
  return bucket;
}

async function requirePolicy(
  context: OperationContext,
  bucket: BucketRow,
): Promise<PolicyDocument> {
  const row = await context.database
    .selectFrom('s3_bucket')
    .select('policy')
    .where('account_id', '=', bucket.account_id)
    .where('name', '=', bucket.name)
    .executeTakeFirst();
  if (!row?.policy) {
    throw new ApiError('NoSuchBucketPolicy', 404, 'The bucket policy does not exist', {
      BucketName: bucket.name,
    });
  }
  const parsed = parsePolicy(row.policy, 'resource');
  if (!parsed.ok) throw new Error('a stored bucket policy cannot be read');
  return parsed.document;
}

async function setPolicy(
  context: OperationContext,
  bucket: BucketRow,
  policy: string | null,
): Promise<void> {
  await context.database
    .updateTable('s3_bucket')
    .set({ policy })
    .where('account_id', '=', bucket.account_id)
    .where('name', '=', bucket.name)
    .execute();
  context.changed({ accountId: bucket.account_id, kind: 'bucket', id: bucket.name });
}
