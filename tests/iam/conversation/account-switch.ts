import * as iam from '@aws-sdk/client-iam';
import type { Conversation, Talk } from './talk.ts';

/** Switches of an account, and what it could switch were there an organization or a partner. */
export const accountSwitchConversation: Conversation = async (talk) => {
  await outboundFederation(talk);
  await organization(talk);
  await delegationRequests(talk);
};

async function outboundFederation(talk: Talk): Promise<void> {
  const disabled = 'Outbound identity federation is disabled for your account.';
  for (const command of [
    new iam.GetOutboundWebIdentityFederationInfoCommand({}),
    new iam.DisableOutboundWebIdentityFederationCommand({}),
  ]) {
    await talk.refuses(command, iam.FeatureDisabledException, disabled);
  }
  const issuer = { IssuerIdentifier: /^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/ };
  await talk.answers(new iam.EnableOutboundWebIdentityFederationCommand({}), issuer);
  await talk.refuses(
    new iam.EnableOutboundWebIdentityFederationCommand({}),
    iam.FeatureEnabledException,
    'Outbound identity federation is already enabled for your account.',
  );
  await talk.answers(new iam.GetOutboundWebIdentityFederationInfoCommand({}), {
    ...issuer,
    JwtVendingEnabled: true,
  });
  await talk.does(new iam.DisableOutboundWebIdentityFederationCommand({}));
}

async function organization(talk: Talk): Promise<void> {
  const message =
    'The request was rejected because no organization is associated with your account.';
  for (const command of [
    new iam.ListOrganizationsFeaturesCommand({}),
    new iam.EnableOrganizationsRootCredentialsManagementCommand({}),
    new iam.EnableOrganizationsRootSessionsCommand({}),
    new iam.DisableOrganizationsRootCredentialsManagementCommand({}),
    new iam.DisableOrganizationsRootSessionsCommand({}),
    new iam.GenerateOrganizationsAccessReportCommand({ EntityPath: 'o-a1b2c3d4e5/r-f6g7' }),
  ]) {
    await talk.refuses(command, iam.OrganizationNotFoundException, message);
  }
  const JobId = 'examplea-1234-b567-cde8-90fg123abcd4';
  await talk.misses(
    `The job with id ${JobId} cannot be found.`,
    new iam.GetOrganizationsAccessReportCommand({ JobId }),
  );
}

async function delegationRequests(talk: Talk): Promise<void> {
  await talk.answers(
    new iam.ListDelegationRequestsCommand({ OwnerId: talk.arn('user/dave'), MaxItems: 1 }),
    { DelegationRequests: [], isTruncated: false },
  );
  await talk.refuses(
    new iam.ListDelegationRequestsCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  const DelegationRequestId = 'e4bdcdae-4f66-11ed-eleg-ation00000000';
  await talk.misses(
    `The delegation request with id ${DelegationRequestId} cannot be found.`,
    new iam.GetDelegationRequestCommand({ DelegationRequestId }),
    new iam.AcceptDelegationRequestCommand({ DelegationRequestId }),
    new iam.AssociateDelegationRequestCommand({ DelegationRequestId }),
    new iam.RejectDelegationRequestCommand({ DelegationRequestId }),
    new iam.UpdateDelegationRequestCommand({ DelegationRequestId }),
  );
}
