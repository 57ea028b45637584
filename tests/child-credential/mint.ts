import { ApiError } from '@carnet/wire';
import type { AuthorizationState } from '../../packages/services/src/authorization/authorization-state.ts';
import { assumeRoleAsService } from '../../packages/services/src/sts/assume-role-as-service.ts';
import type { Credentials, TestServices } from '../../packages/services/src/testing.ts';
import { codeAt } from '../iam/one-time-code.ts';
import { type FurnishedWorld, managedNames } from './furnish.ts';
import { workloadOf } from './model.ts';
import type { SessionChoice, Way } from './random-world.ts';

/** What the services hand out. */
export interface Issued {
  readonly credentials: Credentials;
  /** Milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
}

export interface Mint {
  readonly services: TestServices;
  readonly state: AuthorizationState;
  readonly world: FurnishedWorld;
  readonly maker: Credentials;
}

/** Makes a credential by the call that makes it; undefined: it was refused. */
export async function mint(from: Mint, way: Way): Promise<Issued | undefined> {
  try {
    return await issue(from, way);
  } catch (error) {
    if (error instanceof ApiError && refusals.has(error.code)) return undefined;
    throw error;
  }
}

const refusals: ReadonlySet<string> = new Set([
  'AccessDenied',
  'InvalidClientTokenId',
  'InvalidParameterValue',
  'LimitExceeded',
  'ValidationError',
]);

async function issue(from: Mint, way: Way): Promise<Issued> {
  const { services, world, maker } = from;
  const call = async (service: 'iam' | 'sts', operation: string, input: object) =>
    issued(await services.call(service, operation, input, maker));
  switch (way.kind) {
    case 'GetSessionToken':
      return await call('sts', way.kind, { DurationSeconds: way.seconds, ...code(from, way.mfa) });
    case 'GetFederationToken':
      return await call('sts', way.kind, { Name: way.name, ...choice(world, way) });
    case 'AssumeRole':
      return await call('sts', way.kind, {
        RoleArn: world.roles[way.role].arn,
        RoleSessionName: way.name,
        ExternalId: way.externalId,
        SourceIdentity: way.sourceIdentity,
        TransitiveTagKeys: way.transitive ? way.tags.map(([key]) => key) : undefined,
        ...choice(world, way),
        ...code(from, way.mfa),
      });
    case 'CreateAccessKey':
      return await call('iam', way.kind, { UserName: way.userName });
    case 'service':
      return await forService(from, way);
    case 'AssumeRoot':
      return await rootSession(from, way.task);
  }
}

/** As instances, tasks and functions get theirs; tasks by the operator, who runs them. */
async function forService(
  { services, state, world }: Mint,
  { service, role: index }: Extract<Way, { readonly kind: 'service' }>,
): Promise<Issued> {
  const { store, clock } = services;
  const { accountId, roles } = world;
  const { roleId, roleName } = roles[index];
  const { arn, name, seconds } = workloadOf(accountId, service, clock.now);
  if (service === 'ecs-tasks') {
    const task = { accountId, roleName, taskId: name };
    const made = await services.services.operator.taskCredentials(task);
    return { credentials: made, expiresAt: made.expiration };
  }
  const role = await state.role(accountId, roleId);
  if (!role) throw new Error('the role is gone');
  const made = assumeRoleAsService(store.sealing, {
    service: `${service}.amazonaws.com`,
    role,
    sessionName: name,
    durationSeconds: seconds,
    now: clock.now,
    workload: { service, arn },
  });
  return { credentials: made, expiresAt: made.expiration };
}

/** `AssumeRoot` is for who manages an organization; the operator may as well. */
async function rootSession({ services, world }: Mint, rootTask: string): Promise<Issued> {
  const { accountId } = world;
  const made = await services.services.operator.credentials({ accountId, rootTask });
  return { credentials: made, expiresAt: made.expiration };
}

function choice(world: FurnishedWorld, { policy, managed, tags, seconds }: SessionChoice) {
  return {
    Policy: policy && JSON.stringify(policy),
    PolicyArns:
      managed.length > 0 ? managed.map((one) => ({ arn: managedArn(world, one) })) : undefined,
    Tags: tags.length > 0 ? tags.map(([Key, Value]) => ({ Key, Value })) : undefined,
    DurationSeconds: seconds,
  };
}

function managedArn({ accountId }: FurnishedWorld, index: 0 | 1): string {
  return `arn:aws:iam::${accountId}:policy/${managedNames[index]}`;
}

/** A code is good once: the clock goes on to the next. */
function code({ services: { clock }, world: { mfa } }: Mint, asked: boolean) {
  if (!asked) return {};
  return { SerialNumber: mfa.serialNumber, TokenCode: codeAt(mfa.seed, clock.now) };
}

function issued(answer: unknown): Issued {
  const { Credentials: temporary, AccessKey: key } = answer as WireAnswer;
  if (key) {
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = key;
    return { credentials: { accessKeyId, secretAccessKey }, expiresAt: undefined };
  }
  if (!temporary) throw new Error('the answer has no credentials');
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = temporary;
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
    expiresAt: Expiration.getTime(),
  };
}

interface WireAnswer {
  readonly AccessKey?: { readonly AccessKeyId: string; readonly SecretAccessKey: string };
  readonly Credentials?: {
    readonly AccessKeyId: string;
    readonly SecretAccessKey: string;
    readonly SessionToken: string;
    readonly Expiration: Date;
  };
}
