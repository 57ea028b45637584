/** Values of every shape of the models, for the tests that hold the codecs against AWS's clients. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Member, ServiceModel, Shape } from './model.ts';
import { shapeOf, structureOf } from './model-lookup.ts';
import { models } from './models.ts';

export type Value = Record<string, unknown>;

/** What the clients themselves change or cannot carry. */
export interface ArbitraryOptions {
  /** Members to leave out, by name. */
  readonly without?: ReadonlySet<string>;
  /** Members that are never left out, by name. */
  readonly always?: ReadonlySet<string>;
  /** Fixed values of the operation's own members, by name. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** The fewest items of a list. */
  readonly minItems: number;
}

/** Input or output of an operation: every required member, and any of the others. */
export function arbitraryStructure(
  model: ServiceModel,
  structureName: string | undefined,
  options: ArbitraryOptions,
  depth = 0,
): fc.Arbitrary<Value> {
  const structure = structureOf(model, structureName);
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, member] of Object.entries(structure.members)) {
    const shape = shapeOf(model, member.shape);
    const isStream = shape.type === 'blob' && shape.streaming === true;
    const isTooDeep = depth > 3 && isCompound(shape) && !structure.required.includes(name);
    if (isStream || isTooDeep || options.without?.has(name)) continue;
    members[name] =
      depth === 0 && options.fixed !== undefined && Object.hasOwn(options.fixed, name)
        ? fc.constant(options.fixed[name])
        : arbitraryMember(model, member, options, depth + 1);
  }
  const requiredKeys = Object.keys(members).filter(
    (name) => structure.required.includes(name) || options.always?.has(name),
  );
  const record = fc.record(members, { requiredKeys, noNullPrototype: true });
  // A client sends nothing for a structure without members.
  return depth === 0 || Object.keys(members).length === 0
    ? record
    : record.filter((value) => Object.keys(value).length > 0);
}

const isCompound = ({ type }: Shape) => type === 'structure' || type === 'list' || type === 'map';

function arbitraryMember(
  model: ServiceModel,
  member: Member,
  options: ArbitraryOptions,
  depth: number,
): fc.Arbitrary<unknown> {
  const shape = shapeOf(model, member.shape);
  const size = { minLength: options.minItems, maxLength: 3 };
  switch (shape.type) {
    case 'structure':
      return arbitraryStructure(model, member.shape, options, depth);
    case 'list':
      return fc.array(
        arbitraryMember(model, { ...shape.member, location: member.location }, options, depth + 1),
        // A header cannot tell an empty list from a list of an empty text.
        member.location === undefined ? size : { minLength: 1, maxLength: 3 },
      );
    case 'map':
      return fc.dictionary(
        member.location === undefined ? fc.string({ minLength: 1 }) : headerName,
        arbitraryMember(model, { ...shape.value, location: member.location }, options, depth + 1),
        // A client sends nothing for an empty map.
        { minKeys: 1, maxKeys: 3, noNullPrototype: true },
      );
    default:
      return arbitraryScalar(shape, member);
  }
}

function arbitraryScalar(shape: Shape, member: Member): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: 0 });
    case 'long':
      return fc.maxSafeNat();
    case 'double':
      return fc.integer({ min: 0, max: 1000 });
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 40 });
    case 'timestamp':
      return fc
        .integer({ min: 0, max: 4_102_444_800_000 })
        .map((time) => new Date(time - (time % 1000)));
    default:
      if (shape.type === 'string' && shape.enum !== undefined)
        return fc.constantFrom(...shape.enum);
      return member.location === undefined || member.location === 'payload' ? text : headerText;
  }
}

/** What XML can hold and a client's parser keeps: no controls, and not white space alone. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(
        '&',
        '<',
        '>',
        '"',
        "'",
        '%',
        '+',
        ' ',
        '\t',
        '\n',
        '\r',
        '=',
        ']]>',
        '&amp;',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 12,
  })
  .map((value) => `x${value}x`);

const headerText = fc.stringMatching(/^[A-Za-z0-9/=._-]{1,12}$/);
const headerName = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);

/** Few, and the same on every run. */
export function samples<Value>(arbitrary: fc.Arbitrary<Value>, count = 6): Value[] {
  return fc.sample(arbitrary, { numRuns: count, seed: 20_261_123 });
}

test('an arbitrary input has the required members', () => {
  const [input] = samples(arbitraryStructure(models.iam, 'CreateUserRequest', { minItems: 0 }), 1);
  assert.equal(typeof input?.UserName, 'string');
});
