import { operationTables } from '@carnet/services';

/** The operations of IAM that are served. */
export const served: ReadonlySet<string> = new Set(Object.keys(operationTables.iam ?? {}));

const noOrganization = 'there is no organization yet';
export const noRequest = 'nobody can make a delegation request';

/** What is refused whoever asks, with the reason. */
export const neverAnswered: Readonly<Record<string, string>> = {
  AcceptDelegationRequest: noRequest,
  AssociateDelegationRequest: noRequest,
  DisableOrganizationsRootCredentialsManagement: noOrganization,
  DisableOrganizationsRootSessions: noOrganization,
  EnableOrganizationsRootCredentialsManagement: noOrganization,
  EnableOrganizationsRootSessions: noOrganization,
  GenerateOrganizationsAccessReport: noOrganization,
  GetDelegationRequest: noRequest,
  GetOrganizationsAccessReport: noOrganization,
  ListOrganizationsFeatures: noOrganization,
  RejectDelegationRequest: noRequest,
  UpdateDelegationRequest: noRequest,
};
