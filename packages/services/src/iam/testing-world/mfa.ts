import { mfaCodeAt, sealSeed, stepAt } from '../mfa-code.ts';
import { firstAccount, firstCallAt, type TestIam } from '../testing.ts';

/** MFA devices with their owners, and what the account as a whole has chosen. */
const devices = {
  analysts: { path: '/a/', owner: 'user analyst' },
  phone: { path: '/d/', owner: 'user dave' },
  spare: { path: '/s/', owner: undefined },
  watch: { path: '/d/', owner: 'user dave' },
  zonekeepers: { path: '/z/', owner: 'user zonekeeper' },
} as const;

export const mfaSeed = 'MFRGGZDFMZTWQ2LK'.repeat(4);

/** Two codes in a row at the time of the world. */
export const mfaCodes = {
  AuthenticationCode1: mfaCodeAt(mfaSeed, stepAt(firstCallAt)),
  AuthenticationCode2: mfaCodeAt(mfaSeed, stepAt(firstCallAt) + 1),
};

export async function populateMfa(iam: TestIam, ids: Map<string, string>): Promise<void> {
  const account = { account_id: iam.accountId };
  ids.set('account', iam.accountId);
  await iam.store.transaction(async ({ database }) => {
    for (const [name, { path, owner }] of Object.entries(devices)) {
      const serial = `arn:aws:iam::${iam.accountId}:mfa${path}${name}`;
      ids.set(`mfa ${name}`, serial);
      const owned = { user_id: ids.get(owner ?? '') ?? null, enabled_at: firstCallAt };
      await database
        .insertInto('iam_mfa_device')
        .values({
          ...{ ...account, serial_number: serial, name, name_fold: name, path, kind: 'virtual' },
          ...{ seed: sealSeed(iam.store.sealing, serial, mfaSeed), created_at: firstCallAt },
          ...(owner ? owned : { user_id: null, enabled_at: null }),
          ...{ clock_drift: 0, last_used_step: null },
        })
        .execute();
      const tags = { of: `${iam.accountId}-${name}`, zone: 'eu' };
      for (const [key, value] of Object.entries(tags)) {
        await database
          .insertInto('iam_tag')
          .values({ ...account, resource_id: serial, key, key_fold: key, value })
          .execute();
      }
    }
    const isFirst = iam.accountId === firstAccount;
    await database
      .insertInto('iam_account_alias')
      .values({ ...account, alias: `alias-${iam.accountId}`, created_at: firstCallAt })
      .execute();
    await database
      .insertInto('iam_account_setting')
      .values({
        ...{ ...account, name: 'GlobalEndpointTokenVersion', changed_at: firstCallAt },
        value: isFirst ? 'v2Token' : 'v1Token',
      })
      .execute();
    await database
      .insertInto('iam_password_policy')
      .values({
        ...account,
        minimum_password_length: isFirst ? 10 : 20,
        require_symbols: 0,
        require_numbers: 1,
        require_uppercase_characters: 0,
        require_lowercase_characters: 0,
        allow_users_to_change_password: 0,
        max_password_age: isFirst ? 90 : null,
        password_reuse_prevention: null,
        hard_expiry: null,
      })
      .execute();
  });
}
