import type { ServiceModel, Shape, StructureShape } from '../model.ts';
import { membersOf, shapeOf } from '../model-lookup.ts';
import { formatBase64 } from '../value/base64.ts';

/**
 * A structure as an object that `JSON.stringify` writes: members in the model's order, without those
 * that are undefined or travel elsewhere. A value of another type than the model's is a bug and
 * throws.
 */
export function jsonStructure(
  model: ServiceModel,
  structure: StructureShape,
  value: object,
): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null);
  for (const [name, member] of membersOf(structure)) {
    if (member.location !== undefined) continue;
    const one = (value as Record<string, unknown>)[name];
    if (one === undefined || one === null) continue;
    object[member.xmlName ?? name] = jsonValue(model, member.shape, one, name);
  }
  return object;
}

function jsonValue(model: ServiceModel, shapeName: string, value: unknown, name: string): unknown {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure') return jsonStructure(model, shape, objectOf(value, name));
  if (shape.type === 'list') {
    if (!Array.isArray(value)) throw new TypeError(`${name} is no list`);
    return value.map((item) => jsonValue(model, shape.member.shape, item, name));
  }
  if (shape.type === 'map') {
    const map: Record<string, unknown> = Object.create(null);
    for (const [key, one] of Object.entries(objectOf(value, name))) {
      map[key] = jsonValue(model, shape.value.shape, one, name);
    }
    return map;
  }
  return scalar(shape, value, name);
}

function scalar(shape: Shape, value: unknown, name: string): string | number | boolean {
  switch (shape.type) {
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'timestamp':
      if (value instanceof Date) return value.getTime() / 1000;
      break;
    case 'blob':
      if (value instanceof Uint8Array) return formatBase64(value);
      break;
    default:
      if (typeof value === 'number') return value;
  }
  throw new TypeError(`${name} is no ${shape.type}`);
}

function objectOf(value: unknown, name: string): object {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is no structure`);
  return value;
}
