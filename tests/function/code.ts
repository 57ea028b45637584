import { zipSync } from 'fflate';

/** Code of functions, as people would write it without a dependency. */

const encoded = (text: string) => new TextEncoder().encode(text);

export function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, encoded(text)])),
  );
}

/** Signs a request with what Lambda puts into the environment, by Signature Version 4. */
const signer = `
import { createHash, createHmac } from 'node:crypto';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
export async function send(service, method, path, body = '') {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const date = new Date().toISOString().replace(/[:-]|\\.\\d+/g, '');
  const headers = {
    host: new URL(AWS_ENDPOINT_URL).host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': date,
    'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const canonical = [
    method, path, '', ...names.map((name) => name + ':' + headers[name]), '', signed, sha256(body),
  ].join('\\n');
  const scope = [date.slice(0, 8), AWS_REGION, service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\\n');
  const key = scope.reduce(hmac, 'AWS4' + AWS_SECRET_ACCESS_KEY);
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + AWS_ACCESS_KEY_ID + '/' + scope.join('/') +
    ', SignedHeaders=' + signed + ', Signature=' + signature;
  const response = await fetch(AWS_ENDPOINT_URL + path, {
    method, headers: { ...headers, authorization }, body: body === '' ? undefined : body,
  });
  return { status: response.status, text: await response.text() };
}`;

/** Puts an object where the event says, as its role. */
export const uploading = zipOf({
  'signer.mjs': signer,
  'index.mjs': `
import { send } from './signer.mjs';
export const handler = async ({ path, text }) => (await send('s3', 'PUT', path, text)).status;`,
});
