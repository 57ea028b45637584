import type { OperationContext } from '../operation.ts';
import { terminatedVisible } from './find-instance.ts';

/** Rows that one call takes away: it has other work to do. */
const atOnce = 1000;

/** Takes away the account's instances that were terminated long enough ago, with their tags. */
export async function forgetTerminated(context: OperationContext): Promise<void> {
  const { database, accountId, now } = context;
  const rows = await database
    .selectFrom('ec2_instance')
    .select('instance_id')
    .where('account_id', '=', accountId)
    .where('state', '=', 'terminated')
    .where('state_changed_at', '<=', now - terminatedVisible)
    .limit(atOnce)
    .execute();
  if (rows.length === 0) return;
  const ids = rows.map(({ instance_id: id }) => id);
  await database
    .deleteFrom('ec2_tag')
    .where('account_id', '=', accountId)
    .where('resource_id', 'in', ids)
    .execute();
  await database
    .deleteFrom('ec2_instance')
    .where('account_id', '=', accountId)
    .where('instance_id', 'in', ids)
    .execute();
}
