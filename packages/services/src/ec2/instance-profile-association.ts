import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult,
  IamInstanceProfileAssociation,
  IamInstanceProfileAssociationState,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2';
import { newInstanceResourceId } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { storedInstanceProfileArn } from '../iam/entity.ts';
import type { OperationContext, OperationTable } from '../operation.ts';
import { ec2Operation } from './ec2-operation.ts';
import { associationNotFound, incorrectInstanceState, invalidParameterValue } from './error.ts';
import { checkFilters } from './filter.ts';
import type { AssociationRow } from './find-instance.ts';
import { requireInstance } from './instance-id.ts';
import { requireProfile } from './instance-profile-specification.ts';
import { checkPage, pageOf } from './pagination.ts';
import {
  associatedInstanceResource,
  instanceOfAssociation,
  profiledInstanceResource,
} from './resource/instance.ts';
import { passRoleOfProfile } from './resource/passed-role.ts';

/** The role of the profile is handed to EC2, so that the caller needs the permission to pass it. */
export const associateIamInstanceProfile = ec2Operation<
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult
>({
  authorization: {
    action: 'ec2:AssociateIamInstanceProfile',
    resource: profiledInstanceResource(
      (input) => input.InstanceId,
      (input) => input.IamInstanceProfile,
    ),
    also: [
      passRoleOfProfile(
        (input) => input.IamInstanceProfile,
        async (_context, input) => input.InstanceId,
      ),
    ],
  },
  access: 'write',
  async run(context, input) {
    const { row, association } = await requireInstance(context, input.InstanceId);
    const profile = await requireProfile(context, input.IamInstanceProfile);
    if (row.state === 'terminated') {
      throw incorrectInstanceState(
        `The instance '${row.instance_id}' is not in a state from which it can be associated.`,
      );
    }
    if (association !== undefined) {
      const message = `There is an existing association for instance ${row.instance_id}`;
      throw new ApiError('IncorrectState', 400, message);
    }
    return await associateProfile(context, row.instance_id, profile);
  },
});

async function associateProfile(
  context: OperationContext,
  instanceId: string,
  profile: Awaited<ReturnType<typeof requireProfile>>,
): Promise<AssociateIamInstanceProfileResult> {
  const [made] = await associate(
    context,
    [instanceId],
    profile.instance_profile_id,
    storedInstanceProfileArn(profile),
  );
  tellInstance(context, instanceId);
  return { IamInstanceProfileAssociation: made && describeAssociation(made, 'associating') };
}

export const disassociateIamInstanceProfile = ec2Operation<
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult
>({
  authorization: {
    action: 'ec2:DisassociateIamInstanceProfile',
    resource: associatedInstanceResource((input) => input.AssociationId),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireAssociation(context, input.AssociationId);
    await removeAssociation(context, row);
    tellInstance(context, row.instance_id);
    return { IamInstanceProfileAssociation: describeAssociation(row, 'disassociating') };
  },
});

