import type { PolicyType, Principal } from '../src/index.ts';
import type { Random } from './random.ts';
import {
  bracketless,
  type Context,
  makeCondition,
  oddCase,
  withVariable,
  withWildcards,
} from './random-condition.ts';
import type { Json, JsonObject } from './reference-language.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

function principalsOf(accountId: string, letter: string): readonly Principal[] {
  return [
    {
      kind: 'user',
      accountId,
      arn: `arn:aws:iam::${accountId}:user/staff/dave`,
      uniqueId: `AIDADAVE56789012345${letter}`,
    },
    {
      kind: 'assumedRole',
      accountId,
      arn: `arn:aws:sts::${accountId}:assumed-role/PhotoAppRole/i-0123`,
      roleArn: `arn:aws:iam::${accountId}:role/apps/PhotoAppRole`,
      uniqueId: `AROAPHOTO6789012345${letter}`,
    },
    {
      kind: 'federatedUser',
      accountId,
      arn: `arn:aws:sts::${accountId}:federated-user/guest`,
      userArn: `arn:aws:iam::${accountId}:user/broker`,
      uniqueId: `AIDABROKER012345678${letter}`,
    },
    { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
  ];
}

export const PRINCIPALS: readonly Principal[] = [
  ...principalsOf(ACCOUNT, 'A'),
  ...principalsOf(OTHER_ACCOUNT, 'B'),
  { kind: 'service', service: 'ec2.amazonaws.com' },
  { kind: 'anonymous' },
];

/** What the statements of a world are written about. */
export interface Theme {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** A statement that is likely to match the theme, and by a little less often does not. */
export function makeStatement(random: Random, type: PolicyType, theme: Theme): JsonObject {
  const isLimit = type !== 'identity' && type !== 'resource' && type !== 'trust';
  // Resource control policies of one's own only deny, and name the service.
  const isControl = type === 'resourceControl';
  const isWide = !isControl && random.chance(isLimit ? 0.65 : 0.14);
  const isDeny = isControl || random.chance(isWide ? 0.03 : 0.2);
  const statement: Record<string, Json> = { Effect: isDeny ? 'Deny' : 'Allow' };
  if (random.chance(0.2)) statement.Sid = `S${random.below(1_000_000)}`;
  Object.assign(statement, makePrincipal(random, type, theme.principal, isWide));
  if (isWide) {
    statement.Action = type === 'trust' ? 'sts:*' : '*';
    if (type !== 'trust') statement.Resource = '*';
    return statement;
  }
  const actions = random.some(1, 3, () => makeAction(random, type, theme.action));
  const isNotAction = type !== 'trust' && !isControl && random.chance(0.1);
  statement[isNotAction ? 'NotAction' : 'Action'] = bracketless(random, actions);
  if (type !== 'trust') {
    const resources = random.some(1, 3, () => makeResource(random, theme.resource));
    statement[random.chance(0.12) ? 'NotResource' : 'Resource'] = bracketless(random, resources);
  }
  if (random.chance(0.45)) statement.Condition = makeCondition(random, theme.context);
  return statement;
}

const ACTION_PATTERNS = ['*', 's3:*', 'S3:GET*', 'iam:?etUser', 'sts:*', 'dynamodb:*Item', '*:*'];
export const ACTIONS = [
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  'iam:GetUser',
  'dynamodb:GetItem',
  'lambda:InvokeFunction',
  'logs:PutLogEvents',
  'sts:GetFederationToken',
];
export const ROLE_ACTIONS = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

function makeAction(random: Random, type: PolicyType, action: string): string {
  if (type === 'trust') {
    const role = random.pick(action.startsWith('sts:') ? [action, ...ROLE_ACTIONS] : ROLE_ACTIONS);
    return random.pick([role, 'sts:*', 'STS:assume*', oddCase(random, role, 0.5)]);
  }
  const isControl = type === 'resourceControl';
  if (!isControl && random.chance(0.3))
    return random.pick([...ACTION_PATTERNS, ...ACTIONS, ...ROLE_ACTIONS]);
  const [service = '', name = ''] = action.split(':', 2);
  const written = random.chance(0.5) ? name : withWildcards(random, name);
  return oddCase(random, `${service}:${written}`, 0.2);
}

const RESOURCE_PATTERNS = [
  '*',
  'arn:aws:s3:*',
  'arn:aws:s3:::photos/*',
  `arn:aws:s3:::photos/\${aws:username}/*`,
  `arn:aws:s3:::photos/\${aws:PrincipalTag/team, 'dave'}*`,
  'arn:*:s3:::*/pic.???',
  'arn:aws:iam::*:user/*',
  'arn:aws:iam::*:role/*PhotoAppRole',
  'arn:aws:lambda:*:function:resize*',
  'arn:aws:dynamodb:eu-*:table/Photos',
];
export const RESOURCES = [
  'arn:aws:s3:::photos/2026/pic.jpg',
  'arn:aws:s3:::photos/dave/a*c',
  'arn:aws:s3:::music/song:1',
  `arn:aws:iam::${ACCOUNT}:user/staff/dave`,
  `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Photos`,
  `arn:aws:lambda:us-east-1:${OTHER_ACCOUNT}:function:resize:7`,
  `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/photos:*`,
  '*',
];
export const ROLES = [ACCOUNT, OTHER_ACCOUNT].map(
  (accountId) => `arn:aws:iam::${accountId}:role/apps/PhotoAppRole`,
);

function makeResource(random: Random, resource: string): string {
  if (resource === '*' || random.chance(0.25)) {
    return random.pick([...RESOURCE_PATTERNS, ...RESOURCES, ...ROLES]);
  }
  const shape = random.below(8);
  if (shape < 2) return resource;
  if (shape === 2) return withVariable(random, resource);
  const parts = resource.split(':');
  const kept = parts.slice(0, 3).join(':');
  // The service is written out: AWS refuses wildcards there.
  if (shape === 3) return `${kept}:*`;
  if (shape === 4) return `arn:*:${parts[2]}:${withWildcards(random, parts.slice(3).join(':'))}`;
  return `${kept}:${withWildcards(random, parts.slice(3).join(':'))}`;
}

/** `Principal` or `NotPrincipal`, where the type has one. */
function makePrincipal(
  random: Random,
  type: PolicyType,
  principal: Principal,
  isWide: boolean,
): JsonObject {
  if (!['resource', 'trust', 'resourceControl', 'vpcEndpoint'].includes(type)) return {};
  if (type === 'resourceControl') return { Principal: random.pick<Json>(['*', { AWS: '*' }]) };
  if (isWide && type === 'vpcEndpoint') return { Principal: '*' };
  const names = namesOf(principal);
  if (type !== 'trust' && random.chance(0.15)) {
    if (random.chance(0.1)) return { NotPrincipal: random.pick<Json>(['*', { AWS: '*' }]) };
    const listed = names.filter(() => random.chance(0.8));
    return { NotPrincipal: principalElement(random, [...listed, makeName(random, names)]) };
  }
  if (random.chance(0.15)) return { Principal: random.pick<Json>(['*', { AWS: '*' }]) };
  return {
    Principal: principalElement(
      random,
      random.some(1, 2, () => makeName(random, names)),
    ),
  };
}

type Name = readonly [type: string, text: string];

/** Everything that stands for a principal. */
function namesOf(principal: Principal): readonly Name[] {
  if (principal.kind === 'anonymous') return [['AWS', '*']];
  if (principal.kind === 'service') return [['Service', principal.service]];
  const { accountId, arn } = principal;
  const account: Name[] = [
    ['AWS', accountId],
    ['AWS', `arn:aws:iam::${accountId}:root`],
  ];
  if (principal.kind === 'root') return account;
  const own: Name[] = [...account, ['AWS', arn], ['AWS', principal.uniqueId]];
  if (principal.kind === 'assumedRole') {
    own.push(['AWS', principal.roleArn], ['AWS', `${principal.uniqueId}:i-0123`]);
  }
  if (principal.kind === 'federatedUser') own.push(['AWS', principal.userArn]);
  return own;
}

const STRANGERS: readonly Name[] = [
  ['Service', 'lambda.amazonaws.com'],
  ['Federated', 'accounts.google.com'],
  ['Federated', `arn:aws:iam::${ACCOUNT}:saml-provider/corporate`],
  ['CanonicalUser', '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'],
  ['AWS', `arn:aws:iam::${ACCOUNT}:role/PhotoAppRole`],
  ['AWS', `arn:aws:iam::${ACCOUNT}:user/dave`],
  ['AWS', `arn:aws:sts::${ACCOUNT}:assumed-role/PhotoAppRole/i-9999`],
  ['AWS', 'AROAPHOTO6789012345A:i-9999'],
  ['AWS', 'AROAPHOTO6789012345A:0123'],
];

function makeName(random: Random, names: readonly Name[]): Name {
  if (random.chance(0.7)) return random.pick(names);
  return random.pick(random.chance(0.5) ? STRANGERS : namesOf(random.pick(PRINCIPALS)));
}

function principalElement(random: Random, names: readonly Name[]): JsonObject {
  const byType = Object.entries(Object.groupBy(names, ([type]) => type));
  return Object.fromEntries(
    byType.map(([type, group = []]) => [
      type,
      bracketless(
        random,
        group.map(([, text]) => text),
      ),
    ]),
  );
}
