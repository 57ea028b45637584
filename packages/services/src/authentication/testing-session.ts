import type { TestContext } from 'node:test';
import { mfaCodeAt, stepAt } from '../iam/mfa-code.ts';
import type { Session } from '../sts/session.ts';
import { issueSession, type SessionCredentials } from '../sts/session-token.ts';
import {
  type Credentials,
  firstAccountId,
  openTestServices,
  type TestServices,
} from '../testing.ts';

/** For tests: the role `PhotoAppRole` and the user `dave`, who may do everything, and their sessions. */
export interface SessionWorld extends TestServices {
  /** Of `dave`. */
  readonly longTerm: Credentials;
  readonly roleId: string;
  readonly userId: string;
  /** Credentials of a session that begins now and lasts an hour. */
  issue(kind: Session['kind'], more?: Partial<Session>): SessionCredentials;
}

export const sessionKinds = ['role', 'user', 'federatedUser', 'root'] as const;

const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';

export async function openSessionWorld(test: TestContext): Promise<SessionWorld> {
  const services = await openTestServices(test);
  const { call, store, clock } = services;
  const longTerm = await services.createUser('dave');
  await call('iam', 'AttachUserPolicy', { UserName: 'dave', PolicyArn });
  const { User } = (await call('iam', 'GetUser', { UserName: 'dave' })) as {
    User: { UserId: string };
  };
  const ids = { userId: User.UserId, roleId: await createRole(services, 'PhotoAppRole') };
  return {
    ...services,
    longTerm,
    ...ids,
    issue: (kind, more) =>
      issueSession(store.sealing, { ...plainSession(kind, ids, clock.now), ...more } as Session),
  };
}

/** Makes a role that may do everything, for its account to assume; gives its unique id. */
export async function createRole({ call }: TestServices, RoleName: string): Promise<string> {
  const { Role } = (await call('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${firstAccountId}:root` },
        Action: 'sts:AssumeRole',
      },
    }),
  })) as { Role: { RoleId: string } };
  await call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  return Role.RoleId;
}

/** The credentials that an operation of STS gives. */
export async function getToken(
  { call }: TestServices,
  by: Credentials,
  operation: 'AssumeRole' | 'GetSessionToken' | 'GetFederationToken',
  input: object,
): Promise<Credentials> {
  const answer = await call('sts', operation, input, by);
  const { Credentials: made } = answer as {
    Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  };
  const { AccessKeyId, SecretAccessKey, SessionToken } = made;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}

/** Makes the device `phone`, for `dave` to enable with codes of the time. */
export async function createMfaDevice({ call, clock }: TestServices): Promise<{
  readonly serialNumber: string;
  enable(): Promise<unknown>;
  /** One that was not yet given: moves the clock. */
  code(): string;
}> {
  const { VirtualMFADevice } = (await call('iam', 'CreateVirtualMFADevice', {
    VirtualMFADeviceName: 'phone',
  })) as { VirtualMFADevice: { SerialNumber: string; Base32StringSeed: Uint8Array } };
  const { SerialNumber, Base32StringSeed } = VirtualMFADevice;
  const seed = new TextDecoder().decode(Base32StringSeed);
  const nextStep = () => {
    // A code is good once.
    clock.now += 90_000;
    return stepAt(clock.now);
  };
  return {
    serialNumber: SerialNumber,
    code: () => mfaCodeAt(seed, nextStep()),
    enable() {
      const step = nextStep();
      return call('iam', 'EnableMFADevice', {
        UserName: 'dave',
        SerialNumber,
        AuthenticationCode1: mfaCodeAt(seed, step - 1),
        AuthenticationCode2: mfaCodeAt(seed, step),
      });
    },
  };
}

function plainSession(
  kind: Session['kind'],
  { userId, roleId }: { readonly userId: string; readonly roleId: string },
  now: number,
): Session {
  const common = { accountId: firstAccountId, issuedAt: now, expiresAt: now + 3_600_000 };
  const tags: ReadonlyMap<string, string> = new Map();
  switch (kind) {
    case 'role':
      return { ...common, kind, roleId, sessionName: 'photos', tags, transitiveTagKeys: [] };
    case 'user':
      return { ...common, kind, userId };
    case 'federatedUser':
      return { ...common, kind, userId, name: 'guest', tags, policies: { arns: [PolicyArn] } };
    case 'root':
      return { ...common, kind, taskPolicyArn: PolicyArn };
  }
}
