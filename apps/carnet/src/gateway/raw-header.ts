/**
 * The first value of a header among the raw ones, undefined when there is none. `name` in lower
 * case. Without `request.headers`, which parses all of them.
 */
export function rawHeader(rawHeaders: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const other = rawHeaders[index];
    if (other?.length === name.length && other.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}
