import type { Member, Shape } from '@carnet/wire';
import { NormalizedSchema } from '@smithy/core/schema';
import type { BotocoreFacts, ShapeFacts } from './botocore-facts.ts';

/** Their patterns are of what clients are given, and not of what they send: `photos%2Fpic.jpg`. */
const encodedOnWire: ReadonlySet<string> = new Set(['CopySource']);

/** Collects the shapes that are reached from operations, from the SDK and from botocore together. */
export class ShapeCollector {
  readonly shapes = new Map<string, Shape>();
  readonly #facts: BotocoreFacts;
  readonly #client: Readonly<Record<string, unknown>>;

  /** `client` is what the SDK's package exports. */
  constructor(facts: BotocoreFacts, client: object) {
    this.#facts = facts;
    this.#client = { ...client };
  }

  /** Adds an operation's input or output; undefined for the SDK's unit. */
  structure(schema: unknown, factsName: string | undefined): string | undefined {
    const normalized = NormalizedSchema.of(schema as never);
    return normalized.isUnitSchema() ? undefined : this.#add(normalized, factsName);
  }

  #add(schema: NormalizedSchema, factsName: string | undefined): string {
    // botocore names streams like the blobs of records, and says the difference elsewhere.
    const name = schema.isStreaming() ? nameOf(schema) : (factsName ?? nameOf(schema));
    const facts = this.#factsOf(name);
    const before = this.shapes.get(name);
    if (schema.isStructSchema()) {
      // Set before its members are walked: a structure may hold itself.
      if (before === undefined) {
        this.shapes.set(name, { type: 'structure', required: [], members: {} });
        this.shapes.set(name, this.#structureOf(name, schema, facts));
      }
      return name;
    }
    const shape = this.#simpleOrCollection(name, schema, facts);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(shape)) {
      throw new Error(`two shapes are named ${name}`);
    }
    this.shapes.set(name, shape);
    return name;
  }

  #factsOf(name: string): ShapeFacts | undefined {
    return Object.hasOwn(this.#facts.shapes, name) ? this.#facts.shapes[name] : undefined;
  }

  /** botocore's values, and those that the SDK knows beyond them. */
  #enumeration(name: string, facts: ShapeFacts | undefined): readonly string[] | undefined {
    if (facts?.enum === undefined) return undefined;
    const values = this.#client[name.charAt(0).toUpperCase() + name.slice(1)];
    const further = typeof values === 'object' && values !== null ? Object.values(values) : [];
    return [...new Set([...facts.enum, ...further.map(String)])];
  }

  #structureOf(name: string, schema: NormalizedSchema, facts: ShapeFacts | undefined): Shape {
    const schemas = new Map(schema.structIterator());
    const known = Object.keys(facts?.members ?? {}).filter((member) => schemas.has(member));
    const members: Record<string, Member> = {};
    for (const member of new Set([...known, ...schemas.keys()])) {
      const memberSchema = schemas.get(member);
      if (memberSchema === undefined) continue;
      members[member] = this.#member(memberSchema, facts?.members?.[member]);
    }
    return {
      type: 'structure',
      xmlName:
        schema.getOwnTraits().xmlName ?? (nameOf(schema) === name ? undefined : nameOf(schema)),
      required: requiredOf(schema),
      members,
    };
  }

  #simpleOrCollection(
    name: string,
    schema: NormalizedSchema,
    facts: ShapeFacts | undefined,
  ): Shape {
    const bounds = { min: facts?.min, max: facts?.max };
    if (schema.isListSchema()) {
      const member = this.#member(schema.getValueSchema(), facts?.member);
      return { type: 'list', ...bounds, member };
    }
    if (schema.isMapSchema()) {
      const key = this.#member(schema.getKeySchema(), facts?.key);
      const value = this.#member(schema.getValueSchema(), facts?.value);
      return { type: 'map', ...bounds, key, value };
    }
    const isSensitive = facts?.sensitive === true || schema.getOwnTraits().sensitive === 1;
    const sensitive = isSensitive ? true : undefined;
    if (schema.isStringSchema()) {
      const values = this.#enumeration(name, facts);
      const pattern = encodedOnWire.has(name) ? undefined : facts?.pattern;
      return { type: 'string', ...bounds, pattern, enum: values, sensitive };
    }
    if (schema.isNumericSchema()) {
      return { type: numberType(facts?.type), ...bounds };
    }
    if (schema.isBooleanSchema()) return { type: 'boolean' };
    if (schema.isBlobSchema()) {
      return { type: 'blob', ...bounds, sensitive, streaming: schema.isStreaming() || undefined };
    }
    if (schema.isTimestampSchema()) {
      return { type: 'timestamp', format: timestampFormats.get(Number(schema.getSchema())) };
    }
    throw new Error(`no shape for ${schema.getName(true)}`);
  }

  #member(schema: NormalizedSchema, factsName: string | undefined): Member {
    const traits = schema.getMemberTraits();
    const [prefix, address] = traits.xmlNamespace ?? [];
    const queryName = traits.ec2QueryName as string | undefined;
    return {
      shape: this.#add(schema, factsName),
      xmlName: traits.xmlName ?? traits.jsonName,
      queryName: queryName === traits.xmlName ? undefined : queryName,
      flattened: traits.xmlFlattened === 1 ? true : undefined,
      xmlAttribute: traits.xmlAttribute === 1 ? true : undefined,
      xmlNamespace: address === undefined ? undefined : [prefix ?? '', address],
      ...locationOf(traits),
    };
  }
}

