import type { OperationTable } from '../operation.ts';
import { accessKeyOperations } from './access-key.ts';
import { accountAliasOperations } from './account-alias.ts';
import { accountAuthorizationDetailsOperations } from './account-authorization-details.ts';
import { accountSettingOperations } from './account-setting.ts';
import { accountSummaryOperations } from './account-summary.ts';
import { attachedPolicyOperations } from './attached-policy.ts';
import { contextKeyOperations } from './context-key.ts';
import { credentialReportOperations } from './credential-report.ts';
import { delegationRequestOperations } from './delegation-request.ts';
import { groupOperations } from './group.ts';
import { groupMembershipOperations } from './group-membership.ts';
import { inlinePolicyOperations } from './inline-policy.ts';
import { instanceProfileOperations } from './instance-profile.ts';
import { instanceProfileTagOperations } from './instance-profile-tag.ts';
import { loginProfileOperations } from './login-profile.ts';
import { managedPolicyOperations } from './managed-policy.ts';
import { mfaDeviceOperations } from './mfa-device.ts';
import { oidcProviderOperations } from './oidc-provider.ts';
import { organizationsAccessReportOperations } from './organizations-access-report.ts';
import { organizationsFeatureOperations } from './organizations-feature.ts';
import { outboundFederationOperations } from './outbound-federation.ts';
import { passwordPolicyOperations } from './password-policy.ts';
import { permissionsBoundaryOperations } from './permissions-boundary.ts';
import { policiesGrantingServiceAccessOperations } from './policies-granting-service-access.ts';
import { policyEntityOperations } from './policy-entity.ts';
import { policySimulationOperations } from './policy-simulation.ts';
import { policyVersionOperations } from './policy-version.ts';
import { providerTagOperations } from './provider-tag.ts';
import { roleOperations } from './role.ts';
import { samlProviderOperations } from './saml-provider.ts';
import { serverCertificateOperations } from './server-certificate.ts';
import { serverCertificateTagOperations } from './server-certificate-tag.ts';
import { serviceLastAccessedOperations } from './service-last-accessed.ts';
import { serviceLinkedRoleOperations } from './service-linked-role.ts';
import { serviceSpecificCredentialOperations } from './service-specific-credential.ts';
import { signingCertificateOperations } from './signing-certificate.ts';
import { sshPublicKeyOperations } from './ssh-public-key.ts';
import { tagOperations } from './tag.ts';
import { userOperations } from './user.ts';
import { virtualMfaDeviceOperations } from './virtual-mfa-device.ts';
import { virtualMfaDeviceTagOperations } from './virtual-mfa-device-tag.ts';

/** One table for each file of operations. */
const tables: readonly OperationTable[] = [
  accessKeyOperations,
  accountAliasOperations,
  accountAuthorizationDetailsOperations,
  accountSettingOperations,
  accountSummaryOperations,
  attachedPolicyOperations,
  contextKeyOperations,
  credentialReportOperations,
  delegationRequestOperations,
  groupMembershipOperations,
  groupOperations,
  inlinePolicyOperations,
  instanceProfileTagOperations,
  instanceProfileOperations,
  loginProfileOperations,
  managedPolicyOperations,
  mfaDeviceOperations,
  oidcProviderOperations,
  organizationsAccessReportOperations,
  organizationsFeatureOperations,
  outboundFederationOperations,
  passwordPolicyOperations,
  permissionsBoundaryOperations,
  policiesGrantingServiceAccessOperations,
  policyEntityOperations,
  policySimulationOperations,
  policyVersionOperations,
  providerTagOperations,
  roleOperations,
  samlProviderOperations,
  serverCertificateOperations,
  serverCertificateTagOperations,
  serviceLastAccessedOperations,
  serviceLinkedRoleOperations,
  serviceSpecificCredentialOperations,
  signingCertificateOperations,
  sshPublicKeyOperations,
  tagOperations,
  userOperations,
  virtualMfaDeviceOperations,
  virtualMfaDeviceTagOperations,
];

/** The operations of IAM that are served, by AWS's names, in their order. */
export const iamOperations: OperationTable = Object.fromEntries(
  tables
    .flatMap((table) => Object.entries(table))
    .sort(([one], [other]) => one.localeCompare(other)),
);
