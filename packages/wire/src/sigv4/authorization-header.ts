import { parseCredential } from './credential-scope.ts';

/** An Authorization header taken apart. */
export type AuthorizationHeader =
  | {
      readonly kind: 'version4';
      readonly credential: string;
      readonly signedHeaders: string;
      readonly signature: string;
    }
  | { readonly kind: 'malformed'; readonly message: string; readonly service: string | undefined }
  | {
      readonly kind: 'unsupported';
      readonly isVersion2: boolean;
      readonly service: string | undefined;
    };

const algorithm = 'AWS4-HMAC-SHA256';
const names = ['Credential', 'SignedHeaders', 'Signature'];

/** As every client writes it. */
const usual =
  /^AWS4-HMAC-SHA256 Credential=([^\s,=]+), ?SignedHeaders=([^\s,=]+), ?Signature=([^\s,=]+)$/;

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, in any order. */
export function parseAuthorizationHeader(text: string): AuthorizationHeader {
  const match = usual.exec(text);
  if (match !== null) {
    const [, credential = '', signedHeaders = '', signature = ''] = match;
    return { kind: 'version4', credential, signedHeaders, signature };
  }
  if (!text.startsWith(`${algorithm} `)) {
    const isVersion2 = /^AWS /.test(text);
    if (text === algorithm) return malformed("requires 'Credential' parameter.", undefined);
    return { kind: 'unsupported', isVersion2, service: isVersion2 ? 's3' : undefined };
  }
  const fields = new Map<string, string>();
  let problem: string | undefined;
  for (const part of text.slice(algorithm.length + 1).split(',')) {
    const field = part.trim();
    const equals = field.indexOf('=');
    const name = field.slice(0, Math.max(0, equals));
    if (!names.includes(name)) problem ??= 'holds something that is no parameter of it.';
    else if (fields.has(name)) problem ??= `holds several '${name}' parameters.`;
    else fields.set(name, field.slice(equals + 1));
  }
  const credential = fields.get('Credential') ?? '';
  const service = parseCredential(credential)?.scope.service;
  const missing = names.find((name) => (fields.get(name) ?? '') === '');
  if (missing !== undefined) problem ??= `requires '${missing}' parameter.`;
  if (problem !== undefined) return malformed(problem, service);
  const signedHeaders = fields.get('SignedHeaders') ?? '';
  const signature = fields.get('Signature') ?? '';
  return { kind: 'version4', credential, signedHeaders, signature };
}

function malformed(problem: string, service: string | undefined): AuthorizationHeader {
  return { kind: 'malformed', message: `Authorization header ${problem}`, service };
}
