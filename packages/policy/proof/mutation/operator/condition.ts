import {
  isArrowFunction,
  isBinaryExpression,
  isBlock,
  isConditionalExpression,
  isDoStatement,
  isForStatement,
  isIfStatement,
  isPrefixUnaryExpression,
  isReturnStatement,
  isWhileStatement,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { type MutationOperator, replace } from './operator.ts';

/** A condition that is always true, always false, or the other way round. */
export const condition: MutationOperator = (node, around) => {
  const asked = conditionOf(node);
  if (asked === undefined) return [];
  const changes = replace('condition', asked, around, 'true', 'false');
  if (!isIfStatement(node)) return changes;
  return [...changes, ...replace('negation', asked, around, `!(${around.textOf(asked)})`)];
};

function conditionOf(node: Node): Node | undefined {
  if (isIfStatement(node) || isWhileStatement(node) || isDoStatement(node)) return node.expression;
  if (isForStatement(node) || isConditionalExpression(node)) return node.condition;
  return undefined;
}

/** The branches of `a ? b : c` change places. */
export const ternary: MutationOperator = (node, around) => {
  if (!isConditionalExpression(node)) return [];
  const [asked, one, other] = [node.condition, node.whenTrue, node.whenFalse].map(around.textOf);
  return replace('ternary', node, around, `(${asked} ? ${other} : ${one})`);
};

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
};

const LOGIC: Readonly<Record<string, readonly string[]>> = {
  '&&': ['||'],
  '||': ['&&'],
  '??': [],
};

const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&', '|'],
  '+=': ['-=', '='],
  '-=': ['+=', '='],
  '*=': ['/=', '='],
  '&=': ['|=', '='],
  '|=': ['&=', '='],
  '??=': ['='],
  '||=': ['&&=', '='],
  '&&=': ['||=', '='],
};

const TABLES = Object.entries({ comparison: COMPARISONS, logic: LOGIC, arithmetic: ARITHMETIC });

/** Another operator between the same two sides. */
export const infix: MutationOperator = (node, around) => {
  if (!isBinaryExpression(node)) return [];
  const [left, written, right] = [node.left, node.operatorToken, node.right].map(around.textOf);
  return TABLES.flatMap(([name, table]) =>
    (table[written ?? ''] ?? []).flatMap((other) =>
      replace(name, node, around, `(${left} ${other} ${right})`),
    ),
  );
};

/** One side of `&&`, `||` and `??` alone. */
export const operand: MutationOperator = (node, around) => {
  if (!isBinaryExpression(node)) return [];
  if (LOGIC[around.textOf(node.operatorToken)] === undefined) return [];
  const sides = [node.left, node.right].map((side) => `(${around.textOf(side)})`);
  return replace('operand', node, around, ...sides);
};

/** `!a` as `a`, `-a` as `a`, `a++` as `a--`. */
export const unary: MutationOperator = (node, around) => {
  if (isPrefixUnaryExpression(node)) {
    const inner = around.textOf(node.operand);
    if (node.operator === SyntaxKind.PlusPlusToken) {
      return replace('unary', node, around, `--${inner}`);
    }
    if (node.operator === SyntaxKind.MinusMinusToken) {
      return replace('unary', node, around, `++${inner}`);
    }
    return replace('unary', node, around, `(${inner})`);
  }
  if (node.kind !== SyntaxKind.PostfixUnaryExpression) return [];
  const text = around.textOf(node);
  const other = text.endsWith('++') ? '--' : '++';
  return replace('unary', node, around, `${text.slice(0, -2)}${other}`);
};

/** Another answer than the one that was worked out, from `return` and from behind `=>`. */
export const answer: MutationOperator = (node, around) => {
  const given = answerOf(node);
  if (given === undefined) return [];
  const isTruth = isBinaryExpression(given) || isPrefixUnaryExpression(given);
  const others = isTruth ? ['true', 'false'] : ['true', 'false', 'undefined', '[]'];
  return replace('answer', given, around, ...others);
};

function answerOf(node: Node): Node | undefined {
  if (isReturnStatement(node)) return node.expression;
  return isArrowFunction(node) && !isBlock(node.body) ? node.body : undefined;
}
