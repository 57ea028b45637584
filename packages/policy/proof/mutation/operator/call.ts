import {
  isCallExpression,
  isElementAccessExpression,
  isNewExpression,
  isPropertyAccessExpression,
  type Node,
} from 'typescript/unstable/ast';
import { dropEach, type MutationOperator, replace } from './operator.ts';

/** An argument, one at a time, is not there; two neighbours change places. */
export const argument: MutationOperator = (node, around) => {
  if (!isCallExpression(node) && !isNewExpression(node)) return [];
  const given: readonly Node[] = node.arguments ?? [];
  const swaps = given.slice(1).map((second, index) => {
    const first = given[index] ?? second;
    return {
      operator: 'swap',
      start: around.startOf(first),
      end: second.end,
      after: `${around.textOf(second)}, ${around.textOf(first)}`,
    };
  });
  return [...dropEach(() => 'argument', given, around), ...swaps];
};

const METHODS: Readonly<Record<string, readonly string[]>> = {
  some: ['every'],
  every: ['some'],
  startsWith: ['endsWith', 'includes'],
  endsWith: ['startsWith', 'includes'],
  includes: ['startsWith'],
  indexOf: ['lastIndexOf'],
  lastIndexOf: ['indexOf'],
  min: ['max'],
  max: ['min'],
  floor: ['ceil'],
  padEnd: ['padStart'],
  push: ['unshift'],
  toLowerCase: ['toUpperCase'],
  flatMap: ['map'],
  findIndex: ['findLastIndex'],
  find: ['findLast'],
  get: ['has'],
  has: ['get'],
  add: ['delete'],
  set: ['get'],
  trim: ['trimStart', 'trimEnd'],
};

/** The method beside the one that was meant: `every` for `some`. */
export const method: MutationOperator = (node, around) => {
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return [];
  const { name } = node.expression;
  return replace('method', name, around, ...(METHODS[around.textOf(name)] ?? []));
};

/** What is called upon, or what is given to it, in place of the outcome of the call. */
export const call: MutationOperator = (node, around) => {
  if (!isCallExpression(node)) return [];
  const target = isPropertyAccessExpression(node.expression) ? [node.expression.expression] : [];
  const texts = [...target, ...node.arguments].map((part) => `(${around.textOf(part)})`);
  return replace('call', node, around, ...texts);
};

/** `a?.b` as `a.b`. */
export const optional: MutationOperator = (node, around) => {
  const isAccess =
    isPropertyAccessExpression(node) || isElementAccessExpression(node) || isCallExpression(node);
  if (!isAccess || node.questionDotToken === undefined) return [];
  const after = isPropertyAccessExpression(node) ? '.' : '';
  return replace('optional', node.questionDotToken, around, after);
};
