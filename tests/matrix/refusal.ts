import assert from 'node:assert/strict';
import type { Answer } from './raw-call.ts';

type Refused = readonly [status: number, code: string];

/** Which family of services answers, and with what. */
export interface Refusal {
  readonly situation: Situation;
  readonly shape: keyof typeof columns;
  readonly status: number;
  readonly code: string;
}

export type Situation = keyof typeof situations;

const incomplete: Refused = [400, 'IncompleteSignature'];
const mismatch: Refused = [403, 'SignatureDoesNotMatch'];
const invalidToken: Refused = [403, 'InvalidClientTokenId'];
const denied: Refused = [403, 'AccessDenied'];
const invalidArgument: Refused = [400, 'InvalidArgument'];

/** Where the answers of a family stand below; EC2's are IAM's unless it has its own. */
const columns = { query: 0, ec2: 0, json: 0, s3: 1 } as const;

const authFailure: Refused = [401, 'AuthFailure'];

/** What EC2 answers otherwise than IAM and STS do. */
const ofEc2: Partial<Record<Situation, Refused>> = {
  caseVariant: [400, 'UnknownParameter'],
  expiredToken: [400, 'RequestExpired'],
  headerScope: authFailure,
  otherPayload: authFailure,
  otherChunk: authFailure,
  presignedExpired: [400, 'RequestExpired'],
  queryScope: authFailure,
  skewed: [400, 'RequestExpired'],
  unknownKey: authFailure,
  unknownPayloadWord: authFailure,
  unsignedHeader: authFailure,
  unsupportedPayload: authFailure,
  wrongSignature: authFailure,
  wrongToken: authFailure,
};

/** What is wrong with a request, and AWS's answers to it. */
const situations = {
  //                      IAM, STS      S3
  noCredentials: [[403, 'MissingAuthenticationToken'], denied],
  malformedHeader: [incomplete, [400, 'AuthorizationHeaderMalformed']],
  malformedQuery: [incomplete, [400, 'AuthorizationQueryParametersError']],
  malformedVersion2: [incomplete, denied],
  duplicateHeader: [incomplete, invalidArgument],
  severalMechanisms: [incomplete, invalidArgument],
  malformedTarget: [incomplete, [400, 'InvalidURI']],
  malformedRequest: [incomplete, [400, 'InvalidRequest']],
  noHost: [
    [400, 'BadRequest'],
    [400, 'BadRequest'],
  ],
  otherMechanism: [incomplete, [400, 'InvalidRequest']],
  unknownKey: [invalidToken, [403, 'InvalidAccessKeyId']],
  wrongToken: [invalidToken, [400, 'InvalidToken']],
  expiredToken: [
    [403, 'ExpiredToken'],
    [400, 'ExpiredToken'],
  ],
  wrongSignature: [mismatch, mismatch],
  headerScope: [mismatch, [400, 'AuthorizationHeaderMalformed']],
  queryScope: [mismatch, [400, 'AuthorizationQueryParametersError']],
  skewed: [mismatch, [403, 'RequestTimeTooSkewed']],
  presignedExpired: [[400, 'RequestExpired'], denied],
  unsignedHeader: [mismatch, denied],
  otherPayload: [mismatch, [400, 'XAmzContentSHA256Mismatch']],
  missingPayloadHash: [incomplete, [400, 'InvalidRequest']],
  unsupportedPayload: [mismatch, invalidArgument],
  unknownPayloadWord: [mismatch, invalidArgument],
  // What follows is of one family alone.
  otherChunk: [mismatch, mismatch],
  incompleteBody: [mismatch, [400, 'IncompleteBody']],
  otherTrailer: [mismatch, [400, 'MalformedTrailerError']],
  otherChecksum: [mismatch, [400, 'BadDigest']],
  notARequestOfIt: [[400, 'InvalidAction'], mismatch],
  otherMediaType: [[400, 'MalformedInput'], mismatch],
  malformedForm: [[400, 'MalformedQueryString'], mismatch],
  caseVariant: [[400, 'MalformedInput'], mismatch],
  unservedService: [[501, 'NotImplemented'], mismatch],
  unknownRoute: [denied, mismatch],
} as const satisfies Readonly<Record<string, readonly [query: Refused, s3: Refused]>>;

/** Sentences that tell situations of one code apart. */
const sentences: Partial<Record<Situation, readonly [query: RegExp, s3: RegExp]>> = {
  headerScope: [/Credential/, /Credential/],
  queryScope: [/Credential/, /Credential/],
  skewed: [/^Signature (?:expired|not yet current): /, /^The difference between /],
  malformedVersion2: [/./, /^Query-string authentication requires |^Invalid date /],
  malformedRequest: [/control characters/, /control characters/],
  presignedExpired: [/^Request /, /^Request /],
  unsignedHeader: [/ signed$|SignedHeader/, / signed$|SignedHeader/],
  unsupportedPayload: [/^Only S3 takes /, /payload|sign its chunks/],
  wrongSignature: [
    /^The request signature we calculated /,
    /^The request signature we calculated /,
  ],
};

