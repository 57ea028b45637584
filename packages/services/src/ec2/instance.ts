import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStatus,
  InstanceStatusSummary,
  Instance as PresentedInstance,
  Reservation,
} from '@aws-sdk/client-ec2';
import type { OperationContext, OperationTable } from '../operation.ts';
import { ec2Operation, endDryRun } from './ec2-operation.ts';
import { checkFilters, type Filters } from './filter.ts';
import {
  type Instance,
  type InstanceRow,
  terminatedVisible,
  withProfiles,
} from './find-instance.ts';
import { requireInstances } from './instance-id.ts';
import { instanceState, type StateName, stateReason } from './instance-state.ts';
import { checkPage, type PageRequest, pageOf } from './pagination.ts';
import { type TagRow, tagsOf, tagText } from './tag-set.ts';

/** An instance with its tags, as the Describe operations look at it. */
export interface TaggedInstance extends Instance {
  readonly tags: readonly TagRow[];
}

const filterNames = [
  'client-token',
  'iam-instance-profile.arn',
  'iam-instance-profile.id',
  'image-id',
  'instance-id',
  'instance-state-code',
  'instance-state-name',
  'instance-type',
  'reservation-id',
  'tag:',
  'tag-key',
  'tag-value',
];

export const describeInstances = ec2Operation<DescribeInstancesRequest, DescribeInstancesResult>({
  authorization: { action: 'ec2:DescribeInstances' },
  access: 'read',
  async run(context, input) {
    checkPage(input, { set: 'instancesSet', ids: input.InstanceIds });
    const filters = checkFilters(input.Filters, filterNames);
    endDryRun(input);
    const list = { filters, textOf: ({ tags }: TaggedInstance) => tagText(tags) };
    const { rows, ...token } = await pageOfInstances(context, 'DescribeInstances', input, list);
    return { Reservations: describeReservations(context.accountId, rows), ...token };
  },
});

/** Of instances that run, unless all are asked for. */
export const describeInstanceStatus = ec2Operation<
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult
>({
  authorization: { action: 'ec2:DescribeInstanceStatus' },
  access: 'read',
  async run(context, input) {
    checkPage(input, { set: 'instancesSet', ids: input.InstanceIds });
    const names = ['instance-state-code', 'instance-state-name'];
    const filters = checkFilters(input.Filters, names);
    const all = input.IncludeAllInstances === true;
    endDryRun(input);
    const wanted = ({ row }: TaggedInstance) => all || row.state === 'running';
    const list = { filters, wanted };
    const { rows, ...token } = await pageOfInstances(
      context,
      'DescribeInstanceStatus',
      input,
      list,
    );
    return { InstanceStatuses: rows.map(({ row }) => describeStatus(row)), ...token };
  },
});

export const instanceOperations: OperationTable = {
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstances: describeInstances,
};

/**
 * What is true here: there is no machine, no network and no device. `state` where an answer speaks of
 * the way to the state that is stored.
 */
export function describeInstance(
  { row, association, tags }: TaggedInstance,
  state: StateName = row.state,
): PresentedInstance {
  return {
    InstanceId: row.instance_id,
    ImageId: row.image_id,
    State: instanceState(state),
    ...stateReason(row),
    AmiLaunchIndex: row.launch_index,
    ProductCodes: [],
    InstanceType: row.instance_type as PresentedInstance['InstanceType'],
    LaunchTime: new Date(row.launched_at),
    Monitoring: { State: 'disabled' },
    ClientToken: row.client_token ?? '',
    ...(association && {
      IamInstanceProfile: {
        Arn: association.instance_profile_arn,
        Id: association.instance_profile_id,
      },
    }),
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpEndpoint: 'enabled' },
  };
}

/** Instances of one reservation come one after the other. */
function describeReservations(
  accountId: string,
  instances: readonly TaggedInstance[],
): Reservation[] {
  const reservations: Reservation[] = [];
  for (const instance of instances) {
    const id = instance.row.reservation_id;
    const last = reservations.at(-1);
    if (last?.ReservationId === id) last.Instances?.push(describeInstance(instance));
    else reservations.push(describeReservation(accountId, id, [describeInstance(instance)]));
  }
  return reservations;
}

