/** White space, which `atob` passes over. */
const whiteSpace = [' ', '\t', '\n', '\f', '\r'];

/**
 * RFC 4648 base64 with its padding; undefined when the text is anything else. Without a regular
 * expression, and by hand: a zip of ten megabytes would take half a second of everybody's time.
 */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || whiteSpace.some((space) => text.includes(space))) return undefined;
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export function formatBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
