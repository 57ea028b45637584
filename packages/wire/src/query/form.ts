import { ApiError } from '../api-error.ts';

/** More parameters than any call of AWS's has, and few enough to hold. */
export const maxParameters = 16_384;

/**
 * The parameters of an `application/x-www-form-urlencoded` text, each name once. Throws `ApiError`
 * for broken percent-encoding, bytes that are no UTF-8, a name that comes twice, too many names.
 */
export function parseForm(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let start = 0;
  while (start <= text.length) {
    const found = text.indexOf('&', start);
    const end = found < 0 ? text.length : found;
    if (end > start) addParameter(parameters, text.slice(start, end));
    if (parameters.size > maxParameters) throw malformed('too many parameters');
    start = end + 1;
  }
  return parameters;
}

function addParameter(parameters: Map<string, string>, pair: string): void {
  const equals = pair.indexOf('=');
  const name = decode(equals < 0 ? pair : pair.slice(0, equals));
  if (parameters.has(name)) throw malformed(`the parameter \`${name.slice(0, 128)}\` comes twice`);
  parameters.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
}

const plain = /^[^%+]*$/;

function decode(text: string): string {
  if (plain.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed('a percent-encoding is broken');
  }
}

function malformed(problem: string): ApiError {
  return new ApiError('MalformedQueryString', 400, `The query string is malformed: ${problem}`);
}
