import { createHash } from 'node:crypto';
import type { Reservation, RunInstancesRequest, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { newInstanceResourceId } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { storedInstanceProfileArn } from '../iam/entity.ts';
import type { OperationContext, OperationTable } from '../operation.ts';
import { ec2Operation, endDryRun } from './ec2-operation.ts';
import { invalidParameterValue, unsupportedOperation } from './error.ts';
import { type InstanceRow, isVisible, withProfiles } from './find-instance.ts';
import { forgetTerminated } from './forget-terminated.ts';
import { describeInstance, describeReservation } from './instance.ts';
import { associate } from './instance-profile-association.ts';
import { requireProfile } from './instance-profile-specification.ts';
import type { StateName } from './instance-state.ts';
import { checkLaunch } from './launch-parameter.ts';
import { imageResource, newInstanceResource } from './resource/instance.ts';
import { passRoleOfProfile } from './resource/passed-role.ts';
import { checkTags, mostTagText, tagRows, tagText, writeTags } from './tag-set.ts';

const defaultInstanceType = 'm1.small';

const newInstance = newInstanceResource<RunInstancesRequest>((input) => input.IamInstanceProfile);

/** `ec2:InstanceType` is of the instance, `ec2:ImageID` of the image; both have to be allowed. */
export const runInstances = ec2Operation<RunInstancesRequest, Reservation>({
  authorization: {
    action: 'ec2:RunInstances',
    resource: newInstance,
    conditionKeys: { 'ec2:InstanceType': (input) => input.InstanceType ?? defaultInstanceType },
    requestTags: instanceTags,
    also: [
      {
        action: 'ec2:RunInstances',
        resource: imageResource((input) => input.ImageId),
        conditionKeys: { 'ec2:ImageID': (input) => input.ImageId },
      },
      {
        action: 'ec2:CreateTags',
        when: (input) => instanceTags(input).length > 0,
        resource: newInstance,
        conditionKeys: {
          'ec2:CreateAction': () => 'RunInstances',
          'ec2:InstanceType': (input) => input.InstanceType ?? defaultInstanceType,
        },
        requestTags: instanceTags,
      },
      passRoleOfProfile(
        (input) => input.IamInstanceProfile,
        async () => undefined,
      ),
    ],
  },
  access: 'write',
  async run(context, input) {
    checkLaunch(input);
    checkTagSpecifications(input.TagSpecifications);
    checkTags(context, instanceTags(input));
    const made = await madeBefore(context, input);
    if (made !== undefined) return await describeLaunch(context, input, made);
    const profile =
      input.IamInstanceProfile && (await requireProfile(context, input.IamInstanceProfile));
    const count = await countWithinQuota(context, input);
    endDryRun(input);
    const rows = await makeInstances(context, input, count);
    const ids = rows.map(({ instance_id: id }) => id);
    if (profile) {
      await associate(context, ids, profile.instance_profile_id, storedInstanceProfileArn(profile));
    }
    await writeTags(context, ids, instanceTags(input));
    for (const id of ids) {
      context.changed({ accountId: context.accountId, kind: 'instance', id });
    }
    await forgetTerminated(context);
    return await describeLaunch(context, input, rows, 'pending');
  },
});

export const runInstancesOperations: OperationTable = { RunInstances: runInstances };

function instanceTags({ TagSpecifications: specifications }: RunInstancesRequest): Tag[] {
  return (specifications ?? []).flatMap(({ Tags }) => Tags ?? []);
}

/** What a launch makes besides in AWS. */
const madeWithInstances: ReadonlySet<string> = new Set([
  'elastic-gpu',
  'network-interface',
  'spot-instances-request',
  'volume',
]);

/** Nothing but instances is made here, so that nothing else can be tagged. */
function checkTagSpecifications(specifications: readonly TagSpecification[] = []): void {
  for (const { ResourceType: type, Tags } of specifications) {
    if (type !== undefined && madeWithInstances.has(type)) {
      throw unsupportedOperation(`There is no ${type} here that could be tagged.`);
    }
    if (type !== 'instance') {
      throw invalidParameterValue(
        `'${type ?? ''}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (!Tags?.length) {
      throw invalidParameterValue('Tag specification must have at least one tag');
    }
  }
  if (specifications.length > 1) {
    throw invalidParameterValue(
      'The same resource type may not be specified more than once in tag specifications',
    );
  }
}

/** What the same call with the same client token has made; undefined when it is the first. */
async function madeBefore(
  context: OperationContext,
  input: RunInstancesRequest,
): Promise<readonly InstanceRow[] | undefined> {
  if (!input.ClientToken) return undefined;
  const found = await context.database
    .selectFrom('ec2_instance')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('client_token', '=', input.ClientToken)
    .orderBy('launch_index')
    .execute();
  const rows = found.filter((row) => isVisible(row, context.now));
  if (rows.length === 0) return undefined;
  if (rows.some((row) => row.request_digest !== digestOf(input))) {
    const message =
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).';
    throw new ApiError('IdempotentParameterMismatch', 400, message);
  }
  if (rows.some(({ state }) => state === 'terminated')) {
    const message =
      'The client token you have provided is associated with a terminated instance. Please use a different client token.';
    throw new ApiError('IdempotentInstanceTerminated', 400, message);
  }
  return rows;
}

async function makeInstances(
  context: OperationContext,
  input: RunInstancesRequest,
  count: number,
): Promise<readonly InstanceRow[]> {
  const reservationId = newInstanceResourceId('r');
  const rows = Array.from(
    { length: count },
    (_, index): InstanceRow => ({
      account_id: context.accountId,
      instance_id: newInstanceResourceId('i'),
      reservation_id: reservationId,
      launch_index: index,
      image_id: input.ImageId ?? '',
      instance_type: input.InstanceType ?? defaultInstanceType,
      state: 'running',
      launched_at: context.now,
      state_changed_at: context.now,
      client_token: input.ClientToken || null,
      request_digest: input.ClientToken ? digestOf(input) : null,
    }),
  );
  for (let start = 0; start < rows.length; start += atOnce) {
    await context.database
      .insertInto('ec2_instance')
      .values(rows.slice(start, start + atOnce))
      .execute();
  }
  return rows;
}

/** Rows that one statement writes: databases bound the values of one. */
const atOnce = 500;

/**
 * As many as the quota and the size of one answer have room for, up to the maximum; throws when that
 * is less than the minimum.
 */
async function countWithinQuota(
  { database, accountId, settings }: OperationContext,
  input: RunInstancesRequest,
): Promise<number> {
  const { MinCount: min = 1, MaxCount: max = 1 } = input;
  const { count } = await database
    .selectFrom('ec2_instance')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('state', '!=', 'terminated')
    .executeTakeFirstOrThrow();
  const quota = settings.quotas.instancesPerAccount;
  const room = Math.max(0, quota - Number(count));
  if (min > room) {
    const message = `You have requested more instances (${Number(count) + min}) than your current instance limit of ${quota} allows for the specified instance type.`;
    throw new ApiError('InstanceLimitExceeded', 400, message);
  }
  const inAnswer = mostAtOnce(instanceTags(input));
  if (min > inAnswer) {
    const message = `You have requested more instances (${min}) than one request with tags of this size can launch (${inAnswer}).`;
    throw new ApiError('InstanceLimitExceeded', 400, message);
  }
  return Math.min(max, room, inAnswer);
}

/** Instances that one answer can show with these tags: each shows them all. */
function mostAtOnce(tags: readonly Tag[]): number {
  if (tags.length === 0) return mostInstances;
  const text = tagText(tagRows('', '', tags));
  return Math.min(mostInstances, Math.max(1, Math.floor(mostTagText / text)));
}

/** Whatever the quota: an instance takes more than a kilobyte of an answer. */
const mostInstances = 1000;

/** SHA-256 of what was asked, without what may differ between attempts. */
function digestOf({ ClientToken: _token, DryRun: _dry, ...asked }: RunInstancesRequest): string {
  const sorted = JSON.stringify(asked, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}

/** With the tags of the launch: they fit into one answer, and what was set on them since may not. */
async function describeLaunch(
  context: OperationContext,
  input: RunInstancesRequest,
  rows: readonly InstanceRow[],
  state?: StateName,
): Promise<Reservation> {
  const { accountId, database } = context;
  const sorted = instanceTags(input).toSorted((one, other) =>
    (one.Key ?? '') < (other.Key ?? '') ? -1 : 1,
  );
  const tags = tagRows(accountId, '', sorted);
  const instances = await withProfiles(database, accountId, rows);
  return describeReservation(
    accountId,
    rows[0]?.reservation_id ?? '',
    instances.map((one) => describeInstance({ ...one, tags }, state ?? one.row.state)),
  );
}
