import { ApiError } from '@carnet/wire';

const maximumKeySize = 1024;

/**
 * Holds a key against S3's rule, 1 to 1,024 bytes of UTF-8, and against what a database can hold:
 * no NUL (PostgreSQL has none in text) and no half of a surrogate pair.
 * Errors: `KeyTooLongError`, `InvalidURI`.
 */
export function checkedKey(key: string | undefined): string {
  const text = key ?? '';
  const size = Buffer.byteLength(text);
  if (size > maximumKeySize) {
    throw new ApiError('KeyTooLongError', 400, 'Your key is too long', {
      Size: String(size),
      MaxSizeAllowed: String(maximumKeySize),
    });
  }
  if (size === 0 || text.includes('\0') || !text.isWellFormed()) {
    throw new ApiError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
  return text;
}
