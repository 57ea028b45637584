import assert from 'node:assert/strict';
import { createHmac, createSecretKey, hash } from 'node:crypto';
import {
  createSigningKeyCache,
  type RawRequest,
  readCredentials,
  sha256Hex,
  verifySignature,
} from '@carnet/wire';
import { type Benchmark, formatMicroseconds, median } from './benchmark.ts';
import { signedRequest } from './signed-load.ts';

const rounds = 15;
const each = 20_000;
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

/** The verification of a signature against the cryptography in it: two hashes and one HMAC. */
export const signatureVerificationBenchmark: Benchmark = {
  title: 'Signature Version 4: verification alone',
  async run() {
    const { request, body } = await readyRequest();
    const verify = verifier(request, body, secretAccessKey);
    assert.equal(verify(), true);
    assert.equal(verifier(request, body, secretAccessKey.toLowerCase())(), false);
    const contenders = { limit: cryptography(request, body), verify };
    const measured = { limit: [] as number[], verify: [] as number[] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of ['limit', 'verify'] as const) {
        const cost = measure(contenders[name]);
        if (round > 0) measured[name].push(cost);
      }
    }
    const limit = median(measured.limit);
    const cost = median(measured.verify);
    const ratio = (value: number) => `${value.toFixed(2)} ×`;
    return {
      method:
        `CPU time of the process, median of ${rounds} interleaved rounds of ${each} requests, ` +
        'reading the head included, with a cached signing key. ' +
        'The goal is at most 2 times the cryptography, the aim 1.4.',
      table: [
        ['what', 'CPU each', 'beside the limit', 'goal', 'aim'],
        ['2 SHA-256 + 1 HMAC', formatMicroseconds(limit), ratio(1), '', ''],
        ['read and verify', formatMicroseconds(cost), ratio(cost / limit), '2 ×', '1.4 ×'],
      ],
    };
  },
};

async function readyRequest(): Promise<{ request: RawRequest; body: Uint8Array }> {
  const bytes = await signedRequest({
    port: 4580,
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey,
    connections: 1,
    milliseconds: 0,
  });
  const [head = '', body = ''] = bytes.toString('latin1').split('\r\n\r\n');
  const rawHeaders = head
    .split('\r\n')
    .slice(1)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
  return {
    request: { method: 'POST', target: '/', rawHeaders },
    body: new TextEncoder().encode(body),
  };
}

function verifier(request: RawRequest, body: Uint8Array, secret: string): () => boolean {
  const signingKeys = createSigningKeyCache(100);
  const now = Date.now();
  return () => {
    const signed = readCredentials(request);
    if (signed.kind !== 'signed') return false;
    const bodySha256 = sha256Hex(body);
    return verifySignature(signed, { secretAccessKey: secret, signingKeys, now, bodySha256 }).ok;
  };
}

/** The least that a verifier can do: hash the body, hash a canonical request, compute the HMAC. */
function cryptography(request: RawRequest, body: Uint8Array): () => boolean {
  const canonical = request.rawHeaders.join('\n');
  const key = createSecretKey(Buffer.alloc(32, 'k'));
  return () => {
    const bodyHash = hash('sha256', body, 'hex');
    const requestHash = hash('sha256', canonical, 'hex');
    const signature = createHmac('sha256', key).update(`AWS4${bodyHash}${requestHash}`);
    return signature.digest('hex').length === 64;
  };
}

function measure(work: () => boolean): number {
  const before = process.cpuUsage();
  for (let count = 0; count < each; count += 1) if (!work()) throw new Error('the work failed');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / each;
}
