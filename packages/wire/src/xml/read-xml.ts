import { XMLParser } from 'fast-xml-parser';
import { ApiError } from '../api-error.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, exactly as meant: entities resolved, white space kept. */
  readonly text: string;
}

/** The largest documents are lists of 10,000 parts and of 1,000 keys. */
const maxBytes = 4 * 1024 * 1024;
const maxElements = 100_000;
/** In the whole document: only grants have any but `xmlns`. */
const maxAttributes = 10_000;
const maxDepth = 32;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: maxDepth,
});

/**
 * The root element of a document. Throws `ApiError` `MalformedXML` for anything that is not one
 * well-formed element in UTF-8, and for `<!` anywhere (DOCTYPE, CDATA, comments), before parsing.
 */
export function readXml(bytes: Uint8Array): XmlElement {
  return readXmlText(decode(bytes));
}

/** The same of a document that came as text, of at most as many UTF-16 units as bytes. */
export function readXmlText(text: string): XmlElement {
  if (text.length > maxBytes || text.includes('<!')) throw malformedXml();
  if (count(text, /<[^/]/g) > maxElements || count(text, /=\s*["']/g) > maxAttributes) {
    throw malformedXml();
  }
  // The parser does not look behind the root element.
  if (text.slice(text.lastIndexOf('>') + 1).trim() !== '') throw malformedXml();
  const [root, ...others] = parse(text).filter((node) => !isWhiteSpace(node));
  if (root === undefined || others.length > 0 || elementName(root) === undefined) {
    throw malformedXml();
  }
  return elementOf(root);
}

function count(text: string, expression: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(expression)) found += 1;
  return found;
}

/** S3's error for a document that is none, or not the one that was expected. */
export function malformedXml(): ApiError {
  return new ApiError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > maxBytes) throw malformedXml();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformedXml();
  }
}

/** fast-xml-parser's ordered form: `{Name: [children], ':@': attributes}` or `{'#text': text}`. */
type ParsedNode = Readonly<Record<string, unknown>>;

function parse(text: string): readonly ParsedNode[] {
  try {
    return parser.parse(text, true);
  } catch {
    throw malformedXml();
  }
}

function elementName(node: ParsedNode): string | undefined {
  return Object.keys(node).find((name) => name !== ':@' && name !== '#text');
}

function textOf(node: ParsedNode): string {
  const text = node['#text'];
  return typeof text === 'string' ? text : '';
}

function isWhiteSpace(node: ParsedNode): boolean {
  return elementName(node) === undefined && textOf(node).trim() === '';
}

function elementOf(node: ParsedNode): XmlElement {
  const name = elementName(node) ?? '';
  const children: XmlElement[] = [];
  let text = '';
  for (const child of node[name] as readonly ParsedNode[]) {
    if (elementName(child) === undefined) text += textOf(child);
    else children.push(elementOf(child));
  }
  const attributes = new Map<string, string>();
  for (const [attribute, value] of Object.entries(node[':@'] ?? {})) {
    attributes.set(attribute, resolveEntities(String(value)));
  }
  return { name, attributes, children, text: resolveEntities(text) };
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** The five named entities and numeric references, once; anything else after `&` is malformed. */
function resolveEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&([^;&]{0,12};?)/g, (_, reference: string) => {
    const name = reference.endsWith(';') ? reference.slice(0, -1) : '';
    const character = entities.get(name) ?? numericReference(name);
    if (character === undefined) throw malformedXml();
    return character;
  });
}

function numericReference(name: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (match === null) return undefined;
  const [, hex, decimal = ''] = match;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || code > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(code);
}
