import { type ConditionOperator, parseOperator } from '../condition/operator.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type { JsonNode, JsonObject, JsonString } from '../parse/json-node.ts';
import type { Position } from '../problem.ts';

/**
 * A document as it was written, right or wrong. `parsePolicy` gives a document or its problems; the
 * checks want what can be read of any text, so nothing here refuses anything.
 */
export interface PolicyTree {
  readonly root: Place;
  /** `Version`, `Id`, `Statement`. */
  readonly elements: Elements;
  readonly version: string | undefined;
  readonly statements: readonly StatementTree[];
  /** Values of a JSON type that cannot stand where they stand. */
  readonly mismatches: readonly Mismatch[];
  /** Names that stand a second time in the same object. */
  readonly duplicates: readonly PlacedText[];
}

export interface Place {
  /** `Statement[0].Action[1]` */
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
}

export interface PlacedText extends Place {
  readonly text: string;
}

export interface Mismatch extends Place {
  /** What may stand there, `an object`. */
  readonly expected: string;
}

/** A member of the document or of a statement; its place is that of its value. */
export interface ElementTree extends Place {
  readonly name: string;
  readonly value: JsonNode;
  /** Where the name stands. */
  readonly namePlace: Place;
}

type Elements = ReadonlyMap<string, ElementTree>;

