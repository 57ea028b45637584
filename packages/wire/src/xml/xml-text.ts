/**
 * Escapes text for an element or a double-quoted attribute: the five characters of the syntax, and,
 * as numeric references, what a parser would normalise (a carriage return) or what XML has no place
 * for (controls, unpaired surrogates). S3 writes the keys of objects so.
 */
export function escapeXml(text: string): string {
  return text.replaceAll(
    /[&<>"']|[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
    (character) => named[character] ?? `&#x${(character.codePointAt(0) ?? 0).toString(16)};`,
  );
}

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const plain = /^[ !#-%(-;=?-~]*$/;

/** True for printable ASCII of which nothing needs to be escaped, as most texts are. */
export function isPlainXml(text: string): boolean {
  return plain.test(text);
}

/** Replaces what strict parsers refuse, even as a reference, with U+FFFD. */
export function withoutInvalidXml(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
