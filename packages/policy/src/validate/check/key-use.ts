import { foldAscii } from '../../match/fold-ascii.ts';
import { findKey, type IndexedAction } from '../catalogue-index.ts';
import {
  type Check,
  type CheckContext,
  EVERY_TYPE,
  eachCondition,
  eachConditionOf,
  found,
  without,
} from '../check.ts';
import { asksFor, failsWithoutKey, isKey, prefixOfKey } from '../condition-facts.ts';
import type { ConditionTree, StatementTree } from '../policy-tree.ts';
import { readResourceEntry } from '../resource-entry.ts';

/** Whether a condition key says something where it stands. */
export const keyUseChecks: readonly Check[] = [
  {
    code: 'MISSING_QUALIFIER',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a key with several values is compared as if it had one',
    check: eachCondition((condition, { catalogue }) => {
      const { facts, key } = condition;
      if (facts === undefined || facts.set !== undefined || facts.family === 'null') return [];
      if (findKey(catalogue, key)?.multivalued !== true) return [];
      const message = `\`${key}\` may have several values`;
      return [
        found(condition, message, 'put `ForAnyValue:` or `ForAllValues:` before the operator'),
      ];
    }),
  },
  {
    code: 'FORALLVALUES_WITH_SINGLE_VALUED_KEY',
    findingType: 'SECURITY_WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'ForAllValues, which is true for an absent key, on a key with a single value',
    check: eachCondition((condition, { catalogue }, { effect }) => {
      const key = findKey(catalogue, condition.key);
      if (effect !== 'Allow' || condition.facts?.set !== 'ForAllValues') return [];
      if (condition.facts.family === 'null' || key === undefined || key.multivalued) return [];
      const message = `\`ForAllValues\` also allows requests without \`${condition.key}\``;
      return [found(condition, message, 'remove `ForAllValues:`: the key has a single value')];
    }),
  },
  {
    code: 'UNSUPPORTED_ACTION_FOR_CONDITION_KEY',
    findingType: 'ERROR',
    policyTypes: without('trust'),
    meaning: 'actions whose requests never carry the key that is asked for',
    check: eachConditionOf(
      (statement, { known }) => {
        if (statement.action?.negated !== false) return undefined;
        const { named } = known.statementActions(statement);
        return named.length === 0 ? undefined : { named, lists: new Map<string, string>() };
      },
      (condition, { named, lists }, { catalogue }) => {
        const name = failsWithoutKey(condition) ? serviceKey(condition, catalogue) : undefined;
        if (name === undefined) return [];
        const list = lists.get(name) ?? namesWithout(named, name, catalogue);
        lists.set(name, list);
        if (list === '') return [];
        const message = `requests for ${list} do not carry \`${condition.key}\``;
        return [found(condition, message, 'move these actions to a statement without the key')];
      },
    ),
  },
  {
    code: 'MISSING_ACTION_FOR_CONDITION_KEY',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the one action that the key belongs to is not in the statement',
    check: eachConditionOf(
      (statement, { known }) => {
        if (statement.action?.negated !== false || statement.action.values.length === 0) {
          return undefined;
        }
        const { all } = known.statementActions(statement);
        if (all === undefined) return undefined;
        const names = new Set([...all].map(({ name }) => name));
        return { names, assumes: [...names].some((name) => name.startsWith('sts:AssumeRole')) };
      },
      (condition, { names, assumes }, context) => {
        if (!failsWithoutKey(condition)) return [];
        const ofSession = assumes ? sessionAction(condition) : undefined;
        const wanted = ofSession ?? onlyAction(condition, context);
        if (wanted === undefined || names.has(wanted)) return [];
        const message = `\`${condition.key}\` is set by \`${wanted}\`, which the statement does not name`;
        return [found(condition, message, `add \`${wanted}\` to \`Action\``)];
      },
    ),
  },
  {
    code: 'IRRELEVANT_CONDITION_KEY_IN_POLICY',
    findingType: 'SUGGESTION',
    policyTypes: ['resource'],
    meaning: 'a key about the resource, in the policy of that resource',
    check: eachCondition((condition) => {
      const keys = ['s3:resourceaccount', 'aws:resourceaccount', 'aws:resourceorgid'];
      if (!isKey(condition, ...keys)) return [];
      const message = `\`${condition.key}\` is the same for every request to this resource`;
      return [found(condition, message, 'use it in an identity-based policy')];
    }),
  },
  {
    code: 'USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES',
    findingType: 'WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'a key that only some services carry, for other services too',
    check: eachCondition((condition, { catalogue }, { action }) => {
      const services = findKey(catalogue, condition.key)?.onlyServices;
      if (services === undefined || action === undefined) return [];
      const isScoped =
        !action.negated &&
        action.values.every(({ text }) => services.includes(foldAscii(prefixOfKey(text) ?? '')));
      if (isScoped) return [];
      const message = `only some services carry \`${condition.key}\``;
      return [found(condition, message, `name actions of ${services.join(', ')} only`)];
    }),
  },
  {
    code: 'UNTRUSTWORTHY_CONDITION_KEY',
    findingType: 'SECURITY_WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'a key that the caller fills in as it likes',
    check: eachCondition((condition) => {
      if (!isKey(condition, 'aws:referer', 'aws:useragent')) return [];
      const message = `the caller can send any \`${condition.key}\``;
      return [found(condition, message, 'do not decide by it who may do what')];
    }),
  },
  {
    code: 'MISSING_PAIRED_CONDITION_KEYS',
    findingType: 'SECURITY_WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'a key that says enough only together with another one',
    check: eachCondition((condition, _context, statement) => {
      const pair = missingPair(condition, statement);
      if (statement.effect !== 'Allow' || pair === undefined) return [];
      const message = `\`${condition.key}\` does not say enough by itself`;
      return [found(condition, message, `add \`${pair}\` to the same condition`)];
    }),
  },
  {
    code: 'DYNAMODB_ATTRIBUTES_WITHOUT_SELECT',
    findingType: 'SECURITY_WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'dynamodb:Attributes restricts only requests that name what they want',
    check: eachConditionOf(
      ({ effect, conditions }) => {
        if (effect !== 'Allow') return undefined;
        return conditions.some(
          (other) =>
            isKey(other, 'dynamodb:select') &&
            other.values.some(({ text }) => text === 'SPECIFIC_ATTRIBUTES'),
        );
      },
      (condition, isSelected) => {
        if (isSelected || !isKey(condition, 'dynamodb:attributes')) return [];
        const message = 'a request that names no attributes is given all of them';
        const help = 'set `dynamodb:Select` to `SPECIFIC_ATTRIBUTES` in the same statement';
        return [found(condition, message, help)];
      },
    ),
  },
  {
    code: 'S3_PREFIX_IN_NEGATIVE_CONTEXT',
    findingType: 'SECURITY_WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'a list under a shorter prefix shows what the condition on s3:prefix means to hide',
    check: eachCondition((condition, _context, { effect }) => {
      const { facts } = condition;
      if (facts?.family !== 'string' || !isKey(condition, 's3:prefix')) return [];
      // What is left to be listed has to be named: by an Allow, or as what a Deny leaves out.
      const hides = facts.negated ? 'Allow' : 'Deny';
      if (effect !== hides) return [];
      const message = 'a request with a shorter prefix still lists what is under the longer one';
      const help = 'allow prefixes with `StringLike`, or deny all others with `StringNotLike`';
      return [found(condition, message, help)];
    }),
  },
];

