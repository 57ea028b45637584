import type {
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { groupDetails } from './authorization-detail/group.ts';
import { managedPolicyDetails, shownVersions } from './authorization-detail/managed-policy.ts';
import { readOwned } from './authorization-detail/owned.ts';
import { roleDetails } from './authorization-detail/role.ts';
import { userDetails } from './authorization-detail/user.ts';
import { findAwsManagedPolicy } from './aws-managed-policies.ts';
import { countFitting, pageOfRows } from './pagination.ts';
import { trustPolicyCost } from './trust-policy.ts';

/** In the order of the one stream of pages. */
const kinds = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;
type Kind = (typeof kinds)[number];

/** Something that a page may hold, in what ordering and measuring it takes. */
interface Entry {
  readonly kind: Kind;
  /** The unique id, of a policy of AWS the ARN. */
  readonly id: string;
  /** What it is ordered by within its kind. */
  readonly key: string;
  /** Characters of the documents in its own row, by what they cost. */
  readonly size: number;
}

/**
 * Users, groups, roles, the account's policies, then those of AWS that are in use, each in the order
 * of the folded names. A page takes the same number of queries, whatever is in it.
 */
export const getAccountAuthorizationDetails = operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
>({
  authorization: { action: 'iam:GetAccountAuthorizationDetails' },
  access: 'read',
  async run(context, input) {
    const { rows, ...position } = await pageOfRows<Entry>(
      context,
      'GetAccountAuthorizationDetails',
      input,
      ({ kind, key }) => `${kinds.indexOf(kind)}${key}`,
      (after, limit) => entriesAfter(context, wantedKinds(input.Filter), after, limit),
      (entries) => countEntries(context, entries),
    );
    const idsOf = (kind: Kind) => rows.filter((row) => row.kind === kind).map((row) => row.id);
    const [users, groups, roles] = [idsOf('User'), idsOf('Group'), idsOf('Role')];
    const owned = await readOwned(context, [...users, ...groups, ...roles]);
    return {
      UserDetailList: await userDetails(context, users, owned),
      GroupDetailList: await groupDetails(context, groups, owned),
      RoleDetailList: await roleDetails(context, roles, owned),
      Policies: await managedPolicyDetails(
        context,
        idsOf('LocalManagedPolicy'),
        idsOf('AWSManagedPolicy'),
      ),
      ...position,
    };
  },
});

export const accountAuthorizationDetailsOperations: OperationTable = {
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
};

function wantedKinds(filter: readonly EntityType[] | undefined): readonly Kind[] {
  if (filter === undefined || filter.length === 0) return kinds;
  return kinds.filter((kind) => filter.includes(kind));
}

async function entriesAfter(
  context: OperationContext,
  wanted: readonly Kind[],
  after: string,
  limit: number,
): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const kind of wanted) {
    const ordinal = String(kinds.indexOf(kind));
    if (found.length >= limit || ordinal < after.slice(0, 1)) continue;
    const key = after.startsWith(ordinal) ? after.slice(1) : '';
    found.push(...(await finders[kind](context, key, limit - found.length)));
  }
  return found;
}

type Finder = (context: OperationContext, after: string, limit: number) => Promise<Entry[]>;

