import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as s3 from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/protocols';
import { ApiError } from '../api-error.ts';
import { arbitraryStructure, samples, type Value } from '../arbitrary-value.test.ts';
import { models } from '../models.ts';
import {
  decodeRestXmlRequest,
  hasBody,
  type RestRequest,
  streamingInputMember,
  streamingOutputMember,
} from './decode-rest-xml-request.ts';
import { encodeRestXmlError } from './encode-rest-xml-error.ts';
import { encodeRestXmlResponse } from './encode-rest-xml-response.ts';
import { routeRestXml } from './route-rest-xml.ts';

const model = models.s3;

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A client whose requests are kept and whose answers are ours. */
function newClient() {
  const captured: {
    request?: HttpRequest;
    status: number;
    headers: [string, string][];
    body: string;
  } = { status: 200, headers: [], body: '' };
  const client = new s3.S3Client({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a' },
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      async handle(request: HttpRequest) {
        captured.request = request;
        const headers = Object.fromEntries(captured.headers);
        const body = new Response(captured.body).body;
        return { response: new HttpResponse({ statusCode: captured.status, headers, body }) };
      },
    },
  });
  return { captured, client: client as unknown as { send(command: object): Promise<Value> } };
}

function restRequest(request: HttpRequest): RestRequest & { method: string } {
  const [, bucket = '', ...key] = request.path.split('/').map(decodeURIComponent);
  return {
    method: request.method,
    bucket: bucket === '' ? undefined : bucket,
    key: key.length === 0 || key.join('/') === '' ? undefined : key.join('/'),
    query: Object.entries(request.query).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one] as const),
    ),
    headers: new Map(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: typeof request.body === 'string' ? new TextEncoder().encode(request.body) : undefined,
  };
}

/** Members that the client computes, replaces or refuses, or that it adds by itself. */
const clientsOwn = new Set([
  'SSECustomerKey',
  'SSECustomerKeyMD5',
  'CopySourceSSECustomerKey',
  'CopySourceSSECustomerKeyMD5',
  'ChecksumAlgorithm',
  'ContentLength',
  'ContentMD5',
  'ChecksumMode',
]);
/** Without them the client adds its own, or takes the answer for a failure. */
const always = new Set(['ContentType', 'CopyObjectResult', 'CopyPartResult']);
/** Goes to an endpoint of its own, or answers with a stream of events. */
const elsewhere = new Set(['WriteGetObjectResponse', 'CreateSession', 'SelectObjectContent']);

const commands = s3 as unknown as Record<string, new (input: object) => object>;

describe('AWS’s client for s3', () => {
  for (const [operation, { input, output }] of Object.entries(model.operations)) {
    if (elsewhere.has(operation)) continue;
    test(operation, async () => {
      const { captured, client } = newClient();
      const Command = commands[`${operation}Command`];
      assert(Command, 'the client has the operation');
      const fixed = { Bucket: 'photos', Key: 'a b/ü+%/?&=.jpg' };
      const options = { without: clientsOwn, fixed, always, minItems: 1 };
      const inputs = samples(arbitraryStructure(model, input, options));
      const answers = samples(arbitraryStructure(model, output, { always, minItems: 1 }));
      for (const [at, value] of inputs.entries()) {
        const answer = answers[at] ?? {};
        const encoded = encodeRestXmlResponse(model, operation, answer);
        captured.status = encoded.status;
        captured.headers = [...encoded.headers] as [string, string][];
        captured.body = encoded.body ?? '';
        const { $metadata, ...received } = await client.send(new Command(value));
        assert(captured.request);
        const request = restRequest(captured.request);
        assert.equal(routeRestXml(model, request), operation);
        const decoded = decodeRestXmlRequest(model, operation, request);
        assert.deepEqual(plain(decoded, clientsOwn), plain(value, clientsOwn));
        const stream = streamingOutputMember(model, operation);
        const ignored = new Set(['ExpiresString', ...(stream === undefined ? [] : [stream])]);
        // The client gives an empty object where no header was.
        const expected = 'Metadata' in received ? { Metadata: {}, ...answer } : answer;
        assert.deepEqual(plain(received, ignored), plain(expected, ignored));
      }
    });
  }
});

