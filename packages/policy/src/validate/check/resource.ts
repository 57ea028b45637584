import { PARTITIONS } from '../../parse/check-resource.ts';
import type { ArnFormat } from '../catalogue-index.ts';
import {
  type Check,
  type CheckContext,
  EVERY_TYPE,
  eachStatement,
  type Found,
  found,
} from '../check.ts';
import type { PlacedText } from '../policy-tree.ts';
import { formatsOf, isPlain, type ResourceEntry, readResourceEntry } from '../resource-entry.ts';
import { supportsResource } from '../resource-type.ts';

/** Entries of Resource and NotResource: each part of the ARN against the formats that are known. */
export const resourceChecks: readonly Check[] = [
  resourceCheck('INVALID_ARN_PREFIX', 'an entry is neither `*` nor an ARN', ({ prefix }) =>
    prefix === 'arn' ? undefined : ['the resource is no ARN', 'begin it with `arn:`'],
  ),
  resourceCheck('MISSING_ARN_FIELD', 'an ARN has fewer than six parts', (entry) =>
    entry.prefix !== 'arn' || entry.resource !== undefined
      ? undefined
      : [
          'the ARN has fewer than six parts',
          'write `arn:partition:service:region:account:resource`',
        ],
  ),
  resourceCheck('INVALID_PARTITION', 'there is no such partition', ({ prefix, partition }) =>
    prefix !== 'arn' || !isPlain(partition) || PARTITIONS.includes(partition)
      ? undefined
      : [`there is no partition \`${partition}\``, `use one of ${PARTITIONS.join(', ')}`],
  ),
  resourceCheck(
    'INVALID_ARN_SERVICE_CASE',
    'the service in an ARN has capital letters',
    ({ prefix, service }, { catalogue }) => {
      if (prefix !== 'arn' || !isPlain(service)) return undefined;
      const lower = service.toLowerCase();
      if (lower === service || formatsOf(catalogue, lower) === undefined) return undefined;
      return [`the service \`${service}\` has capital letters`, `write \`${lower}\``];
    },
  ),
  resourceCheck(
    'INVALID_ARN_ACCOUNT',
    'the account of an ARN is no account id',
    (entry, context, text) => {
      const { account } = entry;
      if (!isWholeArn(entry) || !isPlain(account) || /^(?:|aws)$/.test(account)) return undefined;
      if (/^\d{12}$/.test(account)) return undefined;
      // Some ARNs have a word where others have the account.
      if (context.known.formats(text)?.own.some((format) => format.account === account)) {
        return undefined;
      }
      return [`the account id \`${account}\` is not valid`, 'use the 12 digits of an account'];
    },
  ),
  resourceCheck('INVALID_ARN_REGION', 'there is no such region', (entry, { catalogue }) => {
    const { region } = entry;
    if (!isWholeArn(entry) || !isPlain(region) || region === '') return undefined;
    if (catalogue.regions.has(region)) return undefined;
    return [`there is no region \`${region}\``, 'name a region, such as `us-east-1`'];
  }),
  resourceCheck(
    'INVALID_ARN_RESOURCE',
    'no resource of the service has an ARN of that form',
    (entry, context, text) => {
      const formats = context.known.formats(text);
      if (formats === undefined || formats.own.length === 0) return undefined;
      if (formats.fitting.length > 0 || formats.fitsAnyService) return undefined;
      const some = formats.own.slice(0, 3).map(({ text }) => `\`${text}\``);
      return [
        `no resource of \`${entry.service}\` has an ARN of this form`,
        `compare it with ${some.join(', ')}`,
      ];
    },
  ),
  resourceCheck(
    'ARN_REGION_NOT_ALLOWED',
    'the ARNs of such resources have no region',
    (entry, context, text) =>
      partWhereNone(entry.region, text, context, (format) => format.region === '')
        ? [
            `the ARNs of such resources of \`${entry.service}\` have no region`,
            'leave the region empty',
          ]
        : undefined,
  ),
  resourceCheck(
    'ARN_ACCOUNT_NOT_ALLOWED',
    'the ARNs of such resources have no account',
    (entry, context, text) =>
      partWhereNone(entry.account, text, context, (format) => format.account === '')
        ? [
            `the ARNs of such resources of \`${entry.service}\` have no account`,
            'leave the account empty',
          ]
        : undefined,
  ),
  resourceCheck(
    'MISSING_ARN_REGION',
    'the ARNs of such resources have a region',
    (entry, context, text) =>
      !isGlobalModel(entry) &&
      noneWherePart(entry.region, text, context, (format) => format.region !== '')
        ? ['the ARN has no region', `name one: the ARNs of \`${entry.service}\` have it`]
        : undefined,
  ),
  resourceCheck(
    'MISSING_ARN_ACCOUNT',
    'the ARNs of such resources have an account',
    (entry, context, text) =>
      !isOwnedByAws(entry) &&
      noneWherePart(entry.account, text, context, (format) => format.account !== '')
        ? [`the ARN of \`${entry.resource}\` has no account`, 'name one, with its 12 digits']
        : undefined,
  ),
  resourceCheck(
    'UNSUPPORTED_RESOURCE_ARN_IN_POLICY',
    'the resource is not of the type that the policy hangs on',
    (entry, { policyType, resourceType }, text) => {
      if (policyType !== 'resource' || resourceType === undefined) return undefined;
      if (entry.prefix !== 'arn' || supportsResource(resourceType, text)) return undefined;
      return [
        `the resource is not supported in the policy of an \`${resourceType}\``,
        'name the resource that the policy hangs on',
      ];
    },
  ),
];

