import { type Credential, parseCredential } from './credential-scope.ts';
import type { SignatureRefusal } from './refusal.ts';
import { visibleNames } from './visible-header.ts';

/** What credentials claim besides the signature: the same for many requests of one client. */
export interface SignatureClaim {
  readonly credential: Credential;
  /** Lower-case, sorted, each once. */
  readonly signedHeaders: readonly string[];
  /** The same as `host;x-amz-date`. */
  readonly signedHeadersText: string;
  /** The names of headers that an operation may see. */
  readonly visible: ReadonlySet<string>;
}

/** Reads the two texts that both forms carry. */
export function readClaim(
  credentialText: string,
  signedHeadersText: string,
  malformed: 'malformedHeader' | 'malformedQuery',
): SignatureClaim | SignatureRefusal {
  const credential = parseCredential(credentialText);
  if (credential === undefined) {
    return { reason: malformed, message: credentialForm, service: undefined };
  }
  const { service } = credential.scope;
  const signedHeaders = signedHeadersText.split(';');
  let previous = '';
  for (const name of signedHeaders) {
    // Sorted also means: none twice, none empty.
    if (!headerName.test(name) || name <= previous) {
      return { reason: malformed, message: signedHeadersForm, service };
    }
    previous = name;
  }
  if (credential.terminator !== 'aws4_request') {
    // S3 counts a URL's scope as one of its parameters.
    const isUrlOfS3 = malformed === 'malformedQuery' && service === 's3';
    const reason = isUrlOfS3 ? malformed : 'invalidScope';
    return { reason, message: terminatorForm, service };
  }
  return { credential, signedHeaders, signedHeadersText, visible: visibleNames(signedHeaders) };
}

const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

const credentialForm =
  "Credential must have the form '<access key ID>/YYYYMMDD/<region>/<service>/aws4_request'.";
const signedHeadersForm =
  'SignedHeaders must be lower-case names, sorted, separated by semicolons.';
const terminatorForm = "Credential should be scoped with a valid terminator: 'aws4_request'.";
