import { contains, type IpBlock, parseIpBlock } from '../../condition/ip-address.ts';
import { type Check, EVERY_TYPE, eachCondition, type Found, found } from '../check.ts';
import { isKey } from '../condition-facts.ts';
import type { FindingType } from '../finding.ts';
import type { ConditionTree } from '../policy-tree.ts';

/** Not routed on the public net: RFC 1918, RFC 1122, RFC 3927, RFC 4193, RFC 4291. */
const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].flatMap((text) => parseIpBlock(text) ?? []);

/** `aws:SourceIp` is the address on the public net, and none behind a VPC endpoint. */
export const ipRangeChecks: readonly Check[] = [
  privateCheck('PRIVATE_IP_ADDRESS', 'ERROR', false, 'all', [
    'holds private addresses only and never matches',
    'name public addresses, or use `aws:VpcSourceIp`',
  ]),
  privateCheck('PRIVATE_NOT_IP_ADDRESS', 'ERROR', true, 'all', [
    'holds private addresses only and has no effect',
    'name public addresses, or use `aws:VpcSourceIp`',
  ]),
  privateCheck('PRIVATE_IP_ADDRESS_SUBSET', 'SUGGESTION', false, 'some', [
    'holds private addresses, which never match',
    'use `aws:VpcSourceIp` for them',
  ]),
  privateCheck('PRIVATE_NOT_IP_ADDRESS_SUBSET', 'SUGGESTION', true, 'some', [
    'holds private addresses, which have no effect',
    'use `aws:VpcSourceIp` for them',
  ]),
  {
    code: 'IMPROVE_IP_RANGE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'bits behind the prefix of a range are set and count for nothing',
    check: eachCondition(({ facts, values }) => {
      if (facts?.family !== 'ipAddress') return [];
      return values.flatMap((value): Found[] => {
        const block = parseIpBlock(value.text);
        if (block === undefined) return [];
        const groups = block.groups.map((group, index) => group & maskOf(block, index));
        if (groups.every((group, index) => group === block.groups[index])) return [];
        const message = `bits of \`${value.text}\` behind its prefix are not 0 and are ignored`;
        const shown = `${showAddress(groups)}/${block.prefixLength}`;
        return [found(value, message, `write \`${shown}\``)];
      });
    }),
  },
];

function privateCheck(
  code: string,
  findingType: FindingType,
  negated: boolean,
  share: 'all' | 'some',
  [message, help]: readonly [string, string],
): Check {
  return {
    code,
    findingType,
    policyTypes: EVERY_TYPE,
    meaning: `aws:SourceIp ${negated ? 'is not to be' : 'is to be'} private, in ${share} values`,
    check: eachCondition((condition) => {
      if (condition.facts?.family !== 'ipAddress' || condition.facts.negated !== negated) return [];
      if (!isKey(condition, 'aws:sourceip') || privateShare(condition) !== share) return [];
      return [found(condition.valuePlace, `\`aws:SourceIp\` ${message}`, help)];
    }),
  };
}

function privateShare({ values }: ConditionTree): 'all' | 'some' | 'none' {
  const blocks = values.flatMap(({ text }) => parseIpBlock(text) ?? []);
  const hidden = blocks.filter((block) => PRIVATE_RANGES.some((range) => holds(range, block)));
  if (hidden.length === 0) return 'none';
  return hidden.length === blocks.length ? 'all' : 'some';
}

function holds(range: IpBlock, block: IpBlock): boolean {
  return range.prefixLength <= block.prefixLength && contains(range, block);
}

function maskOf({ prefixLength }: IpBlock, index: number): number {
  const bits = Math.min(Math.max(prefixLength - index * 16, 0), 16);
  return (0xffff << (16 - bits)) & 0xffff;
}

/** Dotted, or groups in hexadecimal with the zeros at the end drawn together. */
function showAddress(groups: readonly number[]): string {
  if (groups.length === 2) {
    return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
  }
  const last = groups.findLastIndex((group) => group !== 0);
  const shown = groups.slice(0, last + 1).map((group) => group.toString(16));
  return last >= 6 ? groups.map((group) => group.toString(16)).join(':') : `${shown.join(':')}::`;
}
