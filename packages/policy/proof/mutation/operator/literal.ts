import {
  isArrayLiteralExpression,
  isBigIntLiteral,
  isBindingElement,
  isNoSubstitutionTemplateLiteral,
  isNumericLiteral,
  isObjectLiteralExpression,
  isParameterDeclaration,
  isSpreadAssignment,
  isSpreadElement,
  isStringLiteral,
  isTemplateExpression,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { Change } from '../mutant.ts';
import { dropEach, type MutationOperator, replace, type Surroundings } from './operator.ts';

/** A number is one more or one less. */
export const number: MutationOperator = (node, around) => {
  const text = around.textOf(node);
  if (isNumericLiteral(node))
    return replace('number', node, around, `(${text} + 1)`, `(${text} - 1)`);
  if (isBigIntLiteral(node))
    return replace('number', node, around, `(${text} + 1n)`, `(${text} - 1n)`);
  return [];
};

export const boolean: MutationOperator = (node, around) => {
  if (node.kind === SyntaxKind.TrueKeyword) return replace('boolean', node, around, 'false');
  return node.kind === SyntaxKind.FalseKeyword ? replace('boolean', node, around, 'true') : [];
};

/** A text is empty (or no longer so), or another word of a union it belongs to: Allow for Deny. */
export const string: MutationOperator = (node, around) => {
  if (isStringLiteral(node)) {
    const words = around.otherWords(node.text).map((word) => `'${word}'`);
    return [
      ...replace('string', node, around, node.text === '' ? `'mutant'` : `''`),
      ...replace('word', node, around, ...words),
    ];
  }
  if (isNoSubstitutionTemplateLiteral(node)) return replace('string', node, around, `''`);
  if (!isTemplateExpression(node)) return [];
  const pieces = [node.head, ...node.templateSpans.map((span) => span.literal)];
  return pieces.flatMap((piece) => emptyPiece(piece, around));
};

/** The text between two `${…}`, without its signs: `}` at the start, `${` or a backtick at the end. */
function emptyPiece(piece: Node, around: Surroundings): Change[] {
  const text = around.textOf(piece);
  const start = around.startOf(piece) + 1;
  const end = piece.end - (text.endsWith('`') ? 1 : 2);
  return start < end ? [{ operator: 'string', start, end, after: '' }] : [];
}

/** A list or an object is empty. */
export const empty: MutationOperator = (node, around) => {
  if (isArrayLiteralExpression(node) && node.elements.length > 0) {
    return replace('empty', node, around, '[]');
  }
  if (isObjectLiteralExpression(node) && node.properties.length > 0) {
    return replace('empty', node, around, '({})');
  }
  return [];
};

/** An element of a list or a property of an object, one at a time, is not there. */
export const element: MutationOperator = (node, around) => {
  const name = (item: Node) =>
    isSpreadElement(item) || isSpreadAssignment(item) ? 'spread' : 'element';
  if (isArrayLiteralExpression(node)) {
    return node.elements.length > 1 ? dropEach(name, node.elements, around) : [];
  }
  return isObjectLiteralExpression(node) ? dropEach(name, node.properties, around) : [];
};

/** A parameter or a destructured name has no default. */
export const defaultValue: MutationOperator = (node, around) => {
  if (!isBindingElement(node) && !isParameterDeclaration(node)) return [];
  if (node.initializer === undefined) return [];
  const end = node.initializer.end;
  const start = around.startOf(node);
  const after = around.textOf(node).replace(/\s*=[^=>][\s\S]*$/, '');
  return [{ operator: 'default', start, end, after }];
};
