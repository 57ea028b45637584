/**
 * The patterns of AWS's models are regular expressions of Java's, and the whole value must match.
 * They come with the generated model, never from a caller.
 */
const compiled = new Map<string, RegExp>();

/** Whether the whole text matches. */
export function matchesPattern(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${translate(pattern)})$`, 'u');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/**
 * JavaScript's unicode mode knows `\p{L}` but refuses to escape what needs no escape (`\:`, `\_`).
 * `\u10000-\u10FFFF`, in a pattern of STS, means the planes beyond the first.
 */
function translate(pattern: string): string {
  return pattern
    .replaceAll('\\u10000-\\u10FFFF', '\\u{10000}-\\u{10FFFF}')
    .replaceAll(/\\([^\w^$\\.*+?()[\]{}|/-])/g, '$1');
}
