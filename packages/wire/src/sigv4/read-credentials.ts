import type { PayloadMode } from '../payload-mode.ts';
import type { RawRequest } from '../raw-request.ts';
import { formatAmzDate, parseAmzDate, parseDateHeader } from './amz-date.ts';
import {
  authenticationParameters,
  type QuerySurvey,
  surveyQuery,
} from './authentication-parameter.ts';
import { parseAuthorizationHeader } from './authorization-header.ts';
import { type Credential, type CredentialScope, parseCredential } from './credential-scope.ts';
import { anonymousPayload } from './payload-declaration.ts';
import type { SignatureRefusal, SignatureRefusalReason } from './refusal.ts';
import { type RequestHead, readHead } from './request-head.ts';
import { anonymousHeaders } from './visible-header.ts';

/** What a request says about who sends it, before any secret has been looked up. */
export type CredentialReading =
  | AnonymousRequest
  | SignedRequest
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
  if (variant !== undefined) {
    return because('malformedQuery', `Write the query parameter as '${variant}'.`);
  }
  if (duplicate !== undefined) {
    const message = `The query parameter '${duplicate}' occurs more than once.`;
    return because('duplicateParameter', message);
  }
  return signatureVersion2 ? because('unsupportedVersion', useVersion4) : undefined;
}

const oneMechanism =
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, ' +
  'Signature query string parameter or the Authorization header should be specified';

const useVersion4 =
  'The request is signed with Signature Version 2, which is not supported. Use Signature Version ' +
  '4: set signature_version = s3v4 (boto3: Config(signature_version="s3v4"); AWS CLI: ' +
  'aws configure set default.s3.signature_version s3v4).';

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
    const fields = parseAuthorizationHeader(authorization);
    if (fields.kind !== 'version4') return fields.service;
    return parseCredential(fields.credential)?.scope.service;
  }
  return survey.signatureVersion2 ? 's3' : undefined;
}

function readHeaderForm(head: RequestHead, authorization: string): CredentialReading {
  const fields = parseAuthorizationHeader(authorization);
  if (fields.kind === 'unsupported') {
    const message = fields.isVersion2 ? useVersion4 : onlyVersion4;
    return refuse('unsupportedVersion', fields.service, message);
  }
  if (fields.kind === 'malformed') return refuse('malformedHeader', fields.service, fields.message);
  const credential = parseCredential(fields.credential);
  if (credential === undefined) {
    return refuse('malformedHeader', undefined, `Credential ${credentialForm}`);
  }
  const { service } = credential.scope;
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
  return finish(head, credential, {
    form: 'header',
    signedHeaders: fields.signedHeaders.split(';'),
    signature: fields.signature,
    timestamp,
    amzDate: amzDate ?? formatAmzDate(timestamp),
    expiresIn: undefined,
    sessionToken: head.headers.get('x-amz-security-token'),
    contentSha256: head.headers.get('x-amz-content-sha256'),
    hoistedHeaders: noHeaders,
  });
}

const noHeaders: ReadonlyMap<string, string> = new Map();

const onlyVersion4 =
  'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';

const credentialForm =
  "must have the form '<access key ID>/YYYYMMDD/<region>/<service>/aws4_request'.";

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
  const credential = parseCredential(value('X-Amz-Credential'));
  const service = credential?.scope.service;
  const malformed = (message: string) => refuse('malformedQuery', service, message);
  const missing = requiredParameters.find((name) => value(name) === '');
  if (missing !== undefined) {
    return malformed(`AWS query-string parameters must include '${missing}'.`);
  }
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    return malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  if (credential === undefined) return malformed(`X-Amz-Credential ${credentialForm}`);
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
  const problem = expiresProblem(expires, credential.scope.service);
  if (problem !== undefined) return malformed(problem);
  return finish(head, credential, {
    form: 'presigned',
    signedHeaders: value('X-Amz-SignedHeaders').split(';'),
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

function expiresProblem(expires: string | undefined, service: string): string | undefined {
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

const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** The checks that both forms share. */
function finish(
  head: RequestHead,
  credential: Credential,
  read: Omit<SignedRequest, 'kind' | 'head' | 'accessKeyId' | 'scope'>,
): CredentialReading {
  const { scope, accessKeyId } = credential;
  const malformed = read.form === 'header' ? 'malformedHeader' : 'malformedQuery';
  let previous = '';
  for (const name of read.signedHeaders) {
    if (!headerName.test(name) || name <= previous) {
      const message = 'SignedHeaders must be lower-case names, sorted, separated by semicolons.';
      return refuse(malformed, scope.service, message);
    }
    previous = name;
  }
  if (credential.terminator !== 'aws4_request') {
    const message = "Credential should be scoped with a valid terminator: 'aws4_request'.";
    return refuse('invalidScope', scope.service, message);
  }
  const day = read.amzDate.slice(0, 8);
  if (scope.date !== day) {
    const message =
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
      `'${scope.date}' != '${day}', from '${read.amzDate}'.`;
    return refuse('invalidScope', scope.service, message);
  }
  return { kind: 'signed', head, accessKeyId, scope, ...read };
}

/** Nothing is signed, so everything is the caller's own word and only reading it is limited. */
function readAnonymous(head: RequestHead): CredentialReading {
  const payload = anonymousPayload(head);
  if ('reason' in payload) return { kind: 'refused', refusal: payload };
  return { kind: 'anonymous', headers: anonymousHeaders(head), query: head.query, payload };
}
