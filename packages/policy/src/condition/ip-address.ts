import { type Comparison, parsedComparison } from './comparison.ts';

/**
 * A block of addresses. The address is a list of 16-bit groups: two for IPv4, eight for IPv6. An
 * IPv4-mapped IPv6 address is the IPv4 address that it stands for.
 */
export interface IpBlock {
  readonly groups: readonly number[];
  /** Leading bits that count; all of them for a single address. */
  readonly prefixLength: number;
}

const GROUP = /^[0-9A-Fa-f]{1,4}$/;
const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;
const MAPPED_PREFIX = 96;

/** A bare address. Octal, hexadecimal and shortened IPv4 forms are refused: no two readers agree. */
export function parseIpAddress(text: string): IpBlock | undefined {
  const block = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return block === undefined ? undefined : unmap(block);
}

/** An address or a block in CIDR notation (RFC 4632, RFC 4291); bits behind the prefix are ignored. */
export function parseIpBlock(text: string): IpBlock | undefined {
  const slash = text.indexOf('/');
  if (slash === -1) return parseIpAddress(text);
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  const block = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (block === undefined || !PREFIX_LENGTH.test(bits)) return undefined;
  const prefixLength = Number(bits);
  if (prefixLength > block.prefixLength) return undefined;
  return unmap({ groups: block.groups, prefixLength });
}

function parseIpv4(text: string): IpBlock | undefined {
  const address = ipv4Number(text);
  if (address === undefined) return undefined;
  return { groups: [Math.floor(address / 65_536), address % 65_536], prefixLength: 32 };
}

function parseIpv6(text: string): IpBlock | undefined {
  const [head, tail, more] = text.split('::');
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail, true);
  if (before === undefined || after === undefined || more !== undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const zeros = new Array<number>(missing).fill(0);
  return { groups: [...before, ...zeros, ...after], prefixLength: 128 };
}

/** Groups between colons; the last one may be an IPv4 address where the text ends with it. */
function parseGroups(text: string | undefined, endsAddress: boolean): number[] | undefined {
  if (!text) return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = endsAddress && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(...ipv4.groups);
  }
  return groups;
}

function unmap(block: IpBlock): IpBlock {
  const { groups, prefixLength } = block;
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (!isMapped || prefixLength < MAPPED_PREFIX) return block;
  return { groups: groups.slice(6), prefixLength: prefixLength - MAPPED_PREFIX };
}

/** True when the address lies in the block; never across the two families. */
export function contains(block: IpBlock, address: IpBlock): boolean {
  if (block.groups.length !== address.groups.length) return false;
  return block.groups.every((group, index) => {
    // Divided by the size of the bits behind the prefix, all of whose values are one.
    const size = 2 ** ((index + 1) * 16 - block.prefixLength);
    return Math.floor(group / size) === Math.floor(Number(address.groups[index]) / size);
  });
}

export function ipAddressComparison(policyValue: string): Comparison {
  const compare = parsedComparison(
    policyValue,
    parseIpAddress,
    (address, block) => contains(block, address),
    parseIpBlock,
  );
  const block = parseIpBlock(policyValue);
  if (block?.groups.length !== 2) return compare;
  const size = 2 ** (32 - block.prefixLength);
  const network = Math.floor(block.groups.reduce((sum, group) => sum * 65_536 + group, 0) / size);
  // Nearly every request comes with an IPv4 address; what is none is compared by its groups.
  return (text, source) => {
    const address = ipv4Number(text);
    return address === undefined ? compare(text, source) : Math.floor(address / size) === network;
  };
}

/** The address as one number; undefined when the text is no IPv4 address. */
function ipv4Number(text: string): number | undefined {
  let address = 0;
  let octets = 0;
  let octet = -1;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit >= 0 && digit <= 9) {
      // A zero in front makes octal of an octet for some readers.
      if (octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else {
      if (digit !== DOT || octet < 0) return undefined;
      address = address * 256 + octet;
      octets++;
      octet = -1;
    }
  }
  return octets === 3 && octet >= 0 ? address * 256 + octet : undefined;
}

const DOT = 46 - 48;
