/** C0, DEL and C1, and what turns the direction of a line or ends it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * One line, in which whatever a file brought along is seen and not obeyed by the terminal: control
 * characters as `\u001b`.
 */
export function escapeControl(line: string): string {
  return line.replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Lines of our own, each of which may hold what a file brought along. */
export function escapedLines(lines: readonly string[]): string {
  return lines.map(escapeControl).join('\n');
}
