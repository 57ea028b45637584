import type {
  DisableOrganizationsRootCredentialsManagementResponse,
  DisableOrganizationsRootSessionsResponse,
  EnableOrganizationsRootCredentialsManagementResponse,
  EnableOrganizationsRootSessionsResponse,
  ListOrganizationsFeaturesResponse,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { requireManagedOrganization } from './organization.ts';

export const enableOrganizationsRootCredentialsManagement = operation<
  object,
  EnableOrganizationsRootCredentialsManagementResponse
>({
  authorization: { action: 'iam:EnableOrganizationsRootCredentialsManagement' },
  access: 'write',
  run: requireManagedOrganization,
});

export const enableOrganizationsRootSessions = operation<
  object,
  EnableOrganizationsRootSessionsResponse
>({
  authorization: { action: 'iam:EnableOrganizationsRootSessions' },
  access: 'write',
  run: requireManagedOrganization,
});

export const listOrganizationsFeatures = operation<object, ListOrganizationsFeaturesResponse>({
  authorization: { action: 'iam:ListOrganizationsFeatures' },
  access: 'read',
  run: requireManagedOrganization,
});

export const disableOrganizationsRootCredentialsManagement = operation<
  object,
  DisableOrganizationsRootCredentialsManagementResponse
>({
  authorization: { action: 'iam:DisableOrganizationsRootCredentialsManagement' },
  access: 'write',
  run: requireManagedOrganization,
});

export const disableOrganizationsRootSessions = operation<
  object,
  DisableOrganizationsRootSessionsResponse
>({
  authorization: { action: 'iam:DisableOrganizationsRootSessions' },
  access: 'write',
  run: requireManagedOrganization,
});

export const organizationsFeatureOperations: OperationTable = {
  DisableOrganizationsRootCredentialsManagement: disableOrganizationsRootCredentialsManagement,
  DisableOrganizationsRootSessions: disableOrganizationsRootSessions,
  EnableOrganizationsRootCredentialsManagement: enableOrganizationsRootCredentialsManagement,
  EnableOrganizationsRootSessions: enableOrganizationsRootSessions,
  ListOrganizationsFeatures: listOrganizationsFeatures,
};
