import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonNode } from './json-node.ts';
import { parseJson } from './parse-json.ts';

/** What the nodes stand for, in JavaScript's own values; the last of two members of one name. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name.text, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'null':
      return null;
    case 'string':
      return node.text;
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
  }
}

function read(text: string): JsonNode {
  const result = parseJson(text);
  assert.ok(result.ok, text);
  return result.value;
}

function placeOfFailure(text: string): string {
  const result = parseJson(text);
  assert.ok(!result.ok, text);
  const { line, column, offset } = result.problem.position;
  return `${line}:${column} (${offset}) ${result.problem.help}`;
}

test('whatever JSON.stringify writes is read as it was', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      const indented = JSON.stringify(JSON.parse(text), undefined, 2);
      assert.deepEqual(plain(read(text)), JSON.parse(text));
      assert.deepEqual(plain(read(indented)), JSON.parse(text));
    }),
  );
});

test('what JSON.parse refuses is refused, and the other way round', () => {
  const unit = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    ' ',
    '1',
    '-',
    '.',
    'e',
    '\\',
    'u',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 10 }), (text) => {
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      assert.equal(parseJson(text).ok, accepted, text);
    }),
    { numRuns: 5_000 },
  );
});

test('what other readers let pass is refused', () => {
  const texts = [
    '',
    ' ',
    '{a:1}',
    "{'a':1}",
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '// c\n{}',
    '{} {}',
    '01',
    '+1',
    '.5',
    '5.',
    '0x1',
    'NaN',
    'True',
    '"a\nb"',
    '"a\tb"',
    '"\\x41"',
    '"\\u12g4"',
    '"\\u12"',
    '"open',
    '\ufeff{}',
    '{"a" 1}',
    '\u00a0{}',
  ];
  for (const text of texts) assert.equal(parseJson(text).ok, false, JSON.stringify(text));
});

test('escapes', () => {
  const node = read('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\ude00"');
  assert.equal(plain(node), '"\\/\b\f\n\r\tA😀');
});

test('both members of one name are there to be seen', () => {
  const node = read('{"a": 1, "\\u0061": 2}');
  assert.ok(node.kind === 'object');
  assert.deepEqual(
    node.members.map(({ name }) => name.text),
    ['a', 'a'],
  );
});

test('__proto__ is a name like others', () => {
  const node = read('{"__proto__": {"polluted": true}}');
  assert.ok(node.kind === 'object');
  assert.equal(node.members[0]?.name.text, '__proto__');
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('numbers keep their text', () => {
  const node = read('1.20');
  assert.ok(node.kind === 'number');
  assert.equal(node.text, '1.20');
});

test('every node knows where it stands', () => {
  const node = read('{\r\n  "a": [\n    1]\n}');
  assert.ok(node.kind === 'object');
  assert.deepEqual(node.start, { line: 1, column: 1, offset: 0 });
  assert.deepEqual(node.end, { line: 4, column: 2, offset: 20 });
  const list = node.members[0]?.value;
  assert.ok(list?.kind === 'array');
  assert.deepEqual(list.start, { line: 2, column: 8, offset: 10 });
  assert.deepEqual(list.items[0]?.start, { line: 3, column: 5, offset: 16 });
});

test('a failure tells its place and what was expected', () => {
  assert.equal(placeOfFailure('{\n  "a" 1\n}'), '2:7 (8) expected `:`');
  assert.equal(placeOfFailure('[1 2]'), '1:4 (3) expected `,` or `]`');
  assert.equal(placeOfFailure('{} x'), '1:4 (3) expected nothing more after the policy');
  assert.equal(placeOfFailure(''), '1:1 (0) expected a value');
  assert.equal(placeOfFailure('"a'), '1:3 (2) expected the closing `"`');
});

test('depth is limited, and a hundred thousand brackets are no stack overflow', () => {
  assert.equal(parseJson(`${'['.repeat(30)}${']'.repeat(30)}`).ok, true);
  assert.equal(parseJson(`${'['.repeat(34)}${']'.repeat(34)}`).ok, false);
  assert.equal(parseJson('['.repeat(100_000)).ok, false);
  assert.equal(parseJson('{"a":'.repeat(100_000)).ok, false);
});

test('half a character is no text, however it is written', () => {
  for (const text of ['"\\ud83d"', '"\\udcf7\\ud83d"', '"a\ud83d"', '{"\\ud83d": 1}']) {
    assert.equal(parseJson(text).ok, false, text);
  }
  for (const text of ['"\\ud83d\\udcf7"', '"\u{1f4f7}"'])
    assert.equal(parseJson(text).ok, true, text);
});