const finders: Readonly<Record<Kind, Finder>> = {
  async User(context, after, limit) {
    const rows = await context.database
      .selectFrom('iam_user')
      .select(['user_id as id', 'name_fold as key'])
      .where('account_id', '=', context.accountId)
      .where('name_fold', '>', after)
      .orderBy('name_fold')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ kind: 'User', ...row, size: 0 }));
  },
  async Group(context, after, limit) {
    const rows = await context.database
      .selectFrom('iam_group')
      .select(['group_id as id', 'name_fold as key'])
      .where('account_id', '=', context.accountId)
      .where('name_fold', '>', after)
      .orderBy('name_fold')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ kind: 'Group', ...row, size: 0 }));
  },
  async Role(context, after, limit) {
    const rows = await context.database
      .selectFrom('iam_role')
      .select(['role_id as id', 'name_fold as key'])
      .select((eb) => eb.fn<number>('length', ['trust_policy']).as('size'))
      .where('account_id', '=', context.accountId)
      .where('name_fold', '>', after)
      .orderBy('name_fold')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ kind: 'Role', ...row, size: trustPolicyCost(Number(row.size)) }));
  },
  async LocalManagedPolicy(context, after, limit) {
    const rows = await context.database
      .selectFrom('iam_policy')
      .select(['policy_id as id', 'name_fold as key'])
      .where('account_id', '=', context.accountId)
      .where('name_fold', '>', after)
      .orderBy('name_fold')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ kind: 'LocalManagedPolicy', ...row, size: 0 }));
  },
  async AWSManagedPolicy(context, after, limit) {
    const arns = await awsPoliciesInUse(context);
    return arns
      .map((arn) => ({ kind: 'AWSManagedPolicy' as const, id: arn, key: nameOf(arn), size: 0 }))
      .filter(({ key }) => key > after)
      .sort((one, other) => (one.key < other.key ? -1 : 1))
      .slice(0, limit);
  },
};

const awsPolicies = 'arn:aws:iam::aws:policy/';
/** The character after the slash ends the range. */
const afterAwsPolicies = 'arn:aws:iam::aws:policy0';

/** Of AWS's own policies an account shows those that are attached or are somebody's boundary. */
async function awsPoliciesInUse({ database, accountId }: OperationContext): Promise<string[]> {
  const attached = await database
    .selectFrom('iam_attached_policy')
    .select('policy_arn as arn')
    .distinct()
    .where('account_id', '=', accountId)
    .where('policy_arn', '>=', awsPolicies)
    .where('policy_arn', '<', afterAwsPolicies)
    .execute();
  const arns = new Set(attached.map((row) => row.arn));
  for (const table of ['iam_user', 'iam_role'] as const) {
    const boundaries = await database
      .selectFrom(table)
      .select('permissions_boundary as arn')
      .distinct()
      .where('account_id', '=', accountId)
      .where('permissions_boundary', '>=', awsPolicies)
      .where('permissions_boundary', '<', afterAwsPolicies)
      .execute();
    for (const { arn } of boundaries) if (arn !== null) arns.add(arn);
  }
  return [...arns];
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** How many entries come before the one whose documents are too much for this page. */
async function countEntries(context: OperationContext, entries: readonly Entry[]): Promise<number> {
  const sizes = await documentSizes(
    context,
    entries.map((entry) => entry.id),
  );
  return countFitting(
    entries,
    (entry) => entry.size + (sizes.get(entry.id) ?? awsPolicySize(entry)),
  );
}

/** Asked for only while the page has room, since the documents are unpacked for it. */
function awsPolicySize({ kind, id }: Entry): number {
  if (kind !== 'AWSManagedPolicy') return 0;
  const policy = findAwsManagedPolicy(id);
  const versions = policy ? shownVersions(policy) : [];
  return versions.reduce((sum, version) => sum + version.document.length, 0);
}

/** Characters of inline policies by their owner, and of versions by their policy. */
async function documentSizes(
  { database, accountId }: OperationContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const inline = await database
    .selectFrom('iam_inline_policy')
    .select('owner_id as id')
    .select((eb) => eb.fn.sum<number>(eb.fn<number>('length', ['document'])).as('size'))
    .where('account_id', '=', accountId)
    .where('owner_id', 'in', ids)
    .groupBy('owner_id')
    .execute();
  const versions = await database
    .selectFrom('iam_policy_version')
    .select('policy_id as id')
    .select((eb) => eb.fn.sum<number>(eb.fn<number>('length', ['document'])).as('size'))
    .where('account_id', '=', accountId)
    .where('policy_id', 'in', ids)
    .groupBy('policy_id')
    .execute();
  return new Map([...inline, ...versions].map(({ id, size }) => [id, Number(size)]));
}
