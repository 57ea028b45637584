import { parseBinary } from '../condition/binary.ts';
import { parseBool } from '../condition/bool.ts';
import { parseDate } from '../condition/date.ts';
import { parseIpBlock } from '../condition/ip-address.ts';
import { parseDecimal } from '../condition/numeric.ts';
import { type ConditionFamily, parseOperator } from '../condition/operator.ts';
import type { Condition, TextNode } from '../policy-document.ts';
import { MISSING_VENDOR, type TextProblem } from './check-action.ts';

/**
 * A condition key is `vendor:name`. A name may hold more colons: AWS's own policies ask for
 * `kms:EncryptionContext:aws:s3:arn`. Where an identity provider is the vendor, its domain may be
 * followed by a path: `oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub`.
 */
export function conditionKeyProblem(key: string): TextProblem | undefined {
  if (/^[^:/]+:[^:]/.test(key) || /^[^:/]+\.[^:/]+\/[^:]+:[^:]/.test(key)) return undefined;
  return { code: 'condition-vendor', message: MISSING_VENDOR };
}

export interface ConditionProblem {
  readonly code: string;
  readonly help: string;
  readonly condition: Condition;
  readonly value: TextNode;
}

interface ValueForm {
  readonly code: string;
  readonly help: string;
  parse(text: string): unknown;
}

const VALUE_FORMS: Readonly<Partial<Record<ConditionFamily, ValueForm>>> = {
  numeric: { code: 'not-a-number', help: 'a number such as `12` or `0.5`', parse: parseDecimal },
  date: {
    code: 'not-a-date',
    help: 'a date that exists, such as `2026-01-31T12:00:00Z`, or epoch seconds',
    parse: parseDate,
  },
  bool: { code: 'not-a-boolean', help: '`true` or `false`', parse: parseBool },
  null: { code: 'not-a-boolean', help: '`true` or `false`', parse: parseBool },
  binary: { code: 'not-base64', help: 'padded base64', parse: parseBinary },
  ipAddress: {
    code: 'not-an-address',
    help: 'an address or a block, such as `203.0.113.0/24` or `2001:db8::/32`',
    parse: parseIpBlock,
  },
};

/** Values that their operator cannot read. At evaluation nobody could say what they mean. */
export function conditionProblems(conditions: readonly Condition[]): ConditionProblem[] {
  return conditions.flatMap((condition) => {
    const family = parseOperator(condition.operator)?.family;
    const form = family === undefined ? undefined : VALUE_FORMS[family];
    if (form === undefined) return [];
    return condition.values
      .filter((value) => form.parse(value.text) === undefined)
      .map((value) => ({ code: form.code, help: form.help, condition, value }));
  });
}
