/**
 * Lower case for A to Z and nothing else. `toLowerCase` would make a `k` of the Kelvin sign, and let
 * a policy that names `iam:...` be met by text that only looks like it.
 */
export function foldAscii(text: string): string {
  // Most texts are lower case already, and asking is cheaper than replacing nothing.
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}
