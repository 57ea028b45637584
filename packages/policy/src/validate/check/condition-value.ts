import { parseBinary } from '../../condition/binary.ts';
import { parseBool } from '../../condition/bool.ts';
import { parseDate } from '../../condition/date.ts';
import { parseIpBlock } from '../../condition/ip-address.ts';
import { compareDecimals, parseDecimal } from '../../condition/numeric.ts';
import type { ConditionFamily } from '../../condition/operator.ts';
import { foldAscii } from '../../match/fold-ascii.ts';
import type { ConditionKeyType } from '../catalogue.ts';
import { findKey } from '../catalogue-index.ts';
import { type Check, EVERY_TYPE, eachCondition, type Found, found } from '../check.ts';
import { isKey } from '../condition-facts.ts';
import type { FindingType } from '../finding.ts';
import type { ConditionTree } from '../policy-tree.ts';

interface KeyTypeFacts {
  readonly families: readonly ConditionFamily[];
  readonly shown: string;
}

/** Which operators compare a key of which type; `Null` asks nothing about the value. */
const KEY_TYPES: Readonly<Record<ConditionKeyType, KeyTypeFacts>> = {
  String: { families: ['string'], shown: 'String' },
  ARN: { families: ['arn', 'string'], shown: 'Arn' },
  Bool: { families: ['bool'], shown: 'Bool' },
  Numeric: { families: ['numeric'], shown: 'Numeric' },
  Date: { families: ['date', 'numeric'], shown: 'Date' },
  IPAddress: { families: ['ipAddress'], shown: 'IpAddress' },
  Binary: { families: ['binary'], shown: 'Binary' },
};

/** A service puts ARNs into it, `kms:EncryptionContext:aws:logs:arn`, and its guide compares them. */
const ENCRYPTION_CONTEXT = 'kms:encryptioncontext:';

/** The values in Condition: of the type of their operator, and operators of the type of their key. */
export const conditionValueChecks: readonly Check[] = [
  {
    code: 'TYPE_MISMATCH',
    findingType: 'WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'an operator for another type than the key has',
    check: eachCondition(({ facts, key, operator, ...condition }, { catalogue }) => {
      const type = findKey(catalogue, key)?.type;
      if (type === undefined || facts === undefined || facts.family === 'null') return [];
      if (KEY_TYPES[type].families.includes(facts.family)) return [];
      if (facts.family === 'arn' && foldAscii(key).startsWith(ENCRYPTION_CONTEXT)) return [];
      const message = `\`${operator}\` is no operator for the condition key \`${key}\``;
      return [found(condition, message, `use an operator of the type ${KEY_TYPES[type].shown}`)];
    }),
  },
  {
    code: 'STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS',
    findingType: 'SECURITY_WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'StringLike compares ARNs without regard to their parts',
    check: eachCondition(({ facts, key, operator, ...condition }, { catalogue }) => {
      if (facts?.comparison !== 'StringLike' || findKey(catalogue, key)?.type !== 'ARN') return [];
      const message = `\`${operator}\` does not keep the parts of \`${key}\` apart`;
      return [found(condition, message, `use \`${operator.replace('String', 'Arn')}\``)];
    }),
  },
  valueCheck('TYPE_MISMATCH_BOOLEAN', 'WARNING', ['bool', 'null'], parseBool, [
    'is neither `true` nor `false`',
    'write `true` or `false`',
  ]),
  valueCheck('TYPE_MISMATCH_NUMBER', 'WARNING', ['numeric'], parseDecimal, [
    'is no number',
    'write a number such as `12` or `0.5`',
  ]),
  valueCheck('TYPE_MISMATCH_DATE', 'WARNING', ['date'], parseDate, [
    'is no date',
    'write a date that exists, such as `2026-01-31T12:00:00Z`',
  ]),
  valueCheck('TYPE_MISMATCH_IP_RANGE', 'ERROR', ['ipAddress'], parseIpBlock, [
    'is no range of addresses',
    'write it in CIDR notation, such as `203.0.113.0/24`',
  ]),
  valueCheck('TYPE_MISMATCH_STRING', 'WARNING', ['binary'], parseBinary, [
    'is no base64',
    'write base64, padded',
  ]),
  {
    code: 'INVALID_DATE_VALUE',
    findingType: 'WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'a date that is a number: seconds since 1970, not a year',
    check: eachCondition((condition) => {
      if (condition.facts?.family !== 'date' || isKey(condition, 'aws:epochtime')) return [];
      return condition.values
        .filter(({ text }) => /^\d+$/.test(text))
        .map((value) => {
          const message = `\`${value.text}\` means seconds since 1970`;
          return found(value, message, 'write the date as YYYY-MM-DD');
        });
    }),
  },
  {
    code: 'INVALID_CONDITION_DATA_TYPE',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the values of one key are of different JSON types',
    check: eachCondition(({ key, values, valuePlace }) => {
      if (new Set(values.map(({ kind }) => kind)).size < 2) return [];
      const message = `the values of \`${key}\` are of different JSON data types`;
      return [found(valuePlace, message, 'write all of them as strings')];
    }),
  },
  {
    code: 'INVALID_CONDITION_MULTIPLE_BOOLEAN',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a key is compared with both true and false',
    check: eachCondition(({ facts, key, values, valuePlace }) => {
      if (facts?.family !== 'bool' && facts?.family !== 'null') return [];
      if (values.length < 2) return [];
      const message = `\`${key}\` is compared with several boolean values`;
      return [found(valuePlace, message, 'keep one')];
    }),
  },
  {
    code: 'REDUNDANT_CONDITION_VALUE_NUM',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'of several bounds only one counts',
    check: eachCondition(redundantNumbers),
  },
];

function valueCheck(
  code: string,
  findingType: FindingType,
  families: readonly ConditionFamily[],
  parse: (text: string) => unknown,
  [message, help]: readonly [string, string],
): Check {
  return {
    code,
    findingType,
    policyTypes: EVERY_TYPE,
    meaning: `a value of an operator for ${families.join(' or ')} ${message}`,
    check: eachCondition(({ facts, operator, values }) => {
      if (facts === undefined || !families.includes(facts.family)) return [];
      return values
        .filter(({ text }) => parse(text) === undefined && !text.includes('${'))
        .map((value) => found(value, `\`${value.text}\` ${message}, for \`${operator}\``, help));
    }),
  };
}

function redundantNumbers({ facts, key, operator, values, valuePlace }: ConditionTree): Found[] {
  if (facts?.family !== 'numeric' || facts.comparison === 'Equals') return [];
  const numbers = values.flatMap((value) => parseDecimal(value.text) ?? []);
  if (numbers.length < 2) return [];
  const isUpper = facts.comparison.startsWith('LessThan');
  const sorted = [...values]
    .filter(({ text }) => parseDecimal(text) !== undefined)
    .sort((a, b) => compareTexts(a.text, b.text));
  const kept = isUpper ? sorted.at(-1) : sorted[0];
  const message = `of several values for \`${key}\` in \`${operator}\` only one counts`;
  return [
    found(valuePlace, message, `keep the ${isUpper ? 'greatest' : 'least'}, \`${kept?.text}\``),
  ];
}

function compareTexts(one: string, other: string): number {
  const left = parseDecimal(one);
  const right = parseDecimal(other);
  return left === undefined || right === undefined ? 0 : compareDecimals(left, right);
}
