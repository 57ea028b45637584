import fc from 'fast-check';

/**
 * Random documents over an alphabet so small that most questions meet a statement. `ACCOUNT` stands
 * for the account's id. The values of the tag `team` are the buckets' names: a resource may be of the
 * team that the caller's tags name.
 */
export const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'] as const;
export const resources = [
  'arn:aws:s3:::photos-ACCOUNT/a',
  'arn:aws:s3:::photos-ACCOUNT/dave',
  'arn:aws:s3:::secrets-ACCOUNT/a',
] as const;
export const teams = ['photos', 'secrets'] as const;
export const sessionNames = ['work', 'night'] as const;
export const sourceIdentities = ['dave', 'night'] as const;

export const roleArn = (name: string) => `arn:aws:iam::ACCOUNT:role/${name}`;
export const userArn = (name: string) => `arn:aws:iam::ACCOUNT:user/${name}`;
export const sessionArn = (role: string, name: string) =>
  `arn:aws:sts::ACCOUNT:assumed-role/${role}/${name}`;
export const federatedArn = (name: string) => `arn:aws:sts::ACCOUNT:federated-user/${name}`;

export interface RandomStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: unknown;
  readonly Resource?: unknown;
  readonly Condition?: object | undefined;
}

export interface RandomDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly RandomStatement[];
}

