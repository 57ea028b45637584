export { ApiError } from './api-error.ts';
export { carnetModel } from './carnet-model.ts';
export { validateInput } from './constraint/validate-input.ts';
export { describeForRecord } from './describe.ts';
export type { Member, OperationModel, ServiceModel, Shape } from './model.ts';
export { findOperation } from './model-lookup.ts';
export { models, serviceModel } from './models.ts';
export type { PayloadMode } from './payload-mode.ts';
export { isCertificateText } from './pem.ts';
export { decodeQueryRequest, type QueryRequest } from './query/decode-query-request.ts';
export { decodeQueryResponse } from './query/decode-query-response.ts';
export { encodeQueryError, encodeQueryResponse } from './query/encode-query-response.ts';
export type { RawRequest } from './raw-request.ts';
export {
  decodeRestJsonRequest,
  type RestJsonRequest,
} from './rest-json/decode-rest-json-request.ts';
export {
  encodeRestJsonError,
  encodeRestJsonResponse,
} from './rest-json/encode-rest-json-response.ts';
export { routeRestJson } from './rest-json/route-rest-json.ts';
export {
  decodeRestXmlRequest,
  hasBody,
  type RestRequest,
  streamingInputMember,
  streamingOutputMember,
} from './rest-xml/decode-rest-xml-request.ts';
export { encodeRestXmlError, type RestXmlErrorContext } from './rest-xml/encode-rest-xml-error.ts';
export {
  encodeRestXmlResponse,
  type RestXmlResponse,
} from './rest-xml/encode-rest-xml-response.ts';
export { type RestRequestHead, routeRestXml } from './rest-xml/route-rest-xml.ts';
export { virtualHostBucket } from './rest-xml/virtual-host-bucket.ts';
export type { Version2Request } from './sigv2/read-version2-request.ts';
export { verifyVersion2Signature } from './sigv2/verify-version2-signature.ts';
export { createPayloadVerifier } from './sigv4/create-payload-verifier.ts';
export type { CredentialScope } from './sigv4/credential-scope.ts';
export type { PayloadEnd, PayloadVerifier } from './sigv4/payload-verifier.ts';
export {
  type AnonymousRequest,
  type CredentialReading,
  readCredentials,
  type SignedRequest,
} from './sigv4/read-credentials.ts';
export type { SignatureRefusal, SignatureRefusalReason } from './sigv4/refusal.ts';
export { sha256Hex } from './sigv4/sha256.ts';
export {
  presignRequest,
  type SigningCredentials,
  type SigningInput,
  signRequest,
} from './sigv4/sign-request.ts';
export { createSigningKeyCache, type SigningKeyCache } from './sigv4/signing-key.ts';
export {
  type SignatureVerification,
  type VerificationOptions,
  verifySignature,
} from './sigv4/verify-signature.ts';
export { frozenHeaders } from './sigv4/visible-header.ts';
export { readXmlText, type XmlElement } from './xml/read-xml.ts';
