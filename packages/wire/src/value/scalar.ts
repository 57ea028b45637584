import type { Shape } from '../model.ts';
import { parseBase64 } from './base64.ts';
import { parseEpochSeconds, parseHttpDate, parseIso8601 } from './timestamp.ts';

/** The value that a text stands for; undefined when it stands for none of that shape. */
export function parseScalar(
  shape: Shape,
  text: string,
): string | number | boolean | Date | Uint8Array | undefined {
  switch (shape.type) {
    case 'string':
      return text;
    case 'boolean':
      return parseBoolean(text);
    case 'integer':
      return parseInteger(text, 2 ** 31);
    case 'long':
      return parseInteger(text, 2 ** 53);
    case 'double':
      return /^-?\d{1,16}(?:\.\d{1,16})?$/.test(text) ? Number(text) : undefined;
    case 'blob':
      return parseBase64(text);
    case 'timestamp':
      return parseIso8601(text) ?? parseHttpDate(text) ?? parseEpochSeconds(text);
    default:
      return undefined;
  }
}

function parseBoolean(text: string): boolean | undefined {
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : undefined;
}

/** A decimal integer between `-bound` and `bound`, the latter excluded; undefined when it is none. */
export function parseInteger(text: string, bound: number): number | undefined {
  if (!/^-?\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= -bound && number < bound ? number : undefined;
}
