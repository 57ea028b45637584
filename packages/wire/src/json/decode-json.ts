import type { ServiceModel, Shape, StructureShape } from '../model.ts';
import { foldAscii, membersOf, shapeOf } from '../model-lookup.ts';
import { parseBase64 } from '../value/base64.ts';
import { parseInteger } from '../value/scalar.ts';
import { parseEpochSeconds } from '../value/timestamp.ts';
import type { JsonValue } from './read-json.ts';

/** What is wrong with a document, and where: `Environment.Variables`. */
export class JsonMismatch extends Error {
  override readonly name = 'JsonMismatch';
}

/**
 * A structure out of an object. Members that the model does not know are ignored, as AWS does; one
 * that differs from a known one in case alone is refused, since another reader may take it for the
 * known one. A value of another type than the model's is refused too: nothing is converted. Throws
 * `JsonMismatch`.
 */
export function decodeJsonStructure(
  model: ServiceModel,
  structure: StructureShape,
  object: JsonValue,
  path: string,
): Record<string, unknown> {
  if (object.kind !== 'object') throw mismatch(path, 'structure');
  const value: Record<string, unknown> = {};
  const known = new Set<string>();
  const folded = new Set<string>();
  for (const [name, member] of membersOf(structure)) {
    if (member.location !== undefined) continue;
    const wireName = member.xmlName ?? name;
    known.add(wireName);
    folded.add(foldAscii(wireName));
    const given = object.members.get(wireName);
    // A member that is null is one that is not there.
    if (given === undefined || given.kind === 'null') continue;
    value[name] = decodeValue(model, member.shape, given, path === '' ? name : `${path}.${name}`);
  }
  for (const name of object.members.keys()) {
    if (!known.has(name) && folded.has(foldAscii(name))) {
      throw new JsonMismatch(`${name} is a known member in another case`);
    }
  }
  return value;
}

function decodeValue(
  model: ServiceModel,
  shapeName: string,
  value: JsonValue,
  path: string,
): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure':
      return decodeJsonStructure(model, shape, value, path);
    case 'list':
      if (value.kind !== 'array') throw mismatch(path, shape.type);
      return value.items.map((item) => decodeValue(model, shape.member.shape, item, path));
    case 'map': {
      if (value.kind !== 'object') throw mismatch(path, shape.type);
      // Without a prototype: its keys are the caller's.
      const map: Record<string, unknown> = Object.create(null);
      for (const [key, one] of value.members) {
        map[key] = decodeValue(model, shape.value.shape, one, path);
      }
      return map;
    }
    default: {
      const decoded = decodeScalar(shape, value);
      if (decoded === undefined) throw mismatch(path, shape.type);
      return decoded;
    }
  }
}

function decodeScalar(shape: Shape, value: JsonValue): unknown {
  switch (shape.type) {
    case 'string':
      return value.kind === 'string' ? value.text : undefined;
    case 'boolean':
      return value.kind === 'boolean' ? value.value : undefined;
    case 'integer':
      return value.kind === 'number' ? parseInteger(value.text, 2 ** 31) : undefined;
    case 'long':
      return value.kind === 'number' ? parseInteger(value.text, 2 ** 53) : undefined;
    case 'double':
      return value.kind === 'number' ? finite(Number(value.text)) : undefined;
    case 'blob':
      return value.kind === 'string' ? parseBase64(value.text) : undefined;
    case 'timestamp':
      return value.kind === 'number' ? parseEpochSeconds(value.text) : undefined;
    default:
      return undefined;
  }
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

function mismatch(path: string, type: string): JsonMismatch {
  return new JsonMismatch(`${path === '' ? 'The body' : path} is no ${type}`);
}
