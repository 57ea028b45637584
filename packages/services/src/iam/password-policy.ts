import type {
  GetAccountPasswordPolicyResponse,
  PasswordPolicy,
  UpdateAccountPasswordPolicyRequest,
} from '@aws-sdk/client-iam';
import { type CompiledPolicy, compilePolicy, parsePolicy } from '@carnet/policy';
import type { Schema } from '@carnet/store';
import {
  type OperationContext,
  type OperationTable,
  operation,
  type ResolveContext,
} from '../operation.ts';
import type { AccountScope } from './entity.ts';
import { noSuchEntity } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { accountScope } from './resource/resource.ts';

export type PasswordPolicyRow = Schema['iam_password_policy'];

export const getAccountPasswordPolicy = operation<object, GetAccountPasswordPolicyResponse>({
  authorization: {
    action: 'iam:GetAccountPasswordPolicy',
    allowedByAccount: allowedToChangePassword,
  },
  access: 'read',
  async run(context) {
    const policy = await findPasswordPolicy(context);
    if (policy === undefined) {
      throw noSuchEntity(
        `The Password Policy with domain name ${context.accountId} cannot be found.`,
      );
    }
    return { PasswordPolicy: describePasswordPolicy(policy) };
  },
});

/** The whole policy at once: a member that is left out goes back to its default. */
export const updateAccountPasswordPolicy = operation<
  UpdateAccountPasswordPolicyRequest,
  EmptyOutput
>({
  authorization: { action: 'iam:UpdateAccountPasswordPolicy' },
  access: 'write',
  async run(context, input) {
    const row: PasswordPolicyRow = {
      account_id: context.accountId,
      minimum_password_length: input.MinimumPasswordLength ?? 6,
      require_symbols: flag(input.RequireSymbols),
      require_numbers: flag(input.RequireNumbers),
      require_uppercase_characters: flag(input.RequireUppercaseCharacters),
      require_lowercase_characters: flag(input.RequireLowercaseCharacters),
      allow_users_to_change_password: flag(input.AllowUsersToChangePassword),
      max_password_age: input.MaxPasswordAge ?? null,
      password_reuse_prevention: input.PasswordReusePrevention ?? null,
      hard_expiry: input.HardExpiry === undefined ? null : flag(input.HardExpiry),
    };
    await removePasswordPolicy(context);
    await context.database.insertInto('iam_password_policy').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'account', id: context.accountId });
    return emptyOutput;
  },
});

export const deleteAccountPasswordPolicy = operation<object, EmptyOutput>({
  authorization: { action: 'iam:DeleteAccountPasswordPolicy' },
  access: 'write',
  async run(context) {
    if ((await findPasswordPolicy(context)) === undefined) {
      throw noSuchEntity('The account policy with name PasswordPolicy cannot be found.');
    }
    await removePasswordPolicy(context);
    context.changed({ accountId: context.accountId, kind: 'account', id: context.accountId });
    return emptyOutput;
  },
});

export const passwordPolicyOperations: OperationTable = {
  DeleteAccountPasswordPolicy: deleteAccountPasswordPolicy,
  GetAccountPasswordPolicy: getAccountPasswordPolicy,
  UpdateAccountPasswordPolicy: updateAccountPasswordPolicy,
};

/** Undefined: the account set none, and AWS's default policy holds. */
export async function findPasswordPolicy(
  scope: AccountScope,
): Promise<PasswordPolicyRow | undefined> {
  return await scope.database
    .selectFrom('iam_password_policy')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .executeTakeFirst();
}

/**
 * What `AllowUsersToChangePassword` gives every user of the account (IAM User Guide, "Permit IAM users
 * to change their own passwords"): these two actions, the first on oneself, since ChangePassword is
 * about nobody else. For operations' authorization.
 */
export async function allowedToChangePassword(
  context: ResolveContext,
): Promise<CompiledPolicy | undefined> {
  const policy = await findPasswordPolicy(accountScope(context));
  return policy?.allow_users_to_change_password === 1 ? changeOwnPassword : undefined;
}

const changeOwnPassword = compileOwn(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
      Resource: '*',
    },
  }),
);

function compileOwn(document: string): CompiledPolicy {
  const parsed = parsePolicy(document, 'identity');
  if (!parsed.ok) throw new Error('a policy of our own does not parse');
  return compilePolicy(parsed.document, { type: 'identity', name: 'AllowUsersToChangePassword' });
}

const day = 86_400_000;

/**
 * When a password expires, in milliseconds since 1970; undefined: never. An expired password still
 * changes through ChangePassword, `HardExpiry` or not: that is about signing in (IAM API reference).
 */
export function passwordExpiresAt(
  policy: Pick<PasswordPolicyRow, 'max_password_age'> | undefined,
  profile: Pick<Schema['iam_login_profile'], 'created_at' | 'password_changed_at'>,
): number | undefined {
  const days = policy?.max_password_age ?? null;
  if (days === null) return undefined;
  return (profile.password_changed_at ?? profile.created_at) + days * day;
}

async function removePasswordPolicy(context: OperationContext): Promise<void> {
  await context.database
    .deleteFrom('iam_password_policy')
    .where('account_id', '=', context.accountId)
    .execute();
}

function flag(value: boolean | undefined): number {
  return value === true ? 1 : 0;
}

/** What was never chosen of the last three is absent, as in AWS's answer. */
function describePasswordPolicy(row: PasswordPolicyRow): PasswordPolicy {
  return {
    MinimumPasswordLength: row.minimum_password_length,
    RequireSymbols: row.require_symbols === 1,
    RequireNumbers: row.require_numbers === 1,
    RequireUppercaseCharacters: row.require_uppercase_characters === 1,
    RequireLowercaseCharacters: row.require_lowercase_characters === 1,
    AllowUsersToChangePassword: row.allow_users_to_change_password === 1,
    ExpirePasswords: row.max_password_age !== null,
    ...(row.max_password_age !== null && { MaxPasswordAge: row.max_password_age }),
    ...(row.password_reuse_prevention !== null && {
      PasswordReusePrevention: row.password_reuse_prevention,
    }),
    ...(row.hard_expiry !== null && { HardExpiry: row.hard_expiry === 1 }),
  };
}
