import { trust } from '../../proof/check-examples.ts';
import { type Case, loud, quiet, testCases } from '../../proof/finding-cases.ts';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const DAVE = `arn:aws:iam::${ACCOUNT}:user/dave`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/PhotoAppRole/i-0123`;
const GITHUB = 'token.actions.githubusercontent.com';
const EKS = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE';

const when = (condition: object) => ({ Condition: condition });

/** Who is let in by GitHub: what is said about a condition, and about its twin in a Deny. */
function githubCases(): Case[] {
  const whole = 'SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED';
  const missing = 'MISSING_GITHUB_REPO_CONDITION_KEY';
  const deployment = 'repo:carnet/photos:environment:production';
  const MAIN = { [`${GITHUB}:ref`]: 'refs/heads/main' };
  const rows: readonly (readonly [string, readonly string[], object])[] = [
    ['a branch of its own', [], { StringEquals: { [`${GITHUB}:sub`]: deployment, ...MAIN } }],
    [
      'a branch by a pattern',
      [whole],
      {
        StringEquals: { [`${GITHUB}:sub`]: deployment },
        StringLike: { [`${GITHUB}:ref`]: ['refs/heads/main', 'refs/heads/*'] },
      },
    ],
    [
      'a branch that it is not',
      [whole],
      { StringEquals: { [`${GITHUB}:sub`]: deployment }, StringNotEquals: MAIN },
    ],
    [
      'a branch, and any repository',
      [whole],
      { StringLike: { [`${GITHUB}:sub`]: 'repo:carnet/*' }, StringEquals: MAIN },
    ],
    ['one repository that it is not', [missing], { StringNotEquals: { [`${GITHUB}:sub`]: 'x' } }],
    ['any repository', [missing], { Null: { [`${GITHUB}:sub`]: 'false' } }],
  ];
  return rows.flatMap(([name, codes, condition]) => {
    const statement = trust({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...when(condition),
    });
    return [
      { ...loud('trust', codes, statement), name: `GitHub, ${name}` },
      quiet('trust', `GitHub is denied, ${name}`, { ...statement, Effect: 'Deny' }),
    ];
  });
}

const trusts: readonly Case[] = [
  quiet('trust', 'EC2 assumes the role', trust({ Principal: { Service: 'ec2.amazonaws.com' } })),
  quiet(
    'trust',
    'another account, with its external id and with MFA',
    trust({
      Principal: { AWS: [OTHER_ACCOUNT, `arn:aws:iam::${OTHER_ACCOUNT}:root`] },
      ...when({
        StringEquals: { 'sts:ExternalId': '12345' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
    }),
  ),
  quiet(
    'trust',
    'tags in a statement of their own, with the external id of the one request',
    trust({ Action: 'sts:TagSession', ...when({ StringEquals: { 'sts:ExternalId': '12345' } }) }),
  ),
  quiet(
    'trust',
    'tags and a source identity of a session',
    trust({
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      ...when({
        StringEquals: { 'aws:RequestTag/team': 'photos', 'sts:ExternalId': '12345' },
        StringLike: { 'sts:SourceIdentity': 'dave*' },
        'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['team'] },
      }),
    }),
  ),
  loud(
    'trust',
    ['MISSING_ACTION_FOR_CONDITION_KEY', 'MISSING_ACTION_FOR_CONDITION_KEY'],
    trust(
      when({
        StringEquals: { 'aws:RequestTag/team': 'photos' },
        'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] },
      }),
    ),
  ),
  quiet(
    'trust',
    'Kubernetes service accounts: the provider has a path',
    trust({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${EKS}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...when({ StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:default:photos' } }),
    }),
  ),
  loud(
    'trust',
    ['CONFIRM_AUDIENCE_CLAIM_TYPE', 'SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED'],
    trust({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...when({
        StringEquals: {
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
          [`${GITHUB}:sub`]: 'repo:carnet/photos:environment:production',
        },
      }),
    }),
  ),
  ...githubCases(),
  quiet(
    'trust',
    'Roles Anywhere, of one certificate',
    trust({
      Principal: { Service: 'rolesanywhere.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      ...when({
        StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'photos' },
        ArnEquals: {
          'aws:SourceArn': `arn:aws:rolesanywhere:us-east-1:${ACCOUNT}:trust-anchor/1234`,
        },
      }),
    }),
  ),
  ...[
    [{ Service: 'ec2.amazonaws.com' }, 'aws:PrincipalTag/team'],
    [
      { Service: ['rolesanywhere.amazonaws.com', 'ec2.amazonaws.com'] },
      'aws:PrincipalTag/x509Subject/CN',
    ],
    [{ Service: 'rolesanywhere.amazonaws.com' }, 'aws:PrincipalOrgID'],
  ].map(([Principal, key]) =>
    loud(
      'trust',
      ['UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL'],
      trust({
        Principal,
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
        ...when({ StringEquals: { [`${key}`]: 'photos' } }),
      }),
    ),
  ),
  loud(
    'trust',
    ['WILDCARD_USAGE_TOO_PERMISSIVE'],
    trust({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${EKS}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...when({ StringLike: { [`${EKS}:sub`]: 'system:*:x:*' } }),
    }),
  ),
  quiet(
    'trust',
    'SAML',
    trust({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/Staff` },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
      ...when({ StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } }),
    }),
  ),
  loud(
    'trust',
    ['INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY'],
    trust({
      Principal: { Federated: `arn:aws:sts::${ACCOUNT}:saml-provider/Staff` },
      Action: 'sts:AssumeRoleWithSAML',
    }),
  ),
  quiet(
    'trust',
    'a session, and a role of its name in another account',
    trust({ Principal: { AWS: [`arn:aws:iam::${OTHER_ACCOUNT}:role/PhotoAppRole`, SESSION] } }),
  ),
  quiet('trust', 'a Deny to everybody else is not held to what an Allow is', [
    trust({ Principal: { AWS: '*' }, ...when({ ArnEquals: { 'aws:PrincipalArn': DAVE } }) }),
    trust({ Effect: 'Deny', Principal: { Federated: GITHUB }, Action: 'sts:*' }),
  ]),
];

testCases(trusts);
