import type { Mutation } from './fuzz-text.ts';
import type { Random } from './random.ts';

/** JSON as it is written: an object is a list of members, so that a name may stand twice. */
type Tree = string | Members | Items;

interface Members {
  readonly kind: 'object';
  readonly members: [name: string, value: Tree][];
}

interface Items {
  readonly kind: 'array';
  readonly items: Tree[];
}

const NAMES = ['__proto__', 'constructor', 'toString', 'Statement', 'effect', 'NotResource', ''];
const OPERATORS = ['StringEquals', 'ForAnyValue:NumericLessThanIfExists', 'Null', 'IpAddress'];
const LEAVES = [
  '"*"',
  '"Allow"',
  '"Deny"',
  '0',
  '-1.5e3',
  'true',
  'null',
  '""',
  '"a:b"',
  '"\\ud8"',
];

/** Changes the tree behind a text: members and items go, come twice, move, get other names. */
export const mutateStructure: Mutation = (random, text) => {
  const tree = treeOf(JSON.parse(text));
  const nodes = nodesOf(tree);
  for (let times = 1 + random.below(3); times > 0; times--) {
    const node = random.pick(nodes);
    if (node.kind === 'object') mutateMembers(random, node);
    else mutateItems(random, node);
  }
  return textOf(tree);
};

function mutateMembers(random: Random, { members }: Members): void {
  const at = random.below(members.length + 1);
  const [name, value] = members[at] ?? ['a', '{}'];
  const other = random.pick(random.chance(0.5) ? NAMES : OPERATORS);
  switch (random.below(7)) {
    case 0:
      members.splice(at, 1);
      break;
    case 1:
      members.splice(random.below(members.length + 1), 0, [name, random.pick(LEAVES)]);
      break;
    case 2:
      members[at] = [other, value];
      break;
    case 3:
      members[at] = [name, { kind: 'array', items: [value] }];
      break;
    case 4:
      members[at] = [name, { kind: 'array', items: [] }];
      break;
    case 5:
      members[at] = [name, { kind: 'object', members: [[other, value]] }];
      break;
    default:
      members[at] = [name, random.pick(LEAVES)];
  }
}

function mutateItems(random: Random, { items }: Items): void {
  const at = random.below(items.length + 1);
  const item = items[at] ?? '"a"';
  switch (random.below(5)) {
    case 0:
      items.splice(at, 1);
      break;
    case 1:
      items.splice(at, 0, item);
      break;
    case 2:
      items[at] = { kind: 'array', items: [item] };
      break;
    case 3:
      items.length = 0;
      break;
    default:
      items[at] = random.pick(LEAVES);
  }
}

function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: 'array', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]): [string, Tree] => [
    name,
    treeOf(member),
  ]);
  return { kind: 'object', members };
}

/** Whatever has members or items, the whole first. */
function nodesOf(tree: Tree): (Members | Items)[] {
  if (typeof tree === 'string') return [];
  const inner = tree.kind === 'object' ? tree.members.map(([, value]) => value) : tree.items;
  return [tree, ...inner.flatMap(nodesOf)];
}

function textOf(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  if (tree.kind === 'array') return `[${tree.items.map(textOf).join(',')}]`;
  const members = tree.members.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`);
  return `{${members.join(',')}}`;
}
