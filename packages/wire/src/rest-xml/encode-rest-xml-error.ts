import type { ApiError } from '../api-error.ts';
import { escapeXml, withoutInvalidXml } from '../xml/xml-text.ts';

/** What S3 says beside the error itself. */
export interface RestXmlErrorContext {
  readonly requestId: string;
  readonly hostId: string;
  /** The path that was asked for, `/photos/pic.jpg`. */
  readonly resource: string;
}

/** An error in S3's form; `details` of the error are elements of their own. */
export function encodeRestXmlError(error: ApiError, context: RestXmlErrorContext): string {
  const elements: readonly (readonly [string, string])[] = [
    ['Code', error.code],
    ['Message', error.message],
    ...Object.entries(error.details),
    ['Resource', context.resource],
    ['RequestId', context.requestId],
    ['HostId', context.hostId],
  ];
  // A key may hold a control; an error that names one must be readable all the same.
  const inner = elements
    .map(([name, text]) => `<${name}>${escapeXml(withoutInvalidXml(text))}</${name}>`)
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
}
