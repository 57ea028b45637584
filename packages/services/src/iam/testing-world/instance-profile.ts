import { newUniqueId } from '@carnet/store';
import type { TestIam } from '../testing.ts';

/** Each with its path and the role in it; two hold the same one, the last none. */
const profiles = [
  ['AProfile', '/a/', 'ARole'],
  ['DProfile', '/d/', 'DRole'],
  ['EProfile', '/e/', 'DRole'],
  ['ZProfile', '/z/', 'ZRole'],
  ['emptyProfile', '/q/', undefined],
] as const;

/** After the roles. Straight into the store: the world is made for every case. */
export async function populateInstanceProfiles(
  iam: TestIam,
  ids: Map<string, string>,
): Promise<void> {
  const rows = profiles.map(([name, path, role]) => {
    const profileId = newUniqueId('AIPA');
    ids.set(`profile ${name}`, profileId);
    return {
      account_id: iam.accountId,
      instance_profile_id: profileId,
      name,
      name_fold: name.toLowerCase(),
      path,
      created_at: 0,
      role_id: role === undefined ? null : (ids.get(`role ${role}`) ?? null),
    };
  });
  const tags = rows.flatMap(({ name, instance_profile_id: profileId }) =>
    [
      { key: 'of', value: `${iam.accountId}-${name}` },
      { key: 'zone', value: 'eu' },
    ].map((tag) => ({
      account_id: iam.accountId,
      resource_id: profileId,
      key_fold: tag.key,
      ...tag,
    })),
  );
  await iam.store.transaction(async ({ database }) => {
    await database.insertInto('iam_instance_profile').values(rows).execute();
    await database.insertInto('iam_tag').values(tags).execute();
  });
}
