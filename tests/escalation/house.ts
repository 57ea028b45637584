import { verifyPassword } from '../../packages/services/src/iam/password.ts';
import type { Credentials, TestServices } from '../../packages/services/src/testing.ts';
import { administratorAccess, allow, type Gain, type Statement, trust } from './method.ts';
import { isAllowed } from './refusal.ts';

/**
 * An account of its own in which a method is tried. Everything that may be gained is there: the user
 * `admin`, the group `Administrators` and `AdminRole` may do everything. Dave is a developer like
 * others: whom he may widen stands under the path `/delegated/`.
 */
export interface House {
  readonly accountId: string;
  /** Of the account: `policy/DaveWork` and the like. */
  arn(rest: string): string;
  /** The bucket that dave works with, and the one that he may not read. */
  readonly photos: string;
  readonly secrets: string;
  /** Calls as the account's administrator, or as somebody else. */
  call(
    service: string,
    operation: string,
    input?: object,
    credentials?: Credentials,
  ): Promise<unknown>;
  readonly dave: Credentials;
  /** What dave does all day. */
  readonly work: Statement;
  /** How many changes were committed so far, in this account and all others. */
  changes(): number;
  /** What the metadata service tells a program on the instance. */
  instanceCredentials(instanceId: string): Promise<Credentials>;
  /** What the attacker's code has told when it ran as a function. */
  told(): Credentials;
  /** Made when it is asked for. */
  elsewhere(): Promise<Elsewhere>;
  /** Whether this reads what is secret, and whether it makes users: both, or it is none of his. */
  reaches(gain: Gain): Promise<{ readonly secrets: boolean; readonly users: boolean }>;
}

/** An account that is the attacker's own. */
export interface Elsewhere {
  readonly accountId: string;
  /** As somebody who may do everything in it. */
  call(service: string, operation: string, input: object): Promise<unknown>;
}

type Told = (accountId: string) => Credentials;

export function openHouses(services: TestServices, told: Told): () => Promise<House> {
  let changes = 0;
  services.store.subscribe((committed) => {
    changes += committed.length;
  });
  let accounts = 0;
  return async () => {
    accounts += 1;
    const accountId = String(200_000_000_000 + accounts);
    await services.services.operator.createAccount({ name: `house ${accounts}`, accountId });
    return openHouse(services, accountId, told, () => changes);
  };
}

async function openHouse(
  services: TestServices,
  accountId: string,
  told: Told,
  changes: () => number,
): Promise<House> {
  const administrator = await services.services.operator.credentials({ accountId });
  const call: House['call'] = (service, operation, input = {}, credentials = administrator) =>
    services.call(service as 'iam', operation, input, credentials);
  const iam = (operation: string, input: object) => call('iam', operation, input);
  const photos = `photos-${accountId}`;
  const secrets = `secrets-${accountId}`;
  const arn = (rest: string) => `arn:aws:iam::${accountId}:${rest}`;
  await call('s3', 'CreateBucket', { Bucket: secrets });
  await call('s3', 'PutObject', {
    Bucket: secrets,
    Key: 'plan',
    Body: oneByte(),
    ContentLength: 1,
  });
  await iam('CreateUser', { UserName: 'dave', Path: '/delegated/' });
  await iam('CreateUser', { UserName: 'admin' });
  await iam('AttachUserPolicy', { UserName: 'admin', PolicyArn: administratorAccess });
  await iam('CreateRole', {
    RoleName: 'AdminRole',
    AssumeRolePolicyDocument: trust('ec2.amazonaws.com', 'lambda.amazonaws.com'),
  });
  await iam('AttachRolePolicy', { RoleName: 'AdminRole', PolicyArn: administratorAccess });
  let made = 0;
  let elsewhere: Promise<Elsewhere> | undefined;
  return {
    accountId,
    arn,
    photos,
    secrets,
    call,
    dave: await newKey(iam, 'dave'),
    work: allow('s3:GetObject', `arn:aws:s3:::${photos}/*`),
    changes,
    async instanceCredentials(instanceId) {
      const { operator } = services.services;
      const { profile } = await operator.instanceMetadata({ accountId, instanceId });
      const credentials = profile?.role?.credentials;
      if (credentials === undefined) throw new Error('the instance has no credentials');
      return credentials;
    },
    told: () => told(accountId),
    elsewhere() {
      elsewhere ??= openElsewhere(services, accountId);
      return elsewhere;
    },
    async reaches(gain) {
      if ('password' in gain) {
        const known = await knowsPassword(services, accountId, gain);
        return { secrets: known, users: known };
      }
      const attempt = (service: string, operation: string, input: object) =>
        isAllowed(call(service, operation, input, gain));
      made += 1;
      return {
        secrets: await attempt('s3', 'HeadObject', { Bucket: secrets, Key: 'plan' }),
        users: await attempt('iam', 'CreateUser', { UserName: `gained-${made}` }),
      };
    },
  };
}

async function openElsewhere(services: TestServices, house: string): Promise<Elsewhere> {
  const { operator } = services.services;
  const accountId = `9${house.slice(1)}`;
  await operator.createAccount({ name: `elsewhere ${accountId}`, accountId });
  const credentials = await operator.credentials({ accountId });
  return {
    accountId,
    call: (service, operation, input) =>
      services.call(service as 'iam', operation, input, credentials),
  };
}

async function* oneByte() {
  yield new Uint8Array(1);
}

type Iam = (operation: string, input: object) => Promise<unknown>;

async function newKey(iam: Iam, UserName: string): Promise<Credentials> {
  return credentialsOf(await iam('CreateAccessKey', { UserName }));
}

/** From an answer of CreateAccessKey, or of one of those of STS that hand out credentials. */
export function credentialsOf(answer: unknown): Credentials {
  const { AccessKey, Credentials: temporary } = answer as {
    readonly AccessKey?: WireCredentials;
    readonly Credentials?: WireCredentials;
  };
  const found = AccessKey ?? temporary;
  if (found === undefined) throw new Error('the answer has no credentials');
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken } = found;
  return SessionToken === undefined
    ? { accessKeyId, secretAccessKey }
    : { accessKeyId, secretAccessKey, sessionToken: SessionToken };
}

interface WireCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

/** Nobody signs in with a password yet; whoever knows it will be the user. */
async function knowsPassword(
  { store }: TestServices,
  accountId: string,
  { password, userName }: { readonly password: string; readonly userName: string },
): Promise<boolean> {
  const row = await store.database
    .selectFrom('iam_login_profile')
    .innerJoin('iam_user', 'iam_user.user_id', 'iam_login_profile.user_id')
    .select('iam_login_profile.password_hash')
    .where('iam_login_profile.account_id', '=', accountId)
    .where('iam_user.name', '=', userName)
    .executeTakeFirst();
  return row !== undefined && (await verifyPassword(row.password_hash, password));
}
