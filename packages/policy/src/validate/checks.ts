import { actionChecks } from './check/action.ts';
import { conditionChecks } from './check/condition.ts';
import { conditionValueChecks } from './check/condition-value.ts';
import { documentChecks } from './check/document.ts';
import { emptyChecks } from './check/empty.ts';
import { identifierChecks } from './check/identifier.ts';
import { ipRangeChecks } from './check/ip-range.ts';
import { keyUseChecks } from './check/key-use.ts';
import { organizationChecks } from './check/organization.ts';
import { principalChecks } from './check/principal.ts';
import { redundancyChecks } from './check/redundancy.ts';
import { resourceChecks } from './check/resource.ts';
import { rolePermissionChecks } from './check/role-permission.ts';
import { servicePrincipalChecks } from './check/service-principal.ts';
import { sizeChecks } from './check/size.ts';
import { tagKeyChecks } from './check/tag-key.ts';
import { trustChecks } from './check/trust.ts';
import { variableChecks } from './check/variable.ts';
import { webIdentityChecks } from './check/web-identity.ts';
import { wildcardChecks } from './check/wildcard.ts';
import type { Check } from './check.ts';

/** Every check that is made, one for each issue code. */
export const CHECKS: readonly Check[] = [
  ...documentChecks,
  ...sizeChecks,
  ...emptyChecks,
  ...principalChecks,
  ...trustChecks,
  ...webIdentityChecks,
  ...servicePrincipalChecks,
  ...organizationChecks,
  ...actionChecks,
  ...rolePermissionChecks,
  ...resourceChecks,
  ...variableChecks,
  ...conditionChecks,
  ...conditionValueChecks,
  ...identifierChecks,
  ...ipRangeChecks,
  ...wildcardChecks,
  ...keyUseChecks,
  ...tagKeyChecks,
  ...redundancyChecks,
];
