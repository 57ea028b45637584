import {
  allow,
  type CheckExample,
  deny,
  share,
  testExamples,
  trust,
} from '../../proof/check-examples.ts';
import { organizationChecks } from './check/organization.ts';
import { principalChecks } from './check/principal.ts';
import { servicePrincipalChecks } from './check/service-principal.ts';
import { trustChecks } from './check/trust.ts';
import { webIdentityChecks } from './check/web-identity.ts';

const DAVE = 'arn:aws:iam::111122223333:user/dave';
const ROLE = 'arn:aws:iam::111122223333:role/apps/PhotoAppRole';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/PhotoAppRole/i-0123';

const principals: readonly CheckExample[] = [
  {
    code: 'MISSING_PRINCIPAL',
    type: 'trust',
    bad: '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}',
    at: ['Statement', '{"Effect": "Allow", "Action": "sts:AssumeRole"}'],
    good: trust(),
  },
  {
    code: 'UNSUPPORTED_PRINCIPAL',
    bad: share(),
    at: ['Statement[0].Principal', '"Principal"'],
    good: allow(),
  },
  {
    code: 'INVALID_PRINCIPAL_FORMAT',
    type: 'resource',
    bad: share({ Principal: DAVE }),
    at: ['Statement[0].Principal', `"${DAVE}"`],
    good: share({ Principal: '*' }),
  },
  {
    code: 'INVALID_PRINCIPAL_KEY',
    type: 'resource',
    bad: share({ Principal: { User: DAVE } }),
    at: ['Statement[0].Principal.User', '"User"'],
    good: share(),
  },
  {
    code: 'UNSUPPORTED_WILDCARD_IN_PRINCIPAL',
    type: 'resource',
    bad: share({ Principal: { AWS: [DAVE, 'arn:aws:iam::111122223333:user/*'] } }),
    at: ['Statement[0].Principal.AWS[1]', '"arn:aws:iam::111122223333:user/*"'],
    good: share({ Principal: { AWS: '*' } }),
  },
  {
    code: 'INVALID_ROLE_REFERENCE',
    type: 'trust',
    bad: trust({ Principal: { AWS: 'AROAPHOTO67890123456' } }),
    at: ['Statement[0].Principal.AWS', '"AROAPHOTO67890123456"'],
    good: trust({ Principal: { AWS: ROLE } }),
  },
  {
    code: 'INVALID_ROLE_REFERENCE',
    type: 'trust',
    bad: trust({ Principal: { AWS: 'AROAPHOTO67890123456:app' } }),
    at: ['Statement[0].Principal.AWS', '"AROAPHOTO67890123456:app"'],
    good: trust({ Principal: { AWS: ROLE } }),
  },
  {
    code: 'INVALID_USER_REFERENCE',
    type: 'trust',
    bad: trust({ Principal: { AWS: 'AIDADAVE567890123456' } }),
    at: ['Statement[0].Principal.AWS', '"AIDADAVE567890123456"'],
    good: trust(),
  },
  {
    code: 'ALLOW_WITH_NOT_PRINCIPAL',
    type: 'resource',
    bad: allow({ NotPrincipal: { AWS: '444455556666' } }),
    at: ['Statement[0].NotPrincipal', '{\n        "AWS": "444455556666"\n      }'],
    good: deny({ NotPrincipal: { AWS: '444455556666' } }),
  },
  {
    code: 'FEDERATED_PRINCIPAL_NOT_SUPPORTED',
    type: 'resource',
    bad: share({ Principal: { Federated: 'graph.facebook.com' } }),
    at: ['Statement[0].Principal.Federated', '"graph.facebook.com"'],
    good: share(),
  },
];

const SAML = 'arn:aws:iam::111122223333:saml-provider/Staff';

