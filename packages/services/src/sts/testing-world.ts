import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  Credentials as StsCredentials,
} from '@aws-sdk/client-sts';
import { ApiError } from '@carnet/wire';
import { type Credentials, openTestServices, type TestServices } from '../testing.ts';

/** The services with what tests of STS do again and again. */
export interface TestSts extends TestServices {
  /** Makes a role in the account of whoever asks, and gives its ARN. */
  createRole(roleName: string, trust: readonly object[], choice?: RoleChoice): Promise<string>;
  /** Sets the only inline policy of a user. */
  allowUser(userName: string, statements: readonly object[]): Promise<void>;
  assumeRole(
    credentials: Credentials,
    input: Partial<AssumeRoleRequest>,
  ): Promise<AssumeRoleResponse>;
  /** The new session itself. */
  assumed(credentials: Credentials, input: Partial<AssumeRoleRequest>): Promise<Credentials>;
  /** The ARN by which somebody is known. */
  arnOf(credentials: Credentials): Promise<string>;
}

interface RoleChoice {
  readonly path?: string;
  readonly maxSessionDuration?: number;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[];
  /** What the role may do. */
  readonly statements?: readonly object[];
  readonly as?: Credentials;
}

export const version = '2012-10-17';

export function policyOf(statements: readonly object[]): string {
  return JSON.stringify({ Version: version, Statement: statements });
}

/** A statement of a trust policy. */
export function trusting(principal: unknown, more: object = {}): object {
  return {
    Effect: 'Allow',
    Principal: typeof principal === 'string' ? { AWS: principal } : principal,
    Action: 'sts:AssumeRole',
    ...more,
  };
}

/** Every permission that assuming a role may need. */
export const everyAssumption = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

export async function openTestSts(test: TestContext): Promise<TestSts> {
  const services = await openTestServices(test);
  const { call } = services;
  const assumeRole: TestSts['assumeRole'] = async (credentials, input) =>
    (await call('sts', 'AssumeRole', { RoleSessionName: 'app', ...input }, credentials)) as object;
  return {
    ...services,
    assumeRole,
    async createRole(roleName, trust, choice = {}) {
      const { path, maxSessionDuration, tags, statements, as } = choice;
      const made = await call(
        'iam',
        'CreateRole',
        {
          RoleName: roleName,
          AssumeRolePolicyDocument: policyOf(trust),
          Path: path,
          MaxSessionDuration: maxSessionDuration,
          Tags: tags,
        },
        as,
      );
      if (statements) {
        const input = {
          RoleName: roleName,
          PolicyName: 'own',
          PolicyDocument: policyOf(statements),
        };
        await call('iam', 'PutRolePolicy', input, as);
      }
      return (made as { readonly Role: { readonly Arn: string } }).Role.Arn;
    },
    async allowUser(userName, statements) {
      await call('iam', 'PutUserPolicy', {
        UserName: userName,
        PolicyName: 'own',
        PolicyDocument: policyOf(statements),
      });
    },
    async assumed(credentials, input) {
      return credentialsOf(await assumeRole(credentials, input));
    },
    async arnOf(credentials) {
      const identity = await call('sts', 'GetCallerIdentity', {}, credentials);
      return (identity as { readonly Arn: string }).Arn;
    },
  };
}

export function credentialsOf(answer: {
  readonly Credentials?: StsCredentials | undefined;
}): Credentials {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** `AccessDenied 403 …`; fails when it is not refused. */
export async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return `${error.code} ${error.status} ${error.message}`;
  }
  return assert.fail('nothing was refused');
}
