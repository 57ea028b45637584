import type { OperationContext } from '../operation.ts';
import { terminatedVisible } from './find-instance.ts';
import { removeAllTags } from './tag-set.ts';

/** Rows that one statement takes away: databases bound the values of one. */
const atOnce = 1000;

/**
 * Takes away the account's instances that were terminated long enough ago, and of the others those
 * that are more than the quota of instances: whoever launches and terminates all day fills no disk.
 */
export async function forgetTerminated(context: OperationContext): Promise<void> {
  const { database, accountId, now, settings } = context;
  const rows = await database
    .selectFrom('ec2_instance')
    .select(['instance_id', 'state_changed_at'])
    .where('account_id', '=', accountId)
    .where('state', '=', 'terminated')
    .orderBy('state_changed_at', 'desc')
    .orderBy('instance_id')
    .execute();
  const most = settings.quotas.instancesPerAccount;
  const forgotten = rows.filter(
    ({ state_changed_at: changedAt }, at) => at >= most || changedAt <= now - terminatedVisible,
  );
  const ids = forgotten.map(({ instance_id: id }) => id);
  await removeAllTags(context, ids);
  for (let start = 0; start < ids.length; start += atOnce) {
    await database
      .deleteFrom('ec2_instance')
      .where('account_id', '=', accountId)
      .where('instance_id', 'in', ids.slice(start, start + atOnce))
      .execute();
  }
}
