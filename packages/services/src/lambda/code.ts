import { createHash } from 'node:crypto';
import type { OperationContext } from '../operation.ts';
import { notSupported } from './configuration.ts';
import { codeStorageExceeded, invalidParameter } from './error.ts';
import type { FunctionRow } from './function-row.ts';
import { maximumUnzippedSize, readZip, ZipTooLarge } from './zip.ts';

/** Where the members of an input say that code is. */
export interface CodeInput {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
  readonly ImageUri?: string | undefined;
  readonly SourceKMSKeyArn?: string | undefined;
}

/** Bytes. AWS takes fifty million: here the body waits in memory for its signature. */
const maximumZipSize = 10 * 1024 * 1024;

/** The columns of code. */
export type StoredCode = Pick<FunctionRow, 'code_file' | 'code_size' | 'code_sha256'>;

/** A zip that can be unpacked. Errors: `InvalidParameterValueException`. */
export async function checkCode(input: CodeInput): Promise<Uint8Array> {
  for (const member of ['S3Bucket', 'S3Key', 'ImageUri', 'SourceKMSKeyArn'] as const) {
    if (input[member] !== undefined) throw notSupported(member);
  }
  const { ZipFile: zip } = input;
  if (zip === undefined) throw invalidParameter('Please provide a source for function code.');
  if (zip.length > maximumZipSize) {
    throw invalidParameter(`Zipped size must be smaller than ${maximumZipSize} bytes`);
  }
  const files = await readZip(zip).catch((error: unknown) => {
    throw error instanceof ZipTooLarge ? unzippedTooLarge() : notUnzipped();
  });
  if (files.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  return zip;
}

/** Writes a checked zip; its file goes again when the call fails. */
export async function storeCode(context: OperationContext, zip: Uint8Array): Promise<StoredCode> {
  const { file, size } = await context.objectFiles.write(only(zip));
  context.afterRollback(() => context.objectFiles.remove([file]));
  const sha256 = createHash('sha256').update(zip).digest('base64');
  return { code_file: file, code_size: size, code_sha256: sha256 };
}

async function* only(zip: Uint8Array): AsyncGenerator<Uint8Array> {
  yield zip;
}

const megabyte = 1024 * 1024;

/** In the transaction of the call, when the new code is in its row: `CodeStorageExceededException`. */
export async function checkCodeStorage(
  { database, settings }: OperationContext,
  accountId: string,
): Promise<void> {
  const { size } = await database
    .selectFrom('lambda_function')
    .select((query) => query.fn.sum('code_size').as('size'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  const most = settings.quotas.functionStoragePerAccount * megabyte;
  if (Number(size ?? 0) > most) throw codeStorageExceeded();
}

/** Removes a zip once nothing refers to it any more. */
export function removeCode(
  context: OperationContext,
  { code_file: file }: Pick<FunctionRow, 'code_file'>,
): void {
  context.afterCommit(() => context.objectFiles.remove([file]));
}

/** The zip of a function, whole. */
export async function readCode(
  { objectFiles }: Pick<OperationContext, 'objectFiles'>,
  { code_file: file }: Pick<FunctionRow, 'code_file'>,
): Promise<Uint8Array> {
  return Buffer.concat(await objectFiles.read(file).toArray());
}

function notUnzipped(): Error {
  return invalidParameter(
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
}

function unzippedTooLarge(): Error {
  return invalidParameter(`Unzipped size must be smaller than ${maximumUnzippedSize} bytes`);
}
