import { type Arn, parseArn } from '../match/arn.ts';
import { type DocumentReader, readMembers, readText, report } from '../parse/document-reader.ts';
import type { JsonNode, JsonObject } from '../parse/json-node.ts';
import type { Principal } from '../principal.ts';

/** Who asks, by an ARN or a name, or in full; undefined when that is at fault, which is reported. */
export function readPrincipal(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): Principal | undefined {
  if (node.kind === 'object') return readWholePrincipal(reader, node, path);
  const text = readText(reader, node, path);
  if (text === undefined) return undefined;
  const principal = principalNamed(text);
  if (principal !== undefined) return principal;
  return report(reader, 'unknown-principal', path, node.start, adviceFor(text));
}

/** What stands in place of a unique id that the question does not tell; no document names it. */
export const UNKNOWN_ID = 'unknown';

const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const NAME = /^[\w+=,.@-]+$/;
const ACCOUNT_ID = /^\d{12}$/;

export function isAccountId(text: string): boolean {
  return ACCOUNT_ID.test(text);
}

/** A role session's role is taken to be at the path `/`, which only the session in full can tell. */
function principalNamed(text: string): Principal | undefined {
  if (text === '*') return { kind: 'anonymous' };
  if (SERVICE.test(text)) return { kind: 'service', service: text };
  const arn = parseArn(text);
  if (arn === undefined) return undefined;
  const kind = kindOf(arn);
  const { partition, accountId, resource } = arn;
  if (kind === 'root') return { kind, accountId, arn: text };
  if (kind === 'user') return { kind, accountId, arn: text, uniqueId: UNKNOWN_ID };
  if (kind !== 'assumedRole') return undefined;
  const roleArn = `arn:${partition}:iam::${accountId}:role/${resource.split('/')[1]}`;
  return { kind, accountId, arn: text, roleArn, uniqueId: UNKNOWN_ID };
}

/** What the well-formed ARN of a principal is of. */
function kindOf({ service, region, accountId, resource }: Arn): Principal['kind'] | undefined {
  if (region !== '' || !isAccountId(accountId)) return undefined;
  const [type, ...names] = resource.split('/');
  const [first = '', second = ''] = names;
  if (service === 'iam') {
    if (resource === 'root') return 'root';
    return type === 'user' && NAME.test(names.at(-1) ?? '') ? 'user' : undefined;
  }
  if (service !== 'sts' || !NAME.test(first)) return undefined;
  if (type === 'federated-user' && names.length === 1) return 'federatedUser';
  return type === 'assumed-role' && names.length === 2 && NAME.test(second)
    ? 'assumedRole'
    : undefined;
}

function adviceFor(text: string): string {
  const arn = parseArn(text);
  if (arn === undefined) return 'an ARN, the name of a service, `*`, or the session in full';
  if (!isAccountId(arn.accountId)) return 'an ARN with an account of twelve digits';
  const [type] = arn.resource.split('/', 1);
  const session = `arn:aws:sts::${arn.accountId}:assumed-role`;
  if (type === 'role') {
    const name = arn.resource.split('/').at(-1);
    return `a session: a role has none here, write \`${session}/${name || 'NAME'}/SESSION\``;
  }
  if (type === 'assumed-role') return `the role and the session: \`${session}/NAME/SESSION\``;
  if (type === 'user') return `the name of a user: \`arn:aws:iam::${arn.accountId}:user/NAME\``;
  if (type === 'federated-user') return 'the session in full, with the `userArn` of who made it';
  return 'the ARN of a user, of a role session or of a root user';
}

const KINDS = ['root', 'user', 'assumedRole', 'federatedUser', 'service', 'anonymous'];
const FIELDS = ['kind', 'accountId', 'arn', 'roleArn', 'userArn', 'uniqueId', 'service'];

function readWholePrincipal(
  reader: DocumentReader,
  node: JsonObject,
  path: string,
): Principal | undefined {
  const members = readMembers(reader, node, path, FIELDS);
  const text = (field: string) => readText(reader, members.get(field), `${path}.${field}`);
  const missing = (help: string) => report(reader, 'missing-element', path, node.start, help);
  const kind = text('kind');
  const service = text('service');
  if (kind === 'anonymous') return { kind };
  if (kind === 'service') return service === undefined ? missing('a `service`') : { kind, service };
  const arn = text('arn');
  if (arn === undefined) return missing('a `kind` and an `arn`');
  const parsed = parseArn(arn);
  const accountId = text('accountId') ?? parsed?.accountId ?? '';
  if (!isAccountId(accountId)) return missing('an account of twelve digits');
  if (parsed === undefined || kindOf(parsed) !== kind || parsed.accountId !== accountId) {
    return missing(`a \`kind\` (${KINDS.join(', ')}) and the \`arn\` of one, in its account`);
  }
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
  return undefined;
}
