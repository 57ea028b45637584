import type { ChecksumType } from '@aws-sdk/client-s3';
import {
  type ChecksumAlgorithm,
  type ChecksumMembers,
  checksumAlgorithms,
} from './checksum/checksum-algorithm.ts';

/** The checksums of an object or a part. */
export interface StoredChecksums {
  /** Base64 by the algorithm's name in lower case; `…-N` for those composed of N parts. */
  readonly values: Readonly<Record<string, string>>;
  readonly type: ChecksumType;
  /** The sizes of the parts it was made from, in bytes; absent for an object put in one piece. */
  readonly partSizes?: readonly number[];
}

/** The column `checksums`: the values by algorithm, `type`, and `parts` as runs of equal sizes. */
export function checksumsToJson({ values, type, partSizes }: StoredChecksums): string {
  if (!partSizes) return JSON.stringify({ ...values, type });
  return JSON.stringify({ ...values, type, parts: runsOf(partSizes) });
}

export function checksumsFromJson(json: string): StoredChecksums {
  const stored = JSON.parse(json) as Readonly<Record<string, string | undefined>>;
  const values: Record<string, string> = {};
  for (const { name } of checksumAlgorithms) {
    const value = stored[name];
    if (value !== undefined) values[name] = value;
  }
  const type = stored.type === 'COMPOSITE' ? 'COMPOSITE' : 'FULL_OBJECT';
  const { parts } = stored;
  return parts === undefined ? { values, type } : { values, type, partSizes: sizesOf(parts) };
}

/** The members of an output; `ChecksumType` only beside a checksum. */
export function checksumMembers({
  values,
  type,
}: StoredChecksums): ChecksumMembers & { ChecksumType?: ChecksumType } {
  const members: ChecksumMembers = {};
  let any = false;
  for (const { name, member } of checksumAlgorithms) {
    const value = values[name];
    if (value === undefined) continue;
    members[member] = value;
    any = true;
  }
  return any ? { ...members, ChecksumType: type } : members;
}

/** The algorithms that an object has checksums of. */
export function algorithmsOf({ values }: StoredChecksums): readonly ChecksumAlgorithm[] {
  return checksumAlgorithms.filter(({ name }) => values[name] !== undefined);
}

/** `8388608x12,1024x1`: ten thousand parts are nearly always of one size. */
function runsOf(sizes: readonly number[]): string {
  const runs: { readonly size: number; count: number }[] = [];
  for (const size of sizes) {
    const last = runs.at(-1);
    if (last?.size === size) last.count += 1;
    else runs.push({ size, count: 1 });
  }
  return runs.map(({ size, count }) => `${size}x${count}`).join(',');
}

function sizesOf(runs: string): number[] {
  return runs.split(',').flatMap((run) => {
    const [size, count] = run.split('x').map(Number);
    return new Array<number>(count ?? 0).fill(size ?? 0);
  });
}
