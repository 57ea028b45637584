import type { Database, Schema } from '@carnet/store';

export type InstanceRow = Schema['ec2_instance'];
export type AssociationRow = Schema['ec2_instance_profile_association'];
type InstanceProfileRow = Schema['iam_instance_profile'];

/** An instance, and what it is associated with. */
export interface Instance {
  readonly row: InstanceRow;
  readonly association?: AssociationRow | undefined;
  /** What the association points to; its `role_id` is the role. Undefined when it is gone. */
  readonly profile?: InstanceProfileRow | undefined;
}

/** Milliseconds for which a terminated instance can still be seen. */
export const terminatedVisible = 3_600_000;

/** Values that one statement asks for: databases bound them. */
const atOnce = 1000;

/** The instance of that id; undefined when there is none. One that is terminated has no profile. */
export async function findInstance(
  database: Database,
  accountId: string,
  instanceId: string,
): Promise<Instance | undefined> {
  return (await findInstances(database, accountId, [instanceId])).get(instanceId);
}

/** Those of these ids that are there. */
export async function findInstances(
  database: Database,
  accountId: string,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, Instance>> {
  const found = new Map<string, Instance>();
  for (let start = 0; start < instanceIds.length; start += atOnce) {
    const rows = await database
      .selectFrom('ec2_instance')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('instance_id', 'in', instanceIds.slice(start, start + atOnce))
      .execute();
    for (const one of await withProfiles(database, accountId, rows)) {
      found.set(one.row.instance_id, one);
    }
  }
  return found;
}

/** Up to 1,000 rows with what they are associated with, in their order. */
export async function withProfiles(
  database: Database,
  accountId: string,
  rows: readonly InstanceRow[],
): Promise<readonly Instance[]> {
  if (rows.length === 0) return [];
  const associations = await database
    .selectFrom('ec2_instance_profile_association')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(
      'instance_id',
      'in',
      rows.map(({ instance_id: id }) => id),
    )
    .execute();
  const byInstance = new Map(associations.map((one) => [one.instance_id, one]));
  const profileIds = new Set(associations.map((one) => one.instance_profile_id));
  const profiles = profileIds.size === 0 ? [] : await profilesOf(database, accountId, profileIds);
  const byId = new Map(profiles.map((one) => [one.instance_profile_id, one]));
  return rows.map((row) => {
    const association = byInstance.get(row.instance_id);
    return { row, association, profile: byId.get(association?.instance_profile_id ?? '') };
  });
}

async function profilesOf(database: Database, accountId: string, ids: ReadonlySet<string>) {
  return await database
    .selectFrom('iam_instance_profile')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('instance_profile_id', 'in', [...ids])
    .execute();
}

/** Whether an instance is there for whoever asks: one that was terminated is, for an hour. */
export function isVisible(
  { state, state_changed_at: changedAt }: InstanceRow,
  now: number,
): boolean {
  return state !== 'terminated' || changedAt > now - terminatedVisible;
}
