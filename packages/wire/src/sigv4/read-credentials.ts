import type { PayloadMode } from '../payload-mode.ts';
import type { RawRequest } from '../raw-request.ts';
import { readVersion2Request, type Version2Request } from '../sigv2/read-version2-request.ts';
import { formatAmzDate, parseAmzDate, parseDateHeader } from './amz-date.ts';
import {
  authenticationParameters,
  type QuerySurvey,
  surveyQuery,
} from './authentication-parameter.ts';
import { parseAuthorizationHeader } from './authorization-header.ts';
import { type CredentialScope, parseCredential } from './credential-scope.ts';
import { anonymousPayload } from './payload-declaration.ts';
import type { SignatureRefusal, SignatureRefusalReason } from './refusal.ts';
import { type RequestHead, readHead } from './request-head.ts';
import { readClaim, type SignatureClaim } from './signature-claim.ts';
import { anonymousHeaders } from './visible-header.ts';

/** What a request says about who sends it, before any secret has been looked up. */
export type CredentialReading =
  | AnonymousRequest
  | SignedRequest
  | Version2Request
  | { readonly kind: 'refused'; readonly refusal: SignatureRefusal };

/** A request without credentials, and what an operation may see of it. */
export interface AnonymousRequest {
  readonly kind: 'anonymous';
  readonly headers: ReadonlyMap<string, string>;
  readonly query: readonly (readonly [string, string])[];
  readonly payload: PayloadMode;
}

/** A request that claims to be signed; nothing of it is true before `verifySignature` says so. */
export interface SignedRequest {
  readonly kind: 'signed';
  readonly form: 'header' | 'presigned';
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Lower-case, sorted, each once. */
  readonly signedHeaders: readonly string[];
  /** As sent; compared in constant time. */
  readonly signature: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The same as `20261123T120000Z`. */
  readonly amzDate: string;
  /** Seconds; for a presigned request that names them. */
  readonly expiresIn: number | undefined;
  readonly sessionToken: string | undefined;
  /** `x-amz-content-sha256` as sent, in the header or in a presigned URL's query. */
  readonly contentSha256: string | undefined;
  /** The request itself, as `verifySignature` takes it. */
  readonly head: RequestHead;
  readonly claim: SignatureClaim;
  /** A presigned URL's `x-amz-*` parameters, which count as headers. */
  readonly hoistedHeaders: ReadonlyMap<string, string>;
}

/**
 * Reads the credentials of a request from its Authorization header or its query ("Authenticating
 * Requests (AWS Signature Version 4)", Amazon S3 API Reference). Never throws.
 */
export function readCredentials(request: RawRequest): CredentialReading {
  const head = readHead(request);
  if ('reason' in head) return { kind: 'refused', refusal: head };
  const survey = surveyQuery(head.query);
  const authorization = head.headers.get('authorization');
  const refusal = queryRefusal(survey, authorization);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  if (authorization !== undefined) return readHeaderForm(head, authorization);
  if (survey.signatureVersion2) return readVersion2(request, head);
  if (survey.authentication.size > 0) return readPresignedForm(head, survey);
  return readAnonymous(head);
}

/** What a query may not say, whichever form the credentials have. */
function queryRefusal(
  survey: QuerySurvey,
  authorization: string | undefined,
): SignatureRefusal | undefined {
  const { authentication, signatureVersion2, variant, duplicate } = survey;
  const because = (reason: SignatureRefusalReason, message: string) => {
    return { reason, message, service: serviceHint(authorization, survey) };
  };
  if (authorization !== undefined && (authentication.size > 0 || signatureVersion2)) {
    return because('headerAndQuery', oneMechanism);
  }
  // Version 2 has names of its own, and the token as a header is written.
  if (signatureVersion2) {
    const names = [...authentication.keys()].filter((name) => name !== 'X-Amz-Security-Token');
    return names.length > 0 ? because('headerAndQuery', oneMechanism) : undefined;
  }
  if (variant !== undefined) {
    return because('malformedQuery', `Write the query parameter as '${variant}'.`);
  }
  if (duplicate !== undefined) {
    const message = `The query parameter '${duplicate}' occurs more than once.`;
    return because('duplicateParameter', message);
  }
  return undefined;
}

function readVersion2(request: RawRequest, head: RequestHead): CredentialReading {
  const read = readVersion2Request(request, head);
  return 'reason' in read ? { kind: 'refused', refusal: read } : read;
}

const oneMechanism =
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, ' +
  'Signature query string parameter or the Authorization header should be specified';

function refuse(
  reason: SignatureRefusalReason,
  service: string | undefined,
  message: string,
): CredentialReading {
  return { kind: 'refused', refusal: { reason, message, service } };
}

/** The service that a request is for, as far as its credentials tell, whatever is wrong with it. */
function serviceHint(authorization: string | undefined, survey: QuerySurvey): string | undefined {
  const credential = survey.authentication.get('X-Amz-Credential');
  if (credential !== undefined) return parseCredential(credential)?.scope.service;
  if (authorization !== undefined) {
    const parsed = parseAuthorizationHeader(authorization);
    return parsed.kind === 'refused'
      ? parsed.refusal.service
      : parsed.claim.credential.scope.service;
  }
  return survey.signatureVersion2 ? 's3' : undefined;
}

