import { ApiError } from '../api-error.ts';
import type { Member, ServiceModel, Shape, StructureShape } from '../model.ts';
import { membersOf, shapeOf } from '../model-lookup.ts';
import { formatBase64 } from '../value/base64.ts';
import { formatHttpDate } from '../value/timestamp.ts';

/**
 * The members of an answer that travel as headers, with lower-case names. Throws `ApiError` when one
 * would need characters that no header can hold.
 */
export function headersOf(
  model: ServiceModel,
  structure: StructureShape,
  value: Readonly<Record<string, unknown>>,
): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  for (const [name, member] of membersOf(structure)) {
    addHeaders(model, name, member, value[name], headers);
  }
  return headers;
}

function addHeaders(
  model: ServiceModel,
  name: string,
  member: Member,
  value: unknown,
  headers: (readonly [string, string])[],
): void {
  const { location, locationName = '' } = member;
  if (value === undefined || value === null) return;
  const shape = shapeOf(model, member.shape);
  if (location === 'header') {
    headers.push([locationName, headerValue(headerText(model, shape, value, name))]);
  } else if (location === 'prefixHeaders') {
    for (const [key, text] of Object.entries(value)) {
      headers.push([locationName + key.toLowerCase(), headerValue(String(text))]);
    }
  }
}

function headerText(model: ServiceModel, shape: Shape, value: unknown, name: string): string {
  switch (shape.type) {
    case 'list': {
      const item = shapeOf(model, shape.member.shape);
      return (value as unknown[]).map((one) => headerText(model, item, one, name)).join(',');
    }
    case 'timestamp':
      if (!(value instanceof Date)) break;
      return shape.format === 'iso8601' ? value.toISOString() : formatHttpDate(value);
    case 'blob':
      if (!(value instanceof Uint8Array)) break;
      return formatBase64(value);
    case 'string':
    case 'boolean':
    case 'integer':
    case 'long':
    case 'double':
      return String(value);
  }
  throw new TypeError(`${name} is no ${shape.type}`);
}

/** What came in a header goes out byte for byte; other characters as RFC 2047 has them, like S3. */
function headerValue(text: string): string {
  if (/[^\t\P{Cc}]/u.test(text.replaceAll(/[\u0080-\u009f]/g, ''))) {
    throw new ApiError('InvalidArgument', 400, 'A header of the answer has control characters');
  }
  if (!/[^\t\u0020-\u00ff]/.test(text)) return text;
  return `=?UTF-8?B?${formatBase64(new TextEncoder().encode(text))}?=`;
}
