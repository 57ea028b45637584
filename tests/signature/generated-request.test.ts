/**
 * 10,000 requests, signed by who has nothing to do with Carnet, are believed by its verifier; and
 * none of them after anything that its signature covers has changed.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  ApiError,
  createPayloadVerifier,
  createSigningKeyCache,
  type PayloadMode,
  type RawRequest,
  readCredentials,
  verifySignature,
} from '@carnet/wire';
import { botocore, whyNoBotocore } from './botocore-signer.ts';
import { coveredText } from './covered-text.ts';
import { additions, mutations } from './mutation.ts';
import { createRandom } from './random.ts';
import { makeSample, type Sample } from './sample.ts';
import { aws4, crt, now, type Signer, secretAccessKey, smithy } from './signer.ts';

const seed = Number(process.env.CARNET_TEST_SEED ?? 20_261_123);
const signingKeys = createSigningKeyCache(100);

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What the verifier says, without a socket and without a look at the body. */
function verify(request: RawRequest, bodySha256: string) {
  const reading = readCredentials(request);
  if (reading.kind === 'refused') return reading.refusal.reason;
  if (reading.kind !== 'signed') return reading.kind;
  const verification = verifySignature(reading, {
    secretAccessKey,
    signingKeys,
    now,
    bodySha256: reading.scope.service === 's3' ? undefined : bodySha256,
  });
  return verification.ok ? verification : verification.refusal.reason;
}

/** Whether the verified payload takes these bytes; a chunked body is another test's. */
function takes(payload: PayloadMode, body: Uint8Array): boolean {
  const verifier = createPayloadVerifier(payload);
  try {
    verifier.update(body);
    verifier.end();
    return true;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return false;
  }
}

function byName(pairs: Sample['query']): Sample['query'] {
  return pairs.toSorted(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1));
}

function assertBelieved(sample: Sample, request: RawRequest, bodySha256: string): void {
  const verification = verify(request, bodySha256);
  const told = `${JSON.stringify(sample)} as ${JSON.stringify(request)}`;
  assert.ok(typeof verification === 'object', `${verification} ${told}`);
  const { payload, headers, query } = verification;
  // aws4 sends a parameter named like a number before others.
  assert.deepEqual(byName(query), byName(sample.query), told);
  for (const name of new Set(sample.headers.map(([one]) => one.toLowerCase()))) {
    const values = sample.headers.filter(([one]) => one.toLowerCase() === name);
    const words = values.map(([, value]) => value.split(/[ \t]+/).filter((word) => word !== ''));
    const expected = words.map((some) => some.join(' ')).join(',');
    const seen = headers
      .get(name)
      ?.replace(/[ \t]+/g, ' ')
      .trim();
    // What was moved into the URL comes as text, a header as bytes.
    assert.ok(seen === expected || seen === Buffer.from(expected).toString('latin1'), told);
  }
  if (payload.kind !== 'hash' && payload.kind !== 'unsigned') return;
  assert.ok(takes(payload, sample.body), told);
}

/** A changed body is refused, by the signature or by the hash that it covers. */
function assertBodyCovered(sample: Sample, request: RawRequest): void {
  const { body } = sample;
  const flipped = Buffer.from(body);
  if (flipped.length > 0) flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
  for (const other of [flipped, Buffer.concat([body, Buffer.of(0)]), body.subarray(1)]) {
    if (other.equals(body)) continue;
    const verification = verify(request, sha256(other));
    const isTaken = typeof verification === 'object' && takes(verification.payload, other);
    assert.equal(isTaken, false, JSON.stringify(request));
  }
}

/** How many changes there were, and which of them changed nothing that is signed. */
interface Tally {
  changes: number;
  readonly harmless: Map<string, number>;
}

function assertTamperProof(
  request: RawRequest,
  bodySha256: string,
  random: ReturnType<typeof createRandom>,
  tally: Tally,
): void {
  const covered = coveredText(request, bodySha256);
  for (const [what, changed] of mutations(request, random)) {
    const verification = verify(changed, bodySha256);
    tally.changes++;
    if (typeof verification === 'string') continue;
    const told = `${what}: ${JSON.stringify(request)} as ${JSON.stringify(changed)}`;
    assert.equal(coveredText(changed, bodySha256), covered, told);
    const kind = what.replace(/^header \S+/, 'header');
    tally.harmless.set(kind, (tally.harmless.get(kind) ?? 0) + 1);
  }
  for (const [what, changed] of additions(request)) {
    tally.changes++;
    const told = `${what}: ${JSON.stringify(changed)}`;
    assert.equal(typeof verify(changed, bodySha256), 'string', told);
  }
}

const isCovered = ({ service, payload }: Sample) =>
  service !== 's3' || /^[0-9a-f]{64}$/.test(payload);

async function prove(signer: Signer, count: number): Promise<void> {
  const random = createRandom(seed);
  const tally: Tally = { changes: 0, harmless: new Map() };
  const samples = Array.from({ length: count }, () => makeSample(random, signer));
  const requests = await signer.signAll(samples);
  assert.equal(requests.length, count);
  for (const [index, sample] of samples.entries()) {
    const request = requests[index] as RawRequest;
    const bodySha256 = sha256(sample.body);
    assertBelieved(sample, request, bodySha256);
    if (isCovered(sample)) assertBodyCovered(sample, request);
    assertTamperProof(request, bodySha256, random, tally);
  }
  const harmless = [...tally.harmless].map(([kind, times]) => `${kind} ${times}`).sort();
  process.stdout.write(
    `${signer.name}: seed ${seed}, ${count} requests believed, ${tally.changes} changes; ` +
      `without effect: ${harmless.join(', ')}\n`,
  );
}

describe('generated requests are believed, and nothing that was changed', () => {
  it('signed by aws-crt', () => prove(crt, 4500));
  it('signed by @smithy/signature-v4', () => prove(smithy, 3500));
  it('signed by aws4', () => prove(aws4, 2000));
  it('signed by botocore', { skip: whyNoBotocore }, () => prove(botocore, 1000));
});
