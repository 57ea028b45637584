import * as iam from '@aws-sdk/client-iam';
import type { Conversation, Talk } from './talk.ts';

/** The account's own issuer, and what there is only in an organization or with AWS's partners. */
export const federationConversation: Conversation = async (talk) => {
  const issuer = { IssuerIdentifier: /^https:\/\/[0-9a-f-]+\.tokens\.sts\.global\.api\.aws$/ };
  await talk.refuses(
    new iam.GetOutboundWebIdentityFederationInfoCommand(),
    iam.FeatureDisabledException,
    'Outbound identity federation is disabled for your account.',
  );
  await talk.answers(new iam.EnableOutboundWebIdentityFederationCommand(), issuer);
  await talk.answers(new iam.GetOutboundWebIdentityFederationInfoCommand(), {
    ...issuer,
    JwtVendingEnabled: true,
  });
  await talk.refuses(
    new iam.EnableOutboundWebIdentityFederationCommand(),
    iam.FeatureEnabledException,
    'Outbound identity federation is already enabled for your account.',
  );
  await talk.does(new iam.DisableOutboundWebIdentityFederationCommand());
  await talk.refuses(
    new iam.DisableOutboundWebIdentityFederationCommand(),
    iam.FeatureDisabledException,
    'Outbound identity federation is disabled for your account.',
  );
  await withoutOrganization(talk);
  await withoutRequests(talk);
};

async function withoutOrganization(talk: Talk): Promise<void> {
  for (const command of [
    new iam.EnableOrganizationsRootSessionsCommand({}),
    new iam.EnableOrganizationsRootCredentialsManagementCommand({}),
    new iam.ListOrganizationsFeaturesCommand({}),
    new iam.DisableOrganizationsRootSessionsCommand({}),
    new iam.DisableOrganizationsRootCredentialsManagementCommand({}),
    new iam.GenerateOrganizationsAccessReportCommand({ EntityPath: 'o-0123456789/r-0123' }),
  ]) {
    await talk.refuses(
      command,
      iam.OrganizationNotFoundException,
      'The request was rejected because no organization is associated with your account.',
    );
  }
  const JobId = '01234567-0123-0123-0123-0123456789ab';
  await talk.misses(
    `The job with id ${JobId} cannot be found.`,
    new iam.GetOrganizationsAccessReportCommand({ JobId }),
  );
}

async function withoutRequests(talk: Talk): Promise<void> {
  await talk.answers(
    new iam.ListDelegationRequestsCommand({ OwnerId: talk.arn('user/dave'), MaxItems: 1 }),
    { DelegationRequests: [], isTruncated: false },
  );
  await talk.refuses(
    new iam.ListDelegationRequestsCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  const DelegationRequestId = 'request-that-is-none';
  await talk.misses(
    `The delegation request with id ${DelegationRequestId} cannot be found.`,
    new iam.GetDelegationRequestCommand({ DelegationRequestId }),
    new iam.AcceptDelegationRequestCommand({ DelegationRequestId }),
    new iam.AssociateDelegationRequestCommand({ DelegationRequestId }),
    new iam.RejectDelegationRequestCommand({ DelegationRequestId }),
    new iam.UpdateDelegationRequestCommand({ DelegationRequestId }),
  );
}