/** What AWS itself offers has an ARN without an account, which no catalogue tells. */
const OWNED_BY_AWS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ssm', ['document/', 'automation-definition/', 'parameter/']],
  ['resource-explorer-2', ['view/']],
]);

/** Where inference is global a model has an ARN without a region, which no catalogue tells. */
function isGlobalModel({ service, resource = '' }: ResourceEntry): boolean {
  return service === 'bedrock' && resource.startsWith('foundation-model/');
}

function isOwnedByAws({ service = '', resource = '' }: ResourceEntry): boolean {
  return OWNED_BY_AWS.get(service)?.some((start) => resource.startsWith(start)) === true;
}

function resourceCheck(
  code: string,
  meaning: string,
  find: (
    entry: ResourceEntry,
    context: CheckContext,
    text: string,
  ) => readonly [string, string] | undefined,
): Check {
  return {
    code,
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning,
    check: eachStatement(({ resource }, context) =>
      (resource?.values ?? []).flatMap((value: PlacedText): Found[] => {
        if (value.text === '*') return [];
        const problem = find(readResourceEntry(value.text), context, value.text);
        return problem === undefined ? [] : [found(value, ...problem)];
      }),
    ),
  };
}

/** Where parts are missing the others stand in the wrong places. */
function isWholeArn({ prefix, resource }: ResourceEntry): boolean {
  return prefix === 'arn' && resource !== undefined;
}

/** The entry has a part that none of the formats that it may be has. */
function partWhereNone(
  part: string | undefined,
  text: string,
  context: CheckContext,
  hasNone: (format: ArnFormat) => boolean,
): boolean {
  return isPlain(part) && part !== '' && everyFitting(text, context, hasNone);
}

/** The entry lacks a part that all of the formats that it may be have. */
function noneWherePart(
  part: string | undefined,
  text: string,
  context: CheckContext,
  hasPart: (format: ArnFormat) => boolean,
): boolean {
  return part === '' && everyFitting(text, context, hasPart);
}

function everyFitting(
  text: string,
  { known }: CheckContext,
  holds: (format: ArnFormat) => boolean,
): boolean {
  const fitting = known.formats(text)?.fitting ?? [];
  return fitting.length > 0 && fitting.every(holds);
}
