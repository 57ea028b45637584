import { ApiError } from '../api-error.ts';

/** `Tags.member.1.Key=a` as a tree: the names between the points lead to the value. */
export interface ParameterNode {
  value: string | undefined;
  readonly children: Map<string, ParameterNode>;
}

/** Deeper than any structure of AWS's. */
const maxDepth = 32;

/** Throws `ApiError` when a name leads too deep. */
export function parameterTree(parameters: ReadonlyMap<string, string>): ParameterNode {
  const root = newNode();
  for (const [name, value] of parameters) {
    const segments = name.split('.', maxDepth + 1);
    if (segments.length > maxDepth) {
      throw new ApiError('MalformedInput', 400, 'A parameter name has too many levels');
    }
    let node = root;
    for (const segment of segments) {
      let child = node.children.get(segment);
      if (child === undefined) {
        child = newNode();
        node.children.set(segment, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

function newNode(): ParameterNode {
  return { value: undefined, children: new Map() };
}
