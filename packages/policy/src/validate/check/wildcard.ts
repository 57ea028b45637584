import { ANY_ONE, ANY_RUN } from '../../match/glob.ts';
import { parseTemplate, type Template } from '../../match/policy-variable.ts';
import {
  type Check,
  type CheckContext,
  EVERY_TYPE,
  eachCondition,
  type Found,
  found,
} from '../check.ts';
import { isKey, isProviderPrefix, prefixOfKey } from '../condition-facts.ts';
import type { ConditionTree } from '../policy-tree.ts';

/** Keys that say whose something is: a pattern for them lets in somebody else's. */
const SENSITIVE_KEYS = [
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpceaccount',
  'aws:vpceorgid',
];
const ORGANIZATION_PATH_KEYS = [
  'aws:principalorgpaths',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:vpceorgpaths',
];
/** Characters that have to stand before a wildcard. */
const FEWEST_CHARACTERS = 6;

/** `*`, `?` and variables in the values of conditions. */
export const wildcardChecks: readonly Check[] = [
  {
    code: 'WILDCARD_WITHOUT_LIKE_OPERATOR',
    findingType: 'WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'a wildcard is compared by an operator to which it is a plain character',
    check: eachCondition(({ facts, operator, values }, context) => {
      if (facts?.family !== 'string' || facts.comparison === 'StringLike') return [];
      return values
        .filter((value) => templateOf(value.text, context).some(isWildcard))
        .map((value) => {
          const message = `to \`${operator}\` the \`*\` or \`?\` in \`${value.text}\` is a character`;
          return found(value, message, 'if a wildcard is meant, use an operator with `Like`');
        });
    }),
  },
  permissiveCheck('WILDCARD_USAGE_TOO_PERMISSIVE', 'a wildcard', isWildcard),
  permissiveCheck(
    'VARIABLE_USAGE_TOO_PERMISSIVE',
    'a variable',
    (part) => typeof part !== 'number',
  ),
  {
    code: 'EQUIVALENT_TO_NULL_FALSE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a pattern that every value fits only asks whether the key is there',
    check: eachAnything('present', (condition) => [
      `\`${condition.operator}\` on \`${condition.key}\` only asks whether the key is there`,
      `write \`"Null": {"${condition.key}": "false"}\``,
    ]),
  },
  {
    code: 'EQUIVALENT_TO_NULL_TRUE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'the negation of a pattern that every value fits only asks whether the key is absent',
    check: eachAnything('absent', (condition) => [
      `\`${condition.operator}\` on \`${condition.key}\` only asks whether the key is absent`,
      `write \`"Null": {"${condition.key}": "true"}\``,
    ]),
  },
  {
    code: 'REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a condition that is true every time',
    check: eachAnything('always', (condition) => [
      `\`${condition.operator}\` on \`${condition.key}\` is true every time`,
      'remove the key',
    ]),
  },
  {
    code: 'REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a condition that is never true',
    check: eachAnything('never', (condition) => [
      `\`${condition.operator}\` on \`${condition.key}\` is never true`,
      'remove the statement, or the key',
    ]),
  },
];

type Part = Template[number];

function isWildcard(part: Part): boolean {
  return part === ANY_RUN || part === ANY_ONE;
}

function templateOf(text: string, { tree }: CheckContext): Template {
  return parseTemplate(text, tree.version === '2012-10-17');
}

/** Patterns, and values put in, that may turn out to be almost anything. */
function permissiveCheck(code: string, what: string, isOpen: (part: Part) => boolean): Check {
  return {
    code,
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: `${what} for a key that has to be compared with something definite`,
    check: eachCondition((condition, context): Found[] => {
      const { facts } = condition;
      if (facts?.comparison !== 'StringLike' && facts?.family !== 'arn') return [];
      return condition.values.flatMap((value) => {
        const problem = permissiveProblem(condition, templateOf(value.text, context), isOpen);
        if (problem === undefined) return [];
        return [found(value, `${what} in \`${value.text}\` ${problem[0]}`, problem[1])];
      });
    }),
  };
}

function permissiveProblem(
  condition: ConditionTree,
  template: Template,
  isOpen: (part: Part) => boolean,
): readonly [string, string] | undefined {
  if (!template.some(isOpen)) return undefined;
  if (isKey(condition, ...SENSITIVE_KEYS)) {
    return [`has no good use for \`${condition.key}\``, 'name the values in full'];
  }
  if (isKey(condition, 'aws:userid')) {
    const colon = template.indexOf(COLON);
    const left = colon < 0 ? template : template.slice(0, colon);
    if (!left.some(isOpen) || (colon >= 0 && left.length === 1)) return undefined;
    return ['may be any user or role', 'put it behind the colon, as in `AROA…:*`'];
  }
  if (!isKey(condition, ...ORGANIZATION_PATH_KEYS) && !isProviderSubject(condition.key)) {
    return undefined;
  }
  let literals = 0;
  for (const part of template) {
    if (isOpen(part) && literals < FEWEST_CHARACTERS) {
      return ['comes too early', `put ${FEWEST_CHARACTERS} characters before it`];
    }
    literals = typeof part === 'number' && !isWildcard(part) ? literals + 1 : 0;
  }
  return undefined;
}

const COLON = 58;

/** `token.actions.githubusercontent.com:sub`: whom a provider speaks of. */
function isProviderSubject(key: string): boolean {
  const prefix = prefixOfKey(key);
  return prefix !== undefined && isProviderPrefix(prefix) && /:sub$/i.test(key);
}

type Outcome = 'present' | 'absent' | 'always' | 'never';

/** Conditions on a pattern that every value fits, by what is left to be decided. */
function eachAnything(
  outcome: Outcome,
  say: (condition: ConditionTree) => readonly [string, string],
): Check['check'] {
  return eachCondition((condition, context) => {
    const anything = condition.values.find(({ text }) => {
      const template = templateOf(text, context);
      return template.length > 0 && template.every((part) => part === ANY_RUN);
    });
    if (anything === undefined || outcomeOf(condition) !== outcome) return [];
    return [found(anything, ...say(condition))];
  });
}

function outcomeOf({ facts }: ConditionTree): Outcome | undefined {
  if (facts?.comparison !== 'StringLike') return undefined;
  const isTrueWhenAbsent =
    facts.ifExists || facts.set === 'ForAllValues' || (facts.negated && facts.set === undefined);
  if (facts.negated) return isTrueWhenAbsent ? 'absent' : 'never';
  return isTrueWhenAbsent ? 'always' : 'present';
}
