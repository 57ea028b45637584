import { findAwsManagedPolicy } from '../../packages/services/src/iam/aws-managed-policies.ts';
import type { FurnishedRole, FurnishedWorld } from './furnish.ts';
import {
  type Holder,
  isAllowed,
  letsServiceIn,
  overlaid,
  policy,
  type Question,
} from './holder.ts';
import type { RandomTags, ServiceName, SessionChoice, Way } from './random-world.ts';

/**
 * Who has the credential that a way of minting gives, and whether it gives one: AWS's rules once more,
 * plainly. "Temporary security credentials in IAM" and "Pass session tags in AWS STS", IAM User Guide.
 */
export interface Minting {
  readonly world: FurnishedWorld;
  readonly maker: Holder;
  readonly makerKeyId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How many access keys the users have. */
  readonly keys: ReadonlyMap<string, number>;
}

/** The new holder; undefined: the call is refused. */
export function minted(minting: Minting, way: Way): Holder | undefined {
  switch (way.kind) {
    case 'GetSessionToken':
      return userSession(minting, way);
    case 'GetFederationToken':
      return federatedUser(minting, way);
    case 'AssumeRole':
      return assumedRole(minting, way);
    case 'CreateAccessKey':
      return keyOfUser(minting, way);
    case 'service':
      return roleOfService(minting, way);
    case 'AssumeRoot':
      return root(minting, way);
  }
}

type Of<Kind extends Way['kind']> = Extract<Way, { readonly kind: Kind }>;

/** Without policies of its own: what limits the user limits the session. */
function userSession(
  minting: Minting,
  { seconds = 43_200, mfa }: Of<'GetSessionToken'>,
): Holder | undefined {
  const { maker, makerKeyId, now } = minting;
  if (!isLongTerm(maker) || (mfa && !hasDevice(minting))) return undefined;
  return {
    ...maker,
    session: {
      ...plainSession(now, seconds),
      mfaAt: mfa ? now : undefined,
      keyId: makerKeyId,
    },
  };
}

function federatedUser(minting: Minting, way: Of<'GetFederationToken'>): Holder | undefined {
  const { world, maker, makerKeyId, now } = minting;
  const { accountId } = world;
  const { principal } = maker;
  if (!isLongTerm(maker) || principal.kind !== 'user') return undefined;
  const resource = `arn:aws:sts::${accountId}:federated-user/${way.name}`;
  const keys = tagKeys(way.tags);
  const asks = (action: string) => allows(minting, { action, resource, keys });
  if (!asks('sts:GetFederationToken')) return undefined;
  if (way.tags.length > 0 && !asks('sts:TagSession')) return undefined;
  return {
    principal: {
      kind: 'federatedUser',
      accountId,
      arn: resource,
      userArn: principal.arn,
      uniqueId: principal.uniqueId,
    },
    policies: [...maker.policies, ...sessionPolicies(world, way)],
    tags: overlaid(maker.tags, new Map(way.tags)),
    userName: undefined,
    session: { ...plainSession(now, way.seconds ?? 43_200), name: way.name, keyId: makerKeyId },
  };
}

function assumedRole(minting: Minting, way: Of<'AssumeRole'>): Holder | undefined {
  const { world, maker, makerKeyId, now } = minting;
  const { kind } = maker.principal;
  if (kind !== 'user' && kind !== 'assumedRole') return undefined;
  if (way.mfa && !hasDevice(minting)) return undefined;
  const { seconds = 3600 } = way;
  if (kind === 'assumedRole' && seconds > 3600) return undefined;
  const before = maker.session;
  const inherited = before?.transitive ?? new Map<string, string>();
  const passed = new Map(way.tags);
  if (overlaid(inherited, passed).size < inherited.size + passed.size) return undefined;
  const sourceIdentity = way.sourceIdentity ?? before?.sourceIdentity;
  if (before?.sourceIdentity !== undefined && sourceIdentity !== before.sourceIdentity) {
    return undefined;
  }
  const role = world.roles[way.role];
  if (!mayAssume(minting, way, role, sourceIdentity)) return undefined;
  return {
    ...roleHolder(world, role, way.name),
    policies: [...rolePolicies(role), ...sessionPolicies(world, way)],
    tags: overlaid(role.tags, inherited, passed),
    session: {
      ...plainSession(now, seconds),
      name: way.name,
      sourceIdentity,
      transitive: way.transitive ? overlaid(inherited, passed) : inherited,
      keyId: before === undefined ? makerKeyId : before.keyId,
    },
  };
}

/** Tags and a source identity are permissions of their own, and each of the chain asks for them anew. */
function mayAssume(
  minting: Minting,
  way: Of<'AssumeRole'>,
  role: FurnishedRole,
  sourceIdentity: string | undefined,
): boolean {
  // What is inherited will be a tag of the session too: policies are asked about all of them.
  const inherited = [...(minting.maker.session?.transitive ?? [])];
  const tags = [...inherited, ...way.tags];
  const transitive = way.transitive ? tags : inherited;
  const keys = new Map<string, string | readonly string[]>([
    ...tagKeys(tags),
    ...(transitive.length > 0 ? [['sts:transitivetagkeys', names(transitive)] as const] : []),
    ['sts:rolesessionname', way.name],
  ]);
  if (way.externalId !== undefined) keys.set('sts:externalid', way.externalId);
  if (sourceIdentity !== undefined) keys.set('sts:sourceidentity', sourceIdentity);
  if (way.mfa) {
    keys.set('aws:multifactorauthpresent', 'true');
    keys.set('aws:multifactorauthage', '0');
  }
  const asks = (action: string) => allows(minting, { action, resource: role.arn, keys }, role);
  return (
    asks('sts:AssumeRole') &&
    (tags.length === 0 || asks('sts:TagSession')) &&
    (sourceIdentity === undefined || asks('sts:SetSourceIdentity'))
  );
}

