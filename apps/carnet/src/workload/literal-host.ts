import { BlockList, isIP } from 'node:net';

/** Loopback, link-local, and the address of instance metadata in a network of version 6. */
const local = new BlockList();
local.addSubnet('127.0.0.0', 8, 'ipv4');
local.addSubnet('169.254.0.0', 16, 'ipv4');
local.addAddress('::1', 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');
local.addAddress('fd00:ec2::254', 'ipv6');
local.addAddress('fd00:ec2::23', 'ipv6');

/** Where programs find metadata when the network leads that address here; its port is HTTP's. */
const wellKnown = new Set([
  '169.254.169.254',
  '[fd00:ec2::254]',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
]);

/**
 * True for a Host header that names this listener by a literal address. A name, even `localhost`, is
 * somebody's word: a page whose name was made to resolve to this machine sends its own.
 */
export function isLiteralHost(host: string, port: number): boolean {
  const match = /^(\[[0-9a-f:.]{2,45}\]|[\d.]{7,15})(?::(\d{1,5}))?$/i.exec(host);
  const [, bracketed = '', named = '80'] = match ?? [];
  const address = bracketed.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  if (version === 0 || (version === 6) !== bracketed.startsWith('[')) return false;
  if (!local.check(address, version === 6 ? 'ipv6' : 'ipv4')) return false;
  const asked = Number(named);
  return asked === port || (asked === 80 && wellKnown.has(bracketed.toLowerCase()));
}
