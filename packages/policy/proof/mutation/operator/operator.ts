import type { Node } from 'typescript/unstable/ast';
import type { Change } from '../mutant.ts';

/** What an operator may look at beside the node. */
export interface Surroundings {
  readonly parent: Node;
  readonly textOf: (node: Node) => string;
  readonly startOf: (node: Node) => number;
  /** The other words of every union type that a word belongs to. */
  readonly otherWords: (word: string) => readonly string[];
}

/** Everything that one sort of fault can do to a node. */
export type MutationOperator = (node: Node, around: Surroundings) => readonly Change[];

/** Puts other text in place of a node. */
export function replace(
  operator: string,
  node: Node,
  around: Surroundings,
  ...texts: readonly string[]
): Change[] {
  const [start, end] = [around.startOf(node), node.end];
  return texts
    .filter((after) => after !== around.textOf(node))
    .map((after) => ({ operator, start, end, after }));
}

/** Takes each item out of a list written with commas. */
export function dropEach(
  operator: (item: Node) => string,
  items: readonly Node[],
  around: Surroundings,
): Change[] {
  return items.map((item, index) => {
    const next = items[index + 1];
    const previous = items[index - 1];
    const start = next === undefined && previous !== undefined ? previous.end : undefined;
    return {
      operator: operator(item),
      start: start ?? around.startOf(item),
      end: next === undefined ? item.end : around.startOf(next),
      after: '',
    };
  });
}
