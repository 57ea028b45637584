import type {
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireManagedPolicy } from './entity.ts';
import { endOfPrefix, pageOfRows } from './pagination.ts';
import { policyResource } from './resource/policy.ts';

type Kind = 'group' | 'role' | 'user';

/** A user, group or role that has a policy. */
interface Entity {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly name_fold: string;
}

/** What is looked for on one page. */
interface Wanted {
  readonly policyArn: string;
  /** Undefined: attached or as a boundary. */
  readonly usage: ListEntitiesForPolicyRequest['PolicyUsageFilter'];
  readonly pathPrefix: string;
  /** The folded name after which it goes on. */
  readonly after: string;
  readonly limit: number;
}

const kinds: readonly Kind[] = ['group', 'role', 'user'];
const kindOfFilter: Readonly<Record<string, Kind>> = { Group: 'group', Role: 'role', User: 'user' };

/**
 * Groups, then roles, then users, each in the order of the folded names: whoever has the policy
 * attached or as a permissions boundary, unless `PolicyUsageFilter` names one of the two.
 */
export const listEntitiesForPolicy = operation<
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse
>({
  authorization: {
    action: 'iam:ListEntitiesForPolicy',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'read',
  async run(context, input) {
    const policy = await requireManagedPolicy(
      context,
      input.PolicyArn,
      `Policy ${input.PolicyArn} does not exist or is not attachable.`,
    );
    const wantedKinds = kindsOf(input);
    const { rows, ...position } = await pageOfRows<Entity>(
      context,
      'ListEntitiesForPolicy',
      input,
      (entity) => `${kinds.indexOf(entity.kind)}${entity.name_fold}`,
      async (after, limit) => {
        const found: Entity[] = [];
        for (const kind of wantedKinds) {
          const ordinal = String(kinds.indexOf(kind));
          if (found.length >= limit || ordinal < after.slice(0, 1)) continue;
          const wanted = {
            policyArn: policy.arn,
            usage: input.PolicyUsageFilter,
            pathPrefix: input.PathPrefix ?? '/',
            after: after.startsWith(ordinal) ? after.slice(1) : '',
            limit: limit - found.length,
          };
          found.push(...(await entitiesWith(context, kind, wanted)));
        }
        return found;
      },
    );
    return {
      PolicyGroups: ofKind(rows, 'group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: ofKind(rows, 'user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: ofKind(rows, 'role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...position,
    };
  },
});

export const policyEntityOperations: OperationTable = {
  ListEntitiesForPolicy: listEntitiesForPolicy,
};

function kindsOf(input: ListEntitiesForPolicyRequest): readonly Kind[] {
  if (input.EntityFilter === undefined) return kinds;
  // The model's other values, LocalManagedPolicy and AWSManagedPolicy, name no kind of entity.
  const kind = kindOfFilter[input.EntityFilter];
  return kind === undefined ? [] : [kind];
}

function ofKind(entities: readonly Entity[], kind: Kind): Entity[] {
  return entities.filter((entity) => entity.kind === kind);
}

/** One table of entities and the columns by which its rows are told apart. */
const sources = {
  group: ['iam_group', 'group_id'],
  role: ['iam_role', 'role_id'],
  user: ['iam_user', 'user_id'],
} as const satisfies Record<Kind, readonly [string, string]>;

/** Who has the policy in a wanted way, each once, in the order of the folded names. */
async function entitiesWith(
  context: OperationContext,
  kind: Kind,
  wanted: Wanted,
): Promise<Entity[]> {
  const { usage, limit } = wanted;
  const found = new Map<string, Entity>();
  if (usage !== 'PermissionsBoundary') {
    for (const row of await attachedTo(context, kind, wanted)) found.set(row.id, { kind, ...row });
  }
  if (usage !== 'PermissionsPolicy' && kind !== 'group') {
    for (const row of await boundedBy(context, kind, wanted)) found.set(row.id, { kind, ...row });
  }
  return [...found.values()]
    .toSorted((one, other) => (one.name_fold < other.name_fold ? -1 : 1))
    .slice(0, limit);
}

type EntityRow = Omit<Entity, 'kind'>;

/** The three tables of entities have these columns alike: to the types they are users. */
async function attachedTo(
  context: OperationContext,
  kind: Kind,
  wanted: Wanted,
): Promise<readonly EntityRow[]> {
  const [table, idColumn] = sources[kind];
  const id = context.database.dynamic.ref<'entity.user_id'>(`entity.${idColumn}`);
  return await context.database
    .selectFrom(`${table as 'iam_user'} as entity`)
    .innerJoin('iam_attached_policy', (join) =>
      join
        .onRef('iam_attached_policy.account_id', '=', 'entity.account_id')
        .onRef('iam_attached_policy.owner_id', '=', id),
    )
    .select([`entity.${idColumn as 'user_id'} as id`, 'entity.name', 'entity.name_fold'])
    .where('entity.account_id', '=', context.accountId)
    .where('iam_attached_policy.account_id', '=', context.accountId)
    .where('iam_attached_policy.policy_arn', '=', wanted.policyArn)
    .where('entity.name_fold', '>', wanted.after)
    .where('entity.path', '>=', wanted.pathPrefix)
    .where('entity.path', '<', endOfPrefix(wanted.pathPrefix))
    .orderBy('entity.name_fold')
    .limit(wanted.limit)
    .execute();
}

async function boundedBy(
  context: OperationContext,
  kind: 'role' | 'user',
  wanted: Wanted,
): Promise<readonly EntityRow[]> {
  const [table, idColumn] = sources[kind];
  return await context.database
    .selectFrom(`${table as 'iam_user'} as entity`)
    .select([`entity.${idColumn as 'user_id'} as id`, 'entity.name', 'entity.name_fold'])
    .where('entity.account_id', '=', context.accountId)
    .where('entity.permissions_boundary', '=', wanted.policyArn)
    .where('entity.name_fold', '>', wanted.after)
    .where('entity.path', '>=', wanted.pathPrefix)
    .where('entity.path', '<', endOfPrefix(wanted.pathPrefix))
    .orderBy('entity.name_fold')
    .limit(wanted.limit)
    .execute();
}
