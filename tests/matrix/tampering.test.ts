/**
 * Every served route with every tampering: a request that is not what its signer signed is refused
 * on each of them, and changes nothing. Its untouched twin is answered.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type StartedServer, startServer } from '../started-server.ts';
import { send } from './send.ts';
import {
  type ServedOperation,
  type SignedHttpRequest,
  type SigningOptions,
  servedOperations,
  signedRequest,
} from './served-operation.ts';

type Tampering = (request: SignedHttpRequest) => SignedHttpRequest;

const withHeader = (name: string, value: string): Tampering => {
  return (request) => ({ ...request, headers: { ...request.headers, [name]: value } });
};

/** What somebody on the way could do to a signed request. */
const tamperings: Readonly<Record<string, Tampering>> = {
  'a changed path': (request) => ({ ...request, path: `${request.path}x` }),
  'a further query parameter': (request) => ({
    ...request,
    query: { ...request.query, tampered: '1' },
  }),
  'another method': (request) => ({ ...request, method: request.method === 'PUT' ? 'GET' : 'PUT' }),
  'an unsigned x-amz- header': withHeader('x-amz-meta-tampered', '1'),
  'an unsigned copy source': withHeader('x-amz-copy-source', '/matrix-bucket/source'),
  'an unsigned token': withHeader('x-amz-security-token', 'tampered'),
  'a changed signature': (request) => changeAuthorization(request, /Signature=./, 'Signature=z'),
  'another region': (request) => changeAuthorization(request, /us-east-1/, 'us-east-2'),
  'another service': (request) =>
    request.headers.authorization?.includes('/sts/aws4')
      ? changeAuthorization(request, /\/sts\/aws4/, '/iam/aws4')
      : changeAuthorization(request, /\/(iam|s3)\/aws4/, '/sts/aws4'),
  'fewer signed headers': (request) =>
    changeAuthorization(request, /SignedHeaders=[^,]*/, 'SignedHeaders=host;x-amz-date'),
  'another key': (request) => changeAuthorization(request, /AKIA.{16}/, 'AKIAAAAAAAAAAAAAAAAA'),
};

function changeAuthorization(
  request: SignedHttpRequest,
  from: RegExp,
  to: string,
): SignedHttpRequest {
  const authorization = request.headers.authorization ?? '';
  const changed = authorization.replace(from, to);
  assert.notEqual(changed, authorization);
  return { ...request, headers: { ...request.headers, authorization: changed } };
}

/** Each signed header with another value; a body, when there is one, with a bit changed. */
function tamperingsOf(request: SignedHttpRequest): [string, SignedHttpRequest][] {
  const made = Object.entries(tamperings).map(([name, tamper]): [string, SignedHttpRequest] => [
    name,
    tamper(request),
  ]);
  const signed = /SignedHeaders=(?<names>[^,]*)/.exec(request.headers.authorization ?? '');
  for (const name of signed?.groups?.names?.split(';') ?? []) {
    if (name === 'content-length') continue;
    const value = request.headers[name] ?? '';
    const last = value.endsWith('0') ? '1' : '0';
    made.push([`another ${name}`, withHeader(name, value.slice(0, -1) + last)(request)]);
  }
  const body = Uint8Array.from(request.body.length === 0 ? [65] : request.body);
  if (request.body.length > 0) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
  made.push(['another body', { ...request, body }]);
  return made;
}

/** Codes of what is refused before or by authentication, and of what an anonymous caller reads. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  // Query services have one path, and the methods GET and POST.
  'InvalidAction',
  'InvalidArgument',
  'InvalidClientTokenId',
  'InvalidToken',
  'MissingAuthenticationToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'XAmzContentSHA256Mismatch',
]);

describe('a request that was tampered with is refused on every served route', () => {
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;
  let signing: SigningOptions;
  let operations: ServedOperation[] = [];

  before(async () => {
    server = await startServer();
    const settings = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
    };
    iam = new IAMClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await iam.send(new CreateUserCommand({ UserName: 'probe' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'probe' }));
    signing = {
      endpoint: server.endpoint,
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? '',
        secretAccessKey: AccessKey?.SecretAccessKey ?? '',
      },
    };
    await iam.send(
      new AttachUserPolicyCommand({
        UserName: 'probe',
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    );
    await s3.send(new CreateBucketCommand({ Bucket: 'matrix-bucket' }));
    for (const Key of ['matrix-key', 'source']) {
      await s3.send(new PutObjectCommand({ Bucket: 'matrix-bucket', Key, Body: 'matrix' }));
    }
    // What the body is for is looked up before it is read: a part needs an upload that is there.
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: 'matrix-bucket', Key: 'matrix-key' }),
    );
    operations = servedOperations(server.accountId).map((operation) =>
      'UploadId' in operation.input
        ? { ...operation, input: { ...operation.input, UploadId } }
        : operation,
    );
  });
  after(async () => {
    iam?.destroy();
    s3?.destroy();
    await server?.stop();
  });

  /** What the account holds, by what its administrator sees. */
  async function contents(): Promise<string> {
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand());
    const { Users } = await iam.send(new ListUsersCommand());
    const { Buckets } = await s3.send(new ListBucketsCommand());
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'matrix-bucket' }));
    return JSON.stringify([SummaryMap, Users, Buckets, Contents]);
  }

  async function refused(what: string, request: SignedHttpRequest): Promise<void> {
    const { status, body, code } = await send(server.endpoint, request);
    // The probe may do everything: whatever else it reads means that it was believed.
    const isRefused = code === undefined ? request.method === 'HEAD' : refusals.has(code);
    assert.ok(isRefused && status >= 400 && status < 500, `${what}: ${status} ${body}`);
  }

  it('whatever was changed on the way', async () => {
    const before = await contents();
    for (const operation of operations) {
      const request = await signedRequest(operation, signing);
      for (const [name, tampered] of tamperingsOf(request)) {
        await refused(`${operation.service}:${operation.name} with ${name}`, tampered);
      }
    }
    assert.equal(await contents(), before);
  });

  it('with a wrong secret, at a wrong time, or with nothing', async () => {
    const before = await contents();
    const { credentials } = signing;
    const secretAccessKey = `${credentials.secretAccessKey.slice(1)}A`;
    const hour = 3_600_000;
    for (const operation of operations) {
      const what = `${operation.service}:${operation.name}`;
      const wrong = { ...signing, credentials: { ...credentials, secretAccessKey } };
      await refused(`${what} wrong secret`, await signedRequest(operation, wrong));
      for (const systemClockOffset of [-hour, hour]) {
        const moved = await signedRequest(operation, { ...signing, systemClockOffset });
        await refused(`${what} clock ${systemClockOffset}`, moved);
      }
      const request = await signedRequest(operation, signing);
      const { authorization: _, ...headers } = request.headers;
      if (operation.perEntry) {
        const { body } = await send(server.endpoint, { ...request, headers });
        assert.match(body, /<Error><Key>matrix-key<\/Key><Code>AccessDenied<\/Code>/, what);
      } else await refused(`${what} without a signature`, { ...request, headers });
    }
    assert.equal(await contents(), before);
  });

  it('and its untouched twin is believed', async () => {
    for (const operation of operations) {
      const request = await signedRequest(operation, signing);
      const { status, body, code } = await send(server.endpoint, request);
      const what = `${operation.service}:${operation.name} ${status} ${body}`;
      assert.ok(code === undefined ? status !== 403 : !refusals.has(code), what);
    }
  });
});
