import type { ApiError } from '../api-error.ts';
import type { ServiceModel } from '../model.ts';
import { operationOf, structureOf } from '../model-lookup.ts';
import { formatIso8601Seconds } from '../value/timestamp.ts';
import { writeMembers, type XmlStyle } from '../xml/write-members.ts';
import { escapeXml, isPlainXml, withoutInvalidXml } from '../xml/xml-text.ts';

/** Parsers of XML 1.0 refuse a control even as a reference: a call's answer must be readable. */
const style: XmlStyle = {
  text: (text) => (isPlainXml(text) ? text : escapeXml(withoutInvalidXml(text))),
  timestamp: formatIso8601Seconds,
};

const ec2Style: XmlStyle = { ...style, timestamp: (date) => date.toISOString() };

/**
 * The answer to a call in the AWS query protocol. Members come in the model's order, undefined ones
 * are left out, and an operation without output has no result element.
 */
export function encodeQueryResponse(
  model: ServiceModel,
  operation: string,
  output: object | undefined,
  requestId: string,
): string {
  if (model.protocol === 'ec2') return ec2Response(model, operation, output, requestId);
  const { output: outputName } = operationOf(model, operation);
  let result = '';
  if (outputName !== undefined) {
    const members = writeMembers(model, structureOf(model, outputName), output ?? {}, style);
    result = `<${operation}Result>${members}</${operation}Result>`;
  }
  const metadata = `<ResponseMetadata><RequestId>${style.text(requestId)}</RequestId></ResponseMetadata>`;
  const root = `${operation}Response`;
  return `<${root} xmlns="${model.xmlNamespace}">${result}${metadata}</${root}>`;
}

/** EC2 has no element for the result, and says `return` where there is nothing else to say. */
function ec2Response(
  model: ServiceModel,
  operation: string,
  output: object | undefined,
  requestId: string,
): string {
  const { output: outputName } = operationOf(model, operation);
  const members =
    outputName === undefined
      ? '<return>true</return>'
      : writeMembers(model, structureOf(model, outputName), output ?? {}, ec2Style);
  const root = `${operation}Response`;
  const id = `<requestId>${style.text(requestId)}</requestId>`;
  return `<${root} xmlns="${model.xmlNamespace}">${id}${members}</${root}>`;
}

/** An error in the AWS query protocol; without a model (the service is unknown) no namespace. */
export function encodeQueryError(error: ApiError, requestId: string, model?: ServiceModel): string {
  if (model?.protocol === 'ec2') return ec2Error(error, requestId);
  const namespace = model === undefined ? '' : ` xmlns="${model.xmlNamespace}"`;
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  // AWS leaves it out where it has nothing to say, as of a credential report that is not there.
  const message = error.message === '' ? '' : `<Message>${style.text(error.message)}</Message>`;
  return [
    `<ErrorResponse${namespace}><Error><Type>${type}</Type>`,
    `<Code>${style.text(error.code)}</Code>${message}`,
    `</Error><RequestId>${style.text(requestId)}</RequestId></ErrorResponse>`,
  ].join('');
}

function ec2Error(error: ApiError, requestId: string): string {
  return [
    `<Response><Errors><Error><Code>${style.text(error.code)}</Code>`,
    `<Message>${style.text(error.message)}</Message></Error></Errors>`,
    `<RequestID>${style.text(requestId)}</RequestID></Response>`,
  ].join('');
}