export interface StatementTree extends Place {
  readonly elements: Elements;
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly sid: PlacedText | undefined;
  readonly action: ListTree | undefined;
  readonly resource: ListTree | undefined;
  readonly principal: PrincipalTree | undefined;
  readonly conditions: readonly ConditionTree[];
  /** The names of their keys, in lower case. */
  readonly keys: ReadonlySet<string>;
  /** Operators whose value is an object, with how many keys they have. */
  readonly operators: readonly OperatorTree[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface ListTree extends Place {
  readonly name: string;
  readonly negated: boolean;
  readonly values: readonly PlacedText[];
}

export interface PrincipalTree extends Place {
  readonly name: string;
  readonly negated: boolean;
  /** `"Principal": "*"`, without a type. */
  readonly everyone: boolean;
  readonly entries: readonly PrincipalEntryTree[];
}

export interface PrincipalEntryTree extends PlacedText {
  /** As written, `AWS`. */
  readonly type: string;
}

export interface OperatorTree extends Place {
  readonly operator: string;
  readonly facts: ConditionOperator | undefined;
  readonly keys: number;
}

/** One key of one operator; its place is that of the key. */
export interface ConditionTree extends Place {
  readonly operator: string;
  /** Undefined when there is no such operator. */
  readonly facts: ConditionOperator | undefined;
  readonly key: string;
  readonly values: readonly ConditionValueTree[];
  /** Where the list of the values stands, or the only one. */
  readonly valuePlace: Place;
  /** An empty list. */
  readonly isEmpty: boolean;
}

export interface ConditionValueTree extends PlacedText {
  readonly kind: 'string' | 'number' | 'boolean';
}

interface TreeReader {
  readonly mismatches: Mismatch[];
  readonly duplicates: PlacedText[];
}

export function readPolicyTree(node: JsonNode): PolicyTree {
  const reader: TreeReader = { mismatches: [], duplicates: [] };
  const elements = readElements(reader, node, '');
  const version = readText(reader, elements.get('Version'));
  readText(reader, elements.get('Id'));
  const statement = elements.get('Statement');
  const statements = statement === undefined ? [] : readStatements(reader, statement);
  return { root: placeOf(node, ''), elements, version: version?.text, statements, ...reader };
}

function readStatements(reader: TreeReader, { value }: ElementTree): StatementTree[] {
  if (value.kind !== 'array') return readStatement(reader, value, 'Statement');
  return value.items.flatMap((item, index) => readStatement(reader, item, `Statement[${index}]`));
}

function readStatement(reader: TreeReader, node: JsonNode, path: string): StatementTree[] {
  if (node.kind !== 'object') return mismatch(reader, node, path, 'an object');
  const elements = readElements(reader, node, path);
  const effect = readText(reader, elements.get('Effect'))?.text;
  const condition = elements.get('Condition');
  const operators = condition === undefined ? [] : readOperators(reader, condition);
  const conditions = operators.flatMap((operator) => operator.conditions);
  return [
    {
      ...placeOf(node, path),
      elements,
      effect: effect === 'Allow' || effect === 'Deny' ? effect : undefined,
      sid: readText(reader, elements.get('Sid')),
      action: readList(reader, elements, 'Action'),
      resource: readList(reader, elements, 'Resource'),
      principal: readPrincipal(reader, elements),
      operators: operators.map(({ tree }) => tree),
      conditions,
      keys: new Set(conditions.map(({ key }) => foldAscii(key))),
    },
  ];
}

/** The members by name, the first of each; what stands twice is remembered. */
function readElements(reader: TreeReader, node: JsonNode, path: string): Elements {
  const elements = new Map<string, ElementTree>();
  if (node.kind !== 'object') {
    mismatch(reader, node, path, 'an object');
    return elements;
  }
  for (const { name, value } of membersOf(reader, node, path)) {
    const place = memberPath(path, name.text);
    elements.set(name.text, {
      ...placeOf(value, place),
      name: name.text,
      value,
      namePlace: placeOf(name, place),
    });
  }
  return elements;
}

function membersOf(reader: TreeReader, node: JsonObject, path: string): JsonObject['members'] {
  const seen = new Set<string>();
  return node.members.filter(({ name }) => {
    if (!seen.has(name.text)) {
      seen.add(name.text);
      return true;
    }
    reader.duplicates.push(placedText(name, memberPath(path, name.text)));
    return false;
  });
}

function readText(reader: TreeReader, element: ElementTree | undefined): PlacedText | undefined {
  if (element === undefined) return undefined;
  if (element.value.kind === 'string') return placedText(element.value, element.path);
  mismatch(reader, element.value, element.path, 'a string');
  return undefined;
}

function readList(
  reader: TreeReader,
  elements: Elements,
  name: 'Action' | 'Resource',
): ListTree | undefined {
  const positive = elements.get(name);
  const element = positive ?? elements.get(`Not${name}`);
  if (element === undefined) return undefined;
  return {
    path: element.path,
    start: element.start,
    end: element.end,
    name: element.name,
    negated: positive === undefined,
    values: readTexts(reader, element.value, element.path, 'a string or a list of strings'),
  };
}

function readTexts(
  reader: TreeReader,
  node: JsonNode,
  path: string,
  expected: string,
): readonly PlacedText[] {
  return itemsOf(node, path).flatMap(({ item, place }) => {
    if (item.kind === 'string') return [placedText(item, place)];
    return mismatch(reader, item, place, expected);
  });
}

function readPrincipal(reader: TreeReader, elements: Elements): PrincipalTree | undefined {
  const positive = elements.get('Principal');
  const element = positive ?? elements.get('NotPrincipal');
  if (element === undefined) return undefined;
  const { name, path, start, end, value } = element;
  const tree = { name, path, start, end, negated: positive === undefined };
  const everyone = value.kind === 'string' && value.text === '*';
  if (value.kind !== 'object') return { ...tree, everyone, entries: [] };
  const entries = membersOf(reader, value, path).flatMap(({ name: type, value: list }) =>
    readTexts(reader, list, memberPath(path, type.text), 'a string or a list of strings').map(
      (text) => ({ ...text, type: type.text }),
    ),
  );
  return { ...tree, everyone, entries };
}

interface ReadOperator {
  readonly tree: OperatorTree;
  readonly conditions: readonly ConditionTree[];
}

function readOperators(reader: TreeReader, { value, path }: ElementTree): ReadOperator[] {
  if (value.kind !== 'object') return mismatch(reader, value, path, 'an object');
  return membersOf(reader, value, path).map(({ name, value: keys }) => {
    const operator = name.text;
    const place = memberPath(path, operator);
    const facts = parseOperator(operator);
    if (keys.kind !== 'object') mismatch(reader, keys, place, 'an object');
    const members = keys.kind === 'object' ? membersOf(reader, keys, place) : [];
    return {
      tree: {
        ...placeOf(name, place),
        operator,
        facts,
        keys: keys.kind === 'object' ? keys.members.length : 1,
      },
      conditions: members.map(({ name: key, value: list }): ConditionTree => {
        const keyPath = memberPath(place, key.text);
        return {
          ...placeOf(key, keyPath),
          operator,
          facts,
          key: key.text,
          values: readConditionValues(reader, list, keyPath),
          valuePlace: placeOf(list, keyPath),
          isEmpty: list.kind === 'array' && list.items.length === 0,
        };
      }),
    };
  });
}

function readConditionValues(
  reader: TreeReader,
  node: JsonNode,
  path: string,
): readonly ConditionValueTree[] {
  return itemsOf(node, path).flatMap(({ item, place }) => {
    if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') {
      return [{ ...placeOf(item, place), text: item.text, kind: item.kind }];
    }
    return mismatch(reader, item, place, 'a string, a number or a boolean');
  });
}

function itemsOf(node: JsonNode, path: string): { item: JsonNode; place: string }[] {
  if (node.kind !== 'array') return [{ item: node, place: path }];
  return node.items.map((item, index) => ({ item, place: `${path}[${index}]` }));
}

function mismatch(reader: TreeReader, node: JsonNode, path: string, expected: string): never[] {
  reader.mismatches.push({ ...placeOf(node, path), expected });
  return [];
}

function placedText(node: JsonString, path: string): PlacedText {
  return { ...placeOf(node, path), text: node.text };
}

function placeOf({ start, end }: JsonNode, path: string): Place {
  return { path, start, end };
}

function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
