import { X509Certificate } from 'node:crypto';
import { ApiError, readXmlText, type XmlElement } from '@carnet/wire';
import { invalidInput } from './error.ts';

/**
 * Metadata of a SAML 2.0 identity provider (saml-metadata-2.0-os, 2.3.2 and 2.4.3): one
 * `EntityDescriptor` with an `IDPSSODescriptor` of the SAML 2.0 protocol, which says where to sign in
 * and with which certificates it signs. No signature of the document is verified: whoever uploads it
 * vouches for it, as with AWS.
 */
export interface SamlMetadata {
  /** Milliseconds since 1970; undefined when the document gives none. */
  readonly validUntil: number | undefined;
}

const metadataNamespace = 'urn:oasis:names:tc:SAML:2.0:metadata';
const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#';
const samlProtocol = 'urn:oasis:names:tc:SAML:2.0:protocol';

/**
 * Characters. The model has ten million, for which reading would take seconds; with the escapes of a
 * form no more than this fits into a request.
 */
const longestDocument = 1_000_000;
/** Of a document. A large one of one provider has some hundreds; 100,000 hold everybody up. */
const mostElements = 25_000;
/** AWS takes certificates from this size on (IAM User Guide, creating a SAML provider). */
const leastKeyBits = 1024;
/** Each is parsed; a provider has two or three. */
const mostCertificates = 100;

/** Reads a document; throws AWS's `InvalidInput` for one that is no identity provider's metadata. */
export function parseSamlMetadata(document: string): SamlMetadata {
  const root = rootOf(document);
  if (root === undefined || !isElement(root, metadataNamespace, 'EntityDescriptor'))
    throw problem();
  const entityId = root.element.attributes.get('entityID') ?? '';
  if (entityId === '' || entityId.length > 1024) throw problem();
  const providers = childrenOf(root, metadataNamespace, 'IDPSSODescriptor').filter(speaksSaml2);
  const signing = providers
    .flatMap((provider) => childrenOf(provider, metadataNamespace, 'KeyDescriptor'))
    .filter(({ element }) => (element.attributes.get('use') ?? 'signing') === 'signing');
  const certificates = signing.flatMap(certificatesOf);
  const services = providers
    .flatMap((provider) => childrenOf(provider, metadataNamespace, 'SingleSignOnService'))
    .filter(({ element }) => element.attributes.get('Location'));
  if (services.length === 0 || certificates.length === 0) throw problem();
  if (certificates.length > mostCertificates || !certificates.every(isCertificate)) throw problem();
  const validUntil = root.element.attributes.get('validUntil');
  return { validUntil: validUntil === undefined ? undefined : timeOf(validUntil) };
}

/** An element and what it stands in, whose namespaces are in force in it too. */
interface Scoped {
  readonly element: XmlElement;
  readonly outer: Scoped | undefined;
}

function rootOf(document: string): Scoped | undefined {
  // AWS wants UTF-8 without a byte order mark.
  if (document.length > longestDocument || document.startsWith('\ufeff')) return undefined;
  const text = withoutComments(document);
  if (holdsTooManyElements(text)) return undefined;
  try {
    return { element: readXmlText(text), outer: undefined };
  } catch (thrown) {
    if (thrown instanceof ApiError) return undefined;
    throw thrown;
  }
}

/** Providers comment their documents. What begins and does not end stays, and is refused. */
function withoutComments(document: string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = document.indexOf('<!--', from);
    const end = start < 0 ? -1 : document.indexOf('-->', start + 4);
    if (end < 0) break;
    parts.push(document.slice(from, start));
    from = end + 3;
  }
  parts.push(document.slice(from));
  return parts.join('');
}

function holdsTooManyElements(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    if (text.charAt(at + 1) !== '/') count += 1;
    if (count > mostElements) return true;
  }
  return false;
}

function isElement(scoped: Scoped, namespace: string, name: string): boolean {
  const { element } = scoped;
  const colon = element.name.indexOf(':');
  const attribute = colon < 0 ? 'xmlns' : `xmlns:${element.name.slice(0, colon)}`;
  return element.name.slice(colon + 1) === name && inForce(scoped, attribute) === namespace;
}

/** The namespace that `xmlns` or `xmlns:prefix` declares, here or around: nothing is copied. */
function inForce(innermost: Scoped, attribute: string): string | undefined {
  for (let at: Scoped | undefined = innermost; at !== undefined; at = at.outer) {
    const namespace = at.element.attributes.get(attribute);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}

function childrenOf(outer: Scoped, namespace: string, name: string): Scoped[] {
  return outer.element.children
    .map((element) => ({ element, outer }))
    .filter((child) => isElement(child, namespace, name));
}

function speaksSaml2({ element }: Scoped): boolean {
  const protocols = element.attributes.get('protocolSupportEnumeration') ?? '';
  return protocols.split(/\s+/).includes(samlProtocol);
}

function certificatesOf(key: Scoped): string[] {
  return childrenOf(key, signatureNamespace, 'KeyInfo')
    .flatMap((info) => childrenOf(info, signatureNamespace, 'X509Data'))
    .flatMap((data) => childrenOf(data, signatureNamespace, 'X509Certificate'))
    .map(({ element }) => element.text.replaceAll(/\s+/g, ''));
}

/** `text` is the base64 of a certificate in DER. Nobody looks at its dates, as AWS does not. */
function isCertificate(text: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  try {
    const { publicKey } = new X509Certificate(Buffer.from(text, 'base64'));
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? leastKeyBits;
    return bits >= leastKeyBits;
  } catch {
    return false;
  }
}

const dateTime =
  /^(?<local>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?<zone>Z|[+-]\d\d:\d\d)?$/;

/** Without a zone it is UTC (saml-core-2.0-os, 1.3.3). */
function timeOf(text: string): number {
  const { local = '', zone = 'Z' } = dateTime.exec(text)?.groups ?? {};
  const time = Date.parse(`${local}${zone}`);
  if (Number.isNaN(time)) throw problem();
  return time;
}

function problem(): ApiError {
  return invalidInput('Could not parse metadata');
}
