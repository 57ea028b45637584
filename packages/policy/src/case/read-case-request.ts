import type { AuthorizationRequest } from '../evaluate/authorization-request.ts';
import { parseArn } from '../match/arn.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import {
  type DocumentReader,
  readAnyMembers,
  readMembers,
  readText,
  readTextList,
  report,
} from '../parse/document-reader.ts';
import type { JsonNode, JsonObject } from '../parse/json-node.ts';
import type { Principal } from '../principal.ts';

const FIELDS = [
  'principal',
  'action',
  'resource',
  'resourceAccount',
  'resourceMustAgree',
  'context',
];

/** Who asks what of whom; undefined when something that has to be said is not. */
export function readCaseRequest(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): AuthorizationRequest | undefined {
  if (node.kind !== 'object') return report(reader, 'wrong-type', path, node.start, 'an object');
  const members = readMembers(reader, node, path, FIELDS);
  const text = (field: string) => readText(reader, members.get(field), `${path}.${field}`);
  const written = members.get('principal');
  const principal = written && readPrincipal(reader, written, `${path}.principal`);
  const action = text('action');
  const resource = text('resource');
  if (principal === undefined || action === undefined || resource === undefined) {
    const help = 'a `principal`, an `action` and a `resource`';
    return report(reader, 'missing-element', path, node.start, help);
  }
  const context = readContext(reader, members.get('context'), `${path}.context`);
  const resourceAccount = text('resourceAccount') ?? DEFAULT_ACCOUNT;
  const mustAgree = members.get('resourceMustAgree');
  if (mustAgree !== undefined && mustAgree.kind !== 'boolean') {
    report(reader, 'wrong-type', `${path}.resourceMustAgree`, mustAgree.start, 'true or false');
  }
  const resourceMustAgree = mustAgree?.kind === 'boolean' && mustAgree.text === 'true';
  return { principal, action, resource, resourceAccount, resourceMustAgree, context };
}

/** Of the documentation's examples: who asks about a real account says so. */
const DEFAULT_ACCOUNT = '111122223333';

function readContext(
  reader: DocumentReader,
  node: JsonNode | undefined,
  path: string,
): ReadonlyMap<string, string | readonly string[]> {
  const context = new Map<string, string | readonly string[]>();
  if (node === undefined) return context;
  if (node.kind !== 'object') {
    report(reader, 'wrong-type', path, node.start, 'an object of condition keys');
    return context;
  }
  for (const [key, value] of readAnyMembers(reader, node, path)) {
    const values = readTextList(reader, value, `${path}.${key}`).map((one) => one.text);
    context.set(foldAscii(key), value.kind === 'array' ? values : (values[0] ?? ''));
  }
  return context;
}

function readPrincipal(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): Principal | undefined {
  if (node.kind === 'object') return readWholePrincipal(reader, node, path);
  const text = readText(reader, node, path);
  if (text === undefined) return undefined;
  const principal = principalNamed(text);
  if (principal !== undefined) return principal;
  const help = 'an ARN, the name of a service, `*`, or the session in full';
  return report(reader, 'unknown-principal', path, node.start, help);
}

/** No document can name it. */
const UNKNOWN_ID = 'unknown';
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** A role session's role is taken to be at the path `/`, which only the session in full can tell. */
function principalNamed(text: string): Principal | undefined {
  if (text === '*') return { kind: 'anonymous' };
  if (SERVICE.test(text)) return { kind: 'service', service: text };
  const arn = parseArn(text);
  if (arn === undefined) return undefined;
  const { partition, accountId, resource } = arn;
  const [type, name] = resource.split('/', 2);
  if (resource === 'root') return { kind: 'root', accountId, arn: text };
  if (type === 'user') return { kind: 'user', accountId, arn: text, uniqueId: UNKNOWN_ID };
  if (type !== 'assumed-role') return undefined;
  const roleArn = `arn:${partition}:iam::${accountId}:role/${name}`;
  return { kind: 'assumedRole', accountId, arn: text, roleArn, uniqueId: UNKNOWN_ID };
}

const PRINCIPAL_FIELDS = ['kind', 'accountId', 'arn', 'roleArn', 'userArn', 'uniqueId', 'service'];

function readWholePrincipal(
  reader: DocumentReader,
  node: JsonObject,
  path: string,
): Principal | undefined {
  const members = readMembers(reader, node, path, PRINCIPAL_FIELDS);
  const text = (field: string) => readText(reader, members.get(field), `${path}.${field}`);
  const missing = (help: string) => report(reader, 'missing-element', path, node.start, help);
  const kind = text('kind');
  const service = text('service');
  if (kind === 'anonymous') return { kind };
  if (kind === 'service') return service === undefined ? missing('a `service`') : { kind, service };
  const arn = text('arn');
  if (arn === undefined) return missing('a `kind` and an `arn`');
  const accountId = text('accountId') ?? parseArn(arn)?.accountId ?? '';
  const uniqueId = text('uniqueId') ?? UNKNOWN_ID;
  const roleArn = text('roleArn');
  const userArn = text('userArn');
  if (kind === 'root') return { kind, accountId, arn };
  if (kind === 'user') return { kind, accountId, arn, uniqueId };
  if (kind === 'assumedRole') {
    if (roleArn === undefined) return missing('a `roleArn`');
    return { kind, accountId, arn, roleArn, uniqueId };
  }
  if (kind === 'federatedUser') {
    if (userArn === undefined) return missing('a `userArn`');
    return { kind, accountId, arn, userArn, uniqueId };
  }
  return missing('a `kind`: root, user, assumedRole, federatedUser, service or anonymous');
}
