import type { Member, ServiceModel, Shape, StructureShape } from '../model.ts';
import { entryNames, itemName, membersOf, shapeOf } from '../model-lookup.ts';
import { formatBase64 } from '../value/base64.ts';

/** What the protocols write differently. */
export interface XmlStyle {
  /** Escapes text. */
  text(text: string): string;
  timestamp(date: Date): string;
}

/**
 * The members of a structure as elements, in the model's order, without those that are undefined or
 * travel elsewhere. A value of another type than the model's is a bug and throws.
 */
export function writeMembers(
  model: ServiceModel,
  structure: StructureShape,
  value: object,
  style: XmlStyle,
): string {
  let text = '';
  for (const [name, member] of membersOf(structure)) {
    if (member.location !== undefined || member.xmlAttribute) continue;
    const memberValue = (value as Record<string, unknown>)[name];
    if (memberValue === undefined || memberValue === null) continue;
    text += writeMember(model, member, name, memberValue, style);
  }
  return text;
}

/** One member, its element included. */
function writeMember(
  model: ServiceModel,
  member: Member,
  name: string,
  value: unknown,
  style: XmlStyle,
): string {
  const shape = shapeOf(model, member.shape);
  const element = member.xmlName ?? name;
  if (member.flattened && (shape.type === 'list' || shape.type === 'map')) {
    return writeEntries(model, shape, member, element, value, style);
  }
  const attributes = attributesOf(model, member, shape, value, style);
  const content = writeContent(model, shape, member, element, value, style);
  return `<${element}${attributes}>${content}</${element}>`;
}

function writeContent(
  model: ServiceModel,
  shape: Shape,
  member: Member,
  element: string,
  value: unknown,
  style: XmlStyle,
): string {
  if (shape.type === 'list' || shape.type === 'map') {
    return writeEntries(model, shape, member, element, value, style);
  }
  if (shape.type === 'structure') {
    return writeMembers(model, shape, objectOf(value, element), style);
  }
  return scalarText(shape, value, element, style);
}

function writeEntries(
  model: ServiceModel,
  shape: Extract<Shape, { type: 'list' | 'map' }>,
  member: Member,
  element: string,
  value: unknown,
  style: XmlStyle,
): string {
  let text = '';
  if (shape.type === 'list') {
    if (!Array.isArray(value)) throw new TypeError(`${element} is no array`);
    const item = { ...shape.member, xmlName: itemName(shape, member, element) };
    for (const one of value) text += writeMember(model, item, 'member', one, style);
    return text;
  }
  const [keyName, valueName] = entryNames(shape);
  const entry = member.flattened ? element : 'entry';
  for (const [key, one] of Object.entries(objectOf(value, element))) {
    const item = writeMember(model, { ...shape.value, xmlName: valueName }, 'value', one, style);
    text += `<${entry}><${keyName}>${style.text(key)}</${keyName}>${item}</${entry}>`;
  }
  return text;
}

/** The namespace that an element declares, and the members that are attributes of it. */
function attributesOf(
  model: ServiceModel,
  member: Member,
  shape: Shape,
  value: unknown,
  style: XmlStyle,
): string {
  let attributes = '';
  if (member.xmlNamespace !== undefined) {
    const [prefix, address] = member.xmlNamespace;
    attributes += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${address}"`;
  }
  if (shape.type !== 'structure') return attributes;
  for (const [name, attribute] of membersOf(shape)) {
    const attributeValue = (value as Record<string, unknown>)[name];
    if (!attribute.xmlAttribute || attributeValue === undefined) continue;
    const text = scalarText(shapeOf(model, attribute.shape), attributeValue, name, style);
    attributes += ` ${attribute.xmlName ?? name}="${text}"`;
  }
  return attributes;
}

/** The text of a simple value, escaped. */
function scalarText(shape: Shape, value: unknown, name: string, style: XmlStyle): string {
  switch (shape.type) {
    case 'string':
      if (typeof value === 'string') return style.text(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return String(value);
      break;
    case 'timestamp':
      if (value instanceof Date) return style.timestamp(value);
      break;
    case 'blob':
      if (value instanceof Uint8Array) return formatBase64(value);
      break;
    default:
      if (typeof value === 'number') return String(value);
  }
  throw new TypeError(`${name} is no ${shape.type}`);
}

function objectOf(value: unknown, name: string): object {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is no structure`);
  return value;
}
