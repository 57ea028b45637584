import { ApiError } from '../api-error.ts';
import type { Member, ServiceModel, Shape, StructureShape } from '../model.ts';
import { foldAscii, operationOf, shapeOf, structureOf } from '../model-lookup.ts';
import { parseScalar } from '../value/scalar.ts';
import { decodeStructure } from '../xml/decode-element.ts';
import { malformedXml, readXml } from '../xml/read-xml.ts';

export interface RestRequest {
  readonly bucket?: string;
  readonly key?: string;
  /** Decoded, in order, without the signature's. */
  readonly query: readonly (readonly [string, string])[];
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The whole body; absent when it is a stream, which is no business of the codec's. */
  readonly body?: Uint8Array;
}

/**
 * Decodes a request of a REST-XML service, by the names of members; not yet checked against the
 * constraints. A payload that is a stream is left out. Throws `ApiError`: `InvalidArgument` for a
 * parameter or header, `MalformedXML` for the document.
 */
export function decodeRestXmlRequest(
  model: ServiceModel,
  operation: string,
  request: RestRequest,
): Record<string, unknown> {
  const structure = structureOf(model, operationOf(model, operation).input);
  const query = uniqueParameters(structure, request.query);
  const input: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(structure.members)) {
    const value = decodeMember(model, name, member, request, query);
    if (value !== undefined) input[name] = value;
  }
  const hasPayload = Object.values(structure.members).some(isPayload);
  if (!hasPayload && hasDocument(structure) && isPresent(request.body)) {
    Object.assign(
      input,
      decodeDocument(model, structure, rootName(model, operation), request.body),
    );
  }
  return input;
}

/** The member that carries the request's body as a stream, `Body`; undefined when none does. */
export function streamingInputMember(model: ServiceModel, operation: string): string | undefined {
  return streamingMember(model, operationOf(model, operation).input);
}

/** The member that carries the answer's body as a stream; undefined when none does. */
export function streamingOutputMember(model: ServiceModel, operation: string): string | undefined {
  return streamingMember(model, operationOf(model, operation).output);
}

/** Whether an operation reads a body that is not a stream: a document, or a text. */
export function hasBody(model: ServiceModel, operation: string): boolean {
  const structure = structureOf(model, operationOf(model, operation).input);
  const payload = Object.values(structure.members).find(isPayload);
  if (payload === undefined) return hasDocument(structure);
  return !isStream(shapeOf(model, payload.shape));
}

function streamingMember(model: ServiceModel, structureName: string | undefined) {
  const members = Object.entries(structureOf(model, structureName).members);
  return members.find(([, { shape }]) => isStream(shapeOf(model, shape)))?.[0];
}

function isStream(shape: Shape): boolean {
  return shape.type === 'blob' && shape.streaming === true;
}

function isPayload(member: Member): boolean {
  return member.location === 'payload';
}

function hasDocument(structure: StructureShape): boolean {
  return Object.values(structure.members).some(({ location }) => location === undefined);
}

function isPresent(body: Uint8Array | undefined): body is Uint8Array {
  return body !== undefined && body.length > 0;
}

/** Refuses a known parameter that comes twice, or differs from a known one in case alone. */
function uniqueParameters(
  structure: StructureShape,
  query: RestRequest['query'],
): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const { location, locationName = '' } of Object.values(structure.members)) {
    if (location === 'query') known.set(foldAscii(locationName), locationName);
  }
  const parameters = new Map<string, string>();
  for (const [name, value] of query) {
    const meant = known.get(foldAscii(name));
    if (meant !== undefined && (meant !== name || parameters.has(name))) {
      throw invalidArgument(meant, 'The parameter comes twice, or in another case');
    }
    // A presigned URL carries headers as parameters, and their names have no case.
    const isHeader = foldAscii(name).startsWith('x-amz-');
    const parameter = isHeader ? foldAscii(name) : name;
    if (isHeader && parameters.has(parameter)) {
      throw invalidArgument(parameter, 'The parameter comes twice');
    }
    parameters.set(parameter, value);
  }
  return parameters;
}

