import { ApiError } from '../api-error.ts';
import type { ServiceModel } from '../model.ts';
import { operationOf, structureOf } from '../model-lookup.ts';
import { decodeStructure } from '../xml/decode-element.ts';
import { malformedXml, readXmlText, type XmlElement } from '../xml/read-xml.ts';

/**
 * What a query service answered, for a client of our own: the operation's output, or the error that
 * it tells, thrown as `ApiError` with the status it came with. What is neither is `MalformedXML`.
 */
export function decodeQueryResponse(
  model: ServiceModel,
  operation: string,
  answer: { readonly status: number; readonly text: string },
): object {
  const root = readXmlText(answer.text);
  if (answer.status !== 200) throw errorOf(root, answer.status);
  const result = childOf(root, `${operation}Result`);
  if (root.name !== `${operation}Response` || result === undefined) throw malformedXml();
  return decodeStructure(model, structureOf(model, operationOf(model, operation).output), result);
}

function errorOf(root: XmlElement, status: number): ApiError {
  const error = root.name === 'ErrorResponse' ? childOf(root, 'Error') : undefined;
  const code = error && childOf(error, 'Code')?.text;
  if (error === undefined || code === undefined) return malformedXml();
  return new ApiError(code, status, childOf(error, 'Message')?.text ?? '');
}

function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}
