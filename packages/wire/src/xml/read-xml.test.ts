import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../api-error.ts';
import { readXml, readXmlText } from './read-xml.ts';
import { escapeXml } from './xml-text.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readXml(bytes(text));

function isMalformed(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.code === 'MalformedXML' && thrown.status === 400;
}

test('text is kept exactly: white space, numbers, entities', () => {
  const root = read('<?xml version="1.0"?>\n<K> 007 </K>\n');
  assert.equal(root.name, 'K');
  assert.equal(root.text, ' 007 ');
  assert.equal(read('<K>a&#13;&#xD;&#x1;&#128169;</K>').text, 'a\r\r\u0001\u{1f4a9}');
  assert.equal(read('<K>&lt;&gt;&quot;&apos;&amp;lt;</K>').text, '<>"\'&lt;');
  assert.equal(read('<K>  </K>').text, '  ');
});

test('attributes and children', () => {
  const root = read('<G xmlns:xsi="u" xsi:type="Ca&amp;nonical"><A>1</A> <A>2</A><B/></G>');
  assert.equal(root.attributes.get('xsi:type'), 'Ca&nonical');
  assert.deepEqual(
    root.children.map(({ name, text }) => [name, text]),
    [
      ['A', '1'],
      ['A', '2'],
      ['B', ''],
    ],
  );
});

const malformed: Readonly<Record<string, string>> = {
  nothing: '',
  'white space alone': ' \n',
  'no markup': 'hello',
  'an open element': '<Delete>',
  'a wrong end': '<a><b></a></b>',
  'two roots': '<a/><b/>',
  'two roots with ends': '<a></a><b></b>',
  'text before': 'x<a/>',
  'text behind': '<a></a>x',
  'text behind an empty root': '<a/>x',
  'an attribute twice': '<a b="1" b="2"/>',
  'an attribute without quotes': '<a b=1/>',
  'an unknown entity': '<a>&foo;</a>',
  'a lone ampersand': '<a>a & b</a>',
  'an entity of HTML': '<a>&nbsp;</a>',
  'a surrogate': '<a>&#xd800;</a>',
  'no character': '<a>&#0;</a>',
  'beyond Unicode': '<a>&#x110000;</a>',
  'a document type': '<!DOCTYPE a><a/>',
  'an entity bomb':
    '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>',
  'an external entity': '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  'a comment': '<a><!-- b --></a>',
  'character data': '<a><![CDATA[b]]></a>',
  'too deep': `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`,
  'too many elements': `<a>${'<b/>'.repeat(100_001)}</a>`,
  'too many attributes': `<a ${Array.from({ length: 10_001 }, (_, at) => `a${at}=""`).join(' ')}/>`,
  'too long': `<a>${'x'.repeat(4 * 1024 * 1024)}</a>`,
};

for (const [name, text] of Object.entries(malformed)) {
  test(`malformed: ${name}`, () => {
    assert.throws(() => read(text), isMalformed);
  });
}

test('text is read as bytes are', () => {
  assert.deepEqual(readXmlText('<a b="&amp;">c</a>'), read('<a b="&amp;">c</a>'));
  for (const text of ['<!-- --><a/>', '<a', `<a>${'x'.repeat(4 * 1024 * 1024)}</a>`]) {
    assert.throws(() => readXmlText(text), isMalformed);
  }
});

test('malformed: bytes that are no UTF-8', () => {
  assert.throws(
    () => readXml(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e)),
    isMalformed,
  );
});

test('a document of 10,000 parts is read', () => {
  const part =
    '<Part><ETag>"a=b"</ETag><PartNumber>1</PartNumber><ChecksumCRC32>a</ChecksumCRC32></Part>';
  assert.equal(read(`<C>${part.repeat(10_000)}</C>`).children.length, 10_000);
});

test('names of JavaScript’s own harm nothing', () => {
  for (const name of ['constructor', 'prototype', '__proto__', 'toString', 'hasOwnProperty']) {
    try {
      const root = read(`<a><${name}>1</${name}><b>2</b></a>`);
      assert(
        root.children.some(({ text }) => text === '2'),
        name,
      );
    } catch (thrown) {
      assert(isMalformed(thrown), name);
    }
  }
  const nothing: Record<string, unknown> = {};
  assert.equal(nothing.b, undefined);
});

test('whatEscapeXmlWritesIsReadAsItWas', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('\0'));
      assert.equal(read(`<a>${escapeXml(text)}</a>`).text, text);
    }),
  );
});

test('nothingButMalformedXmlIsThrown', () => {
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<a/>',
    '<',
    '>',
    '/',
    '&',
    ';',
    '&#',
    '&amp;',
    '"',
    "'",
    '=',
    ' ',
    '!',
    '?',
    '<?',
    '?>',
    '__proto__',
    'constructor',
    '#text',
    ':@',
    ':',
    '-',
    ']]>',
    '\r',
    '\u0000',
    'x',
    '<a b="c">',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 }))),
      (pieces) => {
        try {
          read(pieces.join(''));
        } catch (thrown) {
          assert(isMalformed(thrown), String(thrown));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
