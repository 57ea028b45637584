import type { Member, ServiceModel, Shape, StructureShape } from '../model.ts';
import { membersOf, shapeOf } from '../model-lookup.ts';
import { inHashOrder, patternSentence } from './iam-sentence.ts';
import { matchesPattern } from './java-pattern.ts';

export interface Violation {
  /** AWS's sentence. */
  readonly message: string;
  /** Said alone, whatever else is broken, instead of all messages. */
  readonly soleMessage?: string;
  /** `tags.1.member.key` */
  readonly path: string;
  readonly member: Member;
  readonly shape: Shape;
  /** Undefined when it is missing. */
  readonly value: unknown;
  readonly isMissing: boolean;
  readonly isTooLong: boolean;
  /** Inside of the body's document, not a member of the input itself. */
  readonly inDocument: boolean;
}

/** All that an input breaks, in the order in which AWS names it. */
export function findViolations(
  model: ServiceModel,
  structure: StructureShape,
  input: object,
): readonly Violation[] {
  const violations: Violation[] = [];
  checkStructure({ model, violations }, structure, input, '', false);
  return model.service === 'iam' ? inHashOrder(violations) : violations;
}

/** AWS's regions; a deployment's own is not among them, and the operation knows which one it is. */
const openEnumerations: ReadonlySet<string> = new Set(['BucketLocationConstraint']);

interface Search {
  readonly model: ServiceModel;
  readonly violations: Violation[];
}

function checkStructure(
  search: Search,
  structure: StructureShape,
  value: object,
  prefix: string,
  inDocument: boolean,
): void {
  for (const [name, member] of membersOf(structure)) {
    const path = prefix + lowerFirst(name);
    const memberValue = (value as Record<string, unknown>)[name];
    const shape = shapeOf(search.model, member.shape);
    // A stream is not in the input while it is checked: the gateway adds it.
    if (shape.type === 'blob' && shape.streaming) continue;
    const place = { path, member, shape, value: memberValue, inDocument };
    if (memberValue !== undefined) check(search, shape, memberValue, place);
    else if (structure.required.includes(name)) {
      const said = repeatsValues(search.model) ? 'Value null' : 'Value';
      const message = `${said} at '${path}' failed to satisfy constraint: Member must not be null`;
      search.violations.push({ ...place, message, isMissing: true, isTooLong: false });
    }
  }
}

type Place = Pick<Violation, 'path' | 'member' | 'shape' | 'value' | 'inDocument'>;

function check(search: Search, shape: Shape, value: unknown, place: Place): void {
  const { path } = place;
  if (openEnumerations.has(place.member.shape)) return;
  const broken = brokenConstraints(shape, value);
  if (broken.length > 0) {
    const isTooLong = broken.some((constraint) => constraint.includes('less than or equal to'));
    const soleMessage = soleMessageOf(search, shape, value, place);
    for (const constraint of broken) {
      const message = `${valueText(search, shape, value)} at '${path}' failed to satisfy constraint: ${constraint}`;
      search.violations.push({ ...place, message, soleMessage, isMissing: false, isTooLong });
    }
  }
  // EC2 says the first thing alone: what stands in a list that is too long need not be looked at.
  if (broken.length > 0 && search.model.protocol === 'ec2') return;
  const inDocument = place.inDocument || place.member.location === 'payload';
  if (shape.type === 'structure') {
    checkStructure(search, shape, value as object, `${path}.`, inDocument);
  } else if (shape.type === 'list') {
    checkItems(search, shape.member, value as unknown[], { ...place, inDocument });
  } else if (shape.type === 'map') {
    checkKeys(search, shape.key, value as object, place);
    for (const [key, one] of Object.entries(value as object)) {
      const member = shape.value;
      const ofValue = shapeOf(search.model, member.shape);
      const inMap = {
        path: `${path}.${key}.member`,
        member,
        shape: ofValue,
        value: one,
        inDocument,
      };
      check(search, ofValue, one, inMap);
    }
  }
}

function soleMessageOf(search: Search, shape: Shape, value: unknown, place: Place) {
  if (search.model.service !== 'iam' || shape.type !== 'string') return undefined;
  if (shape.pattern === undefined || matchesPattern(shape.pattern, value as string)) {
    return undefined;
  }
  return patternSentence(place.path);
}

/** Items that are structures have paths of their own; simple ones are blamed on the list. */
function checkItems(search: Search, member: Member, items: unknown[], place: Place): void {
  const shape = shapeOf(search.model, member.shape);
  if (shape.type === 'structure' || shape.type === 'list' || shape.type === 'map') {
    for (const [index, item] of items.entries()) {
      const path = `${place.path}.${index + 1}.member`;
      check(search, shape, item, { ...place, path, shape, value: item });
    }
    return;
  }
  if (items.every((item) => brokenConstraints(shape, item).length === 0)) return;
  const list: Shape = { type: 'list', member };
  const also = member.shape === 'tagKeyType' ? ['Member must not be null'] : [];
  const constraints = [...allConstraints(shape), ...also].join(', ');
  const message = `${valueText(search, list, items)} at '${place.path}' failed to satisfy constraint: Member must satisfy constraint: [${constraints}]`;
  search.violations.push({ ...place, message, isMissing: false, isTooLong: false });
}

