import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, validateFileName } from 'yauzl';

/** One file of a zip. */
export interface ZippedFile {
  /** With slashes, below the root: `lib/signer.js`. */
  readonly path: string;
  /** Bytes, unpacked, as the zip says; `open` holds it to its word. */
  readonly size: number;
  open(): Promise<Readable>;
}

/** Bytes of a function's code, unpacked. Source: "Lambda quotas", AWS Lambda Developer Guide. */
export const maximumUnzippedSize = 262_144_000;
/** Of files and folders, the folders that no entry names among them. */
const maximumEntries = 10_000;
const longestPath = 1024;
const mostFolders = 32;

/** What is wrong with a zip; nobody is told more than that it cannot be unzipped. */
export class MalformedZip extends Error {
  override readonly name = 'MalformedZip';
}

/** It can be unzipped, and should not be. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge';
}

/**
 * The files of a zip, each one inside of the folder that it is unpacked to: links, devices, absolute
 * paths, `..`, names that come twice or are a file and a folder, and encrypted entries are refused
 * before anything is unpacked. Throws `MalformedZip` and `ZipTooLarge`.
 */
export async function readZip(bytes: Uint8Array): Promise<readonly ZippedFile[]> {
  try {
    return await readEntries(bytes);
  } catch (error) {
    if (error instanceof MalformedZip || error instanceof ZipTooLarge) throw error;
    throw new MalformedZip(error instanceof Error ? error.message : String(error));
  }
}

async function readEntries(bytes: Uint8Array): Promise<readonly ZippedFile[]> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    // What is in memory needs no closing, and files are opened after the list was read.
    autoClose: false,
    lazyEntries: true,
    strictFileNames: true,
    validateEntrySizes: true,
  });
  if (zip.entryCount > maximumEntries) throw new MalformedZip('too many entries');
  const files: ZippedFile[] = [];
  const names = new Names();
  let size = 0;
  for await (const entry of zip.eachEntry()) {
    checkEntry(entry);
    const isFolder = entry.fileName.endsWith('/');
    names.add(isFolder ? entry.fileName.slice(0, -1) : entry.fileName, isFolder);
    if (isFolder) continue;
    size += entry.uncompressedSize;
    if (size > maximumUnzippedSize) throw new ZipTooLarge();
    files.push({
      path: entry.fileName,
      size: entry.uncompressedSize,
      open: () => zip.openReadStreamPromise(entry),
    });
  }
  return files;
}

const deflated = 8;
/** The type of a file in the attributes that Unix writes: none, a regular file, a folder. */
const fileTypes = { none: 0, regular: 0o100_000, folder: 0o040_000 };

function checkEntry(entry: Entry): void {
  const { fileName } = entry;
  const reason = validateFileName(fileName);
  if (reason !== null) throw new MalformedZip(reason);
  const segments = fileName.replace(/\/$/, '').split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new MalformedZip(`the path ${fileName} leads elsewhere`);
  }
  const isLong = Buffer.byteLength(fileName) > longestPath;
  if (isLong || segments.some((segment) => Buffer.byteLength(segment) > 255)) {
    throw new MalformedZip('a path is too long');
  }
  if (segments.length > mostFolders) throw new MalformedZip('a path is too deep');
  if (/\p{Cc}/u.test(fileName)) throw new MalformedZip('a path has control characters');
  const type = (entry.externalFileAttributes >>> 16) & 0o170_000;
  if (!Object.values(fileTypes).includes(type)) throw new MalformedZip(`${fileName} is no file`);
  if (entry.isEncrypted()) throw new MalformedZip(`${fileName} is encrypted`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== deflated) {
    throw new MalformedZip(`${fileName} is compressed in another way`);
  }
}

/** The paths of one zip. A path that is both a file and a folder would be one of them by chance. */
class Names {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  add(path: string, isFolder: boolean): void {
    if (this.#files.has(path) || (!isFolder && this.#folders.has(path))) {
      throw new MalformedZip(`${path} comes twice`);
    }
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (this.#files.has(folder)) throw new MalformedZip(`${folder} is a file and a folder`);
      this.#folders.add(folder);
    }
    (isFolder ? this.#folders : this.#files).add(path);
    if (this.#files.size + this.#folders.size > maximumEntries) {
      throw new MalformedZip('too many files and folders');
    }
  }
}
