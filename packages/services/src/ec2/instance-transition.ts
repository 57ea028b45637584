import type {
  InstanceStateChange,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { ApiError } from '@carnet/wire';
import type { OperationContext, OperationTable } from '../operation.ts';
import { ec2Operation, endDryRun } from './ec2-operation.ts';
import { incorrectInstanceState } from './error.ts';
import type { Instance, InstanceRow } from './find-instance.ts';
import { forgetTerminated } from './forget-terminated.ts';
import { requireInstances } from './instance-id.ts';
import { instanceState, type StateName } from './instance-state.ts';
import { instancesResource } from './resource/instance.ts';
import { removeAllTags } from './tag-set.ts';

export const startInstances = ec2Operation<StartInstancesRequest, StartInstancesResult>({
  authorization: {
    action: 'ec2:StartInstances',
    resource: instancesResource((input) => input.InstanceIds),
  },
  access: 'write',
  async run(context, input) {
    const instances = await requireInstances(context, input.InstanceIds);
    for (const { row } of instances) {
      if (row.state !== 'terminated') continue;
      throw incorrectInstanceState(
        `The instance '${row.instance_id}' is not in a state from which it can be started.`,
      );
    }
    endDryRun(input);
    return { StartingInstances: await moveAll(context, instances, 'running', 'pending') };
  },
});

/** What a stopped instance was given expires, and it gets nothing new. */
export const stopInstances = ec2Operation<StopInstancesRequest, StopInstancesResult>({
  authorization: {
    action: 'ec2:StopInstances',
    resource: instancesResource((input) => input.InstanceIds),
  },
  access: 'write',
  async run(context, input) {
    const instances = await requireInstances(context, input.InstanceIds);
    if (input.Hibernate === true) {
      const message = 'The specified instances are not configured for hibernation';
      throw new ApiError('UnsupportedHibernationConfiguration', 400, message);
    }
    for (const { row } of instances) {
      if (row.state !== 'terminated') continue;
      throw incorrectInstanceState(
        `This instance '${row.instance_id}' is not in a state from which it can be stopped.`,
      );
    }
    endDryRun(input);
    return { StoppingInstances: await moveAll(context, instances, 'stopped', 'stopping') };
  },
});

/**
 * It loses its profile, the key of its agent and its tags at once, and can still be seen for an hour:
 * what it leaves behind is counted by no quota.
 */
export const terminateInstances = ec2Operation<TerminateInstancesRequest, TerminateInstancesResult>(
  {
    authorization: {
      action: 'ec2:TerminateInstances',
      resource: instancesResource((input) => input.InstanceIds),
    },
    access: 'write',
    async run(context, input) {
      const instances = await requireInstances(context, input.InstanceIds);
      endDryRun(input);
      const changes = await moveAll(context, instances, 'terminated', 'shutting-down');
      await removeAllTags(context, idsOf(instances));
      for (const table of ['ec2_instance_profile_association', 'ec2_instance_key'] as const) {
        await context.database
          .deleteFrom(table)
          .where('account_id', '=', context.accountId)
          .where('instance_id', 'in', idsOf(instances))
          .execute();
      }
      await forgetTerminated(context);
      return { TerminatingInstances: changes };
    },
  },
);

export const instanceTransitionOperations: OperationTable = {
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};

/**
 * Brings instances into a state, and tells what an answer says of each: `way` is what it is called on
 * the way there. One that is there already stays as it is.
 */
async function moveAll(
  context: OperationContext,
  instances: readonly Instance[],
  state: InstanceRow['state'],
  way: StateName,
): Promise<InstanceStateChange[]> {
  const moved = instances.filter(({ row }) => row.state !== state);
  if (moved.length > 0) {
    const launched = state === 'running' ? { launched_at: context.now } : {};
    await context.database
      .updateTable('ec2_instance')
      .set({ state, state_changed_at: context.now, ...launched })
      .where('account_id', '=', context.accountId)
      .where('instance_id', 'in', idsOf(moved))
      .execute();
  }
  for (const { row } of moved) {
    context.changed({ accountId: context.accountId, kind: 'instance', id: row.instance_id });
  }
  return instances.map(({ row }) => ({
    InstanceId: row.instance_id,
    CurrentState: instanceState(row.state === state ? state : way),
    PreviousState: instanceState(row.state),
  }));
}

function idsOf(instances: readonly Instance[]): string[] {
  return instances.map(({ row }) => row.instance_id);
}
