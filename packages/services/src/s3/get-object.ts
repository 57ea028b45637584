import type { Readable } from 'node:stream';
import type {
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
} from '@aws-sdk/client-s3';
import { ApiError } from '@carnet/wire';
import { type ConditionalRequirement, type OperationContext, operation } from '../operation.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { checksumMembers, checksumsFromJson } from './object-checksum.ts';
import { checkedHeader, headersFromJson, metadataFromJson } from './object-header.ts';
import { checkedKey } from './object-key.ts';
import {
  type ObjectRow,
  openObject,
  requireBucket,
  requireReadableObject,
  resolveRow,
} from './object-store.ts';
import { checkReadConditions, isRangeMeant, type Stored } from './precondition.ts';
import { existingObjectResource, type ObjectInput } from './resource.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import { tagsFromJson } from './tagging.ts';
import { refuseUnsupported } from './unsupported-header.ts';
import { checkVersionId, type VersionInput } from './version-id.ts';

/** `ContentRange` is there when a part of the object is answered, with status 206. */
export type GetObjectResult = Omit<GetObjectOutput, 'Body'> & { readonly Body: Readable };

/** With a header that the model of S3 does not know. */
interface IfRangeInput {
  readonly IfRange?: string | undefined;
}

type ReadInput = (GetObjectRequest | HeadObjectRequest) & IfRangeInput;

/** Reading a version by its id is a permission of its own. */
const alsoVersion: ConditionalRequirement<ObjectInput & VersionInput> = {
  action: 's3:GetObjectVersion',
  resource: existingObjectResource,
  when: (input) => input.VersionId !== undefined,
};

/**
 * Errors: `NoSuchBucket`; `NoSuchKey`, or `AccessDenied` for who may not list; `NotModified`,
 * `PreconditionFailed`, `InvalidRange`, `InvalidRequest`.
 */
export const getObject = operation<GetObjectRequest & IfRangeInput, GetObjectResult>({
  authorization: {
    action: 's3:GetObject',
    resource: existingObjectResource,
    also: [alsoVersion],
  },
  access: 'read',
  async run(context, input) {
    const bucket = await requireReadable(context, input);
    for (;;) {
      const row = await requireReadableObject(
        context,
        bucket,
        checkedKey(input.Key),
        readsOf(input),
      );
      const { output, range } = await describe(context, input, row);
      const body = await openObject(context, bucket, row, range);
      if (body) return { ...output, Body: body };
    }
  },
});

/** As GetObject, without the bytes. */
export const headObject = operation<HeadObjectRequest & IfRangeInput, HeadObjectOutput>({
  authorization: {
    action: 's3:GetObject',
    resource: existingObjectResource,
    also: [alsoVersion],
  },
  access: 'read',
  async run(context, input) {
    const bucket = await requireReadable(context, input);
    const row = await requireReadableObject(context, bucket, checkedKey(input.Key), readsOf(input));
    const { output } = await describe(context, input, row);
    return output;
  },
});

function readsOf(input: VersionInput): readonly string[] {
  return input.VersionId === undefined ? ['s3:GetObject'] : ['s3:GetObject', 's3:GetObjectVersion'];
}

async function requireReadable(
  context: OperationContext,
  input: GetObjectRequest | HeadObjectRequest,
): ReturnType<typeof requireBucket> {
  refuseUnsupported(input);
  if (context.caller.kind === 'anonymous' && Object.keys(overrides(input)).length > 0) {
    throw invalidRequest(
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  const bucket = await requireBucket(context, input);
  checkVersionId(input);
  return bucket;
}

async function describe(
  context: OperationContext,
  input: ReadInput,
  row: ObjectRow,
): Promise<{
  readonly output: Omit<GetObjectOutput, 'Body'>;
  readonly range: ByteRange | undefined;
}> {
  const stored: Stored = { etag: row.etag, lastModifiedAt: row.last_modified_at };
  checkReadConditions(
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    stored,
  );
  const checksums = checksumsFromJson(row.checksums);
  const part = partRange(input, row.size, checksums.partSizes);
  const asked = isRangeMeant(input.IfRange, stored) ? input.Range : undefined;
  const range = part ?? parseRange(asked, row.size);
  const whole = range === undefined;
  const output = {
    AcceptRanges: 'bytes',
    LastModified: new Date(row.last_modified_at),
    ETag: `"${row.etag}"`,
    ContentLength: range ? range.end - range.start + 1 : row.size,
    ContentRange: range ? `bytes ${range.start}-${range.end}/${row.size}` : undefined,
    PartsCount: input.PartNumber === undefined ? undefined : checksums.partSizes?.length,
    Metadata: metadataFromJson(row.metadata),
    TagCount: await tagCount(context, row),
    ...headersFromJson(row.headers),
    ...overrides(input),
    // The checksum is of the whole object: beside a part of it, a client would refuse the bytes.
    ...(input.ChecksumMode === 'ENABLED' && whole ? checksumMembers(checksums) : {}),
  };
  return { output, range };
}

/** The bytes of one part, when the request names one. Errors: `InvalidPartNumber`, `InvalidRequest`. */
function partRange(
  input: GetObjectRequest | HeadObjectRequest,
  size: number,
  partSizes: readonly number[] | undefined,
): ByteRange | undefined {
  const number = input.PartNumber;
  if (number === undefined) return undefined;
  if (input.Range !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      String(number),
    );
  }
  const sizes = partSizes ?? [size];
  const length = sizes[number - 1];
  if (length === undefined) {
    throw new ApiError('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable', {
      PartNumberRequested: String(number),
      ActualPartCount: String(sizes.length),
    });
  }
  if (length === 0) return undefined;
  const start = sizes.slice(0, number - 1).reduce((sum, before) => sum + before, 0);
  return { start, end: start + length - 1 };
}

/** Told only to who may read the tags, and when there are any. */
async function tagCount(context: OperationContext, row: ObjectRow): Promise<number | undefined> {
  const count = tagsFromJson(row.tags).length;
  if (count === 0) return undefined;
  return context.isAllowed('s3:GetObjectTagging', await resolveRow(context, row))
    ? count
    : undefined;
}

/** The `response-*` parameters: headers that this one answer is to have. */
function overrides(input: GetObjectRequest | HeadObjectRequest): Partial<GetObjectOutput> {
  const found: Partial<GetObjectOutput> = {};
  const text = [
    ['ResponseCacheControl', 'CacheControl'],
    ['ResponseContentDisposition', 'ContentDisposition'],
    ['ResponseContentEncoding', 'ContentEncoding'],
    ['ResponseContentLanguage', 'ContentLanguage'],
    ['ResponseContentType', 'ContentType'],
  ] as const;
  for (const [parameter, member] of text) {
    const value = input[parameter];
    if (value !== undefined) found[member] = checkedHeader(parameter, value);
  }
  if (input.ResponseExpires) found.Expires = input.ResponseExpires;
  return found;
}
