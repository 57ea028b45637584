/** PEM texts (RFC 7468) as a message or a record may repeat them: people paste the wrong file. */

/** Whether a text begins with a certificate and holds no private key behind it. */
export function isCertificateText(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN CERTIFICATE-----') && !holdsPrivateKey(text);
}

/** Of any kind: `RSA PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, … */
export function holdsPrivateKey(text: string): boolean {
  return text.includes('PRIVATE KEY');
}
