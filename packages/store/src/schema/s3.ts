/** Buckets and what is in them. */
export interface BucketTables {
  s3_bucket: BucketTable;
  s3_object: ObjectTable;
  s3_upload: UploadTable;
  s3_part: PartTable;
}

/** Bucket names are unique over all accounts: the name is the address. */
interface BucketTable {
  account_id: string;
  name: string;
  region: string;
  created_at: number;
  /** JSON as it was given, null when there is none. */
  policy: string | null;
}

interface ObjectTable {
  account_id: string;
  bucket: string;
  /** Literal, compared byte by byte. */
  key: string;
  /** Name of the object file. */
  file: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  last_modified_at: number;
  /** JSON: content-type and the other stored headers, by their lower-case names. */
  headers: string;
  /** JSON: user metadata, names without `x-amz-meta-`. */
  metadata: string;
  /** JSON: `{"sha256": "…base64…"}`, checksums by algorithm in lower case; `type` beside them. */
  checksums: string;
  /** JSON: object tags, key to value. */
  tags: string;
}

/** A multipart upload that is neither completed nor aborted. */
interface UploadTable {
  account_id: string;
  bucket: string;
  key: string;
  upload_id: string;
  /** Unique id or ARN of who began it. */
  initiator: string;
  created_at: number;
  headers: string;
  metadata: string;
  checksum_algorithm: string | null;
  tags: string;
}

interface PartTable {
  account_id: string;
  upload_id: string;
  part_number: number;
  file: string;
  size: number;
  etag: string;
  last_modified_at: number;
  checksums: string;
}
