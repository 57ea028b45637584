import type { AttachedPolicy, PolicyDetail, Tag } from '@aws-sdk/client-iam';
import type { OperationContext } from '../../operation.ts';
import { encodePolicyDocument } from '../policy-document.ts';

/**
 * What hangs on the users, groups and roles of one page, by their unique ids: read for all of them
 * together, each kind with one query.
 */
export interface Owned {
  readonly inline: ReadonlyMap<string, PolicyDetail[]>;
  readonly attached: ReadonlyMap<string, AttachedPolicy[]>;
  readonly tags: ReadonlyMap<string, Tag[]>;
}

export async function readOwned(
  { database, accountId }: OperationContext,
  ids: readonly string[],
): Promise<Owned> {
  if (ids.length === 0) return { inline: new Map(), attached: new Map(), tags: new Map() };
  const inline = await database
    .selectFrom('iam_inline_policy')
    .select(['owner_id', 'name', 'document'])
    .where('account_id', '=', accountId)
    .where('owner_id', 'in', ids)
    .orderBy('name_fold')
    .execute();
  const attached = await database
    .selectFrom('iam_attached_policy')
    .select(['owner_id', 'policy_arn'])
    .where('account_id', '=', accountId)
    .where('owner_id', 'in', ids)
    .orderBy('policy_arn')
    .execute();
  const tags = await database
    .selectFrom('iam_tag')
    .select(['resource_id', 'key', 'value'])
    .where('account_id', '=', accountId)
    .where('resource_id', 'in', ids)
    .orderBy('key_fold')
    .execute();
  return {
    inline: grouped(
      inline,
      (row) => row.owner_id,
      (row) => ({ PolicyName: row.name, PolicyDocument: encodePolicyDocument(row.document) }),
    ),
    attached: grouped(
      attached,
      (row) => row.owner_id,
      ({ policy_arn: arn }) => ({
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
        PolicyArn: arn,
      }),
    ),
    tags: grouped(
      tags,
      (row) => row.resource_id,
      (row) => ({ Key: row.key, Value: row.value }),
    ),
  };
}

/** Rows by whose they are, in their order. */
export function grouped<Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  read: (row: Row) => Value,
): ReadonlyMap<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(read(row));
    else groups.set(key, [read(row)]);
  }
  return groups;
}
