import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@carnet/wire';
import { checkServerCertificate } from './server-certificate-check.ts';
import { firstCallAt } from './testing.ts';
import {
  encryptedServerPrivateKey,
  expiredCertificate,
  futureCertificate,
  imitatedIntermediateCertificate,
  intermediateCertificate,
  otherCertificate,
  otherPrivateKey,
  rootCertificate,
  rsaCertificate,
  rsaPrivateKey,
  serverCertificate,
  serverPrivateKey,
} from './testing-certificate.ts';

const expiresAt = Date.UTC(2045, 0);

function check(body: string, key: string, chain?: string, now = firstCallAt) {
  return checkServerCertificate(
    { CertificateBody: body, PrivateKey: key, CertificateChain: chain },
    now,
  );
}

function refused(code: string, message: string, ...input: Parameters<typeof check>): void {
  assert.throws(
    () => check(...input),
    (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual([error.code, error.status, error.message], [code, 400, message]);
      return true;
    },
  );
}

test('a certificate with its key is taken, with and without its issuers', () => {
  const chain = intermediateCertificate;
  for (const facts of [
    check(serverCertificate, serverPrivateKey),
    check(serverCertificate, serverPrivateKey, chain),
    check(serverCertificate, serverPrivateKey, chain + rootCertificate),
    check(otherCertificate, otherPrivateKey),
    check(otherCertificate, otherPrivateKey, otherCertificate),
    check(rsaCertificate, rsaPrivateKey),
  ]) {
    assert.deepEqual(facts, { expiresAt });
  }
});

test('what cannot be read is refused with one sentence', () => {
  const sentence = 'Unable to parse certificate. Please ensure the certificate is in PEM format.';
  const no = (...input: Parameters<typeof check>) =>
    refused('MalformedCertificate', sentence, ...input);
  no('file.crt', serverPrivateKey);
  no(serverCertificate + intermediateCertificate, serverPrivateKey);
  no(serverPrivateKey, serverPrivateKey);
  no(serverCertificate, 'file.key');
  no(serverCertificate, serverCertificate);
  no(serverCertificate, encryptedServerPrivateKey);
  no(serverCertificate, serverPrivateKey.slice(0, 90));
});

test('key and certificate have to match', () => {
  for (const key of [otherPrivateKey, rsaPrivateKey]) {
    const sentence = 'Certificate and private key do not match.';
    refused('KeyPairMismatch', sentence, serverCertificate, key);
  }
});

test('a certificate is taken in its time alone', () => {
  const code = 'MalformedCertificate';
  const years = (from: number) =>
    `The certificate is valid from ${from}-01-01T00:00:00.000Z to ${from + 1}-01-01T00:00:00.000Z only.`;
  refused(code, years(2020), expiredCertificate, otherPrivateKey);
  refused(code, years(2040), futureCertificate, otherPrivateKey);
  const at = (now: number) => check(futureCertificate, otherPrivateKey, undefined, now);
  const [from, to] = [Date.UTC(2040, 0), Date.UTC(2041, 0)];
  for (const now of [from, to]) assert.deepEqual(at(now), { expiresAt: to });
  for (const now of [from - 1, to + 1]) assert.throws(() => at(now), ApiError);
});

test('each certificate of a chain is the issuer of the one before', () => {
  const no = (index: number, chain: string) =>
    refused(
      'MalformedCertificate',
      'Unable to validate certificate chain. The certificate chain must start with the immediate ' +
        'signing certificate, followed by any intermediaries in order. ' +
        `The index within the chain of the invalid certificate is: ${index}`,
      serverCertificate,
      serverPrivateKey,
      chain,
    );
  no(-1, 'file.chain');
  no(-1, rootCertificate);
  no(-1, rootCertificate + intermediateCertificate);
  no(-1, serverCertificate + intermediateCertificate);
  no(-1, imitatedIntermediateCertificate + rootCertificate);
  no(-1, `Certificate:\n${intermediateCertificate}`);
  no(0, intermediateCertificate + otherCertificate);
  no(0, intermediateCertificate + intermediateCertificate);
  no(1, intermediateCertificate + rootCertificate + intermediateCertificate);
  check(serverCertificate, serverPrivateKey, intermediateCertificate + rootCertificate.repeat(19));
  // Signed by this key, and by nobody of this name.
  assert.throws(() => check(otherCertificate, otherPrivateKey, expiredCertificate), ApiError);
  no(-1, intermediateCertificate + rootCertificate.repeat(20));
});
