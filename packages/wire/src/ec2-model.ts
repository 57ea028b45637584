import ec2 from './generated/ec2.json' with { type: 'json' };
import type { Member, ServiceModel, Shape, StructureShape } from './model.ts';

/**
 * EC2's model with the bounds that AWS's own lacks: it has no lengths at all, and what has none would
 * be authorized, shown and stored at the length of a whole request. Source of each number that is
 * AWS's: the operation's page in the Amazon EC2 API Reference, or the error that AWS answers.
 */

/** Characters of any other text: longer than the ARN of an instance profile can be. */
const longestText = 2_048;
/** Items of any other list: AWS takes as many instances and resources at once. */
const mostItems = 1_000;

/** Of a text's characters or a list's items, by shape. */
const bounds: Readonly<Record<string, number>> = {
  IamInstanceProfileAssociationId: 128,
  ImageId: 128,
  InstanceId: 128,
  KeyPairName: 255,
  SecurityGroupId: 128,
  SecurityGroupName: 255,
  SubnetId: 128,
  TaggableResourceId: 128,
  /** Of base64: 16 KB of data. */
  RunInstancesUserData: 25_600,
  FilterList: 50,
  ValueStringList: 200,
  TagList: 50,
  TagSpecificationList: 10,
};

/** Members whose shape is just `String` in AWS's model, with a shape of their own. */
const texts: Readonly<Record<string, Readonly<Record<string, readonly [string, number]>>>> = {
  Filter: { Name: ['FilterName', 132] },
  IamInstanceProfileSpecification: { Name: ['InstanceProfileName', 128] },
  RunInstancesRequest: { ClientToken: ['ClientToken', 64] },
  Tag: { Key: ['TagKey', 128], Value: ['TagValue', 256] },
};
/** The items of a list, likewise. */
const itemTexts: Readonly<Record<string, readonly [string, number]>> = {
  ValueStringList: ['FilterValue', 255],
};

export const ec2Model = withBounds(ec2 as unknown as ServiceModel);

function withBounds(model: ServiceModel): ServiceModel {
  const made = [...Object.values(texts).flatMap(Object.values<readonly [string, number]>)];
  const named = [...made, ...Object.values(itemTexts)];
  for (const name of [...Object.keys(bounds), ...Object.keys(texts), ...Object.keys(itemTexts)]) {
    if (model.shapes[name] === undefined) throw new Error(`EC2 has no shape ${name}`);
  }
  const shapes = Object.entries(model.shapes).map(([name, shape]) => [name, bounded(name, shape)]);
  const own = named.map(([name, max]): [string, Shape] => [name, { type: 'string', max }]);
  return { ...model, shapes: Object.fromEntries([...shapes, ...own]) };
}

function bounded(name: string, shape: Shape): Shape {
  switch (shape.type) {
    case 'string':
      return { max: bounds[name] ?? longestText, ...shape };
    case 'list': {
      const [item = shape.member.shape] = itemTexts[name] ?? [];
      return { max: bounds[name] ?? mostItems, ...shape, member: { ...shape.member, shape: item } };
    }
    case 'structure':
      return { ...shape, members: withTexts(name, shape) };
    default:
      return shape;
  }
}

function withTexts(name: string, { members }: StructureShape): Readonly<Record<string, Member>> {
  const own = Object.entries(texts[name] ?? {}).map(([member, [shape]]) => {
    const known = members[member];
    if (known === undefined) throw new Error(`EC2's ${name} has no member ${member}`);
    return [member, { ...known, shape }];
  });
  return { ...members, ...Object.fromEntries(own) };
}