export function describeReservation(
  accountId: string,
  reservationId: string,
  instances: PresentedInstance[],
): Reservation {
  return {
    ReservationId: reservationId,
    OwnerId: accountId,
    Groups: [],
    Instances: instances,
  };
}

/** A workload that is there is reachable: there is nothing of it that could fail a check. */
function describeStatus({ instance_id: id, state }: InstanceRow): InstanceStatus {
  const summary: InstanceStatusSummary =
    state === 'running'
      ? { Details: [{ Name: 'reachability', Status: 'passed' }], Status: 'ok' }
      : { Status: 'not-applicable' };
  return {
    InstanceId: id,
    InstanceState: instanceState(state),
    InstanceStatus: summary,
    SystemStatus: summary,
  };
}

function valuesOf(
  { row, association, tags }: TaggedInstance,
  name: string,
): readonly string[] | undefined {
  switch (name) {
    case 'client-token':
      return [row.client_token ?? ''];
    case 'iam-instance-profile.arn':
      return association && [association.instance_profile_arn];
    case 'iam-instance-profile.id':
      return association && [association.instance_profile_id];
    case 'image-id':
      return [row.image_id];
    case 'instance-id':
      return [row.instance_id];
    case 'instance-state-code':
      return [String(instanceState(row.state).Code)];
    case 'instance-state-name':
      return [row.state];
    case 'instance-type':
      return [row.instance_type];
    case 'reservation-id':
      return [row.reservation_id];
    case 'tag-key':
      return tags.map(({ key }) => key);
    case 'tag-value':
      return tags.map(({ value }) => value);
    default:
      return tags.filter(({ key }) => name === `tag:${key}`).map(({ value }) => value);
  }
}

/** One page of the instances that are named, or of all; those of one reservation are neighbours. */
async function pageOfInstances(
  context: OperationContext,
  operation: string,
  request: PageRequest & { readonly InstanceIds?: readonly string[] | undefined },
  list: {
    readonly filters: Filters;
    textOf?(instance: TaggedInstance): number;
    wanted?(instance: TaggedInstance): boolean;
  },
) {
  const { InstanceIds: ids } = request;
  if (ids !== undefined && ids.length > 0) {
    const named = await requireInstances(context, ids);
    return await pageOf<TaggedInstance>(context, operation, request, {
      ...list,
      valuesOf,
      keyOf: ({ row }) => row.instance_id,
      async fetch(after, limit) {
        const start = named.findIndex(({ row }) => row.instance_id === after) + 1;
        return await withTags(context, named.slice(start, start + limit));
      },
    });
  }
  return await pageOf<TaggedInstance>(context, operation, request, {
    ...list,
    valuesOf,
    keyOf: ({ row }) => `${row.reservation_id} ${row.launch_index}`,
    async fetch(after, limit) {
      const rows = await visibleRows(context, after, limit);
      const found = await withProfiles(context.database, context.accountId, rows);
      return await withTags(context, found);
    },
  });
}

async function visibleRows(
  { database, accountId, now }: OperationContext,
  after: string,
  limit: number,
): Promise<readonly InstanceRow[]> {
  const [reservationId = '', launchIndex = '-1'] = after.split(' ');
  return await database
    .selectFrom('ec2_instance')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((eb) =>
      eb.or([
        eb('reservation_id', '>', reservationId),
        eb.and([
          eb('reservation_id', '=', reservationId),
          eb('launch_index', '>', Number(launchIndex)),
        ]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('state', '!=', 'terminated'),
        eb('state_changed_at', '>', now - terminatedVisible),
      ]),
    )
    .orderBy('reservation_id')
    .orderBy('launch_index')
    .limit(limit)
    .execute();
}

async function withTags(
  { database, accountId }: OperationContext,
  instances: readonly Instance[],
): Promise<readonly TaggedInstance[]> {
  const ids = instances.map(({ row }) => row.instance_id);
  const tags = await tagsOf(database, accountId, ids);
  return instances.map((one) => ({ ...one, tags: tags.get(one.row.instance_id) ?? [] }));
}
