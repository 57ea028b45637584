import { ApiError } from '../api-error.ts';
import type { ListShape, MapShape, Member, ServiceModel, StructureShape } from '../model.ts';
import {
  entryNames,
  findOperation,
  foldAscii,
  shapeOf,
  structureOf,
  wireNamesOf,
} from '../model-lookup.ts';
import { parseScalar } from '../value/scalar.ts';
import { parseForm } from './form.ts';
import { type ParameterNode, parameterTree } from './parameter-tree.ts';

export interface QueryRequest {
  /** `CreateUser` */
  readonly operation: string;
  /** By the names of members; not yet checked against the constraints. */
  readonly input: Record<string, unknown>;
}

/** No list of AWS's may be longer, and no index higher. */
const maxIndex = 10_000;

/**
 * Decodes a call in the AWS query protocol: `Action=CreateUser&Version=2010-05-08&UserName=dave`.
 * Parameters that the operation does not know are ignored, as AWS does; one that differs from a
 * known one in case alone is refused. Throws `ApiError`.
 */
export function decodeQueryRequest(model: ServiceModel, body: string): QueryRequest {
  const tree = parameterTree(parseForm(body));
  for (const name of tree.children.keys()) {
    if (name === 'Action' || name === 'Version') continue;
    const folded = foldAscii(name);
    if (folded === 'action' || folded === 'version') throw caseVariant(name);
  }
  const operation = tree.children.get('Action')?.value;
  if (operation === undefined || operation === '') {
    throw new ApiError('MissingAction', 400, 'The request must contain the parameter Action');
  }
  const version = tree.children.get('Version')?.value ?? 'NO_VERSION_SPECIFIED';
  const found = findOperation(model, operation);
  if (found === undefined || version !== model.apiVersion) {
    const message = `Could not find operation ${operation} for version ${version}`;
    throw new ApiError('InvalidAction', 400, message);
  }
  tree.children.delete('Action');
  tree.children.delete('Version');
  const structure = structureOf(model, found.input);
  return { operation, input: decodeStructure(model, structure, tree, '') };
}

function decodeStructure(
  model: ServiceModel,
  structure: StructureShape,
  node: ParameterNode,
  path: string,
): Record<string, unknown> {
  const { exact, folded } = wireNamesOf(structure);
  const input: Record<string, unknown> = {};
  for (const [wireName, child] of node.children) {
    const known = exact.get(wireName);
    if (known !== undefined) {
      const [name, member] = known;
      input[name] = decodeMember(model, member, child, path + wireName);
    } else if (folded.has(foldAscii(wireName))) {
      throw caseVariant(path + wireName);
    }
  }
  return input;
}

function decodeMember(
  model: ServiceModel,
  member: Member,
  node: ParameterNode,
  path: string,
): unknown {
  const shape = shapeOf(model, member.shape);
  if (node.children.size > 0 && node.value !== undefined) {
    throw malformed(`\`${path}\` is given both a value and members`);
  }
  switch (shape.type) {
    case 'structure':
      if (node.value !== undefined) throw malformed(`\`${path}\` is a structure, not a value`);
      return decodeStructure(model, shape, node, `${path}.`);
    case 'list':
      return decodeList(model, shape, member, node, path);
    case 'map':
      return decodeMap(model, shape, member, node, path);
    default: {
      if (node.value === undefined) throw malformed(`\`${path}\` is a value, not a structure`);
      const value = parseScalar(shape, node.value);
      if (value === undefined) throw malformed(`\`${path}\` is no valid ${shape.type}`);
      return value;
    }
  }
}

function decodeList(
  model: ServiceModel,
  list: ListShape,
  member: Member,
  node: ParameterNode,
  path: string,
): unknown[] {
  const items = entriesOf(node, member, list.member.xmlName ?? 'member', path);
  return items.map(([item, itemPath]) => decodeMember(model, list.member, item, itemPath));
}

/** Into an object without a prototype: its keys are the caller's. */
function decodeMap(
  model: ServiceModel,
  map: MapShape,
  member: Member,
  node: ParameterNode,
  path: string,
): Record<string, unknown> {
  const [keyName, valueName] = entryNames(map);
  const decoded: Record<string, unknown> = Object.create(null);
  for (const [entry, entryPath] of entriesOf(node, member, 'entry', path)) {
    const key = entry.children.get(keyName)?.value;
    const value = entry.children.get(valueName);
    if (key === undefined || value === undefined) {
      throw malformed(`\`${entryPath}\` needs \`${keyName}\` and \`${valueName}\``);
    }
    if (key in decoded) throw malformed(`a key of \`${path}\` comes twice`);
    decoded[key] = decodeMember(model, map.value, value, `${entryPath}.${valueName}`);
  }
  return decoded;
}

/** The entries of `X.member.1`, `X.member.2`, … by their number; `X=` is an empty list. */
function entriesOf(
  node: ParameterNode,
  member: Member,
  between: string,
  path: string,
): (readonly [ParameterNode, string])[] {
  if (node.value !== undefined) {
    if (node.value === '') return [];
    throw malformed(`\`${path}\` is a list, not a value`);
  }
  const parent = member.flattened ? node : node.children.get(between);
  if (parent === undefined) throw malformed(`\`${path}\` is a list: \`${path}.${between}.1\``);
  const prefix = member.flattened ? path : `${path}.${between}`;
  const numbered: [number, ParameterNode][] = [];
  for (const [index, child] of parent.children) {
    if (!/^[1-9]\d{0,4}$/.test(index) || Number(index) > maxIndex) {
      throw malformed(`\`${prefix}\` has an item whose number is none from 1 to ${maxIndex}`);
    }
    numbered.push([Number(index), child]);
  }
  numbered.sort(([a], [b]) => a - b);
  return numbered.map(([index, child]) => [child, `${prefix}.${index}`] as const);
}

function caseVariant(name: string): ApiError {
  return malformed(`\`${name.slice(0, 128)}\` differs from a known parameter in case alone`);
}

function malformed(message: string): ApiError {
  return new ApiError('MalformedInput', 400, message);
}