/** Keys that a session has and its user has not, or has with another value. */
const ofSessions: readonly object[] = [
  { StringEquals: { 'aws:PrincipalTag/team': 'photos' } },
  { StringNotEquals: { 'aws:PrincipalTag/Team': 'photos' } },
  { StringEqualsIfExists: { 'aws:PrincipalTag/team': 'secrets' } },
  { Null: { 'aws:PrincipalTag/team': 'true' } },
  { StringEquals: { 'aws:PrincipalTag/cost': '1' } },
  { StringEquals: { 'aws:SourceIdentity': 'dave' } },
  { StringNotEquals: { 'aws:SourceIdentity': 'dave' } },
  { Null: { 'aws:SourceIdentity': 'true' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  { Null: { 'aws:MultiFactorAuthPresent': 'true' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } },
  { DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T00:02:00Z' } },
  { DateGreaterThan: { 'aws:TokenIssueTime': '2026-01-01T00:02:00Z' } },
  { Null: { 'aws:TokenIssueTime': 'true' } },
  { StringLike: { 'aws:userid': '*:work' } },
  { StringEquals: { 'aws:username': 'dave' } },
  { StringNotEquals: { 'aws:username': 'dave' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::ACCOUNT:role/*' } },
  { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::ACCOUNT:user/*' } },
  { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
  { StringEquals: { 'aws:PrincipalType': 'User' } },
  { ArnLike: { 'ec2:SourceInstanceArn': 'arn:aws:ec2:*:*:instance/*' } },
  { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:*' } },
  { StringEquals: { 'ec2:RoleDelivery': '2.0' } },
];

/** Those that are the same for both. */
const ofRequests: readonly object[] = [
  { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  { StringEquals: { 'aws:PrincipalAccount': 'ACCOUNT' } },
  { DateGreaterThan: { 'aws:CurrentTime': '2025-06-01T00:00:00Z' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
];

/** What is asked of whoever assumes a role, or makes a session in another way. */
const ofMinting: readonly object[] = [
  { StringEquals: { 'sts:ExternalId': 'photos' } },
  { StringEquals: { 'sts:RoleSessionName': 'work' } },
  { StringEquals: { 'sts:SourceIdentity': 'dave' } },
  { StringEquals: { 'aws:RequestTag/team': 'photos' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
  { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['team'] } },
  { Null: { 'aws:RequestTag/team': 'true' } },
];

const everything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;

const everybody = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:*' } as const;

export interface PolicyArbitraries {
  readonly identity: fc.Arbitrary<RandomDocument>;
  readonly session: fc.Arbitrary<RandomDocument>;
  readonly resource: fc.Arbitrary<RandomDocument>;
  readonly trust: fc.Arbitrary<RandomDocument>;
}

/** `plain`: no statement asks what only a session has. */
export function policies(plain: boolean): PolicyArbitraries {
  const names = plain ? plainResources : [...plainResources, ...ownResources];
  const condition = conditionOf(plain ? ofRequests : [...ofSessions, ...ofRequests]);
  const ofPrincipal = fc.record({ Effect: effect, Action: action, ...about(names), ...condition });
  const resource = fc.record({
    Effect: effect,
    Principal: fc.constantFrom(...(plain ? plainPrincipals : [...plainPrincipals, ...sessions])),
    Action: action,
    ...about(names),
    ...condition,
  });
  return {
    identity: documentOf(ofPrincipal, everything, 4),
    session: documentOf(ofPrincipal, everything, 2),
    resource: documentOf(resource),
    trust: documentOf(trusting(plain), everybody, 2),
  };
}

const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny') satisfies fc.Arbitrary<string>;

const action = fc.constantFrom<unknown>(
  '*',
  's3:*',
  's3:Get*',
  's3:GetObject',
  's3:PutObject',
  ['s3:PutObject', 's3:DeleteObject'],
  ['s3:GetObject', 'sts:*'],
  'sts:*',
);

const plainResources = ['*', 'arn:aws:s3:::photos-ACCOUNT/*', 'arn:aws:s3:::*/a', roleArn('*')];
const ownResources = [
  `arn:aws:s3:::\${aws:PrincipalTag/team}-ACCOUNT/*`,
  `arn:aws:s3:::photos-ACCOUNT/\${aws:username}`,
];

const about = (names: readonly string[]) => ({ Resource: fc.constantFrom(...names) });

const conditionOf = (conditions: readonly object[]) => ({
  Condition: fc.option(fc.constantFrom(...conditions), { nil: undefined, freq: 2 }),
});

const plainPrincipals: readonly unknown[] = [
  '*',
  { AWS: 'arn:aws:iam::ACCOUNT:root' },
  { AWS: userArn('dave') },
  { AWS: [roleArn('PhotoAppRole'), userArn('photos')] },
];
const sessions: readonly unknown[] = [
  { AWS: sessionArn('PhotoAppRole', 'work') },
  { AWS: [federatedArn('work'), sessionArn('OtherRole', 'night')] },
];

/** Whom a role trusts: services among them, and itself. */
function trusting(plain: boolean): fc.Arbitrary<RandomStatement> {
  const conditions = plain ? ofMinting : [...ofMinting, ...ofMinting, ...ofSessions];
  return fc.record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Deny'),
    Principal: fc.constantFrom<unknown>(
      { AWS: '*' },
      { AWS: 'arn:aws:iam::ACCOUNT:root' },
      { AWS: userArn('dave') },
      { AWS: [roleArn('PhotoAppRole'), roleArn('OtherRole')] },
      { AWS: sessionArn('PhotoAppRole', 'work') },
      { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'lambda.amazonaws.com'] },
    ),
    Action: fc.constantFrom<unknown>(
      'sts:*',
      ['sts:AssumeRole', 'sts:TagSession'],
      ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      'sts:AssumeRole',
    ),
    Condition: fc.option(fc.constantFrom(...conditions), { nil: undefined, freq: 2 }),
  });
}

/** One to three statements; `first` among them, by so many chances against two. */
function documentOf(
  statement: fc.Arbitrary<RandomStatement>,
  first?: RandomStatement,
  chances = 0,
): fc.Arbitrary<RandomDocument> {
  const some = fc.array(statement, { minLength: 1, maxLength: 3 });
  const lists =
    first === undefined
      ? some
      : fc.oneof(
          { weight: 2, arbitrary: some },
          { weight: chances, arbitrary: some.map((more) => [first, ...more]) },
        );
  return lists.map((Statement) => ({ Version: '2012-10-17', Statement }));
}
