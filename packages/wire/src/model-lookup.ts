import type {
  ListShape,
  MapShape,
  Member,
  OperationModel,
  ServiceModel,
  Shape,
  StructureShape,
} from './model.ts';

/**
 * The operation of that name; undefined when AWS has none such. The name may be a caller's. One of
 * which the model has the name alone takes and answers nothing.
 */
export function findOperation(model: ServiceModel, operation: string): OperationModel | undefined {
  if (Object.hasOwn(model.operations, operation)) return model.operations[operation];
  return model.operationsWithoutShapes?.includes(operation) ? nameAlone : undefined;
}

/** An operation of which nothing but its name is known. */
export const nameAlone: OperationModel = { errors: [] };

/** The same for a name that was looked up before: not to find it is a bug. */
export function operationOf(model: ServiceModel, operation: string): OperationModel {
  const found = findOperation(model, operation);
  if (found === undefined) throw new Error(`${model.service} has no operation ${operation}`);
  return found;
}

export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`${model.service} has no shape ${name}`);
  return shape;
}

/** What an operation takes or answers; an empty structure when that is nothing. */
export function structureOf(model: ServiceModel, name: string | undefined): StructureShape {
  if (name === undefined) return nothing;
  const shape = shapeOf(model, name);
  if (shape.type !== 'structure') throw new Error(`${name} is no structure`);
  return shape;
}

const nothing: StructureShape = { type: 'structure', required: [], members: {} };

const entriesByStructure = new WeakMap<StructureShape, readonly (readonly [string, Member])[]>();

/** The members of a structure with their names, in the model's order; made once. */
export function membersOf(structure: StructureShape): readonly (readonly [string, Member])[] {
  const known = entriesByStructure.get(structure);
  if (known !== undefined) return known;
  const entries = Object.entries(structure.members);
  entriesByStructure.set(structure, entries);
  return entries;
}

/** The name of a list's items on the wire. */
export function itemName(list: ListShape, member: Member, memberName: string): string {
  if (member.flattened) return member.xmlName ?? memberName;
  return list.member.xmlName ?? 'member';
}

/** The names of a map's keys and values on the wire. */
export function entryNames(map: MapShape): readonly [key: string, value: string] {
  return [map.key.xmlName ?? 'key', map.value.xmlName ?? 'value'];
}

/** Members by their name on the wire, once as it is and once in ASCII lower case. */
interface WireNames {
  readonly exact: ReadonlyMap<string, readonly [name: string, member: Member]>;
  readonly folded: ReadonlySet<string>;
}

const wireNamesByStructure = new WeakMap<StructureShape, WireNames>();

export function wireNamesOf(structure: StructureShape): WireNames {
  const known = wireNamesByStructure.get(structure);
  if (known !== undefined) return known;
  const exact = new Map<string, readonly [string, Member]>();
  const folded = new Set<string>();
  for (const [name, member] of Object.entries(structure.members)) {
    const wireName = member.locationName ?? member.queryName ?? member.xmlName ?? name;
    exact.set(wireName, [name, member]);
    folded.add(foldAscii(wireName));
  }
  const wireNames = { exact, folded };
  wireNamesByStructure.set(structure, wireNames);
  return wireNames;
}

/** A to Z in lower case and nothing else: `toLowerCase` would make the Kelvin sign a `k`. */
export function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
