import type {
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse,
  PolicyGrantingServiceAccess,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { readGroups } from './entity.ts';
import { invalidInput } from './error.ts';
import { type HeldPolicy, readHeldPolicies } from './held-policy.ts';
import { type Identity, requireIdentity } from './identity.ts';
import { pageOfList } from './pagination.ts';
import { identityResource } from './resource/identity.ts';
import { servicesAllowedBy } from './service-access.ts';

/** The identity and the groups it is in, by their ids. */
type Owners = ReadonlyMap<string, Pick<Identity, 'kind' | 'name'>>;

/**
 * The services in the order in which they were asked for; under each the policies of the identity
 * and of its groups, managed ones before inline ones. Boundaries are not among them.
 */
export const listPoliciesGrantingServiceAccess = operation<
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse
>({
  authorization: {
    action: 'iam:ListPoliciesGrantingServiceAccess',
    resource: identityResource((input) => input.Arn),
  },
  access: 'read',
  async run(context, input) {
    const identity = await requireIdentity(context, input.Arn);
    if (identity.kind === 'policy') throw invalidInput(`ARN ${input.Arn} is not valid.`);
    const owners = await ownersOf(context, identity);
    const policies = await readHeldPolicies(context, [...owners.keys()]);
    const granting = policies.map((policy) => ({
      services: servicesAllowedBy(policy.document),
      described: describe(policy, owners),
      // A policy of a user and of its group is one.
      key: policy.arn ?? `${policy.ownerId}/${policy.name}`,
    }));
    const distinct = [...new Map(granting.map((policy) => [policy.key, policy])).values()];
    const { rows, ...position } = pageOfList(
      context,
      'ListPoliciesGrantingServiceAccess',
      input,
      input.ServiceNamespaces ?? [],
    );
    return {
      PoliciesGrantingServiceAccess: rows.map((namespace) => ({
        ServiceNamespace: namespace,
        Policies: distinct
          .filter(({ services }) => services.has(namespace.toLowerCase()))
          .map(({ described }) => described),
      })),
      ...position,
    };
  },
});

export const policiesGrantingServiceAccessOperations: OperationTable = {
  ListPoliciesGrantingServiceAccess: listPoliciesGrantingServiceAccess,
};

async function ownersOf(context: OperationContext, identity: Identity): Promise<Owners> {
  const owners = new Map<string, Pick<Identity, 'kind' | 'name'>>([[identity.id, identity]]);
  if (identity.kind !== 'user') return owners;
  const groups = await readGroups(context, identity.id);
  for (const row of groups) owners.set(row.group_id, { kind: 'group', name: row.name });
  return owners;
}

const entityTypes = { user: 'USER', group: 'GROUP', role: 'ROLE', policy: undefined } as const;

/** Of an inline policy AWS tells whom it is on, of a managed one its ARN. */
function describe(policy: HeldPolicy, owners: Owners): PolicyGrantingServiceAccess {
  const { name, arn, ownerId } = policy;
  if (arn !== undefined) return { PolicyName: name, PolicyType: 'MANAGED', PolicyArn: arn };
  const owner = owners.get(ownerId);
  return {
    PolicyName: name,
    PolicyType: 'INLINE',
    EntityType: owner && entityTypes[owner.kind],
    EntityName: owner?.name,
  };
}
