import type {
  GenerateOrganizationsAccessReportRequest,
  GenerateOrganizationsAccessReportResponse,
  GetOrganizationsAccessReportRequest,
  GetOrganizationsAccessReportResponse,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { noSuchEntity } from './error.ts';
import { requireManagedOrganization } from './organization.ts';
import { accessReportResource } from './resource/access-report.ts';

/** Reports on the accounts of an organization: without one, none is made and none is found. */
export const generateOrganizationsAccessReport = operation<
  GenerateOrganizationsAccessReportRequest,
  GenerateOrganizationsAccessReportResponse
>({
  authorization: {
    action: 'iam:GenerateOrganizationsAccessReport',
    resource: accessReportResource((input) => input.EntityPath),
    conditionKeys: { 'iam:OrganizationsPolicyId': (input) => input.OrganizationsPolicyId },
  },
  access: 'write',
  run: requireManagedOrganization,
});

export const getOrganizationsAccessReport = operation<
  GetOrganizationsAccessReportRequest,
  GetOrganizationsAccessReportResponse
>({
  authorization: { action: 'iam:GetOrganizationsAccessReport' },
  access: 'read',
  async run(_context, input) {
    throw noSuchEntity(`The job with id ${input.JobId} cannot be found.`);
  },
});

export const organizationsAccessReportOperations: OperationTable = {
  GenerateOrganizationsAccessReport: generateOrganizationsAccessReport,
  GetOrganizationsAccessReport: getOrganizationsAccessReport,
};