const sentencesOfEc2: typeof sentences = {
  ...sentences,
  skewed: [/^Request has expired\.$/, /./],
  wrongSignature: [/^AWS was not able to validate the provided access credentials$/, /./],
};

export function refusalOf(situation: Situation, shape: Refusal['shape']): Refusal {
  const own = shape === 'ec2' ? ofEc2[situation] : undefined;
  const [status, code] = own ?? situations[situation][columns[shape]];
  if (shape !== 'json' || situation === 'noHost') return { situation, shape, status, code };
  // One code for all that does not verify, whatever the query services call it.
  if (/^(?:SignatureDoesNotMatch|RequestExpired)$/.test(code)) {
    return { situation, shape, status: 403, code: 'InvalidSignatureException' };
  }
  const known = code === 'InvalidClientTokenId' ? 'UnrecognizedClient' : code;
  return { situation, shape, status, code: `${known}Exception` };
}

/** Holds an answer against what it must be, down to its shape and the ids in its headers. */
export function assertRefused(
  answer: Answer,
  method: string,
  refusal: Refusal,
  what: string,
): void {
  const { status, code, headers, body } = answer;
  const said = `${what}: ${status} ${body}`;
  if (method === 'HEAD') assert.deepEqual([status, body], [refusal.status, ''], said);
  else assert.deepEqual([status, code], [refusal.status, refusal.code], said);
  const { shape } = refusal;
  const sentence = (shape === 'ec2' ? sentencesOfEc2 : sentences)[refusal.situation]?.[
    columns[shape]
  ];
  if (sentence && method !== 'HEAD') assert.match(answer.message ?? '', sentence, said);
  if (shape === 'query' || shape === 'ec2') {
    const requestId = headers.get('x-amzn-requestid') ?? '';
    assert.match(requestId, /^[0-9a-f-]{36}$/, said);
    assert.equal(headers.get('content-type'), 'text/xml', said);
    const isInForm = (form: RegExp) => form.exec(body)?.groups?.id === requestId;
    const forms = shape === 'query' || unreadable.has(refusal.code) ? [queryError] : [];
    if (shape === 'ec2') forms.push(ec2Error);
    if (method !== 'HEAD') assert.ok(forms.some(isInForm), said);
    return;
  }
  if (refusal.shape === 'json') {
    assert.match(headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/, said);
    assert.equal(headers.get('content-type'), 'application/json', said);
    if (method !== 'HEAD') assert.deepEqual(Object.keys(JSON.parse(body)), jsonMembers, said);
    return;
  }
  const requestId = headers.get('x-amz-request-id') ?? '';
  const hostId = headers.get('x-amz-id-2') ?? '';
  assert.match(requestId, /^[0-9A-Z]{16}$/, said);
  assert.ok(hostId.length > 20, said);
  assert.equal(headers.get('content-type'), 'application/xml', said);
  if (method === 'HEAD') return;
  const { id, host } = s3Error.exec(body)?.groups ?? {};
  assert.deepEqual([id, host], [requestId, hostId], said);
}

/** Nobody can tell whose a request is of which the scope cannot be read: it is answered as IAM's. */
const unreadable: ReadonlySet<string> = new Set([
  'IncompleteSignature',
  'MissingAuthenticationToken',
]);

const ec2Error =
  /^<Response><Errors><Error><Code>\w+<\/Code><Message>[^<]+<\/Message><\/Error><\/Errors><RequestID>(?<id>[^<]+)<\/RequestID><\/Response>$/;
const jsonMembers = ['Message', 'message'];
const queryError =
  /^<ErrorResponse(?: xmlns="https:\/\/(?:iam|sts)\.amazonaws\.com\/doc\/[\d-]+\/")?><Error><Type>(?:Sender|Receiver)<\/Type><Code>\w+<\/Code><Message>[^<]+<\/Message><\/Error><RequestId>(?<id>[^<]+)<\/RequestId><\/ErrorResponse>$/;
const s3Error =
  /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>\w+<\/Code><Message>[^<]+<\/Message>(?:<(?<detail>[\w-]+)>[^<]*<\/\k<detail>>)*<Resource>[^<]*<\/Resource><RequestId>(?<id>[^<]+)<\/RequestId><HostId>(?<host>[^<]+)<\/HostId><\/Error>$/;