test('every operation but those of other endpoints is found by its own request head', () => {
  for (const [operation, { http, input }] of Object.entries(model.operations)) {
    assert(http, operation);
    const members = model.shapes[input ?? ''];
    assert(members?.type === 'structure');
    const needed = members.required.map((name) => members.members[name]);
    const place = (at: string) =>
      needed.flatMap((member) => (member?.location === at ? [member.locationName ?? ''] : []));
    const found = routeRestXml(model, {
      method: http.method,
      bucket:
        http.path === '/' ? (http.target === 'service' ? undefined : 'b') : http.path.slice(1),
      key: http.target === 'key' ? 'k' : undefined,
      query: [
        ...http.query,
        ['x-id', operation],
        ...place('query').map((name) => [name, '1'] as const),
      ],
      headers: new Map(place('header').map((name) => [name, 'x'])),
    });
    assert.equal(found, operation);
  }
});

test('a sub-resource never falls through to the plain operation', () => {
  const route = (method: string, query: [string, string][], key?: string) =>
    routeRestXml(model, { method, bucket: 'b', key, query, headers: new Map() });
  assert.equal(route('PUT', []), 'CreateBucket');
  assert.equal(route('PUT', [['anything', '']]), 'CreateBucket');
  assert.equal(route('PUT', [['policyStatus', '']]), undefined);
  assert.equal(route('PUT', [['Policy', '']]), undefined);
  assert.equal(route('DELETE', [['acl', '']]), undefined);
  assert.equal(route('PUT', [['acl', '']], 'k'), 'PutObjectAcl');
  assert.equal(route('PUT', [['uploadId', 'u']], 'k'), 'UploadPart');
  assert.equal(
    route('GET', [
      ['policy', ''],
      ['versions', ''],
    ]),
    undefined,
  );
  assert.equal(route('POST', [], 'k'), undefined);
  assert.equal(route('PATCH', []), undefined);
});

test('a list is told from one of its entries by the parameter that names the entry', () => {
  const route = (query: [string, string][]) =>
    routeRestXml(model, { method: 'GET', bucket: 'b', query, headers: new Map() });
  assert.equal(route([['inventory', '']]), 'ListBucketInventoryConfigurations');
  assert.equal(
    route([
      ['inventory', ''],
      ['id', '1'],
    ]),
    'GetBucketInventoryConfiguration',
  );
});

test('what tells CopyObject from PutObject is the copy source, in a presigned URL too', () => {
  const head = { method: 'PUT', bucket: 'b', key: 'k' };
  const source = ['x-amz-copy-source', '/a/b'] as const;
  assert.equal(routeRestXml(model, { ...head, query: [], headers: new Map() }), 'PutObject');
  assert.equal(
    routeRestXml(model, { ...head, query: [], headers: new Map([source]) }),
    'CopyObject',
  );
  assert.equal(routeRestXml(model, { ...head, query: [source], headers: new Map() }), 'CopyObject');
  const part = [
    ['uploadId', 'u'],
    ['partNumber', '1'],
  ] as const;
  assert.equal(
    routeRestXml(model, { ...head, query: part, headers: new Map([source]) }),
    'UploadPartCopy',
  );
});

test('a list of buckets looks as S3 writes it', () => {
  const { status, headers, body } = encodeRestXmlResponse(model, 'ListBuckets', {
    Buckets: [{ Name: 'photos', CreationDate: new Date('2026-11-23T12:00:00Z') }],
    Owner: { ID: '1' },
  });
  assert.equal(status, 200);
  assert.deepEqual(headers, [['content-type', 'application/xml']]);
  assert.equal(
    body,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket>' +
      '<Name>photos</Name><CreationDate>2026-11-23T12:00:00.000Z</CreationDate></Bucket></Buckets>' +
      '<Owner><ID>1</ID></Owner></ListAllMyBucketsResult>',
  );
});

test('a region is the root element itself', () => {
  const root =
    '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
  const locate = (output: object) => encodeRestXmlResponse(model, 'GetBucketLocation', output).body;
  assert.equal(
    locate({ LocationConstraint: 'eu-west-1' }),
    `${root}eu-west-1</LocationConstraint>`,
  );
  assert.equal(locate({}), `${root}</LocationConstraint>`);
});

test('a control character in a key is a numeric reference', () => {
  const { body } = encodeRestXmlResponse(model, 'ListObjectsV2', {
    Contents: [{ Key: 'a\u0001\r' }],
  });
  assert(body?.includes('<Key>a&#x1;&#xd;</Key>'));
});

