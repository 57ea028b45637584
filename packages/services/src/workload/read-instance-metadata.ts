import type { Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { AuthorizationState } from '../authorization/authorization-state.ts';
import { incorrectInstanceState } from '../ec2/error.ts';
import type { Instance, InstanceRow } from '../ec2/find-instance.ts';
import { requireInstance } from './instance.ts';
import type { InstanceMetadata, ProfileMetadata, RoleMetadata } from './instance-metadata.ts';
import type { WorkloadSessions } from './workload-sessions.ts';

/** What an instance's metadata is read from. */
export interface InstanceMetadataParts {
  readonly store: Store;
  readonly state: AuthorizationState;
  readonly sessions: WorkloadSessions;
  /** The deployment's. */
  readonly region: string;
}

/**
 * What a running instance is told of itself, with credentials of the role in its profile. The
 * instance, the association, the profile and the role's trust policy are looked at each time. Throws
 * `InvalidInstanceID.NotFound`, and `IncorrectInstanceState` of one that does not run.
 */
export async function readInstanceMetadata(
  parts: InstanceMetadataParts,
  accountId: string,
  instanceId: string,
): Promise<InstanceMetadata> {
  const { store, region } = parts;
  store.assertAvailable();
  const instance = await requireInstance(store.database, accountId, instanceId);
  const { row } = instance;
  if (row.state !== 'running') {
    const state = `it is in the '${row.state}' state`;
    throw incorrectInstanceState(`The instance '${instanceId}' does not run: ${state}.`);
  }
  return {
    accountId,
    instanceId,
    imageId: row.image_id,
    instanceType: row.instance_type,
    region,
    availabilityZone: `${region}a`,
    architecture: 'x86_64',
    launchedAt: row.launched_at,
    profile: await profileOf(parts, instance),
  };
}

async function profileOf(
  parts: InstanceMetadataParts,
  { row, association, profile }: Instance,
): Promise<ProfileMetadata | undefined> {
  if (association === undefined) return undefined;
  return {
    instanceProfileArn: association.instance_profile_arn,
    instanceProfileId: association.instance_profile_id,
    associatedAt: association.associated_at,
    exists: profile !== undefined,
    role: await roleOf(parts, row, profile?.role_id ?? undefined),
  };
}

async function roleOf(
  { state, sessions, region }: InstanceMetadataParts,
  { account_id: accountId, instance_id: instanceId }: InstanceRow,
  roleId: string | undefined,
): Promise<RoleMetadata | undefined> {
  const role = roleId === undefined ? undefined : await state.role(accountId, roleId);
  if (role === undefined) return undefined;
  const { roleName } = role;
  const arn = `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`;
  try {
    const workload = { service: 'ec2', arn } as const;
    return { roleName, credentials: await sessions.credentials(role, workload, instanceId) };
  } catch (error) {
    if (error instanceof ApiError && error.code === 'AccessDenied') return { roleName };
    throw error;
  }
}