/** The association that takes the place of another one has an id of its own, as on AWS. */
export const replaceIamInstanceProfileAssociation = ec2Operation<
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult
>({
  authorization: {
    action: 'ec2:ReplaceIamInstanceProfileAssociation',
    resource: associatedInstanceResource(
      (input) => input.AssociationId,
      (input) => input.IamInstanceProfile,
    ),
    also: [
      passRoleOfProfile(
        (input) => input.IamInstanceProfile,
        (context, input) => instanceOfAssociation(context, input.AssociationId),
      ),
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireAssociation(context, input.AssociationId);
    const profile = await requireProfile(context, input.IamInstanceProfile);
    await removeAssociation(context, row);
    return await associateProfile(context, row.instance_id, profile);
  },
});

export const describeIamInstanceProfileAssociations = ec2Operation<
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult
>({
  authorization: { action: 'ec2:DescribeIamInstanceProfileAssociations' },
  access: 'read',
  async run(context, input) {
    const { AssociationIds: ids } = input;
    checkPage(input, { set: 'associationIdsSet', ids });
    const filters = checkFilters(input.Filters, ['instance-id', 'state']);
    await requireAssociations(context, ids ?? []);
    const operation = 'DescribeIamInstanceProfileAssociations';
    const { rows, ...token } = await pageOf<AssociationRow>(context, operation, input, {
      keyOf: (row) => row.association_id,
      filters,
      valuesOf: ({ instance_id: id }, name) => (name === 'instance-id' ? [id] : ['associated']),
      fetch: async (after, limit) =>
        await context.database
          .selectFrom('ec2_instance_profile_association')
          .selectAll()
          .where('account_id', '=', context.accountId)
          .where('association_id', '>', after)
          .$if(ids !== undefined && ids.length > 0, (query) =>
            query.where('association_id', 'in', ids ?? []),
          )
          .orderBy('association_id')
          .limit(limit)
          .execute(),
    });
    const associations = rows.map((row) => describeAssociation(row, 'associated'));
    return { IamInstanceProfileAssociations: associations, ...token };
  },
});

export const instanceProfileAssociationOperations: OperationTable = {
  AssociateIamInstanceProfile: associateIamInstanceProfile,
  DescribeIamInstanceProfileAssociations: describeIamInstanceProfileAssociations,
  DisassociateIamInstanceProfile: disassociateIamInstanceProfile,
  ReplaceIamInstanceProfileAssociation: replaceIamInstanceProfileAssociation,
};

function describeAssociation(
  row: AssociationRow,
  state: IamInstanceProfileAssociationState,
): IamInstanceProfileAssociation {
  return {
    AssociationId: row.association_id,
    InstanceId: row.instance_id,
    IamInstanceProfile: { Arn: row.instance_profile_arn, Id: row.instance_profile_id },
    State: state,
    Timestamp: new Date(row.associated_at),
  };
}

/** Associates instances that have no profile yet. Whoever calls it has asked who may. */
export async function associate(
  context: OperationContext,
  instanceIds: readonly string[],
  profileId: string,
  profileArn: string,
): Promise<readonly AssociationRow[]> {
  const rows = instanceIds.map((instanceId) => ({
    account_id: context.accountId,
    association_id: newInstanceResourceId('iip-assoc'),
    instance_id: instanceId,
    instance_profile_id: profileId,
    instance_profile_arn: profileArn,
    associated_at: context.now,
  }));
  for (let start = 0; start < rows.length; start += atOnce) {
    await context.database
      .insertInto('ec2_instance_profile_association')
      .values(rows.slice(start, start + atOnce))
      .execute();
  }
  return rows;
}

/** Rows that one statement writes: databases bound the values of one. */
const atOnce = 500;

async function requireAssociation(
  context: OperationContext,
  associationId = '',
): Promise<AssociationRow> {
  checkAssociationId(associationId);
  const row = await context.database
    .selectFrom('ec2_instance_profile_association')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('association_id', '=', associationId)
    .executeTakeFirst();
  if (row === undefined) throw associationNotFound(associationId);
  return row;
}

async function requireAssociations(
  { database, accountId }: OperationContext,
  ids: readonly string[],
): Promise<void> {
  ids.forEach(checkAssociationId);
  if (ids.length === 0) return;
  const rows = await database
    .selectFrom('ec2_instance_profile_association')
    .select('association_id')
    .where('account_id', '=', accountId)
    .where('association_id', 'in', ids)
    .execute();
  const known = new Set(rows.map(({ association_id: id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw associationNotFound(missing);
}

function checkAssociationId(id: string): void {
  if (/^iip-assoc-[0-9a-f]{17}$/.test(id)) return;
  throw invalidParameterValue('Invalid value for associationId.');
}

async function removeAssociation(context: OperationContext, row: AssociationRow): Promise<void> {
  await context.database
    .deleteFrom('ec2_instance_profile_association')
    .where('account_id', '=', context.accountId)
    .where('association_id', '=', row.association_id)
    .execute();
}

function tellInstance(context: OperationContext, id: string): void {
  context.changed({ accountId: context.accountId, kind: 'instance', id });
}