function decodeMember(
  model: ServiceModel,
  name: string,
  member: Member,
  request: RestRequest,
  query: ReadonlyMap<string, string>,
): unknown {
  const shape = shapeOf(model, member.shape);
  const { location, locationName = '' } = member;
  switch (location) {
    case 'label':
      return name === 'Bucket' ? request.bucket : name === 'Key' ? request.key : undefined;
    case 'query':
      return decodeText(model, shape, locationName, query.get(locationName));
    case 'header':
      return decodeText(model, shape, locationName, headerOf(locationName, request, query));
    case 'prefixHeaders':
      return decodePrefixHeaders(locationName, request, query);
    case 'payload':
      if (isStream(shape) || !isPresent(request.body)) return undefined;
      return decodePayload(model, member, shape, request.body);
    default:
      return undefined;
  }
}

function headerOf(
  name: string,
  request: RestRequest,
  query: ReadonlyMap<string, string>,
): string | undefined {
  const header = request.headers.get(name);
  const parameter = name.startsWith('x-amz-') ? query.get(name) : undefined;
  if (parameter === undefined) return header;
  if (header !== undefined && header !== parameter) {
    throw invalidArgument(name, 'The header and the parameter of that name differ');
  }
  refuseControls(name, parameter);
  return parameter;
}

/** A header cannot hold what a parameter of a presigned URL can. */
function refuseControls(name: string, value: string): void {
  if (/\p{Cc}/u.test(value)) throw invalidArgument(name, 'The value has control characters');
}

/** `x-amz-meta-*`, into an object without a prototype: its keys are the caller's. */
function decodePrefixHeaders(
  prefix: string,
  request: RestRequest,
  query: ReadonlyMap<string, string>,
): Record<string, string> | undefined {
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of query) {
    if (!name.startsWith(prefix)) continue;
    refuseControls(name, value);
    found[name.slice(prefix.length)] = value;
  }
  for (const [name, value] of request.headers) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function decodeText(
  model: ServiceModel,
  shape: Shape,
  name: string,
  text: string | undefined,
): unknown {
  if (text === undefined) return undefined;
  if (shape.type === 'list') {
    const item = shapeOf(model, shape.member.shape);
    return text.split(',').map((part) => decodeText(model, item, name, part.trim()));
  }
  const value = parseScalar(shape, text);
  if (value !== undefined) return value;
  // A date of HTTP that is none is as good as absent, as RFC 9110 has it.
  if (shape.type === 'timestamp' && !name.startsWith('x-amz-')) return undefined;
  throw invalidArgument(name, `The value is no valid ${shape.type}`, text);
}

function decodePayload(
  model: ServiceModel,
  member: Member,
  shape: Shape,
  body: Uint8Array,
): unknown {
  if (shape.type === 'structure') {
    const root = member.xmlName ?? shape.xmlName ?? member.shape;
    return decodeDocument(model, shape, root, body);
  }
  if (shape.type === 'blob') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new ApiError('InvalidRequest', 400, 'The body is not valid UTF-8');
  }
}

function decodeDocument(
  model: ServiceModel,
  structure: StructureShape,
  root: string,
  body: Uint8Array,
): Record<string, unknown> {
  const element = readXml(body);
  if (element.name !== root) throw malformedXml();
  return decodeStructure(model, structure, element);
}

function rootName(model: ServiceModel, operation: string): string {
  const name = operationOf(model, operation).input;
  return structureOf(model, name).xmlName ?? name ?? operation;
}

function invalidArgument(name: string, message: string, value?: string): ApiError {
  return new ApiError('InvalidArgument', 400, message, {
    ArgumentName: name,
    ...(value === undefined ? {} : { ArgumentValue: value.slice(0, 1024) }),
  });
}
