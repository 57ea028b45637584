import { serviceLinkedRolePath } from './protected-role.ts';
import { serviceLinkedRoles } from './service-linked-role-table.ts';

/** What a service-linked role is made from. */
export interface ServiceLinkedRoleTemplate {
  /** `autoscaling.amazonaws.com`; AWS tells principals apart by case. */
  readonly service: string;
  readonly roleName: string;
  readonly policyArn: string;
  /** Whether there may be several, told apart by a suffix. */
  readonly takesSuffix: boolean;
}

export function findServiceLinkedRoleTemplate(
  service: string,
): ServiceLinkedRoleTemplate | undefined {
  if (!service.endsWith(domain)) return undefined;
  const key = service.slice(0, -domain.length);
  const entry = Object.hasOwn(serviceLinkedRoles, key) ? serviceLinkedRoles[key] : undefined;
  if (entry === undefined) return undefined;
  const [name, policy, suffix] = entry;
  return {
    service,
    roleName: `AWSServiceRoleFor${name}`,
    policyArn: `arn:aws:iam::aws:policy/aws-service-role/${policy}`,
    takesSuffix: suffix === 'suffix',
  };
}

/** At most 64 characters are a name of a role; with a suffix there may be more. */
export function nameOfServiceLinkedRole(
  { roleName }: ServiceLinkedRoleTemplate,
  suffix: string | undefined,
): string {
  return suffix === undefined ? roleName : `${roleName}_${suffix}`;
}

export function pathOfServiceLinkedRole(service: string): string {
  return `${serviceLinkedRolePath}${service}/`;
}

/** Principals of the services that have one. */
export function listServiceLinkedRoleServices(): readonly string[] {
  return Object.keys(serviceLinkedRoles).map((key) => key + domain);
}

const domain = '.amazonaws.com';
