import { parseBool } from '../../condition/bool.ts';
import { foldAscii } from '../../match/fold-ascii.ts';
import {
  type Check,
  eachCondition,
  eachConditionOf,
  eachStatement,
  type Found,
  found,
} from '../check.ts';
import { asksFor, isKey } from '../condition-facts.ts';
import type { ConditionTree, PrincipalTree, StatementTree } from '../policy-tree.ts';

/** Keys that say who a principal is, which services have no value for. */
const PRINCIPAL_KEYS = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltag/',
];
/** Keys that only the calls of services carry. */
const SOURCE_KEYS = ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths'];
const NULL_CHECKED_KEYS = ['aws:sourceorgid', 'aws:sourceorgpaths'];

/** What service control policies and resource control policies have to keep. */
export const organizationChecks: readonly Check[] = [
  {
    code: 'SCP_SYNTAX_ERROR_PRINCIPAL',
    findingType: 'ERROR',
    policyTypes: ['serviceControl'],
    meaning: 'a service control policy names a principal',
    check: eachStatement(({ elements }) =>
      ['Principal', 'NotPrincipal'].flatMap((name) => {
        const element = elements.get(name);
        if (element === undefined) return [];
        const message = `a service control policy does not support \`${name}\``;
        return [found(element.namePlace, message, 'use a condition on `aws:PrincipalArn`')];
      }),
    ),
  },
  resourceControlCheck(
    'RCP_SYNTAX_ERROR_PRINCIPAL',
    'the principal of a resource control policy is not `"*"`',
    ({ principal }) => {
      if (principal === undefined || isEveryone(principal)) return [];
      const message = `a resource control policy takes no \`${principal.name}\` but \`"*"\``;
      return [found(principal, message, 'write `"Principal": "*"` and use conditions')];
    },
  ),
  resourceControlCheck(
    'RCP_SYNTAX_ERROR_ALLOW',
    'an Allow in a resource control policy allows less than everything',
    ({ effect, principal, resource, elements, ...statement }) => {
      if (effect !== 'Allow') return [];
      const isWhole =
        principal !== undefined &&
        isEveryone(principal) &&
        resource?.negated === false &&
        resource.values.every(({ text }) => text === '*') &&
        !elements.has('Condition');
      if (isWhole) return [];
      const message =
        'an `Allow` of a resource control policy has no principal or resource but `*`';
      return [
        found(elements.get('Effect') ?? statement, message, 'say with `Deny` what is forbidden'),
      ];
    },
  ),
  resourceControlCheck(
    'RCP_SYNTAX_ERROR_NOTACTION',
    'a resource control policy has NotAction',
    ({ elements }) => {
      const element = elements.get('NotAction');
      if (element === undefined) return [];
      const message = 'a resource control policy does not support `NotAction`';
      return [found(element.namePlace, message, 'use `Action`')];
    },
  ),
  {
    code: 'RCP_SYNTAX_ERROR_ACTION',
    findingType: 'ERROR',
    policyTypes: ['resourceControl'],
    meaning: 'resource control policies do not apply to the service of an action',
    check: eachStatement(({ effect, action }, { catalogue }) =>
      (action?.values ?? []).flatMap((value) => {
        if (value.text === '*' && effect === 'Allow') return [];
        const prefix = foldAscii(value.text.split(':', 1)[0] ?? '');
        if (catalogue.services.get(prefix)?.supportsResourceControl === true) return [];
        const message = `resource control policies do not apply to \`${value.text}\``;
        return [
          found(value, message, 'name actions of services that support them, such as `s3:*`'),
        ];
      }),
    ),
  },
  {
    code: 'RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY',
    findingType: 'WARNING',
    policyTypes: ['resourceControl'],
    meaning: 'a condition on who the principal is also meets services',
    check: eachRelevantCondition((condition, statement) => {
      if (!isKey(condition, ...PRINCIPAL_KEYS)) return [];
      if (asksFor(statement, 'aws:principalisawsservice')) return [];
      const message = `the condition on \`${condition.key}\` also meets services, which have none`;
      const help = 'add `"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}`';
      return [found(condition, message, help)];
    }),
  },
  {
    code: 'RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY',
    findingType: 'WARNING',
    policyTypes: ['resourceControl'],
    meaning: 'a condition on the source of a call also meets principals that are no services',
    check: eachRelevantCondition((condition, statement) => {
      if (!isKey(condition, ...SOURCE_KEYS) || condition.facts?.family === 'null') return [];
      if (asksFor(statement, 'aws:principalisawsservice')) return [];
      const message = `the condition on \`${condition.key}\` also meets principals that are no services`;
      const help = 'add `"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}`';
      return [found(condition, message, help)];
    }),
  },
  {
    code: 'RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK',
    findingType: 'WARNING',
    policyTypes: ['resourceControl'],
    meaning: 'a condition on the organization of a source also meets calls without a source',
    check: eachConditionOf(
      ({ effect, conditions }) =>
        effect === 'Deny' && !conditions.some(isSourcePresent) ? true : undefined,
      (condition) => {
        if (!isKey(condition, ...NULL_CHECKED_KEYS)) return [];
        if (condition.facts?.family === 'null') return [];
        const message = `a service may call without \`${condition.key}\``;
        return [found(condition, message, 'add `"Null": {"aws:SourceAccount": "false"}`')];
      },
    ),
  },
];

function resourceControlCheck(
  code: string,
  meaning: string,
  find: (statement: StatementTree) => readonly Found[],
): Check {
  const check = eachStatement(find);
  return { code, findingType: 'ERROR', policyTypes: ['resourceControl'], meaning, check };
}

function eachRelevantCondition(
  find: (condition: ConditionTree, statement: StatementTree) => readonly Found[],
): Check['check'] {
  return eachCondition((condition, _context, statement) =>
    statement.effect === 'Deny' ? find(condition, statement) : [],
  );
}

function isEveryone({ negated, everyone, entries }: PrincipalTree): boolean {
  if (negated) return false;
  const isStar =
    entries.length > 0 && entries.every(({ type, text }) => type === 'AWS' && text === '*');
  return everyone || isStar;
}

function isSourcePresent(condition: ConditionTree): boolean {
  if (condition.facts?.family !== 'null') return false;
  if (!isKey(condition, 'aws:sourceaccount', 'aws:sourcearn')) return false;
  return condition.values.every(({ text }) => parseBool(text) === false);
}
