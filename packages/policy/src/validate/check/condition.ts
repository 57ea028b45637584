import { foldAscii } from '../../match/fold-ascii.ts';
import { findKey } from '../catalogue-index.ts';
import {
  type Check,
  type CheckContext,
  EVERY_TYPE,
  eachCondition,
  eachStatement,
  type Found,
  found,
  without,
} from '../check.ts';
import { isProviderPrefix, prefixOfKey } from '../condition-facts.ts';
import type { ConditionTree, OperatorTree } from '../policy-tree.ts';
import { formatsOf, isPlain, readResourceEntry } from '../resource-entry.ts';

/** Where `aws:ARN` is still read: policies that are attached to principals. */
const ATTACHED_TO_PRINCIPALS = without('resource', 'trust', 'vpcEndpoint', 'resourceControl');

/** The names in Condition: operators and keys. */
export const conditionChecks: readonly Check[] = [
  {
    code: 'INVALID_CONDITION_OPERATOR',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'there is no such condition operator',
    check: eachOperator(({ operator, facts }) =>
      facts !== undefined || isNullIfExists(operator)
        ? undefined
        : [
            `the condition operator \`${operator}\` is not valid`,
            'use a condition operator, such as `StringEquals`',
          ],
    ),
  },
  {
    code: 'NULL_WITH_IF_EXISTS',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'Null, which asks whether a key is there, with IfExists',
    check: eachOperator(({ operator }) =>
      isNullIfExists(operator)
        ? ['`Null` cannot be used with `IfExists`', 'remove the one or the other']
        : undefined,
    ),
  },
  {
    code: 'NULL_WITH_QUALIFIER',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'Null with ForAllValues or ForAnyValue has the same answer every time',
    check: eachOperator(({ facts }) =>
      facts?.family === 'null' && facts.set !== undefined
        ? [`\`${facts.set}:Null\` has the same answer every time`, `remove \`${facts.set}:\``]
        : undefined,
    ),
  },
  {
    code: 'INVALID_CONDITION_KEY_FORMAT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a condition key is not of the form service:name',
    check: eachCondition((condition) => {
      if (hasKeyFormat(condition.key)) return [];
      return [found(condition, `\`${condition.key}\` is no condition key`, 'write `service:name`')];
    }),
  },
  {
    code: 'INVALID_GLOBAL_CONDITION_KEY',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'there is no such key that begins with aws:',
    check: eachUnknownKey((condition, prefix) => {
      if (prefix !== 'aws') return [];
      return [noSuchKey(condition, 'use a global condition key')];
    }),
  },
  {
    code: 'INVALID_SERVICE_CONDITION_KEY',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the service has no such condition key',
    check: eachUnknownKey((condition, prefix, { catalogue }) => {
      if (prefix === 'aws') return [];
      if (!catalogue.services.has(prefix) && !catalogue.keys.prefixes.has(prefix)) return [];
      if (isProviderPrefix(prefix)) return [];
      return [noSuchKey(condition, `use a condition key of \`${prefix}\``)];
    }),
  },
  {
    code: 'INVALID_SERVICE',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'no service has the name in a condition key or an ARN',
    check: (context) => [
      ...eachUnknownKey((condition, prefix, { catalogue }) => {
        if (catalogue.services.has(prefix) || catalogue.keys.prefixes.has(prefix)) return [];
        if (isProviderPrefix(prefix)) return [];
        return [found(condition, `there is no service \`${prefix}\``, 'name a service')];
      })(context),
      ...unknownArnServices(context),
    ],
  },
  {
    code: 'MISSING_TAG_KEY_IN_CONDITION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a key for tags does not say which tag',
    check: eachCondition((condition, context) => {
      if (!lacksTagKey(condition.key, context)) return [];
      const name = condition.key.replace(/\/$/, '');
      const message = `\`${condition.key}\` does not say which tag`;
      return [found(condition, message, `write \`${name}/tag-key\``)];
    }),
  },
  {
    code: 'UNSUPPORTED_GLOBAL_CONDITION_KEY',
    findingType: 'ERROR',
    policyTypes: without(...ATTACHED_TO_PRINCIPALS),
    meaning: 'aws:ARN, which policies on resources never had',
    check: eachCondition((condition) => {
      if (foldAscii(condition.key) !== 'aws:arn') return [];
      const message = `the condition key \`${condition.key}\` is not supported`;
      return [found(condition, message, 'use `aws:PrincipalArn` or `aws:SourceArn`')];
    }),
  },
  {
    code: 'DEPRECATED_GLOBAL_CONDITION_KEY',
    findingType: 'WARNING',
    policyTypes: ATTACHED_TO_PRINCIPALS,
    meaning: 'aws:ARN, which aws:PrincipalArn has replaced',
    check: eachCondition((condition) => {
      if (foldAscii(condition.key) !== 'aws:arn') return [];
      const message = `the condition key \`${condition.key}\` is deprecated`;
      return [found(condition, message, 'use `aws:PrincipalArn`')];
    }),
  },
  {
    code: 'DUPLICATE_KEYS_WITH_DIFFERENT_CASE',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'one operator has one key twice, in different letters',
    check: eachStatement(({ conditions }) => {
      const seen = new Map<string, string>();
      return conditions.flatMap((condition): Found[] => {
        const name = `${condition.operator} ${foldAscii(condition.key)}`;
        const earlier = seen.get(name);
        if (earlier === undefined) {
          seen.set(name, condition.key);
          return [];
        }
        const message = `\`${condition.key}\` is the condition key \`${earlier}\` in other letters`;
        return [found(condition, message, 'put the values of both into one list')];
      });
    }),
  },
];

