import type { RawRequest } from '../raw-request.ts';
import { frozenHeaders } from '../sigv4/visible-header.ts';
import { tokenHeader } from './version2-parameter.ts';

/** A header that Signature Version 2 signs. */
export interface Version2Header {
  /** Trimmed, its inner spaces as they are. */
  readonly value: string;
  /** The same with a byte for each character. */
  readonly bytes: string;
}

const positional: ReadonlySet<string> = new Set(['content-md5', 'content-type']);
const amzName = /^x-amz-[\w.-]+$/;

/** Whether a header of this lower-case name is a part of the string to sign. */
export function isSignedName(name: string): boolean {
  return positional.has(name) || name.startsWith('x-amz-');
}

/** Whether a query parameter of this lower-case name stands for such a header. */
export function standsForHeader(name: string): boolean {
  return positional.has(name) || amzName.test(name);
}

/** The signed headers as they came, by lower-case names, several of one name joined with `,`. */
export function signedHeaders({ rawHeaders }: RawRequest): Map<string, Version2Header> {
  const headers = new Map<string, Version2Header>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!isSignedName(name)) continue;
    const value = trim(rawHeaders[index + 1] as string);
    const earlier = headers.get(name);
    const joined = earlier === undefined ? value : `${earlier.value},${value}`;
    headers.set(name, { value: joined, bytes: joined });
  }
  return headers;
}

/** A parameter that stands for a header; undefined when its value could not be one. */
export function headerOfParameter(text: string): Version2Header | undefined {
  // A line feed would end its line of the string to sign and begin another.
  if (/\p{Cc}/u.test(text)) return undefined;
  const value = trim(text);
  return { value, bytes: utf8Bytes(value) };
}

/** What an operation may see: what was signed, and the frozen list. */
export function visibleVersion2Headers(
  all: ReadonlyMap<string, string>,
  signed: ReadonlyMap<string, Version2Header>,
): ReadonlyMap<string, string> {
  const visible = new Map<string, string>();
  for (const name of frozenHeaders) {
    const value = all.get(name);
    if (value !== undefined) visible.set(name, value);
  }
  for (const [name, { value }] of signed) if (name !== tokenHeader) visible.set(name, value);
  return visible;
}

function trim(text: string): string {
  return text.replace(/^[\t ]+|[\t ]+$/g, '');
}

const encoder = new TextEncoder();

/** UTF-8 with a byte for each character, as `node:http` gives headers. */
export function utf8Bytes(text: string): string {
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
