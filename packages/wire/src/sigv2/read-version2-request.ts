import type { PayloadMode } from '../payload-mode.ts';
import type { RawRequest } from '../raw-request.ts';
import { declarePayload } from '../sigv4/payload-declaration.ts';
import {
  type SignatureRefusal,
  type SignatureRefusalReason,
  useVersion4,
} from '../sigv4/refusal.ts';
import type { RequestHead } from '../sigv4/request-head.ts';
import { version2StringToSign } from './string-to-sign.ts';
import {
  headerOfParameter,
  signedHeaders,
  standsForHeader,
  type Version2Header,
  visibleVersion2Headers,
} from './version2-header.ts';
import { resourceParameters, tokenHeader, version2Parameters } from './version2-parameter.ts';

/** A presigned URL of Signature Version 2; nothing of it is true before it is verified. */
export interface Version2Request {
  readonly kind: 'version2';
  readonly accessKeyId: string;
  /** Base64, as sent; compared in constant time. */
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Milliseconds since 1970, the last at which it is good. */
  readonly expiresAt: number;
  /** With a byte for each character. */
  readonly stringToSign: string;
  /** What an operation may see: headers by lower-case names, parameters decoded, the payload. */
  readonly headers: ReadonlyMap<string, string>;
  readonly query: readonly (readonly [string, string])[];
  readonly path: string;
  readonly payload: PayloadMode;
}

/** What a query says, each thing once. */
interface Version2Query {
  readonly own: ReadonlyMap<string, string>;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, Version2Header>;
  readonly resource: readonly (readonly [string, string])[];
}

/**
 * Reads `?AWSAccessKeyId&Signature&Expires` ("Query string request authentication alternative",
 * Amazon S3 User Guide). What this version does not sign, anybody could have changed: such a
 * parameter is refused, such a header is not seen. Never throws.
 */
export function readVersion2Request(
  request: RawRequest,
  head: RequestHead,
): Version2Request | SignatureRefusal {
  if (!takenMethods.has(head.method)) return refuse('unsupportedVersion', useVersion4);
  const query = readQuery(head.query);
  if ('reason' in query) return query;
  const own = (name: (typeof version2Parameters)[number]) => query.own.get(name) ?? '';
  if (own('AWSAccessKeyId') === '' || own('Signature') === '' || !query.own.has('Expires')) {
    return refuse('malformedVersion2', missingParameter);
  }
  const expires = own('Expires');
  if (!epochSeconds.test(expires)) return refuse('malformedVersion2', invalidDate);
  const headers = mergeHeaders(signedHeaders(request), query.headers);
  if ('reason' in headers) return headers;
  const payload = readPayload(headers);
  if ('reason' in payload) return payload;
  return {
    kind: 'version2',
    accessKeyId: own('AWSAccessKeyId'),
    signature: own('Signature'),
    sessionToken: headers.get(tokenHeader)?.value,
    expiresAt: Number(expires) * 1000,
    stringToSign: version2StringToSign({ head, headers, parameters: query.resource, expires }),
    headers: visibleVersion2Headers(head.headers, headers),
    query: query.resource,
    path: head.path,
    payload,
  };
}

const takenMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT']);
/** Far beyond any date, and exact as a number of milliseconds. */
const epochSeconds = /^\d{1,12}$/;

const missingParameter =
  'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters';
const invalidDate = 'Invalid date (should be seconds since epoch)';

const ownNames: ReadonlyMap<string, string> = new Map(
  [...version2Parameters, tokenHeader].map((name) => [name.toLowerCase(), name]),
);

function readQuery(query: RequestHead['query']): Version2Query | SignatureRefusal {
  const own = new Map<string, string>();
  const headers = new Map<string, Version2Header>();
  const resource: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  for (const [name, value] of query) {
    const lower = name.toLowerCase();
    const exact = ownNames.get(lower);
    if (exact !== undefined && exact !== name) {
      return refuse('malformedQuery', `Write the query parameter as '${exact}'.`);
    }
    if (seen.has(lower)) {
      return refuse('duplicateParameter', 'A query parameter occurs more than once.');
    }
    seen.add(lower);
    if (standsForHeader(lower)) {
      const header = headerOfParameter(value);
      if (header === undefined) return refuse('malformedRequest', controlCharacter);
      headers.set(lower, header);
    } else if (exact !== undefined) own.set(name, value);
    else if (!resourceParameters.has(name)) {
      return refuse('unsupportedVersion', `${unsignedParameter(name)} ${useVersion4}`);
    } else if (value.includes('&')) {
      return refuse('unsupportedVersion', `${ambiguousParameter} ${useVersion4}`);
    } else resource.push([name, value]);
  }
  return { own, headers, resource };
}

const controlCharacter = 'A query parameter that stands for a header holds control characters.';
const ambiguousParameter =
  "Signature Version 2 cannot tell an '&' in a parameter's value from the next parameter.";

function unsignedParameter(name: string): string {
  const which = /^[\w-]{1,64}$/.test(name) ? ` '${name}'` : '';
  return `Signature Version 2 does not sign the query parameter${which}.`;
}

/** A client may send as a header what the URL says too; it may not say anything else. */
function mergeHeaders(
  sent: Map<string, Version2Header>,
  hoisted: ReadonlyMap<string, Version2Header>,
): ReadonlyMap<string, Version2Header> | SignatureRefusal {
  for (const [name, header] of hoisted) {
    const other = sent.get(name);
    if (other !== undefined && other.bytes !== header.bytes) {
      return refuse('headerAndQuery', `'${name}' stands in the headers and in the query.`);
    }
    sent.set(name, header);
  }
  return sent;
}

/** The body is not signed, unless a signed header binds it. */
function readPayload(headers: ReadonlyMap<string, Version2Header>): PayloadMode | SignatureRefusal {
  const declared = headers.get('x-amz-content-sha256');
  if (declared === undefined) return { kind: 'unsigned' };
  const declaration = declarePayload(declared.value, new Map());
  if ('reason' in declaration || declaration.kind === 'hash') return declaration;
  if (declaration.kind === 'unsigned') return declaration;
  return refuse('unsupportedPayload', 'A presigned URL takes no streaming payload.');
}

function refuse(reason: SignatureRefusalReason, message: string): SignatureRefusal {
  return { reason, message, service: 's3' };
}
