import { compileMatcher } from '../../match/compiled-pattern.ts';
import { foldAscii } from '../../match/fold-ascii.ts';
import { globPattern } from '../../match/glob.ts';
import { type Check, eachStatement, type Found, found, IDENTITY_TYPES } from '../check.ts';
import type { FindingType } from '../finding.ts';
import { covers } from '../pattern.ts';
import type { ListTree, Place, StatementTree } from '../policy-tree.ts';
import { readResourceEntry } from '../resource-entry.ts';

/** A permission that should be given for named roles only. */
interface RolePermission {
  readonly action: string;
  readonly prefix: string;
  readonly findingType: FindingType;
  readonly danger: string;
  /** A key that narrows the permission well enough where the resource is `*`. */
  readonly narrowingKey: string | undefined;
}

const PASS_ROLE: RolePermission = {
  action: 'iam:PassRole',
  prefix: 'PASS_ROLE',
  findingType: 'SECURITY_WARNING',
  danger: 'roles that were not meant can be passed to services',
  narrowingKey: 'iam:passedtoservice',
};

const CREATE_SERVICE_LINKED_ROLE: RolePermission = {
  action: 'iam:CreateServiceLinkedRole',
  prefix: 'CREATE_SLR',
  findingType: 'WARNING',
  danger: 'service-linked roles that were not meant can be created',
  narrowingKey: 'iam:awsservicename',
};

const ACTIONS = { named: 'name', star: 'a wildcard', not: 'NotAction' } as const;
const RESOURCES = { star: 'any role', not: 'all but some (NotResource)' } as const;

/** `iam:PassRole` and `iam:CreateServiceLinkedRole` for roles that nobody named. */
export const rolePermissionChecks: readonly Check[] = [
  ...permissionChecks(PASS_ROLE),
  ...permissionChecks(CREATE_SERVICE_LINKED_ROLE),
];

type ActionForm = 'named' | 'star' | 'not';
type ResourceForm = 'star' | 'not';

function permissionChecks(permission: RolePermission): readonly Check[] {
  const rows: readonly (readonly [string, ActionForm, ResourceForm])[] = [
    ['WITH_NOT_RESOURCE', 'named', 'not'],
    ['WITH_STAR_IN_ACTION_AND_NOT_RESOURCE', 'star', 'not'],
    ['WITH_NOT_ACTION_AND_NOT_RESOURCE', 'not', 'not'],
    ['WITH_STAR_IN_RESOURCE', 'named', 'star'],
    ['WITH_STAR_IN_ACTION_AND_RESOURCE', 'star', 'star'],
    ['WITH_STAR_IN_RESOURCE_AND_NOT_ACTION', 'not', 'star'],
  ];
  return rows.map(([suffix, actionForm, resourceForm]) => ({
    code: `${permission.prefix}_${suffix}`,
    findingType: permission.findingType,
    policyTypes: IDENTITY_TYPES,
    meaning: `${permission.action} is allowed by ${ACTIONS[actionForm]} on ${RESOURCES[resourceForm]}`,
    check: eachStatement((statement) =>
      permissionFound(permission, statement, actionForm, resourceForm),
    ),
  }));
}

function permissionFound(
  permission: RolePermission,
  statement: StatementTree,
  actionForm: ActionForm,
  resourceForm: ResourceForm,
): Found[] {
  const { action, resource, effect } = statement;
  if (effect !== 'Allow' || action === undefined || resource === undefined) return [];
  const isNarrowed =
    resourceForm === 'star' &&
    statement.conditions.some(
      ({ key, facts }) => foldAscii(key) === permission.narrowingKey && facts?.family !== 'null',
    );
  if (isNarrowed) return [];
  const ofResource = placeOfResource(resource, resourceForm);
  if (ofResource === undefined || !allows(action, foldAscii(permission.action), actionForm))
    return [];
  const message = `\`${permission.action}\` is allowed by ${ACTIONS[actionForm]} on ${
    RESOURCES[resourceForm]
  }: ${permission.danger}`;
  return [found(ofResource, message, 'name the ARNs of the roles in `Resource`')];
}

/** Whether the action is meant by the element, in this form. */
function allows({ negated, values }: ListTree, action: string, form: ActionForm): boolean {
  const meant = values.filter(({ text }) => mayBeIam(text)).map(({ text }) => foldAscii(text));
  if (!negated && meant.includes(action)) return form === 'named';
  const isMeant = meant.some((text) => compileMatcher(globPattern(text))(action));
  return negated ? form === 'not' && !isMeant : form === 'star' && isMeant;
}

/** Most actions are of other services, and need no pattern to be made. */
function mayBeIam(text: string): boolean {
  return /^[iI*?]/.test(text);
}

function placeOfResource(resource: ListTree, form: ResourceForm): Place | undefined {
  if (resource.negated) return form === 'not' ? resource : undefined;
  if (form === 'not') return undefined;
  return resource.values.find(({ text }) => text === '*' || meansAnyRole(text));
}

/**
 * `arn:aws:iam::*:role/*` and `arn:aws:iam::111122223333:*` are any role. A name that begins with
 * some letters, `role/Service*`, is the convention of many services, and AWS lets it pass.
 */
function meansAnyRole(text: string): boolean {
  const { service, resource } = readResourceEntry(text);
  if (service === undefined) return text.endsWith('*');
  if (!compileMatcher(globPattern(service))('iam')) return false;
  return resource === undefined ? text.endsWith('*') : covers(globPattern(resource), ANY_ROLE);
}

const ANY_ROLE = globPattern('role/?*');
