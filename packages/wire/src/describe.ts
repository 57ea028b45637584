import type { ServiceModel, Shape } from './model.ts';
import { membersOf } from './model-lookup.ts';
import { holdsPrivateKey, isCertificateText } from './pem.ts';

/** What stands in a record in place of a secret, as in CloudTrail. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/**
 * Secret, though AWS's model does not mark it: a bearer of the first is the session, a code of an
 * MFA device that was refused may still be good, and what a function writes or is given is its own.
 */
const secretMembers: ReadonlySet<string> = new Set([
  'SessionToken',
  'AuthenticationCode1',
  'AuthenticationCode2',
  'TokenCode',
  'LogResult',
  'ClientContext',
]);

/** Public, unless something else was pasted: then it may be the private key. */
const publicMembers: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['CertificateBody', isCertificateText],
  ['CertificateChain', isCertificateText],
  ['SSHPublicKeyBody', (text) => !holdsPrivateKey(text)],
]);

/**
 * An operation's input or output as a record may hold it: member names in CloudTrail's camel case,
 * sensitive members hidden, bodies left out, times as ISO 8601. Undefined when there is nothing.
 */
export function describeForRecord(
  model: ServiceModel,
  operation: string,
  side: 'input' | 'output',
  value: unknown,
): unknown {
  const shape = model.operations[operation]?.[side];
  if (shape === undefined || value === undefined) return undefined;
  return describe(model, shape, value);
}

function describe(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = model.shapes[shapeName];
  if (shape === undefined || value === undefined || value === null) return undefined;
  if ('sensitive' in shape && shape.sensitive) return hidden;
  switch (shape.type) {
    case 'structure':
      return describeStructure(model, shape, value);
    case 'list':
      return Array.isArray(value)
        ? value.map((item) => describe(model, shape.member.shape, item))
        : undefined;
    case 'map':
      if (isSensitive(model, shape.key.shape)) return hidden;
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, describe(model, shape.value.shape, item)]),
      );
    case 'timestamp':
      return value instanceof Date ? value.toISOString() : undefined;
    case 'blob':
      return undefined;
    default:
      return value;
  }
}

function isSensitive(model: ServiceModel, shapeName: string): boolean {
  const shape = model.shapes[shapeName];
  return shape !== undefined && 'sensitive' in shape && shape.sensitive === true;
}

function describeStructure(
  model: ServiceModel,
  shape: Extract<Shape, { readonly type: 'structure' }>,
  value: object,
): unknown {
  const described: Record<string, unknown> = {};
  for (const [name, member] of membersOf(shape)) {
    const item: unknown = Reflect.get(value, name);
    if (item === undefined) continue;
    const text = isSecret(name, item) ? hidden : describe(model, member.shape, item);
    if (text !== undefined) described[camelCase(name)] = text;
  }
  return described;
}

function isSecret(member: string, value: unknown): boolean {
  if (secretMembers.has(member)) return true;
  return typeof value === 'string' && publicMembers.get(member)?.(value) === false;
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
