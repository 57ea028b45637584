import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { contains, ipAddressComparison, parseIpAddress, parseIpBlock } from './ip-address.ts';

function isIn(address: string, block: string): boolean {
  const [parsedAddress, parsedBlock] = [parseIpAddress(address), parseIpBlock(block)];
  assert.ok(parsedAddress && parsedBlock, `${address} ${block}`);
  return contains(parsedBlock, parsedAddress);
}

test('IPv4 blocks', () => {
  assert.ok(isIn('203.0.113.7', '203.0.113.0/24'));
  assert.ok(!isIn('203.0.114.7', '203.0.113.0/24'));
  assert.ok(isIn('203.0.113.7', '203.0.113.7'));
  assert.ok(!isIn('203.0.113.8', '203.0.113.7'));
  assert.ok(isIn('255.255.255.255', '0.0.0.0/0'));
  assert.ok(isIn('10.255.0.1', '10.1.2.3/8'), 'bits behind the prefix are ignored');
  assert.ok(isIn('192.168.1.129', '192.168.1.128/25'));
  assert.ok(!isIn('192.168.1.127', '192.168.1.128/25'));
});

test('an address is its groups, and all of its bits count', () => {
  assert.deepEqual(parseIpAddress('1.2.3.4'), { groups: [258, 772], prefixLength: 32 });
  assert.deepEqual(parseIpAddress('255.255.255.255'), { groups: [65535, 65535], prefixLength: 32 });
  assert.deepEqual(parseIpAddress('1:2:3:4:5:6:7:89ab'), {
    groups: [1, 2, 3, 4, 5, 6, 7, 0x89ab],
    prefixLength: 128,
  });
  assert.deepEqual(parseIpAddress('1::6:1.2.3.4')?.groups, [1, 0, 0, 0, 0, 6, 258, 772]);
  assert.deepEqual(parseIpAddress('1:2:3:4:5:6:7::')?.groups, [1, 2, 3, 4, 5, 6, 7, 0]);
  assert.deepEqual(parseIpBlock('::ffff:1.2.3.4/104'), { groups: [258, 772], prefixLength: 8 });
});

test('IPv6 blocks', () => {
  assert.ok(isIn('2001:db8::1', '2001:db8::/32'));
  assert.ok(!isIn('2001:db9::1', '2001:db8::/32'));
  assert.ok(isIn('2001:DB8:0:0:0:0:0:1', '2001:db8::1'));
  assert.ok(isIn('::', '::/128'));
  assert.ok(!isIn('::1', '::/128'));
  assert.ok(isIn('2001:db8:1234:5678::', '2001:db8:1234:5600::/56'));
  assert.ok(!isIn('2001:db8:1234:5578::', '2001:db8:1234:5600::/56'));
});

test('an IPv4-mapped IPv6 address is its IPv4 address', () => {
  assert.ok(isIn('::ffff:10.0.0.1', '10.0.0.0/8'));
  assert.ok(isIn('::ffff:a00:1', '10.0.0.1'));
  assert.ok(isIn('10.0.0.1', '::ffff:10.0.0.0/104'));
  assert.ok(!isIn('::ffff:10.0.0.1', '::/0'));
  assert.ok(isIn('10.0.0.1', '::ffff:0.0.0.0/96'));
  assert.ok(!isIn('10.0.0.1', '::ffff:0.0.0.0/95'), 'a wider block is no block of IPv4');
  assert.ok(!isIn('::1:ffff:a00:1', '10.0.0.1'));
  assert.ok(!isIn('1::ffff:a00:1', '10.0.0.1'));
  assert.ok(!isIn('::fffe:a00:1', '10.0.0.1'));
});

test('the families do not meet', () => {
  assert.ok(!isIn('10.0.0.1', '::/0'));
  assert.ok(!isIn('::a00:1', '10.0.0.0/8'));
});

