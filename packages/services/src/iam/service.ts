import type { OperationTable } from '../operation.ts';
import { accessKeyOperations } from './access-key.ts';
import { accountAuthorizationDetailsOperations } from './account-authorization-details.ts';
import { accountSummaryOperations } from './account-summary.ts';
import { attachedPolicyOperations } from './attached-policy.ts';
import { contextKeyOperations } from './context-key.ts';
import { credentialReportOperations } from './credential-report.ts';
import { groupOperations } from './group.ts';
import { groupMembershipOperations } from './group-membership.ts';
import { inlinePolicyOperations } from './inline-policy.ts';
import { instanceProfileOperations } from './instance-profile.ts';
import { instanceProfileTagOperations } from './instance-profile-tag.ts';
import { loginProfileOperations } from './login-profile.ts';
import { managedPolicyOperations } from './managed-policy.ts';
import { permissionsBoundaryOperations } from './permissions-boundary.ts';
import { policiesGrantingServiceAccessOperations } from './policies-granting-service-access.ts';
import { policyEntityOperations } from './policy-entity.ts';
import { policySimulationOperations } from './policy-simulation.ts';
import { policyVersionOperations } from './policy-version.ts';
import { roleOperations } from './role.ts';
import { serverCertificateOperations } from './server-certificate.ts';
import { serviceLastAccessedOperations } from './service-last-accessed.ts';
import { serviceSpecificCredentialOperations } from './service-specific-credential.ts';
import { signingCertificateOperations } from './signing-certificate.ts';
import { sshPublicKeyOperations } from './ssh-public-key.ts';
import { tagOperations } from './tag.ts';
import { userOperations } from './user.ts';

/** One table for each file of operations. */
const tables: readonly OperationTable[] = [
  accessKeyOperations,
  accountAuthorizationDetailsOperations,
  accountSummaryOperations,
  attachedPolicyOperations,
  contextKeyOperations,
  credentialReportOperations,
  groupOperations,
  groupMembershipOperations,
  inlinePolicyOperations,
  instanceProfileOperations,
  instanceProfileTagOperations,
  loginProfileOperations,
  managedPolicyOperations,
  permissionsBoundaryOperations,
  policiesGrantingServiceAccessOperations,
  policyEntityOperations,
  policySimulationOperations,
  policyVersionOperations,
  roleOperations,
  serverCertificateOperations,
  serviceSpecificCredentialOperations,
  signingCertificateOperations,
  sshPublicKeyOperations,
  serviceLastAccessedOperations,
  tagOperations,
  userOperations,
];

/** The operations of IAM that are served, by AWS's names, in their order. */
export const iamOperations: OperationTable = Object.fromEntries(
  tables
    .flatMap((table) => Object.entries(table))
    .sort(([one], [other]) => one.localeCompare(other)),
);
