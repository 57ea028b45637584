import type {
  ChangePasswordRequest,
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile,
  UpdateLoginProfileRequest,
} from '@aws-sdk/client-iam';
import type { Schema } from '@carnet/store';
import type { ApiError } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { allowsAttempt, countFailure, forgetFailures } from './attempt.ts';
import { requireNamedOrCallingUser, type UserRow } from './entity.ts';
import { accessDenied, entityAlreadyExists, noSuchEntity, validationError } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { checkPassword, hashPassword, reusedPassword, verifyPassword } from './password.ts';
import { readPasswordHistory, rememberPassword } from './password-history.ts';
import { allowedToChangePassword, findPasswordPolicy } from './password-policy.ts';
import { callingUserResource, userResource } from './resource/user.ts';

type LoginProfileRow = Schema['iam_login_profile'];

/** Prepares the password's hash. */
export const createLoginProfile = operation<
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  string
>({
  authorization: {
    action: 'iam:CreateLoginProfile',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async prepare(context, input) {
    // Optional in the model for the sake of sessions of AssumeRoot, which are not served.
    if (input.Password === undefined) throw validationError('Password is required.');
    return await hashNewPassword(context, input.UserName, input.Password);
  },
  async run(context, input, passwordHash) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    if ((await findLoginProfile(context, user)) !== undefined) {
      throw entityAlreadyExists(`Login Profile for user ${user.name} already exists.`);
    }
    const row: LoginProfileRow = {
      account_id: context.accountId,
      user_id: user.user_id,
      password_hash: passwordHash,
      password_reset_required: input.PasswordResetRequired === true ? 1 : 0,
      created_at: context.now,
      password_changed_at: null,
    };
    await context.database.insertInto('iam_login_profile').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return { LoginProfile: describeLoginProfile(user, row) };
  },
});

export const getLoginProfile = operation<GetLoginProfileRequest, GetLoginProfileResponse>({
  authorization: {
    action: 'iam:GetLoginProfile',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const row = await requireLoginProfile(context, user);
    return { LoginProfile: describeLoginProfile(user, row) };
  },
});

/** Prepares the new password's hash, when there is one. */
export const updateLoginProfile = operation<
  UpdateLoginProfileRequest,
  EmptyOutput,
  string | undefined
>({
  authorization: {
    action: 'iam:UpdateLoginProfile',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async prepare(context, input) {
    if (input.Password === undefined) return undefined;
    return await hashNewPassword(context, input.UserName, input.Password);
  },
  async run(context, input, passwordHash) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    const row = await requireLoginProfile(context, user);
    const { PasswordResetRequired: reset } = input;
    await changeLoginProfile(context, row, {
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
      ...(reset !== undefined && { password_reset_required: Number(reset) }),
    });
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return emptyOutput;
  },
});

export const deleteLoginProfile = operation<DeleteLoginProfileRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteLoginProfile',
    resource: userResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireNamedOrCallingUser(context, context.caller, input.UserName);
    await rememberPassword(context, await requireLoginProfile(context, user));
    await context.database
      .deleteFrom('iam_login_profile')
      .where('account_id', '=', context.accountId)
      .where('user_id', '=', user.user_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return emptyOutput;
  },
});

interface PasswordChange {
  /** The hash that the old password was verified against. */
  readonly from: string;
  readonly to: string;
}

/** For users only, who change their own. */
export const changePassword = operation<ChangePasswordRequest, EmptyOutput, PasswordChange>({
  authorization: {
    action: 'iam:ChangePassword',
    resource: callingUserResource(),
    allowedByAccount: allowedToChangePassword,
  },
  access: 'write',
  async prepare(context, input) {
    const user = await callingUser(context);
    const { password_hash: from } = await requireLoginProfile(context, user);
    await checkNewPassword(context, input.NewPassword ?? '');
    // Before anything is said of earlier passwords.
    await verifyOldPassword(context, user, from, input.OldPassword ?? '');
    await refuseReusedPassword(context, user, input.NewPassword ?? '');
    return { from, to: await hashPassword(input.NewPassword ?? '') };
  },
  async run(context, _input, change) {
    const user = await callingUser(context);
    const row = await requireLoginProfile(context, user);
    // Somebody changed it since it was verified.
    if (row.password_hash !== change.from) throw wrongPassword();
    await changeLoginProfile(context, row, {
      password_hash: change.to,
      password_reset_required: 0,
    });
    context.changed({ accountId: context.accountId, kind: 'user', id: user.user_id });
    return emptyOutput;
  },
});

