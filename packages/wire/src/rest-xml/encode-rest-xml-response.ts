import type { Member, ServiceModel, StructureShape } from '../model.ts';
import { membersOf, operationOf, shapeOf, structureOf } from '../model-lookup.ts';
import { headersOf } from '../rest/headers-of.ts';
import { writeMembers, type XmlStyle } from '../xml/write-members.ts';
import { escapeXml } from '../xml/xml-text.ts';

export interface RestXmlResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: readonly (readonly [string, string])[];
  /** A document or a text; undefined when there is none, or when the body is a stream. */
  readonly body: string | undefined;
  /** What the operation gave for the member that is a stream. */
  readonly stream: unknown;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

const style: XmlStyle = { text: escapeXml, timestamp: (date) => date.toISOString() };

/**
 * The answer of a REST-XML service. 206 when the output has a ContentRange. Throws `ApiError` when
 * a header would need characters that no header can hold.
 */
export function encodeRestXmlResponse(
  model: ServiceModel,
  operation: string,
  output: object | undefined,
): RestXmlResponse {
  const { output: outputName, http } = operationOf(model, operation);
  const structure = structureOf(model, outputName);
  const value = (output ?? {}) as Readonly<Record<string, unknown>>;
  const headers = headersOf(model, structure, value);
  const { contentType, body, stream } = encodeBody(model, operation, structure, value);
  if (contentType !== undefined && !headers.some(([name]) => name === 'content-type')) {
    headers.push(['content-type', contentType]);
  }
  const isPart = value.ContentRange !== undefined && value.ContentRange !== null;
  return { status: isPart ? 206 : (http?.status ?? 200), headers, body, stream };
}

interface Body {
  readonly contentType?: string;
  readonly body?: string;
  readonly stream?: unknown;
}

function encodeBody(
  model: ServiceModel,
  operation: string,
  structure: StructureShape,
  value: Readonly<Record<string, unknown>>,
): Body & { body: string | undefined; stream: unknown } {
  const nothing = { body: undefined, stream: undefined };
  const members = membersOf(structure);
  const payload = members.find(([, { location }]) => location === 'payload');
  if (payload !== undefined) {
    const [name, member] = payload;
    return { ...nothing, ...encodePayload(model, name, member, value[name]) };
  }
  if (!members.some(([, { location }]) => location === undefined)) return nothing;
  const root = structure.xmlName ?? operationOf(model, operation).output ?? operation;
  const body =
    unwrapped.get(operation)?.(model, value) ?? writeDocument(model, structure, root, value);
  return { ...nothing, contentType: 'application/xml', body };
}

/** The one answer whose only member is the root element itself. */
const unwrapped: ReadonlyMap<string, (model: ServiceModel, value: object) => string> = new Map([
  [
    'GetBucketLocation',
    (model, value) => {
      const { LocationConstraint: location } = value as { LocationConstraint?: string };
      const text = style.text(location ?? '');
      const element = `<LocationConstraint xmlns="${model.xmlNamespace}">`;
      return `${declaration}${element}${text}</LocationConstraint>`;
    },
  ],
]);

function encodePayload(model: ServiceModel, name: string, member: Member, value: unknown): Body {
  const shape = shapeOf(model, member.shape);
  if (shape.type === 'structure') {
    const root = member.xmlName ?? shape.xmlName ?? member.shape;
    // An event stream is a structure too, and no document.
    if (value === undefined || value === null) return {};
    const body = writeDocument(model, shape, root, value);
    return { contentType: 'application/xml', body };
  }
  if (shape.type === 'blob') return { stream: value };
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') throw new TypeError(`${name} is no ${shape.type}`);
  return { contentType: 'application/json', body: value };
}

function writeDocument(
  model: ServiceModel,
  structure: StructureShape,
  root: string,
  value: object,
): string {
  const members = writeMembers(model, structure, value, style);
  return `${declaration}<${root} xmlns="${model.xmlNamespace}">${members}</${root}>`;
}
