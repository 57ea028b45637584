import { request as httpRequest } from 'node:http';
import type { SignedHttpRequest } from './served-operation.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The error's code, undefined when the body holds none. */
  readonly code: string | undefined;
}

/** Sends a request byte for byte, without a client's help. */
export function send(endpoint: string, request: SignedHttpRequest): Promise<Answer> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        hostname,
        port,
        method: request.method,
        path: target(request),
        headers: { ...request.headers, 'content-length': String(request.body.length) },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const body = Buffer.concat(chunks).toString();
          const code = /<Code>(?<code>[^<]*)<\/Code>/.exec(body)?.groups?.code;
          resolve({ status: response.statusCode ?? 0, body, code });
        });
      },
    );
    sent.once('error', reject);
    sent.end(request.body);
  });
}

function target({ path, query }: SignedHttpRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null ? encode(name) : `${encode(name)}=${encode(one)}`,
    ),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
