import { createHash, createHmac, type Hmac } from 'node:crypto';
import type { RawRequest } from '@carnet/wire';
import { SignatureV4 } from '@smithy/signature-v4';
import { auth, http } from 'aws-crt';
import aws4Library from 'aws4';
import {
  type Abilities,
  escapedBytes,
  escapedLetters,
  everyHeaderValue,
  everyText,
  literals,
  oddEscapes,
  oddLiterals,
  type Sample,
} from './sample.ts';

/** Somebody who has nothing to do with Carnet's code and signs a request. */
export interface Signer extends Abilities {
  readonly name: string;
  signAll(samples: readonly Sample[]): Promise<readonly RawRequest[]>;
}

export const now = Date.UTC(2026, 10, 23, 12);
export const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

export const services = ['iam', 'sts', 's3', 's3', 'access-analyzer'];

/** Text as its UTF-8 bytes, a character for each, as `node:http` gives headers. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export const pathTexts = [
  ...escapedBytes,
  ...escapedLetters,
  ...literals,
  ...oddLiterals,
  ...oddEscapes,
];
const writtenByAws4 = pathTexts.filter((text) => !oddLiterals.includes(text));
const writtenByAws4InS3 = writtenByAws4.filter((text) => text !== '+' && !/%2f/i.test(text));

const payloads = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
];

function each(sign: (sample: Sample) => Promise<RawRequest>): Signer['signAll'] {
  return async (samples) => {
    const requests: RawRequest[] = [];
    for (const sample of samples) requests.push(await sign(sample));
    return requests;
  };
}

const targetOf = ({ path, rawQuery }: Sample) => path + (rawQuery === '' ? '' : `?${rawQuery}`);

/** AWS's implementation in C, which decides where the others differ. */
export const crt: Signer = {
  name: 'aws-crt',
  services,
  payloads,
  presignsHash: false,
  respellsQuery: true,
  bodyInUrl: true,
  repeatsHeaders: true,
  repeatsParameters: true,
  // It takes what ends in a colon and a slash for the beginning of a whole URL.
  pathTexts: () => pathTexts.map((text) => (text === ':' ? ':0' : text)),
  queryTexts: () => everyText,
  headerValues: everyHeaderValue,
  signAll: each(async (sample) => {
    const { service, form, payload, sessionToken } = sample;
    const isS3 = service === 's3';
    const headers = sample.headers.map(([name, value]): [string, string] => [name, value]);
    const request = new http.HttpRequest(
      sample.method,
      targetOf(sample),
      new http.HttpHeaders(headers),
    );
    const signed = await auth.aws_sign_request(request, {
      algorithm: auth.AwsSigningAlgorithm.SigV4,
      signature_type:
        form === 'header'
          ? auth.AwsSignatureType.HttpRequestViaHeaders
          : auth.AwsSignatureType.HttpRequestViaQueryParams,
      provider: auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey, sessionToken),
      region: sample.region,
      service,
      date: new Date(now),
      use_double_uri_encode: !isS3,
      should_normalize_uri_path: !isS3,
      signed_body_value: payload,
      signed_body_header:
        isS3 && form === 'header'
          ? auth.AwsSignedBodyHeaderType.XAmzContentSha256
          : auth.AwsSignedBodyHeaderType.None,
      ...(form === 'query' && { expiration_in_seconds: 600 }),
    });
    const rawHeaders = signed.headers._flatten().flatMap(([name, value]) => [name, bytesOf(value)]);
    return { method: signed.method, target: signed.path, rawHeaders };
  }),
};

/** node's hashes for smithy's signer, which brings none. */
class NodeSha256 {
  readonly #hash: ReturnType<typeof createHash> | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', secret as Parameters<typeof createHmac>[1]);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

/** The signer of the AWS SDK for JavaScript. */
export const smithy: Signer = {
  name: '@smithy/signature-v4',
  services,
  payloads,
  presignsHash: true,
  respellsQuery: true,
  bodyInUrl: true,
  repeatsHeaders: false,
  repeatsParameters: true,
  pathTexts: () => pathTexts,
  queryTexts: () => everyText,
  headerValues: everyHeaderValue,
  signAll: each(async (sample) => {
    const { service, form, payload } = sample;
    const signer = new SignatureV4({
      service,
      region: sample.region,
      sha256: NodeSha256,
      uriEscapePath: service !== 's3',
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sample.sessionToken !== undefined && { sessionToken: sample.sessionToken }),
      },
    });
    const query: Record<string, string | string[]> = Object.create(null);
    for (const [name, value] of sample.query) {
      const earlier = query[name];
      query[name] = earlier === undefined ? value : [earlier, value].flat();
    }
    const headers = Object.fromEntries(sample.headers.map(([name, value]) => [name, value]));
    if (service === 's3') headers['x-amz-content-sha256'] = payload;
    const request = {
      protocol: 'http:',
      hostname: '127.0.0.1',
      method: sample.method,
      path: sample.path,
      query,
      headers,
      body: new Uint8Array(sample.body),
    };
    const signingDate = new Date(now);
    const signed =
      form === 'header'
        ? await signer.sign(request, { signingDate })
        : await signer.presign(request, { signingDate, expiresIn: 600 });
    const added = Object.entries(signed.query ?? {}).filter(([name]) => !(name in query));
    const parts = added.map(([name, value]) => `${name}=${encodeURIComponent(`${value}`)}`);
    if (sample.rawQuery !== '') parts.unshift(sample.rawQuery);
    return {
      method: signed.method,
      target: parts.length === 0 ? signed.path : `${signed.path}?${parts.join('&')}`,
      rawHeaders: Object.entries(signed.headers).flatMap(([name, value]) => [name, bytesOf(value)]),
    };
  }),
};

/**
 * The signer of much else in JavaScript. In S3 it takes `+` for a space and `%2F` for a slash in
 * paths, and of a repeated parameter the first alone; it escapes a target with `"` or `<` in it once
 * more. aws-crt and S3 do none of that.
 */
export const aws4: Signer = {
  name: 'aws4',
  services,
  payloads,
  presignsHash: false,
  respellsQuery: true,
  bodyInUrl: true,
  repeatsHeaders: false,
  repeatsParameters: false,
  pathTexts: (service) => (service === 's3' ? writtenByAws4InS3 : writtenByAws4),
  queryTexts: () => everyText,
  headerValues: everyHeaderValue,
  signAll: each(async (sample) => {
    const { service, form, payload, sessionToken } = sample;
    const amzDate = '20261123T120000Z';
    const headers: Record<string, string> = {};
    for (const [name, value] of sample.headers) headers[name] = value;
    let target = targetOf(sample);
    if (form === 'header') {
      headers['X-Amz-Date'] = amzDate;
      if (service === 's3') headers['X-Amz-Content-Sha256'] = payload;
    } else target += `${target.includes('?') ? '&' : '?'}X-Amz-Date=${amzDate}&X-Amz-Expires=600`;
    const signed = aws4Library.sign(
      {
        service,
        region: sample.region,
        method: sample.method,
        path: target,
        headers,
        signQuery: form === 'query',
        ...(sample.body.length > 0 && { body: sample.body }),
      },
      { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    );
    return {
      method: sample.method,
      target: signed.path ?? '',
      rawHeaders: Object.entries(signed.headers ?? {}).flatMap(([name, value]) => [
        name,
        bytesOf(`${value}`),
      ]),
    };
  }),
};
