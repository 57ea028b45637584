import type { ListShape, MapShape, Member, ServiceModel, StructureShape } from '../model.ts';
import { entryNames, foldAscii, itemName, shapeOf } from '../model-lookup.ts';
import { parseScalar } from '../value/scalar.ts';
import { malformedXml, type XmlElement } from './read-xml.ts';

/**
 * A structure out of its element. Elements that the model does not know are ignored; one that
 * differs from a known one in case alone, one that comes twice, or text between elements is
 * `MalformedXML`.
 */
export function decodeStructure(
  model: ServiceModel,
  structure: StructureShape,
  element: XmlElement,
): Record<string, unknown> {
  if (element.text.trim() !== '') throw malformedXml();
  const byName = Map.groupBy(element.children, (child) => child.name);
  const value: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, member] of Object.entries(structure.members)) {
    if (member.location !== undefined) continue;
    const wireName = member.xmlName ?? name;
    known.add(wireName);
    const decoded = member.xmlAttribute
      ? element.attributes.get(wireName)
      : decodeMember(model, member, byName.get(wireName) ?? []);
    if (decoded !== undefined) value[name] = decoded;
  }
  const folded = new Set([...known].map(foldAscii));
  for (const name of byName.keys()) {
    if (!known.has(name) && folded.has(foldAscii(name))) throw malformedXml();
  }
  return value;
}

function decodeMember(
  model: ServiceModel,
  member: Member,
  elements: readonly XmlElement[],
): unknown {
  const [element] = elements;
  if (element === undefined) return undefined;
  const shape = shapeOf(model, member.shape);
  if (member.flattened && shape.type === 'list') {
    return elements.map((item) => decodeOne(model, shape.member, item));
  }
  if (member.flattened && shape.type === 'map') return decodeEntries(model, shape, elements);
  if (elements.length > 1) throw malformedXml();
  if (shape.type === 'list') return decodeList(model, shape, member, element);
  if (shape.type === 'map') return decodeEntries(model, shape, element.children);
  return decodeOne(model, member, element);
}

function decodeOne(model: ServiceModel, member: Member, element: XmlElement): unknown {
  const shape = shapeOf(model, member.shape);
  if (shape.type === 'structure') return decodeStructure(model, shape, element);
  if (shape.type === 'list') return decodeList(model, shape, member, element);
  if (shape.type === 'map') return decodeEntries(model, shape, element.children);
  if (element.children.length > 0) throw malformedXml();
  const text = shape.type === 'string' ? element.text : element.text.trim();
  const value = parseScalar(shape, text);
  if (value === undefined) throw malformedXml();
  return value;
}

function decodeList(
  model: ServiceModel,
  list: ListShape,
  member: Member,
  element: XmlElement,
): unknown[] {
  const name = itemName(list, member, element.name);
  return element.children
    .filter((item) => item.name === name)
    .map((item) => decodeOne(model, list.member, item));
}

/** Into an object without a prototype: its keys are the caller's. */
function decodeEntries(
  model: ServiceModel,
  map: MapShape,
  entries: readonly XmlElement[],
): Record<string, unknown> {
  const [keyName, valueName] = entryNames(map);
  const decoded: Record<string, unknown> = Object.create(null);
  for (const { children } of entries) {
    const key = children.find(({ name }) => name === keyName);
    const value = children.find(({ name }) => name === valueName);
    if (key === undefined || value === undefined || key.text in decoded) throw malformedXml();
    decoded[key.text] = decodeOne(model, map.value, value);
  }
  return decoded;
}
