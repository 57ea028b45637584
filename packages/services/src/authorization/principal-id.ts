import { type Arn, type PolicyDocument, type PrincipalEntry, parseArn } from '@carnet/policy';
import type { Database } from '@carnet/store';
import { iamArn } from '../arn.ts';
import { impossibleService } from './refused-principal.ts';

/**
 * Users, roles and sessions of roles in the Principal elements of stored policies. On save their ARNs
 * become unique ids (`AIDA…`, `AROA…`, `AROA…:app`), so that one who is deleted and made again under
 * the same name is somebody else; on reading the ids are shown as ARNs again, as long as there is
 * somebody behind them. Everything else is left as it stands: `*`, accounts, federated users,
 * services, providers.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */

/** A text to store, or the first principal that nobody is. */
export type PrincipalsAsIds =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly entry: PrincipalEntry };

/**
 * The document's text with unique ids for user and role ARNs. Whom a policy names must exist: the
 * account of every principal too, since that costs one query and a wrong digit is found at once.
 */
export async function principalsToIds(
  database: Database,
  document: PolicyDocument,
): Promise<PrincipalsAsIds> {
  const impossible = impossibleService(document);
  if (impossible !== undefined) return { ok: false, entry: impossible };
  const replacements: Replacement[] = [];
  for (const entry of awsPrincipals(document)) {
    const stored = await storedPrincipal(database, entry.value.text);
    if (stored === undefined) return { ok: false, entry };
    if (stored !== entry.value.text) replacements.push(replacementOf(entry, stored));
  }
  return { ok: true, text: replaced(document.text, replacements) };
}

/** The stored document's text with ARNs for unique ids; the ids of the deleted stay. */
export async function principalsToArns(
  database: Database,
  document: PolicyDocument,
): Promise<string> {
  const [text = ''] = await manyPrincipalsToArns(database, [document]);
  return text;
}

/** The same for many documents, with a few queries for all of them. */
export async function manyPrincipalsToArns(
  database: Database,
  documents: readonly PolicyDocument[],
): Promise<readonly string[]> {
  const texts = documents.flatMap((document) =>
    awsPrincipals(document).map((entry) => entry.value.text),
  );
  const named = await peopleOf(database, texts);
  return documents.map((document) => {
    const replacements: Replacement[] = [];
    for (const entry of awsPrincipals(document)) {
      const arn = arnOf(entry.value.text, named);
      if (arn !== undefined) replacements.push(replacementOf(entry, arn));
    }
    return replaced(document.text, replacements);
  });
}

function awsPrincipals(document: PolicyDocument): readonly PrincipalEntry[] {
  return document.statements
    .flatMap((statement) => statement.principal?.entries ?? [])
    .filter((entry) => entry.type === 'AWS' && entry.value.text !== '*');
}

/** How a principal is stored; undefined when there is no such one. */
async function storedPrincipal(database: Database, text: string): Promise<string | undefined> {
  if (isUniqueId(text)) {
    return arnOf(text, await peopleOf(database, [text])) === undefined ? undefined : text;
  }
  if (/^\d{12}$/.test(text)) return (await hasAccount(database, text)) ? text : undefined;
  const arn = parseArn(text);
  if (arn?.partition !== 'aws' || !(await hasAccount(database, arn.accountId))) return undefined;
  return arn.service === 'iam'
    ? storedIamPrincipal(database, arn, text)
    : storedSts(database, arn, text);
}

async function storedIamPrincipal(
  database: Database,
  arn: Arn,
  text: string,
): Promise<string | undefined> {
  if (arn.resource === 'root') return text;
  const [type = '', ...rest] = arn.resource.split('/');
  const name = rest.pop() ?? '';
  const path = rest.length === 0 ? '/' : `/${rest.join('/')}/`;
  if (type === 'user') return userIdOf(database, arn.accountId, path, name);
  return type === 'role' ? roleIdOf(database, arn.accountId, { path, name }) : undefined;
}

