import type { ListShape, MapShape, Member, ServiceModel, StructureShape } from '../model.ts';
import {
  entryNames,
  findOperation,
  foldAscii,
  nameAlone,
  shapeOf,
  structureOf,
  wireNamesOf,
} from '../model-lookup.ts';
import { parseScalar } from '../value/scalar.ts';
import { parseForm } from './form.ts';
import { type ParameterNode, parameterTree } from './parameter-tree.ts';
import { dialectOf, malformedInput, type QueryDialect } from './query-dialect.ts';

export interface QueryRequest {
  /** `CreateUser` */
  readonly operation: string;
  /** By the names of members; not yet checked against the constraints. */
  readonly input: Record<string, unknown>;
}

/** No list of AWS's may be longer, and no index higher. */
const maxIndex = 10_000;

/** The model whose shapes are walked, and how its service speaks. */
interface Reader {
  readonly model: ServiceModel;
  readonly dialect: QueryDialect;
}

/**
 * Decodes a call in the AWS query protocol, `Action=CreateUser&Version=2010-05-08&UserName=dave`, or
 * in EC2's variant of it. Parameters that the operation does not know are ignored by IAM and STS and
 * refused by EC2, as AWS does; one that differs from a known one in case alone is always refused.
 * Throws `ApiError`.
 */
export function decodeQueryRequest(model: ServiceModel, body: string): QueryRequest {
  const dialect = dialectOf(model);
  const parameters = parseForm(body);
  for (const whole of parameters.keys()) {
    const name = beforePoint(whole);
    if (name === 'Action' || name === 'Version') continue;
    const folded = foldAscii(name);
    if (folded === 'action' || folded === 'version') throw dialect.caseVariant(name);
  }
  const operation = parameters.get('Action');
  if (operation === undefined || operation === '') throw dialect.missingAction();
  const version = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED';
  if (version !== model.apiVersion) throw dialect.unknownVersion(operation, version);
  const found = findOperation(model, operation);
  if (found === undefined) throw dialect.unknownAction(operation, version);
  if (found === nameAlone) return { operation, input: {} };
  const structure = structureOf(model, found.input);
  const { exact } = wireNamesOf(structure);
  const tree = parameterTree(parameters, (name) => exact.has(name));
  tree.children.delete('Action');
  tree.children.delete('Version');
  return { operation, input: decodeStructure({ model, dialect }, structure, tree, '') };
}

function beforePoint(name: string): string {
  const point = name.indexOf('.');
  return point < 0 ? name : name.slice(0, point);
}

function decodeStructure(
  reader: Reader,
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
      input[name] = decodeMember(reader, member, child, path + wireName);
      continue;
    }
    const isVariant = folded.has(foldAscii(wireName));
    const say = isVariant ? reader.dialect.caseVariant : reader.dialect.unknownParameter;
    const refusal = say(path + wireName);
    if (refusal !== undefined) throw refusal;
  }
  return input;
}

function decodeMember(reader: Reader, member: Member, node: ParameterNode, path: string): unknown {
  const shape = shapeOf(reader.model, member.shape);
  if (node.children.size > 0 && node.value !== undefined) {
    throw malformedInput(`\`${path}\` is given both a value and members`);
  }
  switch (shape.type) {
    case 'structure':
      if (node.value !== undefined) throw malformedInput(`\`${path}\` is a structure, not a value`);
      return decodeStructure(reader, shape, node, `${path}.`);
    case 'list':
      return decodeList(reader, shape, member, node, path);
    case 'map':
      return decodeMap(reader, shape, member, node, path);
    default: {
      if (node.value === undefined) throw malformedInput(`\`${path}\` is a value, not a structure`);
      const value = parseScalar(shape, node.value);
      if (value === undefined) throw reader.dialect.invalidValue(path, shape.type, node.value);
      return value;
    }
  }
}

function decodeList(
  reader: Reader,
  list: ListShape,
  member: Member,
  node: ParameterNode,
  path: string,
): unknown[] {
  const isFlat = member.flattened === true || reader.dialect.flattensLists;
  const items = entriesOf(node, isFlat, list.member.xmlName ?? 'member', path);
  return items.map(([item, itemPath]) => decodeMember(reader, list.member, item, itemPath));
}

/** Into an object without a prototype: its keys are the caller's. */
function decodeMap(
  reader: Reader,
  map: MapShape,
  member: Member,
  node: ParameterNode,
  path: string,
): Record<string, unknown> {
  const [keyName, valueName] = entryNames(map);
  const decoded: Record<string, unknown> = Object.create(null);
  for (const [entry, entryPath] of entriesOf(node, member.flattened === true, 'entry', path)) {
    const key = entry.children.get(keyName)?.value;
    const value = entry.children.get(valueName);
    if (key === undefined || value === undefined) {
      throw malformedInput(`\`${entryPath}\` needs \`${keyName}\` and \`${valueName}\``);
    }
    if (key in decoded) throw malformedInput(`a key of \`${path}\` comes twice`);
    decoded[key] = decodeMember(reader, map.value, value, `${entryPath}.${valueName}`);
  }
  return decoded;
}

/** The entries of `X.member.1`, `X.member.2`, … by their number; `X=` is an empty list. */
function entriesOf(
  node: ParameterNode,
  isFlat: boolean,
  between: string,
  path: string,
): (readonly [ParameterNode, string])[] {
  if (node.value !== undefined) {
    if (node.value === '') return [];
    throw malformedInput(`\`${path}\` is a list, not a value`);
  }
  const parent = isFlat ? node : node.children.get(between);
  if (parent === undefined) throw malformedInput(`\`${path}\` is a list: \`${path}.${between}.1\``);
  const prefix = isFlat ? path : `${path}.${between}`;
  const numbered: [number, ParameterNode][] = [];
  for (const [index, child] of parent.children) {
    if (!/^[1-9]\d{0,4}$/.test(index) || Number(index) > maxIndex) {
      throw malformedInput(`\`${prefix}\` has an item whose number is none from 1 to ${maxIndex}`);
    }
    numbered.push([Number(index), child]);
  }
  numbered.sort(([a], [b]) => a - b);
  return numbered.map(([index, child]) => [child, `${prefix}.${index}`] as const);
}
