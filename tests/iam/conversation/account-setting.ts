import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import type { Conversation, Talk } from './talk.ts';

/** What there is once in an account. */
export const accountSettingConversation: Conversation = async (talk) => {
  await alias(talk);
  await passwordPolicy(talk);
  await talk.does(
    new iam.SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion: 'v1Token' }),
  );
  const { SummaryMap } = await talk.call(new iam.GetAccountSummaryCommand());
  assert.equal(SummaryMap?.GlobalEndpointTokenVersion, 1);
};

async function alias(talk: Talk): Promise<void> {
  await talk.does(new iam.CreateAccountAliasCommand({ AccountAlias: 'photo-company' }));
  await talk.lists(iam.ListAccountAliasesCommand, {}, { AccountAliases: ['photo-company'] });
  await talk.refuses(
    new iam.ListAccountAliasesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await talk.refuses(
    new iam.CreateAccountAliasCommand({ AccountAlias: 'photo-company' }),
    iam.EntityAlreadyExistsException,
    'The account alias photo-company already exists.',
  );
  await talk.does(new iam.DeleteAccountAliasCommand({ AccountAlias: 'photo-company' }));
  await talk.misses(
    'The account alias with name photo-company cannot be found.',
    new iam.DeleteAccountAliasCommand({ AccountAlias: 'photo-company' }),
  );
}

async function passwordPolicy(talk: Talk): Promise<void> {
  const policy = {
    MinimumPasswordLength: 12,
    RequireSymbols: true,
    RequireNumbers: true,
    RequireUppercaseCharacters: true,
    RequireLowercaseCharacters: true,
    AllowUsersToChangePassword: true,
    MaxPasswordAge: 90,
    PasswordReusePrevention: 5,
    HardExpiry: false,
  };
  await talk.does(new iam.UpdateAccountPasswordPolicyCommand(policy));
  await talk.answers(new iam.GetAccountPasswordPolicyCommand(), {
    PasswordPolicy: { ...policy, ExpirePasswords: true },
  });
  await talk.does(new iam.UpdateAccountPasswordPolicyCommand({}));
  await talk.answers(new iam.GetAccountPasswordPolicyCommand(), {
    PasswordPolicy: {
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    },
  });
  await talk.does(new iam.DeleteAccountPasswordPolicyCommand());
  await talk.refuses(
    new iam.GetAccountPasswordPolicyCommand(),
    iam.NoSuchEntityException,
    /^The Password Policy with domain name \d{12} cannot be found\.$/,
  );
  await talk.misses(
    'The account policy with name PasswordPolicy cannot be found.',
    new iam.DeleteAccountPasswordPolicyCommand(),
  );
}