export const loginProfileOperations: OperationTable = {
  ChangePassword: changePassword,
  CreateLoginProfile: createLoginProfile,
  DeleteLoginProfile: deleteLoginProfile,
  GetLoginProfile: getLoginProfile,
  UpdateLoginProfile: updateLoginProfile,
};

async function callingUser(context: OperationContext): Promise<UserRow> {
  return await requireNamedOrCallingUser(context, context.caller, undefined);
}

/**
 * After ten wrong ones in a row it is refused for a while, whatever it is: each costs a turn of
 * hashing, which everybody waits for. Counted before its turn comes, since calls arrive together.
 */
async function verifyOldPassword(
  context: OperationContext,
  user: UserRow,
  hash: string,
  password: string,
): Promise<void> {
  if (!allowsAttempt(context, user.user_id)) throw wrongPassword();
  countFailure(context, user.user_id);
  if (!(await verifyPassword(hash, password))) throw wrongPassword();
  forgetFailures(context, user.user_id);
}

function wrongPassword(): ApiError {
  return accessDenied('The old password was incorrect.');
}

async function hashNewPassword(
  context: OperationContext,
  userName: string | undefined,
  password: string,
): Promise<string> {
  const user = await requireNamedOrCallingUser(context, context.caller, userName);
  await checkNewPassword(context, password);
  await refuseReusedPassword(context, user, password);
  return await hashPassword(password);
}

async function checkNewPassword(context: OperationContext, password: string): Promise<void> {
  const account = await context.database
    .selectFrom('account')
    .select('name')
    .where('account_id', '=', context.accountId)
    .executeTakeFirst();
  const policy = await findPasswordPolicy(context);
  checkPassword(password, policy, [context.accountId, ...(account ? [account.name] : [])]);
}

/** The last so many passwords, the present one among them, as the account's policy wants. */
async function refuseReusedPassword(
  context: OperationContext,
  user: UserRow,
  password: string,
): Promise<void> {
  const remembered = (await findPasswordPolicy(context))?.password_reuse_prevention ?? 0;
  if (remembered === 0) return;
  const present = await findLoginProfile(context, user);
  const earlier = await readPasswordHistory(context, user.user_id);
  const hashes = [...(present ? [present.password_hash] : []), ...earlier];
  for (const hash of hashes.slice(0, remembered)) {
    if (await verifyPassword(hash, password)) throw reusedPassword();
  }
}

/** Another password goes into the history, and its age begins anew. */
async function changeLoginProfile(
  context: OperationContext,
  row: LoginProfileRow,
  change: Partial<Pick<LoginProfileRow, 'password_hash' | 'password_reset_required'>>,
): Promise<void> {
  if (change.password_hash !== undefined) await rememberPassword(context, row);
  await context.database
    .updateTable('iam_login_profile')
    .set({
      password_hash: row.password_hash,
      ...change,
      ...(change.password_hash !== undefined && { password_changed_at: context.now }),
    })
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', row.user_id)
    .execute();
}

async function findLoginProfile(
  context: OperationContext,
  user: UserRow,
): Promise<LoginProfileRow | undefined> {
  return await context.database
    .selectFrom('iam_login_profile')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', user.user_id)
    .executeTakeFirst();
}

async function requireLoginProfile(
  context: OperationContext,
  user: UserRow,
): Promise<LoginProfileRow> {
  const row = await findLoginProfile(context, user);
  if (row === undefined) {
    throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
  }
  return row;
}

function describeLoginProfile(user: UserRow, row: LoginProfileRow): LoginProfile {
  return {
    UserName: user.name,
    CreateDate: new Date(row.created_at),
    PasswordResetRequired: row.password_reset_required === 1,
  };
}