test('an object answers with headers, its stream and 206 for a range', () => {
  const output = {
    Body: 'the stream',
    ContentLength: 5,
    LastModified: new Date('2026-11-23T12:00:00.500Z'),
    ObjectLockRetainUntilDate: new Date('2026-11-23T12:00:00.500Z'),
    Metadata: { Place: 'Zürich', wide: '東京' },
    ETag: '"a"',
  };
  const whole = encodeRestXmlResponse(model, 'GetObject', output);
  assert.equal(whole.status, 200);
  assert.equal(whole.body, undefined);
  assert.equal(whole.stream, 'the stream');
  assert.deepEqual(
    new Map(whole.headers),
    new Map([
      ['last-modified', 'Mon, 23 Nov 2026 12:00:00 GMT'],
      ['content-length', '5'],
      ['etag', '"a"'],
      ['x-amz-meta-place', 'Zürich'],
      ['x-amz-meta-wide', '=?UTF-8?B?5p2x5Lqs?='],
      ['x-amz-object-lock-retain-until-date', '2026-11-23T12:00:00.500Z'],
    ]),
  );
  const part = encodeRestXmlResponse(model, 'GetObject', {
    ...output,
    ContentRange: 'bytes 0-4/9',
  });
  assert.equal(part.status, 206);
  assert.equal(encodeRestXmlResponse(model, 'DeleteObject', {}).status, 204);
});

test('no answer’s header is split by a line break', () => {
  const output = { ContentDisposition: 'attachment\r\nset-cookie: a=b' };
  assert.throws(
    () => encodeRestXmlResponse(model, 'GetObject', output),
    isError('InvalidArgument'),
  );
});

test('a bucket policy is a text both ways', () => {
  const request = {
    bucket: 'b',
    query: [],
    headers: new Map(),
    body: new TextEncoder().encode('{}'),
  };
  assert.deepEqual(decodeRestXmlRequest(model, 'PutBucketPolicy', request), {
    Bucket: 'b',
    Policy: '{}',
  });
  assert.equal(
    encodeRestXmlResponse(model, 'GetBucketPolicy', { Policy: '{"a":1}' }).body,
    '{"a":1}',
  );
});

test('the gateway is told what is a stream and what is a document', () => {
  assert.equal(streamingInputMember(model, 'PutObject'), 'Body');
  assert.equal(streamingInputMember(model, 'UploadPart'), 'Body');
  assert.equal(streamingInputMember(model, 'CreateBucket'), undefined);
  assert.equal(streamingOutputMember(model, 'GetObject'), 'Body');
  assert.equal(streamingOutputMember(model, 'PutObject'), undefined);
  assert.equal(hasBody(model, 'PutObject'), false);
  assert.equal(hasBody(model, 'GetObject'), false);
  assert.equal(hasBody(model, 'DeleteObjects'), true);
  assert.equal(hasBody(model, 'PutBucketPolicy'), true);
});

test('a client understands our errors', async () => {
  const { captured, client } = newClient();
  const error = new ApiError('NoSuchKey', 404, 'The key <k> does not exist.', { Key: 'k&k' });
  captured.status = 404;
  captured.body = encodeRestXmlError(error, { requestId: 'r', hostId: 'h', resource: '/b/k' });
  assert.equal(
    captured.body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
      '<Message>The key &lt;k&gt; does not exist.</Message><Key>k&amp;k</Key>' +
      '<Resource>/b/k</Resource><RequestId>r</RequestId><HostId>h</HostId></Error>',
  );
  const command = new s3.GetObjectCommand({ Bucket: 'photos', Key: 'k' });
  await assert.rejects(client.send(command), (thrown) => {
    assert(thrown instanceof s3.NoSuchKey);
    assert.equal(thrown.message, 'The key <k> does not exist.');
    return true;
  });
});

test('an error that names a control character is XML that can be read', () => {
  const error = new ApiError('MalformedPolicy', 400, 'Policy has invalid action', {
    Detail: 's3:\0',
  });
  const text = encodeRestXmlError(error, { requestId: 'r', hostId: 'h', resource: '/b' });
  assert.match(text, /<Detail>s3:\ufffd<\/Detail>/);
});

function isError(code: string) {
  return (thrown: unknown) => thrown instanceof ApiError && thrown.code === code;
}

/** Without prototypes, without members that are undefined, without some at the top. */
function plain(value: unknown, without: ReadonlySet<string> = new Set()): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Array.from(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, one]) => one !== undefined && !without.has(name) && !/^Checksum[A-Z]/.test(name),
  );
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]));
}
