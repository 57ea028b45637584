import { ApiError } from '../api-error.ts';
import { decodeJsonStructure, JsonMismatch } from '../json/decode-json.ts';
import { readJson } from '../json/read-json.ts';
import type { Member, ServiceModel, Shape, StructureShape } from '../model.ts';
import { foldAscii, membersOf, operationOf, shapeOf, structureOf } from '../model-lookup.ts';
import { parseScalar } from '../value/scalar.ts';

export interface RestJsonRequest {
  /** From `routeRestJson`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Decoded, in order, without the signature's. */
  readonly query: readonly (readonly [string, string])[];
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/**
 * Decodes a request of a REST-JSON service, by the names of members; not yet checked against the
 * constraints. Throws `ApiError`: `SerializationException` 400, as AWS's services do.
 */
export function decodeRestJsonRequest(
  model: ServiceModel,
  operation: string,
  request: RestJsonRequest,
): Record<string, unknown> {
  const structure = structureOf(model, operationOf(model, operation).input);
  refuseAmbiguous(model, structure, request.query);
  const input: Record<string, unknown> = {};
  for (const [name, member] of membersOf(structure)) {
    const value = decodeMember(model, name, member, request);
    if (value !== undefined) input[name] = value;
  }
  if (membersOf(structure).some(([, { location }]) => location === undefined)) {
    Object.assign(input, decodeDocument(model, structure, request.body));
  }
  return input;
}

/** Refuses a known parameter that differs in case, or that comes twice and is no list. */
function refuseAmbiguous(
  model: ServiceModel,
  structure: StructureShape,
  query: RestJsonRequest['query'],
): void {
  const known = new Map<string, Member>();
  for (const [, member] of membersOf(structure)) {
    if (member.location === 'query') known.set(foldAscii(member.locationName ?? ''), member);
  }
  const seen = new Set<string>();
  for (const [name] of query) {
    const member = known.get(foldAscii(name));
    if (member === undefined) continue;
    const isList = shapeOf(model, member.shape).type === 'list';
    if (member.locationName !== name || (seen.has(name) && !isList)) {
      throw malformed(`The parameter ${member.locationName} comes twice, or in another case`);
    }
    seen.add(name);
  }
}

function decodeMember(
  model: ServiceModel,
  name: string,
  member: Member,
  { labels, query, headers, body }: RestJsonRequest,
): unknown {
  const shape = shapeOf(model, member.shape);
  const { location, locationName = '' } = member;
  switch (location) {
    case 'label':
      return decodeText(shape, name, labels.get(name));
    case 'query': {
      const texts = query.flatMap(([other, text]) => (other === locationName ? [text] : []));
      if (shape.type !== 'list') return decodeText(shape, name, texts[0]);
      const item = shapeOf(model, shape.member.shape);
      return texts.length === 0 ? undefined : texts.map((text) => decodeText(item, name, text));
    }
    case 'header':
      return decodeHeader(model, shape, name, headers.get(locationName));
    case 'payload':
      if (shape.type === 'structure') return decodeDocument(model, shape, body);
      return body.length === 0 ? undefined : shape.type === 'blob' ? body : decodeUtf8(body);
    default:
      return undefined;
  }
}

function decodeHeader(
  model: ServiceModel,
  shape: Shape,
  name: string,
  text: string | undefined,
): unknown {
  if (shape.type !== 'list' || text === undefined) return decodeText(shape, name, text);
  const item = shapeOf(model, shape.member.shape);
  return text.split(',').map((part) => decodeText(item, name, part.trim()));
}

function decodeText(shape: Shape, name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const value = parseScalar(shape, text);
  if (value === undefined) throw malformed(`${name} is no ${shape.type}`);
  return value;
}

function decodeDocument(
  model: ServiceModel,
  structure: StructureShape,
  body: Uint8Array,
): Record<string, unknown> {
  // Nothing stands for a document without members.
  if (body.length === 0) return {};
  const document = readJson(decodeUtf8(body));
  if (document === undefined) throw malformed('Could not parse request body into json');
  try {
    return decodeJsonStructure(model, structure, document, '');
  } catch (error) {
    if (error instanceof JsonMismatch) throw malformed(error.message);
    throw error;
  }
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw malformed('The body is not valid UTF-8');
  }
}

function malformed(message: string): ApiError {
  return new ApiError('SerializationException', 400, message);
}
