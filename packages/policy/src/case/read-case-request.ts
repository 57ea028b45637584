import type { AuthorizationRequest } from '../evaluate/authorization-request.ts';
import { parseArn } from '../match/arn.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import { accountOf } from '../match/principal.ts';
import {
  type DocumentReader,
  readAnyMembers,
  readMembers,
  readText,
  readTextList,
  report,
} from '../parse/document-reader.ts';
import type { JsonNode } from '../parse/json-node.ts';
import type { Principal } from '../principal.ts';
import { isAccountId, readPrincipal } from './read-case-principal.ts';

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
  const form = (field: string, isRight: (text: string) => boolean, help: string) =>
    readForm(reader, members.get(field), `${path}.${field}`, isRight, help);
  const written = members.get('principal');
  const principal = written && readPrincipal(reader, written, `${path}.principal`);
  const action = form('action', (text) => ACTION.test(text), 'one action: `s3:GetObject`');
  const resource = form('resource', isResource, 'an ARN, or `*`');
  const owner = form('resourceAccount', isAccountId, 'an account of twelve digits');
  const context = readContext(reader, members.get('context'), `${path}.context`);
  const mustAgree = members.get('resourceMustAgree');
  if (mustAgree !== undefined && mustAgree.kind !== 'boolean') {
    report(reader, 'wrong-type', `${path}.resourceMustAgree`, mustAgree.start, 'true or false');
  }
  if (['principal', 'action', 'resource'].some((field) => !members.has(field))) {
    const help = 'a `principal`, an `action` and a `resource`';
    return report(reader, 'missing-element', path, node.start, help);
  }
  if (principal === undefined || action === undefined || resource === undefined) return undefined;
  const resourceMustAgree =
    mustAgree === undefined
      ? isKey(action, resource)
      : mustAgree.kind === 'boolean' && mustAgree.text === 'true';
  const resourceAccount = owner ?? ownerOf(resource, principal);
  return { principal, action, resource, resourceAccount, resourceMustAgree, context };
}

/** Of the documentation's examples: who asks about a real account says so. */
const DEFAULT_ACCOUNT = '111122223333';

/** The account that the ARN names, and where it names none (a bucket's), the caller's. */
function ownerOf(resource: string, principal: Principal): string {
  const named = parseArn(resource)?.accountId ?? '';
  return isAccountId(named) ? named : (accountOf(principal) ?? DEFAULT_ACCOUNT);
}

const ACTION = /^[A-Za-z0-9-]+:[A-Za-z0-9-]+$/;

function isResource(text: string): boolean {
  return text === '*' || (parseArn(text)?.resource ?? '') !== '';
}

/** A key of KMS is the resource that lets nobody in without its own policy. */
function isKey(action: string, resource: string): boolean {
  const arn = parseArn(resource);
  const isOfKey = arn?.service === 'kms' && arn.resource.startsWith('key/');
  return isOfKey && foldAscii(action).startsWith('kms:');
}

/** Text that has to look like something; undefined when it does not, which is reported. */
function readForm(
  reader: DocumentReader,
  node: JsonNode | undefined,
  path: string,
  isRight: (text: string) => boolean,
  help: string,
): string | undefined {
  const text = readText(reader, node, path);
  if (node === undefined || text === undefined || isRight(text)) return text;
  return report(reader, 'wrong-form', path, node.start, help);
}

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
    const folded = foldAscii(key);
    if (context.has(folded)) {
      const help = 'keys that differ only by case are one: keep one of the two';
      report(reader, 'duplicate-key', `${path}.${key}`, value.start, help);
    }
    context.set(folded, value.kind === 'array' ? values : (values[0] ?? ''));
  }
  return context;
}
