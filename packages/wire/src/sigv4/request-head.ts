import type { RawRequest } from '../raw-request.ts';
import type { SignatureRefusal, SignatureRefusalReason } from './refusal.ts';

/** The head of a request, read once from the raw target and the raw header list. */
export interface RequestHead {
  readonly method: string;
  /** As sent, still percent-encoded: ASCII, begins with `/`, every escape decodes. */
  readonly path: string;
  /** Decoded, in the order sent. `+` is a plus sign; a name without `=` has an empty value. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /**
   * Lower-case names. Values as they are signed: several of one name joined with `,`, each trimmed
   * and its runs of spaces and tabs made one space. A character is a byte, as `node:http` reads it.
   */
  readonly headers: ReadonlyMap<string, string>;
  /** False when a header's value holds bytes above 127, whose canonical form must not be UTF-8. */
  readonly ascii: boolean;
}

/** Headers of which a second one is refused: two readers could take different ones. */
const singleHeaders: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-decoded-content-length',
]);

/** Printable ASCII without `#`: a fragment is never sent, and an URL parser would cut it off. */
const originForm = /^\/[!"$-~]*$/;
const plainValue = /^[!-~]+(?: [!-~]+)*$/;

/** Reads a request's head, or says why nobody could sign such a one. */
export function readHead(request: RawRequest): RequestHead | SignatureRefusal {
  const { target } = request;
  if (!originForm.test(target)) return refuse('malformedTarget', uriMessage);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? [] : parseQuery(target.slice(mark + 1));
  if (query === undefined || decode(path) === undefined) {
    return refuse('malformedTarget', uriMessage);
  }
  const headers = new Map<string, string>();
  let ascii = true;
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    let value = rawHeaders[index + 1] as string;
    if (!plainValue.test(value)) {
      const bytes = classifyBytes(value);
      if (bytes === 'control') {
        return refuse('malformedRequest', 'A header of the request holds control characters.');
      }
      value = canonicalValue(value);
      ascii &&= bytes === 'ascii';
    }
    const earlier = headers.get(name);
    if (earlier === undefined) headers.set(name, value);
    else if (singleHeaders.has(name)) {
      return refuse('duplicateHeader', `The request has several headers named '${name}'.`);
    } else headers.set(name, `${earlier},${value}`);
  }
  return { method: request.method, path, query, headers, ascii };
}

const uriMessage = "Couldn't parse the specified URI.";

function refuse(reason: SignatureRefusalReason, message: string): SignatureRefusal {
  return { reason, message, service: undefined };
}

/** Control characters aside from the tab are refused: a line feed would end a canonical header. */
function classifyBytes(value: string): 'ascii' | 'high' | 'control' {
  let kind: 'ascii' | 'high' = 'ascii';
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return 'control';
    if (code > 0x7f) kind = 'high';
  }
  return kind;
}

/** Trims, and makes one space of a run of spaces and tabs. */
export function canonicalValue(value: string): string {
  return value.replace(/[\t ]+/g, ' ').replace(/^ | $/g, '');
}

/** Splits and decodes a query string; undefined when an escape does not decode. */
export function parseQuery(text: string): [string, string][] | undefined {
  const parameters: [string, string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    parameters.push([name, value]);
  }
  return parameters;
}

/** Undefined when an escape is cut short or the bytes are no UTF-8 (overlong forms included). */
function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
