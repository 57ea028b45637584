import {
  isArrowFunction,
  isBlock,
  isBreakStatement,
  isCaseClause,
  isContinueStatement,
  isExpressionStatement,
  isForOfStatement,
  isForStatement,
  isFunctionDeclaration,
  isIfStatement,
  isReturnStatement,
  isThrowStatement,
  isWhileStatement,
  type Node,
} from 'typescript/unstable/ast';
import { type MutationOperator, replace } from './operator.ts';

const DROPPED: readonly ((node: Node) => boolean)[] = [
  isExpressionStatement,
  isForOfStatement,
  isForStatement,
  isWhileStatement,
  isContinueStatement,
  isBreakStatement,
  isReturnStatement,
  isThrowStatement,
];

/** A statement, or what stands behind `else`, is not there. (An `if` is: its condition is false.) */
export const statement: MutationOperator = (node, around) => {
  if (DROPPED.some((isOne) => isOne(node))) return replace('statement', node, around, ';');
  if (!isIfStatement(node) || node.elseStatement === undefined) return [];
  return replace('statement', node.elseStatement, around, '{}');
};

/** A function does nothing. */
export const body: MutationOperator = (node, around) => {
  if (!isFunctionDeclaration(node) && !isArrowFunction(node)) return [];
  if (node.body === undefined || !isBlock(node.body)) return [];
  return replace('body', node.body, around, '{}');
};

/** A clause of a `switch` is not there. */
export const clause: MutationOperator = (node, around) =>
  isCaseClause(node) ? replace('clause', node, around, '') : [];