const trusts: readonly CheckExample[] = [
  {
    code: 'ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL',
    type: 'trust',
    bad: { Effect: 'Deny', NotPrincipal: { AWS: DAVE }, Action: 'sts:AssumeRole' },
    at: ['Statement[0].NotPrincipal', '"NotPrincipal"'],
    good: trust({ Effect: 'Deny' }),
  },
  {
    code: 'ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL',
    type: 'trust',
    bad: trust({ Principal: '*' }),
    at: ['Statement[0].Principal', '"*"'],
    good: trust({ Principal: { AWS: '*' } }),
  },
  {
    code: 'ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE',
    type: 'trust',
    bad: trust({ Resource: ROLE }),
    at: ['Statement[0].Resource', '"Resource"'],
    good: trust(),
  },
  {
    code: 'INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY',
    type: 'trust',
    bad: trust({ Principal: { Federated: 'staff' }, Action: 'sts:AssumeRoleWithSAML' }),
    at: ['Statement[0].Principal.Federated', '"staff"'],
    good: trust({ Principal: { Federated: SAML }, Action: 'sts:AssumeRoleWithSAML' }),
  },
  {
    code: 'MISMATCHED_ACTION_FOR_PRINCIPAL',
    type: 'trust',
    bad: trust({ Principal: { Federated: SAML } }),
    at: ['Statement[0].Action', '"sts:AssumeRole"'],
    good: trust({
      Principal: { AWS: DAVE, Federated: SAML },
      Action: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:TagSession'],
    }),
  },
  {
    code: 'MISMATCHED_ACTION_FOR_PRINCIPAL',
    type: 'trust',
    bad: trust({ Principal: { Federated: SAML }, Action: 'sts:AssumeRoleWithWebIdentity' }),
    at: ['Statement[0].Action', '"sts:AssumeRoleWithWebIdentity"'],
    good: trust({
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
    }),
  },
  {
    code: 'MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY',
    type: 'trust',
    bad: trust({ Principal: { Service: 'rolesanywhere.amazonaws.com' } }),
    at: ['Statement[0].Action', '"sts:AssumeRole"'],
    good: [
      trust({ Principal: { Service: 'rolesanywhere.amazonaws.com' } }),
      trust({
        Principal: { Service: 'rolesanywhere.amazonaws.com' },
        Action: ['sts:SetSourceIdentity', 'sts:TagSession'],
      }),
    ],
  },
  {
    code: 'REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY',
    type: 'trust',
    bad: trust({ Principal: { AWS: [ROLE, SESSION] } }),
    at: ['Statement[0].Principal.AWS[1]', `"${SESSION}"`],
    good: trust({ Principal: { AWS: [DAVE, SESSION] } }),
  },
];

const GITHUB = 'token.actions.githubusercontent.com';
const BRANCH = 'repo:carnet/photos:ref:refs/heads/main';
const github = (condition: object) =>
  trust({
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${GITHUB}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
  });

