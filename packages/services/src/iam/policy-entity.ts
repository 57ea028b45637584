import type {
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireManagedPolicy } from './entity.ts';
import { endOfPrefix, pageOfRows } from './pagination.ts';
import { policyResource } from './resource/policy.ts';

type Kind = 'group' | 'role' | 'user';

/** A user, group or role that a policy is attached to. */
interface Entity {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly name_fold: string;
}

/** What is looked for on one page. */
interface Wanted {
  readonly policyArn: string;
  readonly pathPrefix: string;
  /** The folded name after which it goes on. */
  readonly after: string;
  readonly limit: number;
}

const kinds: readonly Kind[] = ['group', 'role', 'user'];
const kindOfFilter: Readonly<Record<string, Kind>> = { Group: 'group', Role: 'role', User: 'user' };

/**
 * Groups, then roles, then users, each in the order of the folded names. Permissions boundaries are
 * not served, so nobody has the policy as one.
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
    const policy = await requireManagedPolicy(context, input.PolicyArn);
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
            pathPrefix: input.PathPrefix ?? '/',
            after: after.startsWith(ordinal) ? after.slice(1) : '',
            limit: limit - found.length,
          };
          found.push(...(await finders[kind](context, wanted)));
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
  if (input.PolicyUsageFilter === 'PermissionsBoundary') return [];
  if (input.EntityFilter === undefined) return kinds;
  // The model's other values, LocalManagedPolicy and AWSManagedPolicy, name no kind of entity.
  const kind = kindOfFilter[input.EntityFilter];
  return kind === undefined ? [] : [kind];
}

function ofKind(entities: readonly Entity[], kind: Kind): Entity[] {
  return entities.filter((entity) => entity.kind === kind);
}

const finders: Readonly<
  Record<Kind, (context: OperationContext, wanted: Wanted) => Promise<Entity[]>>
> = {
  async group(context, wanted) {
    const rows = await context.database
      .selectFrom('iam_attached_policy')
      .innerJoin('iam_group', (join) =>
        join
          .onRef('iam_group.account_id', '=', 'iam_attached_policy.account_id')
          .onRef('iam_group.group_id', '=', 'iam_attached_policy.owner_id'),
      )
      .select(['iam_group.group_id as id', 'iam_group.name', 'iam_group.name_fold'])
      .where('iam_attached_policy.account_id', '=', context.accountId)
      .where('iam_attached_policy.policy_arn', '=', wanted.policyArn)
      .where('iam_group.name_fold', '>', wanted.after)
      .where('iam_group.path', '>=', wanted.pathPrefix)
      .where('iam_group.path', '<', endOfPrefix(wanted.pathPrefix))
      .orderBy('iam_group.name_fold')
      .limit(wanted.limit)
      .execute();
    return rows.map((row) => ({ kind: 'group', ...row }));
  },
  async role(context, wanted) {
    const rows = await context.database
      .selectFrom('iam_attached_policy')
      .innerJoin('iam_role', (join) =>
        join
          .onRef('iam_role.account_id', '=', 'iam_attached_policy.account_id')
          .onRef('iam_role.role_id', '=', 'iam_attached_policy.owner_id'),
      )
      .select(['iam_role.role_id as id', 'iam_role.name', 'iam_role.name_fold'])
      .where('iam_attached_policy.account_id', '=', context.accountId)
      .where('iam_attached_policy.policy_arn', '=', wanted.policyArn)
      .where('iam_role.name_fold', '>', wanted.after)
      .where('iam_role.path', '>=', wanted.pathPrefix)
      .where('iam_role.path', '<', endOfPrefix(wanted.pathPrefix))
      .orderBy('iam_role.name_fold')
      .limit(wanted.limit)
      .execute();
    return rows.map((row) => ({ kind: 'role', ...row }));
  },
  async user(context, wanted) {
    const rows = await context.database
      .selectFrom('iam_attached_policy')
      .innerJoin('iam_user', (join) =>
        join
          .onRef('iam_user.account_id', '=', 'iam_attached_policy.account_id')
          .onRef('iam_user.user_id', '=', 'iam_attached_policy.owner_id'),
      )
      .select(['iam_user.user_id as id', 'iam_user.name', 'iam_user.name_fold'])
      .where('iam_attached_policy.account_id', '=', context.accountId)
      .where('iam_attached_policy.policy_arn', '=', wanted.policyArn)
      .where('iam_user.name_fold', '>', wanted.after)
      .where('iam_user.path', '>=', wanted.pathPrefix)
      .where('iam_user.path', '<', endOfPrefix(wanted.pathPrefix))
      .orderBy('iam_user.name_fold')
      .limit(wanted.limit)
      .execute();
    return rows.map((row) => ({ kind: 'user', ...row }));
  },
};