/** A session is one of its role, which must exist; a federated user needs only the account. */
async function storedSts(database: Database, arn: Arn, text: string): Promise<string | undefined> {
  const [type, name = '', session, ...more] = arn.resource.split('/');
  if (type === 'federated-user') return text;
  if (type !== 'assumed-role' || session === undefined || more.length > 0) return undefined;
  const roleId = await roleIdOf(database, arn.accountId, { name });
  return roleId === undefined ? undefined : `${roleId}:${session}`;
}

async function userIdOf(
  database: Database,
  accountId: string,
  path: string,
  name: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('iam_user')
    .select('user_id')
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .where('path', '=', path)
    .executeTakeFirst();
  return row?.user_id;
}

async function roleIdOf(
  database: Database,
  accountId: string,
  role: { readonly name: string; readonly path?: string },
): Promise<string | undefined> {
  let query = database
    .selectFrom('iam_role')
    .select('role_id')
    .where('account_id', '=', accountId)
    .where('name', '=', role.name);
  if (role.path !== undefined) query = query.where('path', '=', role.path);
  return (await query.executeTakeFirst())?.role_id;
}

async function hasAccount(database: Database, accountId: string): Promise<boolean> {
  const row = await database
    .selectFrom('account')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row !== undefined;
}

/** A user or a role. */
interface Named {
  readonly accountId: string;
  readonly type: 'user' | 'role';
  readonly path: string;
  readonly name: string;
}

/** The ARN of what `AIDA…`, `AROA…` or `AROA…:app` stands for; undefined when nobody is there. */
function arnOf(text: string, people: ReadonlyMap<string, Named>): string | undefined {
  const named = people.get(idIn(text));
  if (named === undefined) return undefined;
  const { accountId, type, path, name } = named;
  const session = text.slice(idIn(text).length + 1);
  if (session === '') return iamArn(accountId, type, path, name);
  return type === 'role' ? `arn:aws:sts::${accountId}:assumed-role/${name}/${session}` : undefined;
}

/** The unique id in what may be a session of its role. */
function idIn(text: string): string {
  const colon = text.indexOf(':');
  return colon < 0 ? text : text.slice(0, colon);
}

/** Whom the unique ids among these texts belong to. */
async function peopleOf(
  database: Database,
  texts: readonly string[],
): Promise<ReadonlyMap<string, Named>> {
  const ids = [...new Set(texts.filter(isUniqueId).map(idIn))];
  const people = new Map<string, Named>();
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const some = await fewPeople(database, ids.slice(start, start + idsPerQuery));
    for (const [id, named] of some) people.set(id, named);
  }
  return people;
}

/** A statement has room for tens of thousands of values, and a page of roles names more. */
const idsPerQuery = 500;

async function fewPeople(
  database: Database,
  ids: readonly string[],
): Promise<readonly (readonly [id: string, named: Named])[]> {
  const users = await database
    .selectFrom('iam_user')
    .select(['account_id as accountId', 'path', 'name', 'user_id as id'])
    .where('user_id', 'in', ids)
    .execute();
  const roles = await database
    .selectFrom('iam_role')
    .select(['account_id as accountId', 'path', 'name', 'role_id as id'])
    .where('role_id', 'in', ids)
    .execute();
  return [
    ...users.map(({ id, ...row }) => [id, { ...row, type: 'user' }] as const),
    ...roles.map(({ id, ...row }) => [id, { ...row, type: 'role' }] as const),
  ];
}

function isUniqueId(text: string): boolean {
  return text.startsWith('AIDA') || text.startsWith('AROA');
}

interface Replacement {
  /** Of the opening quote. */
  readonly offset: number;
  readonly text: string;
}

function replacementOf(entry: PrincipalEntry, text: string): Replacement {
  return { offset: entry.value.position.offset, text };
}

/** The text with other strings in the given places, and everything else as it was written. */
function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = '';
  let done = 0;
  for (const { offset, text: replacement } of replacements.toSorted(
    (a, b) => a.offset - b.offset,
  )) {
    result += text.slice(done, offset) + JSON.stringify(replacement);
    done = endOfString(text, offset);
  }
  return result + text.slice(done);
}

/** Behind the closing quote of the JSON string that begins at `offset`. */
function endOfString(text: string, offset: number): number {
  let at = offset + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
