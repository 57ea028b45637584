import type { TextNode } from '../policy-document.ts';
import type { Position, Problem } from '../problem.ts';
import type { JsonNode, JsonObject } from './json-node.ts';
import { syntaxProblem } from './make-problem.ts';

/** Collects what is wrong with the form of a document while it is read. */
export interface DocumentReader {
  readonly problems: Problem[];
}

export function report(
  reader: DocumentReader,
  code: string,
  path: string,
  position: Position,
  help: string,
): undefined {
  reader.problems.push(syntaxProblem(code, path, position, help));
  return undefined;
}

/**
 * The members of an object by name. A name that stands twice, that is not one of `allowed`, or that
 * differs from one only by case is a problem: each reader of JSON would make something else of it.
 */
export function readMembers(
  reader: DocumentReader,
  node: JsonObject,
  path: string,
  allowed: readonly string[],
): ReadonlyMap<string, JsonNode> {
  const members = readAnyMembers(reader, node, path);
  for (const { name } of node.members) {
    if (allowed.includes(name.text)) continue;
    const meant = allowed.find((known) => known.toLowerCase() === name.text.toLowerCase());
    const help = meant === undefined ? `one of ${allowed.join(', ')}` : `write \`${meant}\``;
    report(reader, 'unknown-element', join(path, name.text), name.start, help);
  }
  return members;
}

/**
 * The members of an object whose names are data: operators, condition keys. Names for which
 * `sameName` has one answer are one name.
 */
export function readAnyMembers(
  reader: DocumentReader,
  node: JsonObject,
  path: string,
  sameName = (name: string): string => name,
): ReadonlyMap<string, JsonNode> {
  const members = new Map<string, JsonNode>();
  const seen = new Set<string>();
  for (const { name, value } of node.members) {
    const same = sameName(name.text);
    if (seen.has(same)) {
      report(reader, 'duplicate-key', join(path, name.text), name.start, 'keep one of the two');
    } else {
      seen.add(same);
      members.set(name.text, value);
    }
  }
  return members;
}

export function readText(
  reader: DocumentReader,
  node: JsonNode | undefined,
  path: string,
): string | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'string') return node.text;
  return report(reader, 'wrong-type', path, node.start, 'a string');
}

/** A single string or a list of strings. */
export function readTextList(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): readonly TextNode[] {
  const values: TextNode[] = [];
  for (const item of node.kind === 'array' ? node.items : [node]) {
    if (item.kind === 'string') values.push(textNode(item.text, item.start));
    else report(reader, 'wrong-type', path, item.start, 'a string or a list of strings');
  }
  return Object.freeze(values);
}

export function textNode(text: string, position: Position): TextNode {
  return Object.freeze({ text, position });
}

export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