test('forms that two readers take for two addresses are refused', () => {
  const addresses = [
    '',
    '010.0.0.1',
    '0x7f.1',
    '0x7f.0.0.1',
    '127.1',
    '2130706433',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.256.4',
    '1.256.3.4',
    '256.2.3.4',
    '1.2.3.-1',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '1.2.3.04',
    '１.2.3.4',
    '1.2.3.4/32',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '[::1]',
    '::1.2.3',
    '::010.0.0.1',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
  ];
  for (const text of addresses) {
    assert.equal(parseIpAddress(text), undefined, text);
  }
});

test('prefix lengths are whole, without leading zeros, and fit the family', () => {
  const blocks = ['10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8', '/8'];
  for (const text of [...blocks, '10.0.0.0/255.0.0.0', '::/129', '::/ 1', '10.0.0.0/1e1']) {
    assert.equal(parseIpBlock(text), undefined, text);
  }
});

test('addresses are those that the platform takes', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(fc.property(address, (text) => parseIpAddress(text) !== undefined));
  const unit = fc.constantFrom('0', '1', 'f', ':', ':', '.', '25');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 16 }), (text) => {
      assert.equal(parseIpAddress(text) !== undefined, isIP(text) !== 0, text);
    }),
    { numRuns: 5_000 },
  );
});

test('blocks hold what the platform says', () => {
  const octets = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 255 })));
  fc.assert(
    fc.property(octets, octets, fc.integer({ min: 0, max: 32 }), (network, address, prefix) => {
      const list = new BlockList();
      list.addSubnet(network.join('.'), prefix, 'ipv4');
      const expected = list.check(address.join('.'));
      assert.equal(isIn(address.join('.'), `${network.join('.')}/${prefix}`), expected);
    }),
  );
});

test('the short way of IPv4 says what groups of bits say', () => {
  const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom('0', '00', '01', '', '10', 'a'));
  const address = fc.array(octet, { minLength: 3, maxLength: 5 }).map((list) => list.join('.'));
  const near = fc.tuple(fc.constantFrom('10.0.', '10.1.', '::ffff:10.0.'), octet, octet);
  const text = fc.oneof(
    address,
    near.map(([start, one, two]) => `${start}${one}.${two}`),
  );
  const block = fc.tuple(fc.constantFrom('10.0.0.0', '10.0.200.77', '10.1.255.0'), fc.nat(32));
  let inside = 0;
  fc.assert(
    fc.property(text, block, (given, [network, bits]) => {
      const policyValue = `${network}/${bits}`;
      const source = { lookUp: () => undefined, resolve: () => undefined };
      const outcome = ipAddressComparison(policyValue)(given, source);
      const parsed = parseIpAddress(given);
      const expected = parsed && contains(parseIpBlock(policyValue) ?? parsed, parsed);
      assert.equal(outcome, expected, `${given} in ${policyValue}`);
      if (outcome) inside += 1;
    }),
    { numRuns: 5_000 },
  );
  assert.ok(inside > 100, `${inside}`);
});

test('every octet of an address and every bit of it counts', () => {
  const source = { lookUp: () => undefined, resolve: () => undefined };
  const compare = (text: string, block: string) => ipAddressComparison(block)(text, source);
  for (let value = 0; value <= 255; value++) {
    for (const at of [0, 1, 2, 3]) {
      const text = [1, 2, 3, 4].map((octet, index) => (index === at ? value : octet)).join('.');
      assert.equal(compare(text, '1.2.3.4'), value === at + 1, text);
      assert.equal(compare(text, text), true, text);
    }
  }
  for (const text of [
    '1.2.3.256',
    '1.2.3.',
    '1.2.3',
    '.1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '1..2.3',
  ]) {
    assert.equal(compare(text, '1.2.3.0/24'), undefined, text);
  }
  for (const text of [
    '01.2.3.4',
    '1.2.3.00',
    '1.2.3.-4',
    '1,2,3,4',
    '1/.2.3.4',
    '1/2/3/4',
    '1.2.3.:',
    '',
  ]) {
    assert.equal(compare(text, '0.0.0.0/0'), undefined, text);
  }
});
