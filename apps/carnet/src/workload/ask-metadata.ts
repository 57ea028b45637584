import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { InstanceMetadata } from '@carnet/services';
import { carnetModel, decodeQueryResponse, sha256Hex, signRequest } from '@carnet/wire';
import type { Enrolment } from './enrolment.ts';

const operation = 'GetInstanceMetadata';
/** Milliseconds until the server is given up for this time. */
const patience = 5000;
/** Bytes; an answer has about two thousand. */
const longestAnswer = 65_536;

/**
 * Asks a server what the instance of an enrolment is told, signed with the key in it. Rejects with the
 * `ApiError` that it answers, and with another error when it cannot be asked.
 */
export async function askMetadata(enrolment: Enrolment): Promise<InstanceMetadata> {
  const body = `Action=${operation}&Version=${carnetModel.apiVersion}`;
  const url = new URL(enrolment.endpoint);
  const { accessKeyId, secretAccessKey, region } = enrolment;
  const { rawHeaders } = signRequest({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', url.host],
      ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ['Content-Length', String(body.length)],
    ],
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: carnetModel.service,
    now: Date.now(),
    payloadHash: sha256Hex(new TextEncoder().encode(body)),
  });
  const answer = await post(url, rawHeaders, body);
  return metadataOf(decodeQueryResponse(carnetModel, operation, answer) as Answer);
}

async function post(
  url: URL,
  rawHeaders: readonly string[],
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const signal = AbortSignal.timeout(patience);
  const outgoing = send(url, { method: 'POST', path: '/', headers: rawHeaders, signal }, resolve);
  outgoing.on('error', reject);
  outgoing.end(body);
  const incoming = await promise;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length > longestAnswer) throw new Error('the answer of the server is too long');
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

/** The output of the operation, as the model has it. */
interface Answer {
  readonly Instance: {
    readonly AccountId: string;
    readonly InstanceId: string;
    readonly ImageId: string;
    readonly InstanceType: string;
    readonly Region: string;
    readonly AvailabilityZone: string;
    readonly Architecture: string;
    readonly LaunchTime: Date;
  };
  readonly InstanceProfile?: {
    readonly Arn: string;
    readonly InstanceProfileId: string;
    readonly AssociationTime: Date;
    readonly Exists: boolean;
    readonly RoleName?: string;
    readonly Credentials?: {
      readonly AccessKeyId: string;
      readonly SecretAccessKey: string;
      readonly SessionToken: string;
      readonly IssueTime: Date;
      readonly Expiration: Date;
    };
  };
}

function metadataOf({ Instance: instance, InstanceProfile: profile }: Answer): InstanceMetadata {
  const { Credentials: made, RoleName: roleName } = profile ?? {};
  const credentials = made && {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    issuedAt: made.IssueTime.getTime(),
    expiration: made.Expiration.getTime(),
  };
  return {
    accountId: instance.AccountId,
    instanceId: instance.InstanceId,
    imageId: instance.ImageId,
    instanceType: instance.InstanceType,
    region: instance.Region,
    availabilityZone: instance.AvailabilityZone,
    architecture: instance.Architecture,
    launchedAt: instance.LaunchTime.getTime(),
    profile: profile && {
      instanceProfileArn: profile.Arn,
      instanceProfileId: profile.InstanceProfileId,
      associatedAt: profile.AssociationTime.getTime(),
      exists: profile.Exists,
      role: roleName === undefined ? undefined : { roleName, credentials },
    },
  };
}
