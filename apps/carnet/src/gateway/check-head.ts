import type { IncomingMessage } from 'node:http';
import { ApiError } from '@carnet/wire';
import { rawHeader } from './raw-header.ts';

const maximumHeaderCount = 200;

/** Refuses what Node's parser lets pass and nobody who speaks HTTP/1.1 sends. */
export function checkHead({ httpVersion, rawHeaders }: IncomingMessage): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    throw new ApiError('BadRequest', 400, 'The version of HTTP is not 1.0 or 1.1.');
  }
  if (rawHeader(rawHeaders, 'host') === undefined && httpVersion === '1.1') {
    throw new ApiError('BadRequest', 400, 'The request has no Host header.');
  }
  if (rawHeaders.length / 2 > maximumHeaderCount) {
    throw new ApiError('RequestHeaderSectionTooLarge', 400, 'The request has too many headers.');
  }
}
