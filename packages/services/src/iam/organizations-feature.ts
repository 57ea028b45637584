import type {
  DisableOrganizationsRootCredentialsManagementResponse,
  DisableOrganizationsRootSessionsResponse,
  EnableOrganizationsRootCredentialsManagementResponse,
  EnableOrganizationsRootSessionsResponse,
  ListOrganizationsFeaturesResponse,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { requireManagedOrganization } from './organization.ts';

export const enableOrganizationsRootCredentialsManagement = operation<
  object,
  EnableOrganizationsRootCredentialsManagementResponse
>({
  authorization: { action: 'iam:EnableOrganizationsRootCredentialsManagement' },
  access: 'write',
  run: describeFeatures,
});

export const enableOrganizationsRootSessions = operation<
  object,
  EnableOrganizationsRootSessionsResponse
>({
  authorization: { action: 'iam:EnableOrganizationsRootSessions' },
  access: 'write',
  run: describeFeatures,
});

export const listOrganizationsFeatures = operation<object, ListOrganizationsFeaturesResponse>({
  authorization: { action: 'iam:ListOrganizationsFeatures' },
  access: 'read',
  run: describeFeatures,
});

export const disableOrganizationsRootCredentialsManagement = operation<
  object,
  DisableOrganizationsRootCredentialsManagementResponse
>({
  authorization: { action: 'iam:DisableOrganizationsRootCredentialsManagement' },
  access: 'write',
  run: describeFeatures,
});

export const disableOrganizationsRootSessions = operation<
  object,
  DisableOrganizationsRootSessionsResponse
>({
  authorization: { action: 'iam:DisableOrganizationsRootSessions' },
  access: 'write',
  run: describeFeatures,
});

export const organizationsFeatureOperations: OperationTable = {
  DisableOrganizationsRootCredentialsManagement: disableOrganizationsRootCredentialsManagement,
  DisableOrganizationsRootSessions: disableOrganizationsRootSessions,
  EnableOrganizationsRootCredentialsManagement: enableOrganizationsRootCredentialsManagement,
  EnableOrganizationsRootSessions: enableOrganizationsRootSessions,
  ListOrganizationsFeatures: listOrganizationsFeatures,
};

/** Until an organization exists there is none whose features could be switched. */
async function describeFeatures(
  context: OperationContext,
): Promise<ListOrganizationsFeaturesResponse> {
  const { id } = await requireManagedOrganization(context);
  return { OrganizationId: id, EnabledFeatures: [] };
}
