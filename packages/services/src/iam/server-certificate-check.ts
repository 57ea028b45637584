import type { KeyObject, X509Certificate } from 'node:crypto';
import { ApiError } from '@carnet/wire';
import { readCertificates, readOneCertificate, validityOf } from './certificate.ts';
import { readPrivateKey } from './private-key.ts';

/** What an upload of a server certificate has to be, and what is learnt from it. */
export interface ServerCertificateFacts {
  /** Milliseconds since 1970: the end of the certificate's validity. */
  readonly expiresAt: number;
}

/** A chain is checked signature by signature: this many are more than anybody is issued. */
const longestChain = 20;

/**
 * Reads certificate, private key and chain, and sees that they belong together: the key to the
 * certificate, and each certificate to its issuer, which follows it.
 */
export function checkServerCertificate(
  input: {
    readonly CertificateBody: string | undefined;
    readonly PrivateKey: string | undefined;
    readonly CertificateChain?: string | undefined;
  },
  now: number,
): ServerCertificateFacts {
  const certificate = readOneCertificate(input.CertificateBody ?? '');
  const privateKey = readPrivateKey(input.PrivateKey ?? '');
  if (certificate === undefined || privateKey === undefined) {
    throw malformedCertificate(
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    );
  }
  const { from, to } = validityOf(certificate);
  if (now < from || now > to) {
    const [first, last] = [from, to].map((time) => new Date(time).toISOString());
    throw malformedCertificate(`The certificate is valid from ${first} to ${last} only.`);
  }
  if (!belongsTo(certificate, privateKey)) {
    throw new ApiError('KeyPairMismatch', 400, 'Certificate and private key do not match.');
  }
  if (input.CertificateChain !== undefined) checkChain(certificate, input.CertificateChain);
  return { expiresAt: to };
}

function belongsTo(certificate: X509Certificate, privateKey: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(privateKey);
  } catch {
    return false;
  }
}

function checkChain(certificate: X509Certificate, text: string): void {
  const chain = readCertificates(text, longestChain);
  if (chain === undefined) throw invalidChain(-1);
  let issued = certificate;
  for (const [index, issuer] of chain.entries()) {
    if (!isIssuedBy(issued, issuer)) throw invalidChain(index - 1);
    issued = issuer;
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** `index` is the place in the chain, -1 the certificate itself. */
function invalidChain(index: number): ApiError {
  return malformedCertificate(
    'Unable to validate certificate chain. The certificate chain must start with the immediate ' +
      'signing certificate, followed by any intermediaries in order. ' +
      `The index within the chain of the invalid certificate is: ${index}`,
  );
}

function malformedCertificate(message: string): ApiError {
  return new ApiError('MalformedCertificate', 400, message);
}
