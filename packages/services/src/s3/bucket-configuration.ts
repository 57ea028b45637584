import type {
  GetBucketAbacOutput,
  GetBucketAccelerateConfigurationOutput,
  GetBucketCorsOutput,
  GetBucketEncryptionOutput,
  GetBucketLifecycleConfigurationOutput,
  GetBucketLoggingOutput,
  GetBucketOwnershipControlsOutput,
  GetBucketReplicationOutput,
  GetBucketRequestPaymentOutput,
  GetBucketTaggingOutput,
  GetBucketVersioningOutput,
  GetBucketWebsiteOutput,
  GetObjectLockConfigurationOutput,
  GetPublicAccessBlockOutput,
  NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { ApiError } from '@carnet/wire';
import { type Operation, operation } from '../operation.ts';
import { requireBucket } from './object-store.ts';
import { type BucketInput, bucketResource } from './resource.ts';

/**
 * What clients ask of a bucket before they do anything else. None of it can be set here, so each
 * answers what it is: of a bucket that never had it.
 */

type ConfigurationInput = BucketInput & { readonly ExpectedBucketOwner?: string | undefined };

/** An operation that answers `output` of every bucket. Error: `NoSuchBucket`. */
function always<Output extends object>(
  action: string,
  output: Output,
): Operation<ConfigurationInput, Output> {
  return operation<ConfigurationInput, Output>({
    authorization: { action, resource: bucketResource },
    access: 'read',
    async run(context, input) {
      await requireBucket(context, input);
      return output;
    },
  });
}

/** An operation that finds nothing in any bucket. Errors: `NoSuchBucket` and `code`, 404. */
function never<Output extends object>(
  action: string,
  code: string,
  message: string,
): Operation<ConfigurationInput, Output> {
  return operation<ConfigurationInput, Output>({
    authorization: { action, resource: bucketResource },
    access: 'read',
    async run(context, input) {
      const { name } = await requireBucket(context, input);
      throw new ApiError(code, 404, message, { BucketName: name });
    },
  });
}

export const getBucketAbac = always<GetBucketAbacOutput>('s3:GetBucketAbac', {
  AbacStatus: { Status: 'Disabled' },
});

export const getBucketAccelerateConfiguration = always<GetBucketAccelerateConfigurationOutput>(
  's3:GetAccelerateConfiguration',
  {},
);

export const getBucketCors = never<GetBucketCorsOutput>(
  's3:GetBucketCORS',
  'NoSuchCORSConfiguration',
  'The CORS configuration does not exist',
);

/** Objects are not encrypted, whatever AWS does of itself since 2023. */
export const getBucketEncryption = never<GetBucketEncryptionOutput>(
  's3:GetEncryptionConfiguration',
  'ServerSideEncryptionConfigurationNotFoundError',
  'The server side encryption configuration was not found',
);

export const getBucketLifecycleConfiguration = never<GetBucketLifecycleConfigurationOutput>(
  's3:GetLifecycleConfiguration',
  'NoSuchLifecycleConfiguration',
  'The lifecycle configuration does not exist',
);

export const getBucketLogging = always<GetBucketLoggingOutput>('s3:GetBucketLogging', {});

export const getBucketNotificationConfiguration = always<NotificationConfiguration>(
  's3:GetBucketNotification',
  {},
);

/** The one thing that every bucket has: access control lists do not exist. */
export const getBucketOwnershipControls = always<GetBucketOwnershipControlsOutput>(
  's3:GetBucketOwnershipControls',
  { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
);

export const getBucketReplication = never<GetBucketReplicationOutput>(
  's3:GetReplicationConfiguration',
  'ReplicationConfigurationNotFoundError',
  'The replication configuration was not found',
);

export const getBucketRequestPayment = always<GetBucketRequestPaymentOutput>(
  's3:GetBucketRequestPayment',
  { Payer: 'BucketOwner' },
);

export const getBucketTagging = never<GetBucketTaggingOutput>(
  's3:GetBucketTagging',
  'NoSuchTagSet',
  'The TagSet does not exist',
);

export const getBucketVersioning = always<GetBucketVersioningOutput>('s3:GetBucketVersioning', {});

export const getBucketWebsite = never<GetBucketWebsiteOutput>(
  's3:GetBucketWebsite',
  'NoSuchWebsiteConfiguration',
  'The specified bucket does not have a website configuration',
);

export const getObjectLockConfiguration = never<GetObjectLockConfigurationOutput>(
  's3:GetBucketObjectLockConfiguration',
  'ObjectLockConfigurationNotFoundError',
  'Object Lock configuration does not exist for this bucket',
);

/** A bucket policy may let everybody in, and nothing blocks it. */
export const getPublicAccessBlock = never<GetPublicAccessBlockOutput>(
  's3:GetBucketPublicAccessBlock',
  'NoSuchPublicAccessBlockConfiguration',
  'The public access block configuration was not found',
);
