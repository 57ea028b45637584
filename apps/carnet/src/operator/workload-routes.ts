import type { OperatorRoutes } from './operator-server.ts';
import type {
  InstanceEnrolmentAnswer,
  InstanceMetadataAnswer,
  TaskCredentialsAnswer,
} from './protocol.ts';
import type { OperatedServer } from './routes.ts';

/** What the commands ask that run programs as instances and tasks. */
export function workloadRoutes({
  services: { operator },
  configuration: { region },
  endpoint,
}: OperatedServer): OperatorRoutes {
  const place = { endpoint, region };
  const inAccount = (accountId: string | undefined) =>
    accountId === undefined ? {} : { accountId };
  return {
    'POST /instance-metadata': async ({
      accountId,
      instanceId = '',
    }): Promise<InstanceMetadataAnswer> => ({
      ...place,
      metadata: await operator.instanceMetadata({ ...inAccount(accountId), instanceId }),
    }),
    'POST /instance-enrolments': async ({
      accountId,
      instanceId = '',
    }): Promise<InstanceEnrolmentAnswer> => ({
      ...place,
      enrolment: await operator.enrollInstance({ ...inAccount(accountId), instanceId }),
    }),
    'POST /task-credentials': async ({
      accountId,
      roleName = '',
      taskId = '',
    }): Promise<TaskCredentialsAnswer> => ({
      ...place,
      credentials: await operator.taskCredentials({ ...inAccount(accountId), roleName, taskId }),
    }),
  };
}
