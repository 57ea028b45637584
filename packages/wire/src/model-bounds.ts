import type {
  ListShape,
  Member,
  ServiceModel,
  Shape,
  StringShape,
  StructureShape,
} from './model.ts';

/** Bounds that a model of AWS lacks: of a text's characters, or of a list's items. */
export interface ModelBounds {
  /** By the names of shapes. */
  readonly shapes: Readonly<Record<string, number>>;
  /** Members of structures that get a shape of their own. */
  readonly members?: Readonly<Record<string, Readonly<Record<string, OwnText>>>>;
  /** Lists whose items get one. */
  readonly items?: Readonly<Record<string, OwnText>>;
  readonly otherTexts?: number;
  readonly otherLists?: number;
}

/** The name of a shape, and the most characters of it. */
type OwnText = readonly [shape: string, max: number];

/** The model with these bounds. Throws when it has not what they are about. */
export function withBounds(model: ServiceModel, bounds: ModelBounds): ServiceModel {
  const { shapes: bySize, members = {}, items = {} } = bounds;
  for (const name of [bySize, members, items].flatMap(Object.keys)) {
    if (model.shapes[name] === undefined) throw new Error(`${model.service} has no shape ${name}`);
  }
  const shapes = Object.entries(model.shapes).map(([name, shape]): [string, Shape] => [
    name,
    bounded(bounds, name, shape),
  ]);
  const ofMembers = Object.values(members).flatMap((texts) => Object.values(texts));
  const own = [...ofMembers, ...Object.values(items)].map(([name, max]): [string, Shape] => [
    name,
    { type: 'string', max },
  ]);
  return { ...model, shapes: Object.fromEntries([...shapes, ...own]) };
}

function bounded(bounds: ModelBounds, name: string, shape: Shape): Shape {
  switch (shape.type) {
    case 'string':
      return atMost(shape, bounds.shapes[name] ?? bounds.otherTexts);
    case 'list': {
      const [item = shape.member.shape] = bounds.items?.[name] ?? [];
      const list = { ...shape, member: { ...shape.member, shape: item } };
      return atMost(list, bounds.shapes[name] ?? bounds.otherLists);
    }
    case 'structure':
      return { ...shape, members: withTexts(shape, bounds.members?.[name] ?? {}) };
    default:
      return shape;
  }
}

/** AWS's own bound stays. */
function atMost(shape: ListShape | StringShape, max: number | undefined): Shape {
  return max === undefined ? shape : { max, ...shape };
}

function withTexts(
  { members }: StructureShape,
  texts: Readonly<Record<string, OwnText>>,
): Readonly<Record<string, Member>> {
  const own = Object.entries(texts).map(([name, [shape]]) => {
    const member = members[name];
    if (member === undefined) throw new Error(`there is no member ${name}`);
    return [name, { ...member, shape }];
  });
  return { ...members, ...Object.fromEntries(own) };
}
