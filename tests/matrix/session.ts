import * as iam from '@aws-sdk/client-iam';
import type { Session } from '../../packages/services/src/sts/session.ts';
import { codesFrom } from '../iam/one-time-code.ts';
import type { Credentials, StartedServer } from '../started-server.ts';
import { openMint } from './minted-session.ts';

type Token = Required<Credentials>;

/** Temporary credentials of every kind, and such as were good once. */
export interface Sessions {
  /** Of the operator's role. */
  readonly session: Token;
  readonly otherSession: Token;
  /** Of the probe, who gave a code of a device: IAM answers no other session of a user. */
  readonly userSession: Token;
  readonly federatedSession: Token;
  /** Of each kind. */
  readonly expired: readonly Token[];
  /** Of a user who is gone, of a role that is, with a key that is inactive, and with one deleted. */
  readonly ended: readonly Token[];
  /** What the key of another purpose sealed. */
  readonly marker: Token;
}

/** Who the sessions are of, and whose keys began those that have ended. */
export interface SessionMakers {
  readonly probe: Credentials;
  readonly inactive: Credentials;
  readonly deleted: Credentials;
}

const hour = 3_600_000;
const policies = { arns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };

export async function openSessions(
  server: StartedServer,
  client: iam.IAMClient,
  { probe, inactive, deleted }: SessionMakers,
): Promise<Sessions> {
  const { accountId } = server;
  const mint = openMint(server.folder);
  const { userId, roleId, goneRoleId } = await findIds(client);
  const times = { issuedAt: Date.now(), expiresAt: Date.now() + 12 * hour };
  const past = { issuedAt: Date.now() - hour, expiresAt: Date.now() - 1 };
  const mfa = { accountId, serialNumber: await enableDevice(client), authenticatedAt: Date.now() };
  const began = { accountId, makerKeyId: probe.accessKeyId };
  const ofUser: Session = { kind: 'user', userId, mfa, ...began, ...times };
  const ofFederated: Session = {
    kind: 'federatedUser',
    userId,
    name: 'guest',
    tags: new Map(),
    policies,
    ...began,
    ...times,
  };
  const ofRole: Session = {
    kind: 'role',
    roleId,
    sessionName: 'probe',
    tags: new Map(),
    transitiveTagKeys: [],
    accountId,
    ...times,
  };
  const session = server.credentials() as Token;
  return {
    session,
    otherSession: server.credentials() as Token,
    userSession: mint.issue(ofUser),
    federatedSession: mint.issue(ofFederated),
    expired: [ofUser, ofFederated, ofRole].map((one) => mint.issue({ ...one, ...past })),
    ended: [
      mint.issue({ ...ofUser, userId: 'AIDAAAAAAAAAAAAAAAAAA' }),
      mint.issue({ ...ofFederated, userId: 'AIDAAAAAAAAAAAAAAAAAA' }),
      mint.issue({ ...ofRole, roleId: goneRoleId }),
      mint.issue({ ...ofRole, makerKeyId: inactive.accessKeyId }),
      mint.issue({ ...ofUser, makerKeyId: inactive.accessKeyId }),
      mint.issue({ ...ofFederated, makerKeyId: deleted.accessKeyId }),
      mint.issue({ ...ofUser, mfa: { ...mfa, authenticatedAt: mfa.authenticatedAt - hour } }),
      mint.issue({ ...ofRole, mfa: { ...mfa, serialNumber: `${mfa.serialNumber}2` } }),
    ],
    marker: mint.sealedAsMarker(session),
  };
}

/** The probe's id, the operator's role's, and that of a role which was there. */
async function findIds(client: iam.IAMClient) {
  const { User } = await client.send(new iam.GetUserCommand({ UserName: 'probe' }));
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'Administrator' }));
  const statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } };
  const lost = await client.send(
    new iam.CreateRoleCommand({
      RoleName: 'lost',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { ...statement, Action: 'sts:AssumeRole' },
      }),
    }),
  );
  await client.send(new iam.DeleteRoleCommand({ RoleName: 'lost' }));
  return {
    userId: User?.UserId ?? '',
    roleId: Role?.RoleId ?? '',
    goneRoleId: lost.Role?.RoleId ?? '',
  };
}

/** Gives the serial number of a device that the probe has just enabled. */
async function enableDevice(client: iam.IAMClient): Promise<string> {
  const { VirtualMFADevice } = await client.send(
    new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'probe' }),
  );
  const SerialNumber = VirtualMFADevice?.SerialNumber ?? '';
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString();
  await client.send(
    new iam.EnableMFADeviceCommand({ UserName: 'probe', SerialNumber, ...codesFrom(seed, -1) }),
  );
  return SerialNumber;
}