function keyOfUser(minting: Minting, { userName }: Of<'CreateAccessKey'>): Holder | undefined {
  const { world, maker, keys } = minting;
  const { kind } = maker.principal;
  const isUserSession = kind === 'user' && maker.session !== undefined;
  if (kind === 'federatedUser' || (isUserSession && maker.session?.mfaAt === undefined)) {
    return undefined;
  }
  const user = world.users[userName];
  const question = { action: 'iam:CreateAccessKey', resource: user.principal.arn };
  return allows(minting, question) && (keys.get(userName) ?? 0) < 2 ? user : undefined;
}

/** A service comes with nothing: the trust policy alone lets it in. */
function roleOfService({ world, now }: Minting, way: Of<'service'>): Holder | undefined {
  const role = world.roles[way.role];
  const { service } = way;
  const { arn, name, seconds } = workloadOf(world.accountId, service, now);
  const keys = new Map([
    ['sts:rolesessionname', name],
    ['aws:sourcearn', arn],
    ['aws:sourceaccount', world.accountId],
  ]);
  const asking = { action: 'sts:AssumeRole', resource: role.arn, keys };
  const trust = policy('trust', 'trust', role.trust);
  if (!letsServiceIn(service, asking, world.accountId, now, trust)) return undefined;
  return {
    ...roleHolder(world, role, name),
    session: { ...plainSession(now, seconds), name, workload: { service, arn } },
  };
}

/** The root user may everything: its task's policy denies what does not belong to the task. */
function root({ world, now }: Minting, { task }: Of<'AssumeRoot'>): Holder {
  const { accountId } = world;
  return {
    principal: { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
    policies: [policy('session', task, taskPolicy(task))],
    tags: new Map(),
    userName: undefined,
    session: plainSession(now, 900),
  };
}

function taskPolicy(task: string): object {
  const managed = findAwsManagedPolicy(`arn:aws:iam::aws:policy/root-task/${task}`);
  const [version] = managed?.versions ?? [];
  if (version === undefined) throw new Error(`there is no task ${task}`);
  return JSON.parse(version.document);
}

function isLongTerm({ principal, session }: Holder): boolean {
  return principal.kind === 'user' && session === undefined;
}

/** The device is dave's: nobody else has its codes taken, a role's session that he began neither. */
function hasDevice({ world, maker: { principal } }: Minting): boolean {
  const { dave } = world.users;
  return principal.kind === 'user' && principal.arn === dave.principal.arn;
}

/** What the maker may, by his own policies and those that limit his session; `role`: it is asked too. */
function allows({ world, maker, now }: Minting, question: Question, role?: FurnishedRole): boolean {
  const further = role === undefined ? [] : [policy('trust', 'trust', role.trust)];
  return isAllowed(maker, question, { accountId: world.accountId, now, further });
}

function plainSession(now: number, seconds: number): Required<Holder>['session'] {
  return {
    issuedAt: now,
    expiresAt: now + seconds * 1000,
    name: '',
    mfaAt: undefined,
    sourceIdentity: undefined,
    transitive: new Map(),
    workload: undefined,
    keyId: undefined,
  };
}

function roleHolder({ accountId }: FurnishedWorld, role: FurnishedRole, name: string): Holder {
  const { arn: roleArn, roleId: uniqueId, roleName, tags } = role;
  const arn = `arn:aws:sts::${accountId}:assumed-role/${roleName}/${name}`;
  return {
    principal: { kind: 'assumedRole', accountId, arn, roleArn, uniqueId },
    policies: rolePolicies(role),
    tags,
    userName: undefined,
  };
}

function rolePolicies({ identity, boundary }: FurnishedRole) {
  const bounds = boundary ? [policy('permissionsBoundary', 'boundary', boundary)] : [];
  return [policy('identity', 'own', identity), ...bounds];
}

function sessionPolicies({ managed }: FurnishedWorld, way: SessionChoice) {
  const inline = way.policy ? [policy('session', 'inline', way.policy)] : [];
  return [...inline, ...way.managed.map((index) => policy('session', 'managed', managed[index]))];
}

/** `aws:TagKeys` has the keys as they are passed, however the role's own tags are spelled. */
function tagKeys(tags: RandomTags): Map<string, string | readonly string[]> {
  const keys = new Map<string, string | readonly string[]>();
  for (const [key, value] of tags) keys.set(`aws:requesttag/${key.toLowerCase()}`, value);
  if (tags.length > 0) keys.set('aws:tagkeys', [...new Set(names(tags))]);
  return keys;
}

function names(tags: RandomTags): readonly string[] {
  return tags.map(([key]) => key);
}

/** Instance, task or function: each has a session of its own name, and a task's is of six hours. */
export function workloadOf(accountId: string, service: ServiceName, now: number) {
  const taskId = now.toString(16).padStart(32, '0');
  const arn = (of: string, rest: string) => `arn:aws:${of}:us-east-1:${accountId}:${rest}`;
  switch (service) {
    case 'ec2':
      return { arn: arn('ec2', 'instance/i-0123456789abcdef0'), name: 'workload', seconds: 3600 };
    case 'lambda':
      return { arn: arn('lambda', 'function:photos'), name: 'workload', seconds: 3600 };
    case 'ecs-tasks':
      return { arn: arn('ecs', `task/carnet/${taskId}`), name: taskId, seconds: 21_600 };
  }
}
