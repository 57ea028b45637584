import {
  isExportDeclaration,
  isImportDeclaration,
  isInterfaceDeclaration,
  isLiteralTypeNode,
  isStringLiteral,
  isTypeAliasDeclaration,
  isTypeNode,
  isTypeParameterDeclaration,
  isUnionTypeNode,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { type Mutant, placeMutant } from './mutant.ts';
import { argument, call, method, optional } from './operator/call.ts';
import { answer, condition, infix, operand, ternary, unary } from './operator/condition.ts';
import { boolean, defaultValue, element, empty, number, string } from './operator/literal.ts';
import type { MutationOperator, Surroundings } from './operator/operator.ts';
import { regex } from './operator/regex.ts';
import { body, clause, statement } from './operator/statement.ts';

const OPERATORS: readonly MutationOperator[] = [
  ...[condition, ternary, infix, operand, unary, answer],
  ...[statement, body, clause],
  ...[number, boolean, string, empty, element, defaultValue, regex],
  ...[argument, method, call, optional],
];

/** Words that types list as alternatives: for each the others. */
export type WordTable = ReadonlyMap<string, readonly string[]>;

/** Every mutant of a file, in the order of its text; the same change only once. */
export function findMutants(file: string, source: SourceFile, words: WordTable): Mutant[] {
  const { text } = source;
  const found = new Map<string, Mutant>();
  const visit = (node: Node, parent: Node): void => {
    if (isOnlyType(node)) return;
    const around: Surroundings = {
      parent,
      textOf: (part) => text.slice(part.getStart(source), part.end),
      startOf: (part) => part.getStart(source),
      otherWords: (word) => words.get(word) ?? [],
    };
    for (const change of OPERATORS.flatMap((operator) => operator(node, around))) {
      const key = `${change.start}-${change.end}-${change.after.replace(/^\((\w+)\)$/, '$1')}`;
      if (!found.has(key)) found.set(key, placeMutant(file, text, change));
    }
    node.forEachChild((child) => visit(child, node));
  };
  source.forEachChild((child) => visit(child, source));
  return [...found.values()].sort((one, other) => one.start - other.start || one.end - other.end);
}

function isOnlyType(node: Node): boolean {
  return (
    isTypeNode(node) ||
    isInterfaceDeclaration(node) ||
    isTypeAliasDeclaration(node) ||
    isTypeParameterDeclaration(node) ||
    isImportDeclaration(node) ||
    isExportDeclaration(node)
  );
}

/** The unions of words in the types of some files. */
export function collectWords(sources: readonly SourceFile[]): WordTable {
  const table = new Map<string, Set<string>>();
  const visit = (node: Node): void => {
    if (isUnionTypeNode(node)) {
      const words = node.types
        .flatMap((type) => (isLiteralTypeNode(type) ? [type.literal] : []))
        .flatMap((literal) => (isStringLiteral(literal) ? [literal.text] : []));
      for (const word of words) {
        const others = table.get(word) ?? new Set();
        for (const other of words) if (other !== word) others.add(other);
        table.set(word, others);
      }
    }
    node.forEachChild(visit);
  };
  for (const source of sources) source.forEachChild(visit);
  return new Map([...table].map(([word, others]) => [word, [...others]]));
}
