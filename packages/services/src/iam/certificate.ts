import { X509Certificate } from 'node:crypto';

/** X.509 certificates as PEM text (RFC 7468), as IAM takes them. */

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/**
 * The certificates of a text in their order. Undefined when there is none, when there are more than
 * `most`, or when anything but white space stands before, between or after them.
 */
export function readCertificates(
  text: string,
  most: number,
): readonly X509Certificate[] | undefined {
  const certificates: X509Certificate[] = [];
  let rest = text.trim();
  while (rest !== '') {
    if (!rest.startsWith(begin) || certificates.length === most) return undefined;
    // Without an end there is too little left to be read.
    const length = rest.indexOf(end) + end.length;
    const certificate = readCertificate(rest.slice(0, length));
    if (certificate === undefined) return undefined;
    certificates.push(certificate);
    rest = rest.slice(length).trimStart();
  }
  return certificates.length === 0 ? undefined : certificates;
}

/** One certificate alone. */
export function readOneCertificate(text: string): X509Certificate | undefined {
  return readCertificates(text, 1)?.[0];
}

/** Milliseconds since 1970, both ends included. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

export function validityOf(certificate: X509Certificate): Validity {
  return { from: certificate.validFromDate.getTime(), to: certificate.validToDate.getTime() };
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    const { from, to } = validityOf(certificate);
    return Number.isFinite(from) && Number.isFinite(to) ? certificate : undefined;
  } catch {
    return undefined;
  }
}