function eachOperator(
  find: (operator: OperatorTree) => readonly [string, string] | undefined,
): Check['check'] {
  return eachStatement(({ operators }) =>
    operators.flatMap((operator) => {
      const problem = find(operator);
      return problem === undefined ? [] : [found(operator, ...problem)];
    }),
  );
}

function isNullIfExists(operator: string): boolean {
  return /^(?:ForAllValues:|ForAnyValue:)?NullIfExists$/.test(operator);
}

function hasKeyFormat(key: string): boolean {
  return /^[^\s:]+:[^\s:]/.test(key);
}

/** Keys of the right form that the catalogue does not have, and that no other check speaks of. */
function eachUnknownKey(
  find: (condition: ConditionTree, prefix: string, context: CheckContext) => readonly Found[],
): Check['check'] {
  return eachCondition((condition, context) => {
    const { key } = condition;
    if (!hasKeyFormat(key) || foldAscii(key) === 'aws:arn') return [];
    if (findKey(context.catalogue, key) !== undefined || lacksTagKey(key, context)) return [];
    return find(condition, foldAscii(prefixOfKey(key) ?? ''), context);
  });
}

function noSuchKey(condition: ConditionTree, help: string): Found {
  return found(condition, `the condition key \`${condition.key}\` does not exist`, help);
}

/** `aws:ResourceTag` and `aws:ResourceTag/`: with some tag's key it would be a key. */
function lacksTagKey(key: string, { catalogue }: CheckContext): boolean {
  if (!/tag\/?$/i.test(key) || findKey(catalogue, key) !== undefined) return false;
  return findKey(catalogue, `${key.replace(/\/$/, '')}/key`) !== undefined;
}

function unknownArnServices({ tree, catalogue }: CheckContext): Found[] {
  return tree.statements.flatMap(({ resource }) =>
    (resource?.values ?? []).flatMap((value): Found[] => {
      const { prefix, service } = readResourceEntry(value.text);
      if (prefix !== 'arn' || !isPlain(service)) return [];
      if (formatsOf(catalogue, service.toLowerCase()) !== undefined) return [];
      return [found(value, `there is no service \`${service}\``, 'name a service')];
    }),
  );
}
