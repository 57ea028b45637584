import { invalidArgument } from './s3-error.ts';

/**
 * How keys are written into a listing: as they are, or, with `encoding-type=url`, percent-encoded so
 * that characters which XML cannot hold come through; `/` stays, a space becomes `+`.
 */
export function keyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType !== 'url') {
    throw invalidArgument(
      'Invalid Encoding Method specified in Request',
      'encoding-type',
      encodingType,
    );
  }
  return (key) =>
    encodeURIComponent(key.toWellFormed())
      .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+');
}
