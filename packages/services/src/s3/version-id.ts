import { invalidArgument } from './s3-error.ts';

export interface VersionInput {
  readonly VersionId?: string | undefined;
}

/** Objects have one version, `null`, as in a bucket that never had versioning. */
export function checkVersionId(input: VersionInput): void {
  if (input.VersionId === undefined || input.VersionId === 'null') return;
  throw invalidArgument('Invalid version id specified', 'versionId', input.VersionId);
}
