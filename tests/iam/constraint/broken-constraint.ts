/**
 * Every constraint of the model on what an operation takes, each with an input that breaks it and
 * nothing else, and with what AWS says then. What is said is written here a second time.
 */
import type { Member, ServiceModel, Shape } from '@carnet/wire';
import { textOfLength, unmatchedBy } from '../../matrix/pattern-text.ts';
import { sampleInput, sampleMember } from '../../matrix/sample-input.ts';

export interface BrokenConstraint {
  /** `tags.1.member.key is too long` */
  readonly name: string;
  /** The member of the input that it is in. */
  readonly member: string;
  readonly input: Input;
  /** What AWS has to say, in its order. */
  readonly said: readonly string[];
  /** What it says in place of all that, whatever else is broken. */
  readonly sole?: string;
}

/** Both of them, the first one being the earlier in the model; IAM goes by a hash of the names. */
export function together(
  first: BrokenConstraint,
  second: BrokenConstraint,
  service: 'iam' | 'sts',
): BrokenConstraint {
  const { [second.member]: _kept, ...rest } = first.input;
  const input = Object.hasOwn(second.input, second.member)
    ? { ...rest, [second.member]: second.input[second.member] }
    : rest;
  const name = `${first.name}, ${second.name}`;
  const isSwapped = service === 'iam' && bucket(second.member) < bucket(first.member);
  const [earlier, later] = isSwapped ? [second, first] : [first, second];
  const said = [...earlier.said, ...later.said];
  return { name, member: first.member, input, said, sole: earlier.sole ?? later.sole };
}

/** Where Java's `HashMap` of sixteen buckets puts a member: `String.hashCode`, folded once. */
function bucket(member: string): number {
  const codes = Array.from(lowerFirst(member), (character) => BigInt(character.charCodeAt(0)));
  const hash = BigInt.asUintN(
    32,
    codes.reduce((sum, code) => sum * 31n + code, 0n),
  );
  return Number((hash ^ (hash >> 16n)) % 16n);
}

const NAME = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
const SLASHES = 'contain only alphanumeric characters and/or / characters.';
const BOTH_ENDS = `It must begin and end with / and ${SLASHES}`;
const BEGINNING = `It must begin with the / character and ${SLASHES}`;
const ASCII = 'It must contain only printable ASCII characters.';

/** Members of an input whose characters IAM speaks of in sentences of their own. */
const sentences: Readonly<Record<string, string>> = {
  UserName: NAME,
  NewUserName: NAME,
  GroupName: NAME,
  NewGroupName: NAME,
  RoleName: NAME,
  PolicyName: NAME,
  ServerCertificateName: NAME,
  NewServerCertificateName: NAME,
  Path: BOTH_ENDS,
  NewPath: BOTH_ENDS,
  PathPrefix: BEGINNING,
  PolicyDocument: ASCII,
  AssumeRolePolicyDocument: ASCII,
  PrivateKey: ASCII,
};

/** An input that keeps to a constraint and just so. */
export interface Bound {
  readonly name: string;
  readonly input: Input;
}

export type Input = Readonly<Record<string, unknown>>;

interface Found {
  readonly broken: BrokenConstraint[];
  readonly bounds: Bound[];
}

/** Where a value stands, and how an input with another value there comes about. */
interface Place {
  /** As AWS writes it. */
  readonly path: string;
  readonly member: string;
  /** `undefined` takes it out. */
  put(value: unknown): Input;
}

/** What can be broken in an operation's input, in the model's order. */
export function constraintsOf(model: ServiceModel, operation: string, accountId: string): Found {
  const found: Found = { broken: [], bounds: [] };
  const sample = sampleInput(model, operation, accountId);
  const shape = model.operations[operation]?.input;
  if (shape === undefined) return found;
  const whole = (value: unknown) => value as Input;
  walkStructure({ model, accountId, found }, shape, sample, { path: '', member: '', put: whole });
  return found;
}

interface Walk {
  readonly model: ServiceModel;
  readonly accountId: string;
  readonly found: Found;
}

