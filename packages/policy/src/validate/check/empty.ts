import {
  type Check,
  EVERY_TYPE,
  eachCondition,
  eachStatement,
  type Found,
  found,
  PRINCIPAL_TYPES,
} from '../check.ts';
import type { ConditionTree, StatementTree } from '../policy-tree.ts';

/** Lists and objects with nothing in them. */
export const emptyChecks: readonly Check[] = [
  {
    code: 'EMPTY_ARRAY_ACTION',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'Action or NotAction is an empty list',
    check: eachStatement((statement) => emptyList(statement, ['Action', 'NotAction'], 'actions')),
  },
  {
    code: 'EMPTY_ARRAY_RESOURCE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'Resource or NotResource is an empty list',
    check: eachStatement((statement) =>
      emptyList(statement, ['Resource', 'NotResource'], 'resources'),
    ),
  },
  {
    code: 'EMPTY_ARRAY_PRINCIPAL',
    findingType: 'SUGGESTION',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'a type of principal has an empty list',
    check: eachStatement(({ elements }) =>
      ['Principal', 'NotPrincipal'].flatMap((name) => {
        const element = elements.get(name);
        if (element?.value.kind !== 'object') return [];
        return element.value.members
          .filter(({ value }) => value.kind === 'array' && value.items.length === 0)
          .map(({ name: type, value: { start, end } }) =>
            noEffect({ path: `${element.path}.${type.text}`, start, end }, 'principals'),
          );
      }),
    ),
  },
  {
    code: 'EMPTY_OBJECT_PRINCIPAL',
    findingType: 'SUGGESTION',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'Principal or NotPrincipal is an empty object',
    check: eachStatement(({ elements }) =>
      ['Principal', 'NotPrincipal'].flatMap((name) => {
        const element = elements.get(name);
        if (element?.value.kind !== 'object' || element.value.members.length > 0) return [];
        return [noEffect(element, 'principals')];
      }),
    ),
  },
  {
    code: 'EMPTY_OBJECT_CONDITION',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'Condition, or an operator in it, is an empty object',
    check: eachStatement(({ elements, operators }) => {
      const condition = elements.get('Condition');
      const isEmpty = condition?.value.kind === 'object' && condition.value.members.length === 0;
      const empty = operators.filter(({ keys }) => keys === 0);
      return [...(isEmpty && condition !== undefined ? [condition] : []), ...empty].map((place) =>
        found(place, 'the condition is empty and has no effect', 'fill it, or remove it'),
      );
    }),
  },
  {
    code: 'EMPTY_ARRAY_CONDITION',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a key is compared with no value',
    check: eachEmptyCondition(
      ({ facts }) => facts?.set === undefined && facts?.ifExists !== true,
      ['there are no values for the condition key', 'name values, or remove the key'],
    ),
  },
  {
    code: 'EMPTY_ARRAY_CONDITION_FORALLVALUES',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'ForAllValues with no value matches only when the key is absent',
    check: eachEmptyCondition(
      ({ facts }) => facts?.set === 'ForAllValues',
      [
        '`ForAllValues` without values matches only when the request does not carry',
        'use `Null` with `true`',
      ],
    ),
  },
  {
    code: 'EMPTY_ARRAY_CONDITION_FORANYVALUE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'ForAnyValue with no value never matches',
    check: eachEmptyCondition(
      ({ facts }) => facts?.set === 'ForAnyValue',
      [
        '`ForAnyValue` without values never matches, here for',
        'name values, or remove the statement',
      ],
    ),
  },
  {
    code: 'EMPTY_ARRAY_CONDITION_IFEXISTS',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'IfExists with no value matches only when the key is absent',
    check: eachEmptyCondition(
      ({ facts }) => facts?.set === undefined && facts?.ifExists === true,
      [
        '`IfExists` without values matches only when the request does not carry',
        'use `Null` with `true`',
      ],
    ),
  },
  {
    code: 'EMPTY_SID_VALUE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a Sid is the empty string',
    check: eachStatement(({ sid }) =>
      sid?.text === '' ? [found(sid, 'the Sid is empty', 'give it a value, or remove it')] : [],
    ),
  },
];

function emptyList(statement: StatementTree, names: readonly string[], what: string): Found[] {
  return names.flatMap((name) => {
    const element = statement.elements.get(name);
    if (element?.value.kind !== 'array' || element.value.items.length > 0) return [];
    return [noEffect(element, what)];
  });
}

function noEffect(place: Found['place'], what: string): Found {
  return found(place, `the statement names no ${what} and has no effect`, `name ${what}`);
}

/** The condition's value is an empty list. A value that could not be read is no empty one. */
function eachEmptyCondition(
  applies: (condition: ConditionTree) => boolean,
  [message, help]: readonly [string, string],
): Check['check'] {
  return eachCondition((condition) => {
    if (!condition.isEmpty || !applies(condition)) return [];
    return [found(condition.valuePlace, `${message} \`${condition.key}\``, help)];
  });
}
