import { parseOperator } from '../condition/operator.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type {
  Condition,
  PrincipalElement,
  PrincipalEntry,
  Statement,
  TextNode,
  ValueList,
} from '../policy-document.ts';
import {
  type DocumentReader,
  readAnyMembers,
  readMembers,
  readText,
  readTextList,
  report,
  textNode,
} from './document-reader.ts';
import type { JsonNode } from './json-node.ts';

/** Everything that a statement may have. */
export const STATEMENT_ELEMENTS: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

type Members = ReadonlyMap<string, JsonNode>;

/** One statement; undefined when its form is so wrong that there is none. */
export function readStatement(
  reader: DocumentReader,
  node: JsonNode,
  index: number,
  path: string,
): Statement | undefined {
  if (node.kind !== 'object') return report(reader, 'wrong-type', path, node.start, 'an object');
  const members = readMembers(reader, node, path, STATEMENT_ELEMENTS);
  const effect = readText(reader, members.get('Effect'), `${path}.Effect`);
  if (effect === undefined && !members.has('Effect')) {
    report(reader, 'missing-element', `${path}.Effect`, node.start, '`Allow` or `Deny`');
  }
  if (effect !== undefined && !/^(?:allow|deny)$/i.test(effect)) {
    const position = members.get('Effect')?.start ?? node.start;
    report(reader, 'unknown-effect', `${path}.Effect`, position, '`Allow` or `Deny`');
  }
  return Object.freeze({
    kind: 'Statement',
    index,
    sid: readText(reader, members.get('Sid'), `${path}.Sid`),
    // A wrong case is kept for the check that comes later: AWS has another message for it.
    effect: (effect ?? 'Deny') as Statement['effect'],
    principal: readPrincipal(reader, members, path),
    action: readValueList(reader, members, path, 'Action') ?? emptyList(),
    resource: readValueList(reader, members, path, 'Resource'),
    conditions: readConditions(reader, members.get('Condition'), `${path}.Condition`),
    start: node.start,
    end: node.end,
  });
}

function emptyList(): ValueList {
  return Object.freeze({ kind: 'ValueList', negated: false, values: Object.freeze([]) });
}

/** The element or its `Not…` twin: never both. */
function readEither(
  reader: DocumentReader,
  members: Members,
  path: string,
  name: string,
): { readonly node: JsonNode; readonly path: string; readonly negated: boolean } | undefined {
  const positive = members.get(name);
  const negative = members.get(`Not${name}`);
  if (positive !== undefined && negative !== undefined) {
    const help = `either \`${name}\` or \`Not${name}\``;
    report(reader, 'exclusive-elements', `${path}.Not${name}`, negative.start, help);
  }
  if (positive !== undefined) return { node: positive, path: `${path}.${name}`, negated: false };
  if (negative === undefined) return undefined;
  return { node: negative, path: `${path}.Not${name}`, negated: true };
}

function readValueList(
  reader: DocumentReader,
  members: Members,
  path: string,
  name: 'Action' | 'Resource',
): ValueList | undefined {
  const found = readEither(reader, members, path, name);
  if (found === undefined) return undefined;
  const values = readTextList(reader, found.node, found.path);
  return Object.freeze({ kind: 'ValueList', negated: found.negated, values });
}

const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;

function readPrincipal(
  reader: DocumentReader,
  members: Members,
  path: string,
): PrincipalElement | undefined {
  const found = readEither(reader, members, path, 'Principal');
  if (found === undefined) return undefined;
  const entries = readPrincipalEntries(reader, found.node, found.path);
  return Object.freeze({ kind: 'PrincipalElement', negated: found.negated, entries });
}

function readPrincipalEntries(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): readonly PrincipalEntry[] {
  if (node.kind === 'string' && node.text === '*') {
    return Object.freeze([Object.freeze({ type: '*', value: textNode('*', node.start) })]);
  }
  if (node.kind !== 'object') {
    report(reader, 'wrong-type', path, node.start, '`"*"` or an object such as {"AWS": "…"}');
    return [];
  }
  const members = readMembers(reader, node, path, PRINCIPAL_TYPES);
  const entries: PrincipalEntry[] = [];
  for (const type of PRINCIPAL_TYPES) {
    const list = members.get(type);
    if (list === undefined) continue;
    for (const value of readTextList(reader, list, `${path}.${type}`)) {
      entries.push(Object.freeze({ type, value }));
    }
  }
  if (entries.length === 0) {
    report(reader, 'missing-principal', path, node.start, 'at least one principal');
  }
  return Object.freeze(entries);
}

function readConditions(
  reader: DocumentReader,
  node: JsonNode | undefined,
  path: string,
): readonly Condition[] {
  if (node === undefined) return Object.freeze([]);
  if (node.kind !== 'object') {
    report(reader, 'wrong-type', path, node.start, 'an object');
    return [];
  }
  const conditions: Condition[] = [];
  for (const [operator, keys] of readAnyMembers(reader, node, path)) {
    const operatorPath = `${path}.${operator}`;
    if (parseOperator(operator) === undefined) {
      report(reader, 'unknown-operator', operatorPath, keys.start, 'a condition operator');
    }
    if (keys.kind !== 'object') {
      report(reader, 'wrong-type', operatorPath, keys.start, 'an object of condition keys');
      continue;
    }
    // `aws:username` and `AWS:UserName` are one key: two lists for it would hold for no value, and
    // a Deny with both would never apply.
    for (const [key, value] of readAnyMembers(reader, keys, operatorPath, foldAscii)) {
      const values = readConditionValues(reader, value, `${operatorPath}.${key}`);
      const position = value.start;
      conditions.push(Object.freeze({ kind: 'Condition', operator, key, values, position }));
    }
  }
  return Object.freeze(conditions);
}

/**
 * Strings, and booleans and numbers as their text. An empty list is refused: a negated operator
 * would hold for everybody, which is never what was meant.
 */
function readConditionValues(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): readonly TextNode[] {
  const values: TextNode[] = [];
  for (const item of node.kind === 'array' ? node.items : [node]) {
    if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') {
      values.push(textNode(item.text, item.start));
    } else {
      report(reader, 'wrong-type', path, item.start, 'strings, numbers or booleans');
    }
  }
  if (node.kind === 'array' && node.items.length === 0) {
    report(reader, 'missing-value', path, node.start, 'at least one value');
  }
  return Object.freeze(values);
}
