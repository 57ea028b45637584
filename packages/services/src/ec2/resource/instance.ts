import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import { accountScope } from '../../iam/resource/resource.ts';
import type { ResolveContext, Resource, ResourceReference } from '../../operation.ts';
import { findInstances, type Instance } from '../find-instance.ts';
import { profileArn } from '../instance-profile-specification.ts';
import { tagsOf } from '../tag-set.ts';

/**
 * The resources of the EC2 actions. The region in an ARN is the deployment's, whatever a caller has
 * signed for. An instance has its ARN whether it exists or not; its tags and what it is like it has
 * only when it is there.
 */
export function ec2Arn(context: ResolveContext, accountId: string, resource: string): string {
  return `arn:aws:ec2:${context.settings.region}:${accountId}:${resource}`;
}

/** What policies may ask about an instance, as far as it is true here. */
const instanceKeys = [
  'ec2:InstanceID',
  'ec2:InstanceType',
  'ec2:InstanceProfile',
  'ec2:MetadataHttpEndpoint',
  'ec2:MetadataHttpTokens',
] as const;

/** The metadata service is there, and takes nothing but tokens. */
const metadataKeys: ReadonlyMap<string, string> = new Map([
  ['ec2:metadatahttpendpoint', 'enabled'],
  ['ec2:metadatahttptokens', 'required'],
]);

type ProfileOf<Input> = (input: Input) => IamInstanceProfileSpecification | undefined;

/** The instances that a call names, each of which has to be allowed. */
export function instancesResource<Input>(
  instanceIds: (input: Input) => readonly string[] | undefined,
): ResourceReference<Input> {
  const idsOf = (input: Input) => [...new Set(instanceIds(input))];
  return {
    resourceType: 'instance',
    conditionKeys: instanceKeys,
    resolve: (context, input) => resolveOne(context, idsOf(input)[0]),
    resolveFurther: (context, input) => resolveAll(context, idsOf(input).slice(1)),
  };
}

/** The instance that gets another profile. */
export function profiledInstanceResource<Input>(
  instanceId: (input: Input) => string | undefined,
  newProfile: ProfileOf<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'instance',
    conditionKeys: [...instanceKeys, 'ec2:NewInstanceProfile'],
    async resolve(context, input) {
      const resource = await resolveOne(context, instanceId(input));
      return await withNewProfile(context, resource, newProfile(input));
    },
  };
}

/** The instance that an association is of. A refusal does not tell which one that is. */
export function associatedInstanceResource<Input>(
  associationId: (input: Input) => string | undefined,
  newProfile?: ProfileOf<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'instance',
    conditionKeys: newProfile ? [...instanceKeys, 'ec2:NewInstanceProfile'] : instanceKeys,
    async resolve(context, input) {
      const resource = await resolveOne(
        context,
        await instanceOfAssociation(context, associationId(input)),
      );
      const askedArn = ec2Arn(context, resource.accountId, 'instance/*');
      return { ...(await withNewProfile(context, resource, newProfile?.(input))), askedArn };
    },
  };
}

/** An instance about to be made: it has no id yet. */
export function newInstanceResource<Input>(profile: ProfileOf<Input>): ResourceReference<Input> {
  return {
    resourceType: 'instance',
    conditionKeys: ['ec2:InstanceProfile', 'ec2:MetadataHttpEndpoint', 'ec2:MetadataHttpTokens'],
    async resolve(context, input) {
      const conditionKeys = new Map(metadataKeys);
      const arn = await profileArn(accountScope(context), profile(input));
      if (arn !== undefined) conditionKeys.set('ec2:instanceprofile', arn);
      return { ...(await resolveOne(context, undefined)), conditionKeys };
    },
  };
}

/** An image is nobody's here: its ARN has no account. */
export function imageResource<Input>(
  imageId: (input: Input) => string | undefined,
): ResourceReference<Input> {
  return {
    resourceType: 'image',
    async resolve(context, input) {
      const { accountId } = accountScope(context);
      return { arn: ec2Arn(context, '', `image/${imageId(input) ?? '*'}`), accountId };
    },
  };
}

export async function instanceOfAssociation(
  context: ResolveContext,
  associationId = '',
): Promise<string | undefined> {
  const { accountId, database } = accountScope(context);
  const row = await database
    .selectFrom('ec2_instance_profile_association')
    .select('instance_id')
    .where('account_id', '=', accountId)
    .where('association_id', '=', associationId)
    .executeTakeFirst();
  return row?.instance_id;
}

/** Of an instance that nobody can tell, the ARN `instance/*`. */
async function resolveOne(context: ResolveContext, id: string | undefined): Promise<Resource> {
  const [resource] = await resolveAll(context, id === undefined ? [] : [id]);
  if (resource) return resource;
  const { accountId } = accountScope(context);
  return { arn: ec2Arn(context, accountId, 'instance/*'), accountId };
}

async function resolveAll(
  context: ResolveContext,
  ids: readonly string[],
): Promise<readonly Resource[]> {
  const { accountId, database } = accountScope(context);
  const instances = await findInstances(database, accountId, ids);
  const tags = await tagsOf(database, accountId, [...instances.keys()]);
  return ids.map((id) => {
    const arn = ec2Arn(context, accountId, `instance/${id}`);
    const instance = instances.get(id);
    if (instance === undefined) return { arn, accountId };
    return {
      arn,
      accountId,
      tags: new Map(tags.get(id)?.map(({ key, value }) => [key, value])),
      conditionKeys: keysOf(instance),
    };
  });
}

function keysOf({ row, association }: Instance): ReadonlyMap<string, string> {
  const keys = new Map(metadataKeys);
  keys.set('ec2:instanceid', row.instance_id);
  keys.set('ec2:instancetype', row.instance_type);
  if (association) keys.set('ec2:instanceprofile', association.instance_profile_arn);
  return keys;
}

async function withNewProfile(
  context: ResolveContext,
  resource: Resource,
  specification: IamInstanceProfileSpecification | undefined,
): Promise<Resource> {
  const arn = await profileArn(accountScope(context), specification);
  if (arn === undefined) return resource;
  const conditionKeys = new Map(resource.conditionKeys).set('ec2:newinstanceprofile', arn);
  return { ...resource, conditionKeys };
}