type Traits = ReturnType<NormalizedSchema['getMemberTraits']>;

/** WriteGetObjectResponse's route is a label of the host name and a header: the header it is. */
function locationOf(traits: Traits): Partial<Pick<Member, 'location' | 'locationName'>> {
  if (traits.httpHeader !== undefined) {
    return { location: 'header', locationName: traits.httpHeader.toLowerCase() };
  }
  if (traits.httpQuery !== undefined) {
    return { location: 'query', locationName: traits.httpQuery };
  }
  if (traits.httpPrefixHeaders !== undefined) {
    return { location: 'prefixHeaders', locationName: traits.httpPrefixHeaders.toLowerCase() };
  }
  if (traits.httpLabel === 1) return { location: 'label' };
  if (traits.httpPayload === 1) return { location: 'payload' };
  if (traits.httpResponseCode === 1) return { location: 'statusCode' };
  if (traits.httpQueryParams !== undefined) {
    throw new Error('a location that no codec knows');
  }
  return {};
}

/** The SDK puts required members first and counts them. */
function requiredOf(schema: NormalizedSchema): readonly string[] {
  const tuple = schema.getSchema() as readonly unknown[];
  const names = tuple[4] as readonly string[];
  return names.slice(0, Number(tuple[6] ?? 0));
}

const timestampFormats = new Map<number, 'iso8601' | 'httpDate' | 'epochSeconds'>([
  [5, 'iso8601'],
  [6, 'httpDate'],
  [7, 'epochSeconds'],
]);

function numberType(factsType: string | undefined): 'integer' | 'long' | 'double' {
  if (factsType === 'long') return 'long';
  return factsType === 'float' || factsType === 'double' ? 'double' : 'integer';
}

/** For what botocore does not name: the SDK's name, or one made of the type. */
function nameOf(schema: NormalizedSchema): string {
  const tuple: unknown = schema.getSchema();
  if (Array.isArray(tuple)) return String(tuple[2]);
  const own = (schema as unknown as { schema: unknown }).schema;
  if (Array.isArray(own)) return String(own[2]);
  if (schema.isListSchema()) return `${nameOf(schema.getValueSchema())}List`;
  if (schema.isMapSchema()) return `${nameOf(schema.getValueSchema())}Map`;
  return simpleName(schema);
}

function simpleName(schema: NormalizedSchema): string {
  if (schema.isStringSchema()) return 'UnconstrainedString';
  if (schema.isNumericSchema()) return 'UnconstrainedInteger';
  if (schema.isBooleanSchema()) return 'UnconstrainedBoolean';
  if (schema.isTimestampSchema()) return 'UnconstrainedTimestamp';
  return 'UnconstrainedBlob';
}