function readHeaderForm(head: RequestHead, authorization: string): CredentialReading {
  const parsed = parseAuthorizationHeader(authorization);
  if (parsed.kind === 'refused') return parsed;
  const { claim, signature } = parsed;
  const { service } = claim.credential.scope;
  const amzDate = head.headers.get('x-amz-date');
  const date = head.headers.get('date');
  if (amzDate === undefined && date === undefined) {
    const message =
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    return refuse('malformedHeader', service, message);
  }
  const timestamp = amzDate === undefined ? parseDateHeader(date ?? '') : parseAmzDate(amzDate);
  if (timestamp === undefined) {
    const message = "Date must be in ISO-8601 'basic format', such as 20261123T120000Z.";
    return refuse('malformedHeader', service, message);
  }
  return finish({
    form: 'header',
    head,
    claim,
    signature,
    timestamp,
    amzDate: amzDate ?? formatAmzDate(timestamp),
    expiresIn: undefined,
    sessionToken: head.headers.get('x-amz-security-token'),
    contentSha256: head.headers.get('x-amz-content-sha256'),
    hoistedHeaders: noHeaders,
  });
}

const noHeaders: ReadonlyMap<string, string> = new Map();

const requiredParameters = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
];

function readPresignedForm(head: RequestHead, survey: QuerySurvey): CredentialReading {
  const { authentication, hoisted } = survey;
  const value = (name: string) => authentication.get(name) ?? '';
  const service = parseCredential(value('X-Amz-Credential'))?.scope.service;
  const malformed = (message: string) => refuse('malformedQuery', service, message);
  const missing = requiredParameters.find((name) => value(name) === '');
  if (missing !== undefined) {
    return malformed(`AWS query-string parameters must include '${missing}'.`);
  }
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    return malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const credential = value('X-Amz-Credential');
  const claim = readClaim(credential, value('X-Amz-SignedHeaders'), 'malformedQuery');
  if ('reason' in claim) return { kind: 'refused', refusal: claim };
  for (const name of [...authenticationParameters.keys(), ...hoisted.keys()]) {
    if (head.headers.has(name)) {
      const message = `'${name}' stands in the headers and in the query.`;
      return refuse('headerAndQuery', service, message);
    }
  }
  const amzDate = value('X-Amz-Date');
  const timestamp = parseAmzDate(amzDate);
  if (timestamp === undefined) {
    return malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const expires = authentication.get('X-Amz-Expires');
  const problem = expiresProblem(expires, service);
  if (problem !== undefined) return malformed(problem);
  return finish({
    form: 'presigned',
    head,
    claim,
    signature: value('X-Amz-Signature'),
    timestamp,
    amzDate,
    expiresIn: expires === undefined ? undefined : Number(expires),
    sessionToken: authentication.get('X-Amz-Security-Token'),
    contentSha256: hoisted.get('x-amz-content-sha256') ?? head.headers.get('x-amz-content-sha256'),
    hoistedHeaders: hoisted,
  });
}

/** Seconds of a week, the longest that S3 allows. */
const maxExpires = 604_800;

function expiresProblem(
  expires: string | undefined,
  service: string | undefined,
): string | undefined {
  if (expires === undefined) {
    if (service !== 's3') return undefined;
    return "AWS query-string parameters must include 'X-Amz-Expires'.";
  }
  if (/^-\d+$/.test(expires)) return 'X-Amz-Expires must be non-negative';
  if (!/^\d+$/.test(expires)) return 'X-Amz-Expires should be a number';
  if (Number(expires) <= maxExpires || service !== 's3') return undefined;
  return (
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must ' +
    'be less than 604800 seconds'
  );
}

/** Compares the two days, and lays out what both forms have. */
function finish(
  read: Omit<SignedRequest, 'kind' | 'accessKeyId' | 'scope' | 'signedHeaders'>,
): CredentialReading {
  const { claim, amzDate } = read;
  const { scope, accessKeyId } = claim.credential;
  if (!amzDate.startsWith(scope.date)) {
    const message =
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
      `'${scope.date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`;
    const isUrlOfS3 = read.form === 'presigned' && scope.service === 's3';
    return refuse(isUrlOfS3 ? 'malformedQuery' : 'invalidScope', scope.service, message);
  }
  return {
    kind: 'signed',
    form: read.form,
    accessKeyId,
    scope,
    signedHeaders: claim.signedHeaders,
    signature: read.signature,
    timestamp: read.timestamp,
    amzDate,
    expiresIn: read.expiresIn,
    sessionToken: read.sessionToken,
    contentSha256: read.contentSha256,
    head: read.head,
    claim,
    hoistedHeaders: read.hoistedHeaders,
  };
}

/** Nothing is signed, so everything is the caller's own word and only reading it is limited. */
function readAnonymous(head: RequestHead): CredentialReading {
  const payload = anonymousPayload(head);
  if ('reason' in payload) return { kind: 'refused', refusal: payload };
  return { kind: 'anonymous', headers: anonymousHeaders(head), query: head.query, payload };
}
