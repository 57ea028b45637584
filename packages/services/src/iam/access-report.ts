import { iamArn } from '../arn.ts';
import type { OperationContext } from '../operation.ts';
import { readDefaultVersions, readHeldPolicies } from './held-policy.ts';
import type { Identity } from './identity.ts';
import { servicesAllowedByAll } from './service-access.ts';

/** A user or role whose accesses a report counts, as the API's EntityInfo. */
export interface Entity {
  readonly Arn: string;
  readonly Name: string;
  readonly Type: 'USER' | 'ROLE';
  readonly Id: string;
  readonly Path: string;
}

/** When and by whom something was last attempted. */
export interface Access {
  readonly at: number;
  readonly region: string;
  readonly entity: Entity;
}

/** What became of one service. */
export interface ServiceAccess {
  last: Access;
  /** By the unique ids of the users and roles that attempted it: each one's last. */
  readonly entities: Map<string, Access>;
  /** By action, each one's last; not of objects, which AWS does not track. */
  readonly actions: Map<string, Access>;
}

/** How long AWS tells of an access: at least 400 days (IAM User Guide). */
const trackingPeriod = 400 * 86_400_000;
const idsPerQuery = 500;

/** The services that the policies of an identity could open, in the order of their prefixes. */
export async function allowedServices(
  context: OperationContext,
  identity: Identity,
): Promise<readonly string[]> {
  if (identity.kind === 'policy') {
    return servicesAllowedByAll([...(await readDefaultVersions(context, [identity.id])).values()]);
  }
  const groups = await context.database
    .selectFrom('iam_group_member')
    .select('group_id')
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', identity.id)
    .execute();
  const owners = [identity.id, ...groups.map((row) => row.group_id)];
  const policies = await readHeldPolicies(context, owners);
  return servicesAllowedByAll(policies.map((policy) => policy.document));
}

/**
 * The users and roles that an identity stands for: a group for its members, a policy for those who
 * have it, be it by a group. In the order of their names.
 */
export async function entitiesOf(
  context: OperationContext,
  identity: Identity,
): Promise<readonly Entity[]> {
  const found = await findEntities[identity.kind](context, identity.id);
  return found.sort((one, other) => (one.Arn < other.Arn ? -1 : 1));
}

type FindEntities = (context: OperationContext, id: string) => Promise<Entity[]>;

const findEntities: Readonly<Record<Identity['kind'], FindEntities>> = {
  async user({ database, accountId }, id) {
    const rows = await database
      .selectFrom('iam_user')
      .select(['account_id', 'user_id as id', 'name', 'path'])
      .where('account_id', '=', accountId)
      .where('user_id', '=', id)
      .execute();
    return rows.map((row) => describe('USER', row));
  },
  async role({ database, accountId }, id) {
    const rows = await database
      .selectFrom('iam_role')
      .select(['account_id', 'role_id as id', 'name', 'path'])
      .where('account_id', '=', accountId)
      .where('role_id', '=', id)
      .execute();
    return rows.map((row) => describe('ROLE', row));
  },
  async group({ database, accountId }, id) {
    const rows = await database
      .selectFrom('iam_user')
      .select(['account_id', 'user_id as id', 'name', 'path'])
      .where('account_id', '=', accountId)
      .where('user_id', 'in', (eb) =>
        eb
          .selectFrom('iam_group_member')
          .select('user_id')
          .where('account_id', '=', accountId)
          .where('group_id', '=', id),
      )
      .execute();
    return rows.map((row) => describe('USER', row));
  },
  async policy({ database, accountId }, arn) {
    const holders = database
      .selectFrom('iam_attached_policy')
      .select('owner_id')
      .where('account_id', '=', accountId)
      .where('policy_arn', '=', arn);
    const members = database
      .selectFrom('iam_group_member')
      .select('user_id')
      .where('account_id', '=', accountId)
      .where('group_id', 'in', holders);
    const users = await database
      .selectFrom('iam_user')
      .select(['account_id', 'user_id as id', 'name', 'path'])
      .where('account_id', '=', accountId)
      .where((eb) => eb.or([eb('user_id', 'in', holders), eb('user_id', 'in', members)]))
      .execute();
    const roles = await database
      .selectFrom('iam_role')
      .select(['account_id', 'role_id as id', 'name', 'path'])
      .where('account_id', '=', accountId)
      .where('role_id', 'in', holders)
      .execute();
    return [
      ...users.map((row) => describe('USER', row)),
      ...roles.map((row) => describe('ROLE', row)),
    ];
  },
};

function describe(
  type: Entity['Type'],
  row: { account_id: string; id: string; name: string; path: string },
): Entity {
  return {
    Arn: iamArn(row.account_id, type === 'USER' ? 'user' : 'role', row.path, row.name),
    Name: row.name,
    Type: type,
    Id: row.id,
    Path: row.path,
  };
}

/** The last accesses of these users and roles, by service; of one service when it is named. */
export async function readAccesses(
  { database, accountId, now }: OperationContext,
  entities: readonly Entity[],
  service?: string,
): Promise<ReadonlyMap<string, ServiceAccess>> {
  const byId = new Map(entities.map((entity) => [entity.Id, entity]));
  const ids = [...byId.keys()];
  const services = new Map<string, ServiceAccess>();
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    let query = database
      .selectFrom('iam_last_accessed')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('entity_id', 'in', ids.slice(start, start + idsPerQuery))
      .where('accessed_at', '>=', now - trackingPeriod);
    if (service !== undefined) query = query.where('service', '=', service);
    for (const row of await query.execute()) {
      const entity = byId.get(row.entity_id);
      if (entity === undefined) continue;
      count(services, row, { at: row.accessed_at, region: row.region, entity });
    }
  }
  return services;
}

function count(
  services: Map<string, ServiceAccess>,
  { service, action }: { readonly service: string; readonly action: string },
  access: Access,
): void {
  const known = services.get(service) ?? { last: access, entities: new Map(), actions: new Map() };
  services.set(service, known);
  known.last = later(known.last, access);
  const { Id: id } = access.entity;
  known.entities.set(id, later(known.entities.get(id), access));
  if (action !== '') known.actions.set(action, later(known.actions.get(action), access));
}

function later(one: Access | undefined, other: Access): Access {
  return one === undefined || other.at > one.at ? other : one;
}
