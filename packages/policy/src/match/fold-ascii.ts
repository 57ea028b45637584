/**
 * Lower case for A to Z and nothing else. `toLowerCase` would make a `k` of the Kelvin sign, and let
 * a policy that names `iam:...` be met by text that only looks like it.
 */
export function foldAscii(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 65 && code <= 90) return text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
  }
  return text;
}