/** Keys are blamed on the map, and not repeated: some of them are secret. */
function checkKeys(search: Search, member: Member, map: object, place: Place): void {
  const shape = shapeOf(search.model, member.shape);
  if (Object.keys(map).every((key) => brokenConstraints(shape, key).length === 0)) return;
  const constraints = [...allConstraints(shape), 'Member must not be null'].join(', ');
  const message = `Value at '${place.path}' failed to satisfy constraint: Map keys must satisfy constraint: [${constraints}]`;
  search.violations.push({ ...place, message, isMissing: false, isTooLong: false });
}

/** The constraints of a shape that a value breaks, in AWS's words. */
function brokenConstraints(shape: Shape, value: unknown): readonly string[] {
  switch (shape.type) {
    case 'string': {
      const text = value as string;
      const broken: string[] = [];
      if (shape.enum !== undefined && !shape.enum.includes(text))
        broken.push(enumeration(shape.enum));
      if (shape.pattern !== undefined && !matchesPattern(shape.pattern, text)) {
        broken.push(pattern(shape.pattern));
      }
      return [...broken, ...outOfBounds('length', characterCount(text), shape.min, shape.max)];
    }
    case 'blob':
      return outOfBounds('length', (value as Uint8Array).length, shape.min, shape.max);
    case 'list':
      return outOfBounds('length', (value as unknown[]).length, shape.min, shape.max);
    case 'map':
      return outOfBounds('length', Object.keys(value as object).length, shape.min, shape.max);
    case 'integer':
    case 'long':
    case 'double':
      return outOfBounds('value', value as number, shape.min, shape.max);
    default:
      return [];
  }
}

/** All constraints of a simple shape, as AWS lists them when an item of a list breaks one. */
function allConstraints(shape: Shape): readonly string[] {
  if (shape.type === 'string') {
    return [
      ...(shape.max === undefined ? [] : [atMost('length', shape.max)]),
      ...(shape.min === undefined ? [] : [atLeast('length', shape.min)]),
      ...(shape.pattern === undefined ? [] : [pattern(shape.pattern)]),
      ...(shape.enum === undefined ? [] : [enumeration(shape.enum)]),
    ];
  }
  if (shape.type === 'blob' || shape.type === 'integer' || shape.type === 'long') {
    const what = shape.type === 'blob' ? 'length' : 'value';
    return [
      ...(shape.max === undefined ? [] : [atMost(what, shape.max)]),
      ...(shape.min === undefined ? [] : [atLeast(what, shape.min)]),
    ];
  }
  return [];
}

type Measure = 'length' | 'value';

function outOfBounds(what: Measure, size: number, min?: number, max?: number): readonly string[] {
  if (max !== undefined && size > max) return [atMost(what, max)];
  return min !== undefined && size < min ? [atLeast(what, min)] : [];
}

const atMost = (what: Measure, bound: number) =>
  `Member must have ${what} less than or equal to ${bound}`;
const atLeast = (what: Measure, bound: number) =>
  `Member must have ${what} greater than or equal to ${bound}`;
const pattern = (text: string) => `Member must satisfy regular expression pattern: ${text}`;
const enumeration = (values: readonly string[]) =>
  `Member must satisfy enum value set: [${values.join(', ')}]`;

/** Characters of Unicode, not UTF-16 code units. */
function characterCount(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at += 1) {
    if ((text.codePointAt(at) ?? 0) > 0xffff) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

/** Longer values are cut: the message ends up in the audit record too. */
const maxValueText = 1024;

/** IAM no longer does, whatever the value is; STS and S3 do. */
const repeatsValues = (model: ServiceModel) => model.service !== 'iam';

/** `Value 'x'`; only `Value` for what is secret, or is no simple value. */
function valueText(search: Search, shape: Shape, value: unknown): string {
  if (!repeatsValues(search.model)) return 'Value';
  const item = shape.type === 'list' ? shapeOf(search.model, shape.member.shape) : shape;
  const isSecret = (item.type === 'string' || item.type === 'blob') && item.sensitive === true;
  const isSimple = item.type === 'string' || item.type === 'integer' || item.type === 'long';
  if (isSecret || !isSimple) return 'Value';
  const text = shape.type === 'list' ? `[${(value as unknown[]).join(', ')}]` : String(value);
  return text.length > maxValueText ? `Value '${text.slice(0, maxValueText)}…'` : `Value '${text}'`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