function walkStructure(walk: Walk, name: string, sample: Input, place: Place): void {
  const shape = shapeOf(walk.model, name);
  if (shape.type !== 'structure') throw new Error(`${name} is no structure`);
  for (const [memberName, member] of Object.entries(shape.members)) {
    const path = place.path + lowerFirst(memberName);
    const here: Place = {
      path,
      member: place.member === '' ? memberName : place.member,
      put(value) {
        const { [memberName]: _old, ...rest } = sample;
        return place.put(value === undefined ? rest : { ...rest, [memberName]: value });
      },
    };
    const { broken } = walk.found;
    const isAlone = place.path !== '' && Object.keys(sample).length === 1 && memberName in sample;
    if (shape.required.includes(memberName)) {
      // An item of a list without any member cannot be sent.
      const filled = isAlone ? otherMember(walk, shape, memberName) : undefined;
      const input = isAlone ? place.put(filled) : here.put(undefined);
      const said = `Value at '${path}' failed to satisfy constraint: Member must not be null`;
      if (!isAlone || filled !== undefined) {
        broken.push({ name: `${path} is missing`, member: here.member, input, said: [said] });
      }
    }
    walkValue(walk, member, memberName, here);
  }
}

/** A structure with something in it, and not what is asked for. */
function otherMember({ model, accountId }: Walk, shape: Shape, but: string): Input | undefined {
  if (shape.type !== 'structure') return undefined;
  const other = Object.entries(shape.members).find(([name]) => name !== but);
  if (other === undefined) return undefined;
  const [name, member] = other;
  return { [name]: sampleMember(model, name, member.shape, accountId) };
}

function walkValue(walk: Walk, member: Member, memberName: string, place: Place): void {
  const { model, accountId, found } = walk;
  const shape = shapeOf(model, member.shape);
  const sampleOf = () => sampleMember(model, memberName, member.shape, accountId);
  const failed = 'failed to satisfy constraint:';
  for (const { name, value, constraints } of breaks(shape)) {
    const said = constraints.map(
      (constraint) => `Value at '${place.path}' ${failed} ${constraint}`,
    );
    const about = constraints.some((constraint) => constraint.includes('regular expression'))
      ? sentences[place.path === lowerFirst(memberName) ? memberName : '']
      : undefined;
    const sole = about && `The specified value for ${place.path} is invalid. ${about}`;
    found.broken.push({ ...entry(place, name, value, said), ...(sole && { sole }) });
  }
  for (const [name, value] of bounds(shape)) {
    found.bounds.push({ name: `${place.path} ${name}`, input: place.put(value) });
  }
  if (shape.type === 'structure') {
    walkStructure(walk, member.shape, sampleOf() as Input, { ...place, path: `${place.path}.` });
  } else if (shape.type === 'map') {
    const inMap = {
      ...place,
      path: `${place.path}.matrix.member`,
      put: (value: unknown) => place.put({ matrix: value }),
    };
    walkValue(walk, shape.value, '', inMap);
  } else if (shape.type === 'list') {
    walkList(walk, shape.member, sampleOf() as unknown[], place);
    const item = (sampleOf() as unknown[])[0];
    for (const [word, count, constraint] of lengths(shape)) {
      const value = Array.from({ length: count }, () => item);
      const isBroken = constraint !== undefined;
      if (!isBroken) found.bounds.push({ name: `${place.path} ${word}`, input: place.put(value) });
      else {
        const said = `Value at '${place.path}' ${failed} ${constraint}`;
        found.broken.push(entry(place, word, value, [said]));
      }
    }
  }
}

const entry = (place: Place, name: string, value: unknown, said: readonly string[]) => ({
  name: `${place.path} ${name}`,
  member: place.member,
  input: place.put(value),
  said,
});

/** A structure among the items has a path of its own; a simple item is blamed on the list. */
function walkList(walk: Walk, item: Member, sample: unknown[], place: Place): void {
  const shape = shapeOf(walk.model, item.shape);
  if (shape.type === 'structure') {
    // After one that is as it must be, so that the path has to count.
    const inItem = {
      ...place,
      path: `${place.path}.2.member.`,
      put: (value: unknown) => place.put([sample[0], value]),
    };
    walkStructure(walk, item.shape, sample[0] as Input, inItem);
    return;
  }
  if (shape.type === 'list' || shape.type === 'map') throw new Error(`${item.shape} in a list`);
  for (const { name, value } of breaks(shape)) {
    const items = [sample[0], value];
    const listed = listedConstraints(shape);
    if (item.shape === 'tagKeyType') listed.push('Member must not be null');
    const constraints = listed.join(', ');
    const said = `Value at '${place.path}' failed to satisfy constraint: Member must satisfy constraint: [${constraints}]`;
    walk.found.broken.push(entry(place, `has an item that ${name}`, items, [said]));
  }
  for (const [name, value] of bounds(shape)) {
    walk.found.bounds.push({ name: `${place.path} item ${name}`, input: place.put([value]) });
  }
}

