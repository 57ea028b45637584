import { parsePolicy } from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import { operatorService } from '../account/account.ts';
import { type AccountScope, type RoleRow, requireRole } from './entity.ts';
import { isServicePrincipal } from './trust-policy.ts';

/** The path of service-linked roles, which CreateServiceLinkedRole alone may make. */
export const serviceLinkedRolePath = '/aws-service-role/';

/** Whether a role belongs to a service, which made it and alone deletes it. */
export function isServiceLinkedRole(role: Pick<RoleRow, 'path'>): boolean {
  return role.path.startsWith(serviceLinkedRolePath);
}

/**
 * The role of that name, if its permissions, its trust policy and its existence are the account's to
 * change. Errors: `NoSuchEntity`; `UnmodifiableEntity` for a service-linked role and for the role
 * that the operator's socket hands out. Descriptions and tags of those may be changed ("Edit a
 * service-linked role", IAM User Guide), so UpdateRole and TagRole do not ask here.
 */
export async function requireModifiableRole(
  scope: AccountScope,
  name: string | undefined,
): Promise<RoleRow> {
  const role = await requireRole(scope, name);
  refuseProtectedRole(role);
  return role;
}

/** Throws `UnmodifiableEntity` for a role that is not the account's to change. */
export function refuseProtectedRole(role: RoleRow): void {
  if (isServiceLinkedRole(role)) throw unmodifiable(role, 'AWS');
  if (isOperatorRole(role)) throw unmodifiable(role, 'Carnet');
}

/** The same for how long its sessions may be, of which AWS has a sentence of its own. */
export function refuseProtectedDuration(role: RoleRow): void {
  if (isServiceLinkedRole(role)) {
    const message = `${role.name} is an AWS service linked role, max session duration cannot be changed.`;
    throw new ApiError('UnmodifiableEntity', 400, message);
  }
  refuseProtectedRole(role);
}

/**
 * Whoever owns the data directory comes in by this role and by nothing else: if it could be changed
 * over the network, the operator could be locked out, or let in as less than it says.
 */
function isOperatorRole(role: RoleRow): boolean {
  const parsed = parsePolicy(role.trust_policy, 'trust');
  // What does not parse was not saved by an operation: nobody is let near it.
  if (!parsed.ok) return true;
  return isServicePrincipal(parsed.document, operatorService);
}

function unmodifiable(role: RoleRow, owner: 'AWS' | 'Carnet'): ApiError {
  return new ApiError(
    'UnmodifiableEntity',
    400,
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by ${owner}`,
  );
}
