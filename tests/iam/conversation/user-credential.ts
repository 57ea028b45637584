import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import { type Conversation, recently, type Talk } from './talk.ts';

const UserName = 'keeper';

/** Access keys and passwords. */
export const userCredentialConversation: Conversation = async (talk) => {
  await talk.call(new iam.CreateUserCommand({ UserName }));
  const made = await accessKeys(talk);
  await loginProfile(talk);
  await changePassword(talk, made);
  await talk.does(
    new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: made.accessKeyId }),
    new iam.DeleteUserCommand({ UserName }),
  );
};

async function accessKeys(talk: Talk) {
  const key = {
    UserName,
    AccessKeyId: /^AKIA[A-Z2-7]{16}$/,
    Status: 'Active',
    CreateDate: recently,
  };
  const secret = { SecretAccessKey: /^[A-Za-z0-9+/]{40}$/ };
  const first = await talk.answers(new iam.CreateAccessKeyCommand({ UserName }), {
    AccessKey: { ...key, ...secret },
  });
  const second = await talk.call(new iam.CreateAccessKeyCommand({ UserName }));
  await talk.refuses(
    new iam.CreateAccessKeyCommand({ UserName }),
    iam.LimitExceededException,
    'Cannot exceed quota for AccessKeysPerUser: 2',
  );
  const { AccessKeyId = '', SecretAccessKey = '' } = first.AccessKey ?? {};
  const { AccessKeyId: otherId = '' } = second.AccessKey ?? {};
  await talk.does(
    new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId: otherId, Status: 'Inactive' }),
  );
  await talk.lists(
    iam.ListAccessKeysCommand,
    { UserName },
    {
      AccessKeyMetadata: [
        { ...key, AccessKeyId },
        { ...key, AccessKeyId: otherId, Status: 'Inactive' },
      ],
    },
  );
  await talk.answers(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: otherId }), {
    UserName,
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  });
  await talk.does(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: otherId }));
  await talk.misses(
    `The Access Key with id ${otherId} cannot be found.`,
    new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: otherId }),
    new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId: otherId, Status: 'Active' }),
  );
  await talk.misses(
    'The user with name nobody cannot be found.',
    new iam.ListAccessKeysCommand({ UserName: 'nobody' }),
  );
  await talk.refuses(
    new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: otherId }),
    'AccessDenied',
    /^User: \S+ is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key \w+$/,
  );
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
}

async function loginProfile(talk: Talk): Promise<void> {
  const profile = { UserName, CreateDate: recently, PasswordResetRequired: true };
  await talk.answers(
    new iam.CreateLoginProfileCommand({
      UserName,
      Password: 'Sunny-Day-4-Photos',
      PasswordResetRequired: true,
    }),
    { LoginProfile: profile },
  );
  await talk.refuses(
    new iam.CreateLoginProfileCommand({ UserName, Password: 'Sunny-Day-4-Photos' }),
    iam.EntityAlreadyExistsException,
    'Login Profile for user keeper already exists.',
  );
  await talk.answers(new iam.GetLoginProfileCommand({ UserName }), { LoginProfile: profile });
  await talk.refuses(
    new iam.UpdateLoginProfileCommand({ UserName, Password: 'Sunny-1' }),
    iam.PasswordPolicyViolationException,
    'Password should have a minimum length of 8',
  );
  await talk.does(
    new iam.UpdateLoginProfileCommand({
      UserName,
      Password: 'Rainy-Day-5-Photos',
      PasswordResetRequired: false,
    }),
  );
  await talk.answers(new iam.GetLoginProfileCommand({ UserName }), {
    LoginProfile: { ...profile, PasswordResetRequired: false },
  });
}

/** The user changes it, and who deletes it is the administrator. */
async function changePassword(
  talk: Talk,
  credentials: { accessKeyId: string; secretAccessKey: string },
): Promise<void> {
  const PolicyArn = 'arn:aws:iam::aws:policy/IAMUserChangePassword';
  await talk.does(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  const keeper = talk.as(credentials);
  await keeper.does(
    new iam.ChangePasswordCommand({
      OldPassword: 'Rainy-Day-5-Photos',
      NewPassword: 'Foggy-Day-6-Photos',
    }),
  );
  await keeper.refuses(
    new iam.ChangePasswordCommand({
      OldPassword: 'Rainy-Day-5-Photos',
      NewPassword: 'Foggy-Day-7-Photos',
    }),
    /AccessDenied/.source,
    /./,
  );
  const used = await talk.call(
    new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: credentials.accessKeyId }),
  );
  assert.equal(used.UserName, UserName);
  await talk.does(
    new iam.DetachUserPolicyCommand({ UserName, PolicyArn }),
    new iam.DeleteLoginProfileCommand({ UserName }),
  );
  await talk.misses(
    'Login Profile for User keeper cannot be found.',
    new iam.DeleteLoginProfileCommand({ UserName }),
    new iam.GetLoginProfileCommand({ UserName }),
  );
}