interface Break {
  readonly name: string;
  readonly value: unknown;
  readonly constraints: readonly string[];
}

/** Values of a simple shape that break one constraint of it, and what else they cannot but break. */
function breaks(shape: Shape): Break[] {
  if (shape.type === 'integer' || shape.type === 'long') {
    const { min, max } = shape;
    return [
      ...(min === undefined
        ? []
        : [{ name: 'is too low', value: min - 1, ...atLeast('value', min) }]),
      ...(max === undefined
        ? []
        : [{ name: 'is too high', value: max + 1, ...atMost('value', max) }]),
    ];
  }
  if (shape.type !== 'string') return [];
  const { min = 0, max, pattern } = shape;
  const found: Break[] = [];
  if (shape.enum !== undefined) {
    found.push({
      name: 'is none of its values',
      value: 'Sleeping',
      constraints: [enumeration(shape.enum)],
    });
  }
  if (pattern !== undefined) {
    const length = Math.max(min, 1);
    const text =
      (textOfLength(pattern, length) ?? 'x'.repeat(length)).slice(1) + unmatchedBy(pattern);
    found.push({ name: 'does not match', value: text, constraints: [matching(pattern)] });
  }
  const ofLength = (length: number, constraint: string, name: string) => {
    const text = textOfLength(pattern, length);
    // No text of that length matches: both are broken, and the pattern is named first.
    const also = text === undefined && pattern !== undefined ? [matching(pattern)] : [];
    found.push({ name, value: text ?? 'x'.repeat(length), constraints: [...also, constraint] });
  };
  if (max !== undefined) ofLength(max + 1, sentence('length', 'less', max), 'is too long');
  if (min > 0) ofLength(min - 1, sentence('length', 'greater', min), 'is too short');
  return found;
}

/** Values that keep to the bounds of a simple shape and touch them. */
function bounds(shape: Shape): [name: string, value: unknown][] {
  const found: [string, unknown][] = [];
  if (shape.type === 'string' && shape.enum !== undefined) {
    return shape.enum.map((value) => [`is ${value}`, value]);
  }
  if (shape.type !== 'string' && shape.type !== 'integer' && shape.type !== 'long') return found;
  for (const [name, bound] of [
    ['is as little as it may be', shape.min],
    ['is as much as it may be', shape.max],
  ] as const) {
    if (bound === undefined) continue;
    const value = shape.type === 'string' ? textOfLength(shape.pattern, bound) : bound;
    if (value !== undefined) found.push([name, value]);
  }
  return found;
}

/** How long a list may be and may not be. */
function lengths({
  min,
  max,
}: {
  readonly min?: number;
  readonly max?: number;
}): [name: string, count: number, constraint: string | undefined][] {
  const found: [string, number, string | undefined][] = [];
  if (max !== undefined) {
    found.push(['has too many items', max + 1, sentence('length', 'less', max)]);
    found.push(['has as many items as it may', max, undefined]);
  }
  if (min !== undefined && min > 0) {
    found.push(['has too few items', min - 1, sentence('length', 'greater', min)]);
    found.push(['has as few items as it may', min, undefined]);
  }
  return found;
}

type Measure = 'length' | 'value';

const sentence = (what: Measure, word: 'less' | 'greater', bound: number) =>
  `Member must have ${what} ${word} than or equal to ${bound}`;
const atLeast = (what: Measure, bound: number) => ({
  constraints: [sentence(what, 'greater', bound)],
});
const atMost = (what: Measure, bound: number) => ({ constraints: [sentence(what, 'less', bound)] });
const matching = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const enumeration = (values: readonly string[]) =>
  `Member must satisfy enum value set: [${values.join(', ')}]`;

/** All that a simple item has to keep to, whatever it breaks of it. */
function listedConstraints(shape: Shape): string[] {
  if (shape.type !== 'string') throw new Error(`no list of ${shape.type} was known`);
  const { min, max, pattern } = shape;
  return [
    ...(max === undefined ? [] : [sentence('length', 'less', max)]),
    ...(min === undefined ? [] : [sentence('length', 'greater', min)]),
    ...(pattern === undefined ? [] : [matching(pattern)]),
    ...(shape.enum === undefined ? [] : [enumeration(shape.enum)]),
  ];
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}
