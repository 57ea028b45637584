import { ApiError } from '@carnet/wire';
import { chosenAccountId, findRole } from '../account/operator-credentials.ts';
import { type EnrolmentParts, enrollInstance, type InstanceEnrolment } from './enroll-instance.ts';
import type { InstanceMetadata, TaskCredentials } from './instance-metadata.ts';
import { type InstanceMetadataParts, readInstanceMetadata } from './read-instance-metadata.ts';

/** What whoever owns the data directory may do for programs that run as instances and tasks. */
export interface WorkloadOperator {
  /**
   * What a running instance is told of itself. Rejects with `InvalidInstanceID.NotFound`, and with
   * `IncorrectInstanceState` of one that does not run.
   */
  instanceMetadata(choice: InstanceChoice): Promise<InstanceMetadata>;
  /** A new key for the agent of an instance; the one before is good for nothing from then on. */
  enrollInstance(choice: InstanceChoice): Promise<InstanceEnrolment>;
  /**
   * Credentials of a role for a program that runs as a task of that id, 32 hexadecimal digits.
   * Rejects with `AccessDenied` when the role does not trust `ecs-tasks.amazonaws.com`.
   */
  taskCredentials(choice: {
    readonly accountId?: string;
    readonly roleName: string;
    readonly taskId: string;
  }): Promise<TaskCredentials>;
}

/** An instance of the first account unless told otherwise. */
interface InstanceChoice {
  readonly accountId?: string;
  readonly instanceId: string;
}

type WorkloadOperatorParts = EnrolmentParts & InstanceMetadataParts;

/** Makes that part of the operator; what it does is recorded before it is answered. */
export function createWorkloadOperator(parts: WorkloadOperatorParts): WorkloadOperator {
  const { store, sessions, region } = parts;
  return {
    async instanceMetadata({ accountId, instanceId }) {
      store.assertAvailable();
      return readInstanceMetadata(parts, await chosenAccountId(store, accountId), instanceId);
    },
    async enrollInstance({ accountId, instanceId }) {
      store.assertAvailable();
      return enrollInstance(parts, await chosenAccountId(store, accountId), instanceId);
    },
    async taskCredentials({ accountId: chosen, roleName, taskId }) {
      store.assertAvailable();
      if (!/^[0-9a-f]{32}$/.test(taskId)) {
        throw new ApiError('ValidationError', 400, 'A task id is 32 hexadecimal digits.');
      }
      const accountId = await chosenAccountId(store, chosen);
      const role = await findRole(parts, accountId, roleName);
      const arn = `arn:aws:ecs:${region}:${accountId}:task/carnet/${taskId}`;
      const made = await sessions.credentials(role, { service: 'ecs-tasks', arn }, taskId);
      return { ...made, roleArn: role.arn };
    },
  };
}
