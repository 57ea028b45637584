import type { Readable } from 'node:stream';

/** The bytes of S3 objects and parts: immutable files with names of our own, never a caller's. */
export interface ObjectFiles {
  /**
   * Writes `chunks` to a new file: temporary file, fsync, rename, fsync of the directory. When the
   * source throws nothing remains. A chunk belongs to the store once it was yielded: its memory is
   * not used again. Resolves with the file's name and size in bytes.
   */
  write(
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly file: string; readonly size: number }>;
  /** Reads bytes `start` to `end` inclusive, or all of it. */
  read(file: string, range?: { readonly start: number; readonly end: number }): Readable;
  /** Removes files; one that is not there is no error. */
  remove(files: readonly string[]): Promise<void>;
  /**
   * Removes files to which nothing refers, which a crash between the writing of a file and the
   * commit of its row has left; files written since the start are left alone. Resolves with how
   * many were removed.
   */
  sweep(isReferenced: (file: string) => Promise<boolean> | boolean): Promise<number>;
}