const webIdentities: readonly CheckExample[] = [
  {
    code: 'MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL',
    type: 'trust',
    bad: github({ Bool: { 'aws:SecureTransport': 'true' } }),
    also: ['MISSING_GITHUB_REPO_CONDITION_KEY'],
    at: ['Statement[0].Principal.Federated', `"arn:aws:iam::111122223333:oidc-provider/${GITHUB}"`],
    good: github({ StringEquals: { [`${GITHUB}:sub`]: BRANCH } }),
  },
  {
    code: 'MISSING_GITHUB_REPO_CONDITION_KEY',
    also: ['CONFIRM_AUDIENCE_CLAIM_TYPE'],
    type: 'trust',
    bad: github({ StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }),
    at: ['Statement[0].Principal.Federated', `"arn:aws:iam::111122223333:oidc-provider/${GITHUB}"`],
    good: github({ StringEquals: { [`${GITHUB}:sub`]: BRANCH } }),
  },
  {
    code: 'SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED',
    type: 'trust',
    bad: github({ StringLike: { [`${GITHUB}:sub`]: [BRANCH, 'repo:carnet/photos:*'] } }),
    at: [`Statement[0].Condition.StringLike.${GITHUB}:sub[1]`, '"repo:carnet/photos:*"'],
    good: github({ StringLike: { [`${GITHUB}:sub`]: BRANCH } }),
  },
  {
    code: 'FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE',
    also: ['MISSING_GITHUB_REPO_CONDITION_KEY'],
    type: 'trust',
    bad: github({ 'ForAnyValue:StringEquals': { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }),
    at: [`Statement[0].Condition.ForAnyValue:StringEquals.${GITHUB}:aud`, `"${GITHUB}:aud"`],
    good: github({ StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }),
  },
  {
    code: 'CONFIRM_AUDIENCE_CLAIM_TYPE',
    also: ['MISSING_GITHUB_REPO_CONDITION_KEY'],
    type: 'trust',
    bad: github({ StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }),
    at: [`Statement[0].Condition.StringEquals.${GITHUB}:aud`, `"${GITHUB}:aud"`],
    good: github({ StringEquals: { [`${GITHUB}:sub`]: BRANCH } }),
  },
];

const forService = (condition: object) =>
  share({
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: 's3:PutObject',
    Condition: condition,
  });
const OF_ACCOUNT = { StringEquals: { 'aws:SourceAccount': '111122223333' } };

const services: readonly CheckExample[] = [
  {
    code: 'INVALID_SERVICE_PRINCIPAL_FORMAT',
    bad: allow({
      Action: 'iam:PassRole',
      Resource: ROLE,
      Condition: { StringEquals: { 'iam:PassedToService': 'EC2.amazonaws.com' } },
    }),
    at: ['Statement[0].Condition.StringEquals.iam:PassedToService', '"EC2.amazonaws.com"'],
    good: allow({
      Action: 'iam:PassRole',
      Resource: ROLE,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
  },
  {
    code: 'INVALID_SERVICE_PRINCIPAL_FORMAT',
    bad: allow({
      Action: 'kms:Decrypt',
      Resource: 'arn:aws:kms:us-east-1:111122223333:key/1234',
      Condition: { StringEquals: { 'kms:ViaService': 's3.amazonaws.com' } },
    }),
    at: ['Statement[0].Condition.StringEquals.kms:ViaService', '"s3.amazonaws.com"'],
    good: allow({
      Action: 'kms:Decrypt',
      Resource: 'arn:aws:kms:us-east-1:111122223333:key/1234',
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
    }),
  },
  {
    code: 'INVALID_SERVICE_PRINCIPAL_FORMAT',
    type: 'trust',
    bad: trust({ Principal: { Service: 'ec2' } }),
    at: ['Statement[0].Principal.Service', '"ec2"'],
    good: trust({ Principal: { Service: 'ec2.amazonaws.com' } }),
  },
  {
    code: 'RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL',
    type: 'resource',
    bad: share({ Principal: { Service: 'cloudtrail.amazonaws.com' } }),
    at: ['Statement[0].Principal.Service', '"cloudtrail.amazonaws.com"'],
    good: forService(OF_ACCOUNT),
  },
  {
    code: 'RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL',
    also: ['UNTRUSTWORTHY_CONDITION_KEY'],
    type: 'resource',
    bad: forService({ StringEquals: { 'aws:Referer': '111122223333' } }),
    at: ['Statement[0].Condition.StringEquals.aws:Referer', '"aws:Referer"'],
    good: forService(OF_ACCOUNT),
  },
  {
    code: 'UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL',
    also: ['RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL'],
    type: 'resource',
    bad: forService({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
    at: ['Statement[0].Condition.StringEquals.aws:PrincipalOrgID', '"aws:PrincipalOrgID"'],
    good: forService({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }),
  },
];

const control = (elements: object = {}) =>
  deny({ Principal: '*', Action: 's3:*', Resource: '*', ...elements });
const ORGANIZATION = 'o-a1b2c3d4e5';

const organizations: readonly CheckExample[] = [
  {
    code: 'SCP_SYNTAX_ERROR_PRINCIPAL',
    type: 'serviceControl',
    bad: deny({ Principal: '*' }),
    at: ['Statement[0].Principal', '"Principal"'],
    good: deny(),
  },
  {
    code: 'RCP_SYNTAX_ERROR_PRINCIPAL',
    type: 'resourceControl',
    bad: control({ Principal: { AWS: DAVE } }),
    at: ['Statement[0].Principal', `{\n        "AWS": "${DAVE}"\n      }`],
    good: control(),
  },
  {
    code: 'RCP_SYNTAX_ERROR_ALLOW',
    type: 'resourceControl',
    bad: control({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::photos/*' }),
    at: ['Statement[0].Effect', '"Allow"'],
    good: control(),
  },
  {
    code: 'RCP_SYNTAX_ERROR_NOTACTION',
    type: 'resourceControl',
    bad: { Effect: 'Deny', Principal: '*', NotAction: 's3:*', Resource: '*' },
    at: ['Statement[0].NotAction', '"NotAction"'],
    good: control(),
  },
  {
    code: 'RCP_SYNTAX_ERROR_ACTION',
    type: 'resourceControl',
    bad: control({ Action: ['s3:*', 'iam:GetUser'] }),
    at: ['Statement[0].Action[1]', '"iam:GetUser"'],
    good: control(),
  },
  {
    code: 'RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY',
    type: 'resourceControl',
    bad: control({
      Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION } },
    }),
    at: [
      'Statement[0].Condition.StringNotEqualsIfExists.aws:PrincipalOrgID',
      '"aws:PrincipalOrgID"',
    ],
    good: control({
      Condition: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
  },
  {
    code: 'RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY',
    type: 'resourceControl',
    bad: control({ Condition: { StringNotEquals: { 'aws:SourceAccount': '111122223333' } } }),
    at: ['Statement[0].Condition.StringNotEquals.aws:SourceAccount', '"aws:SourceAccount"'],
    good: control({
      Condition: {
        StringNotEquals: { 'aws:SourceAccount': '111122223333' },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      },
    }),
  },
  {
    code: 'RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK',
    type: 'resourceControl',
    bad: control({
      Condition: {
        StringNotEqualsIfExists: { 'aws:SourceOrgID': ORGANIZATION },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      },
    }),
    at: ['Statement[0].Condition.StringNotEqualsIfExists.aws:SourceOrgID', '"aws:SourceOrgID"'],
    good: control({
      Condition: {
        StringNotEqualsIfExists: { 'aws:SourceOrgID': ORGANIZATION },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
        Null: { 'aws:SourceAccount': 'false' },
      },
    }),
  },
];

testExamples(
  [
    ...principalChecks,
    ...trustChecks,
    ...webIdentityChecks,
    ...servicePrincipalChecks,
    ...organizationChecks,
  ],
  [...principals, ...trusts, ...webIdentities, ...services, ...organizations],
);