/** More names than this help nobody. */
const MOST_NAMES = 10;

/** They are asked for with `sts:AssumeRole`: one request, which has one context. */
const SESSION_ACTIONS = ['sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext'];

function namesWithout(
  actions: readonly IndexedAction[],
  key: string,
  { actionsByKey }: CheckContext['catalogue'],
): string {
  const assumes = actionsByKey.get(key)?.some(({ name }) => name.startsWith('sts:AssumeRole'));
  const names = actions
    .filter((action) => !action.keys.has(key))
    .filter(({ name }) => assumes !== true || !SESSION_ACTIONS.includes(name))
    .map(({ name }) => `\`${name}\``);
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more actions` : shown;
}

/** The folded name in the catalogue; undefined for keys that every service may carry. */
function serviceKey(
  { key }: ConditionTree,
  catalogue: CheckContext['catalogue'],
): string | undefined {
  const known = findKey(catalogue, key);
  const name = known === undefined ? undefined : foldAscii(known.name);
  if (name === undefined || name.startsWith('aws:') || catalogue.keys.global.has(name)) {
    return undefined;
  }
  return catalogue.actionsByKey.has(name) ? name : undefined;
}

/** `iam:PassRole` for `iam:PassedToService`: keys that one action alone has. */
function onlyAction(
  condition: ConditionTree,
  { catalogue, policyType }: CheckContext,
): string | undefined {
  if (policyType === 'trust') return undefined;
  const name = serviceKey(condition, catalogue);
  const actions = name === undefined ? undefined : catalogue.actionsByKey.get(name);
  return actions?.length === 1 ? actions[0]?.name : undefined;
}

/** What a caller sets while it assumes a role is allowed by an action of its own. */
function sessionAction(condition: ConditionTree): string | undefined {
  if (isKey(condition, 'sts:sourceidentity')) return 'sts:SetSourceIdentity';
  if (isKey(condition, 'sts:transitivetagkeys', 'aws:requesttag/', 'aws:tagkeys')) {
    return 'sts:TagSession';
  }
  return undefined;
}

function missingPair(condition: ConditionTree, statement: StatementTree): string | undefined {
  if (isKey(condition, 'aws:vpcsourceip')) {
    return asksFor(statement, 'aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn')
      ? undefined
      : 'aws:SourceVpc';
  }
  if (isKey(condition, 'aws:ec2instancesourceprivateipv4')) {
    return asksFor(statement, 'aws:ec2instancesourcevpc') ? undefined : 'aws:Ec2InstanceSourceVpc';
  }
  if (!isKey(condition, 'aws:sourcearn') || asksFor(statement, 'aws:sourceaccount'))
    return undefined;
  const lacksAccount = condition.values.some(({ text }) => {
    const { prefix, account } = readResourceEntry(text);
    return prefix === 'arn' && (account === '' || account === '*');
  });
  return lacksAccount ? 'aws:SourceAccount' : undefined;
}
