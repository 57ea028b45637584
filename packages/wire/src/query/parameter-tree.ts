import { ApiError } from '../api-error.ts';
import { maxParameters } from './form.ts';

/** `Tags.member.1.Key=a` as a tree: the names between the points lead to the value. */
export interface ParameterNode {
  value: string | undefined;
  readonly children: Map<string, ParameterNode>;
}

/** Deeper than any structure of AWS's. */
const maxDepth = 32;

/**
 * A parameter of AWS's stands for two or three nodes of its own: the others it shares with its
 * neighbours. Names of many levels that share nothing would be thirty nodes each.
 */
const maxNodes = 3 * maxParameters;

/**
 * The tree of what an operation is told. A name that `isKnown` does not know, by what stands before
 * its first point, is a node without value and children. Throws `ApiError` for a name that leads too
 * deep, and for too many nodes.
 */
export function parameterTree(
  parameters: ReadonlyMap<string, string>,
  isKnown: (name: string) => boolean,
): ParameterNode {
  const root = newNode();
  let nodes = 0;
  const childOf = ({ children }: ParameterNode, name: string): ParameterNode => {
    const known = children.get(name);
    if (known !== undefined) return known;
    nodes += 1;
    if (nodes > maxNodes) throw tooLarge('The parameters have too many members');
    const child = newNode();
    children.set(name, child);
    return child;
  };
  for (const [name, value] of parameters) {
    const segments = name.split('.', maxDepth + 1);
    if (segments.length > maxDepth) throw tooLarge('A parameter name has too many levels');
    const [first = ''] = segments;
    if (isKnown(first)) segments.reduce(childOf, root).value = value;
    else childOf(root, first);
  }
  return root;
}

function newNode(): ParameterNode {
  return { value: undefined, children: new Map() };
}

function tooLarge(message: string): ApiError {
  return new ApiError('MalformedInput', 400, message);
}
