import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@carnet/wire';
import { parseSamlMetadata } from './saml-metadata.ts';
import { idpCertificate, samlMetadata, weakCertificate } from './testing-saml.ts';

const document = samlMetadata('https://idp.example.com');

function isRefused(text: string): boolean {
  try {
    parseSamlMetadata(text);
    return false;
  } catch (thrown) {
    assert.ok(thrown instanceof ApiError, String(thrown));
    const { code, status, message } = thrown;
    assert.deepEqual([code, status, message], ['InvalidInput', 400, 'Could not parse metadata']);
    return true;
  }
}

function replaced(text: string, by: string): string {
  assert.ok(document.includes(text), text);
  return document.replaceAll(text, () => by);
}

test('metadata of identity providers as they write it', () => {
  assert.deepEqual(parseSamlMetadata(document), { validUntil: undefined });
  const broken = idpCertificate.replaceAll(/.{64}/g, (line) => `\n          ${line}`);
  for (const text of [
    samlMetadata('https://idp.example.com', { certificate: broken }),
    replaced(' use="signing"', ''),
    replaced('<md:IDPSSO', '<!-- <md:SPSSODescriptor/> & more -->\n<!----><md:IDPSSO'),
    replaced('SAML:2.0:protocol"', 'SAML:2.0:protocol\n urn:oasis:names:tc:SAML:1.1:protocol"'),
    // Other prefixes, and none.
    document.replaceAll('md:', 'm:').replaceAll(':md=', ':m='),
    document.replaceAll('<md:', '<').replaceAll('</md:', '</').replaceAll('xmlns:md=', 'xmlns='),
    // A provider that serves too, and says more about its key than it must.
    replaced('<md:IDPSSO', '<md:SPSSODescriptor/><md:IDPSSO'),
    replaced('<ds:X509Data>', '<ds:KeyName>one</ds:KeyName><ds:X509Data>'),
  ]) {
    assert.deepEqual(parseSamlMetadata(text), { validUntil: undefined }, text);
  }
});

test('the time that a document says it is valid until', () => {
  const until = (time: string) =>
    parseSamlMetadata(samlMetadata('urn:idp', { attributes: `validUntil="${time}"` })).validUntil;
  assert.equal(until('2030-01-02T03:04:05Z'), Date.UTC(2030, 0, 2, 3, 4, 5));
  assert.equal(until('2030-01-02T03:04:05'), Date.UTC(2030, 0, 2, 3, 4, 5));
  assert.equal(until('2030-01-02T03:04:05.678+02:00'), Date.UTC(2030, 0, 2, 1, 4, 5, 678));
  // What is over is nobody's business before somebody signs in.
  assert.equal(until('1999-01-01T00:00:00Z'), Date.UTC(1999, 0, 1));
  for (const time of ['', 'soon', '2030-13-01T00:00:00Z', '2030-01-01', '+12030-01-01T00:00:00Z']) {
    assert.ok(isRefused(samlMetadata('urn:idp', { attributes: `validUntil="${time}"` })), time);
  }
});

const refused: Readonly<Record<string, string>> = {
  'no document': 'x'.repeat(1000),
  'a byte order mark': `\ufeff${document}`,
  'another root': replaced('EntityDescriptor', 'EntitiesDescriptor'),
  'another namespace': replaced('SAML:2.0:metadata', 'SAML:2.1:metadata'),
  'an undeclared prefix': document.replace('xmlns:md=', 'xmlns:mx='),
  'no entity id': replaced(' entityID="https://idp.example.com"', ''),
  'an empty entity id': samlMetadata(''),
  'a long entity id': samlMetadata('a'.repeat(1025)),
  'a service provider': replaced('IDPSSODescriptor', 'SPSSODescriptor'),
  'another protocol': replaced('SAML:2.0:protocol', 'SAML:1.1:protocol'),
  'nowhere to sign in': replaced('SingleSignOnService', 'SingleLogoutService'),
  'no address': replaced('Location=', 'Place='),
  'no key': replaced('KeyDescriptor', 'Key'),
  'a key for encryption alone': replaced('use="signing"', 'use="encryption"'),
  'a certificate of another namespace': replaced('2000/09/xmldsig#', '2000/09/xmldsig'),
  'no certificate': samlMetadata('urn:idp', { certificate: '' }),
  'no base64': samlMetadata('urn:idp', { certificate: `${idpCertificate.slice(0, -4)}!!!!` }),
  'half a certificate': samlMetadata('urn:idp', { certificate: idpCertificate.slice(0, 800) }),
  'a weak key': samlMetadata('urn:idp', { certificate: weakCertificate }),
  'a document type': replaced('?>', '?><!DOCTYPE md:EntityDescriptor>'),
  'character data': replaced(idpCertificate, `<![CDATA[${idpCertificate}]]>`),
  'a comment without end': replaced('<md:IDPSSO', '<!-- <md:IDPSSO'),
  'a comment that hides a document type': replaced('?>', '?><!<!-- -->DOCTYPE a>'),
  'an entity bomb': replaced(
    '?>',
    '?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>',
  ),
  'an external entity': replaced('?>', '?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
  'two documents': document + document.slice(document.indexOf('<md:')),
};

for (const [name, text] of Object.entries(refused)) {
  test(`refused: ${name}`, () => assert.ok(isRefused(text)));
}

test('a certificate beside a good one has to be good too', () => {
  const key = /<md:KeyDescriptor[\s\S]*<\/md:KeyDescriptor>/.exec(document)?.[0] ?? '';
  const weak = key.replace(idpCertificate, weakCertificate);
  assert.ok(isRefused(replaced(key, key + weak)));
  assert.ok(!isRefused(replaced(key, key + key)));
  assert.ok(isRefused(replaced(key, key.repeat(101))));
});

test('cut anywhere it is refused, and nothing else happens', () => {
  const end = document.trimEnd().length;
  for (let at = 0; at < end; at += 1) assert.ok(isRefused(document.slice(0, at)), `${at}`);
});

test('changed anywhere it is taken or refused, and nothing else happens', () => {
  const parts = [
    '',
    '<',
    '>',
    '"',
    '&',
    '&#x0;',
    '<!--',
    '-->',
    '\u0000',
    ' xmlns="',
    '/',
    '\ud800',
  ];
  for (let at = 0; at < document.length; at += 3) {
    for (const [index, part] of parts.entries()) {
      const length = (at + index) % 40;
      isRefused(document.slice(0, at) + part + document.slice(at + length));
    }
  }
});

const million = 1_000_000;
const most = million - 100;
const filled = (part: string) => part.repeat(Math.floor(most / part.length));
const each = (count: number, part: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => part(at)).join('');
const large: Readonly<Record<string, string>> = {
  'nested elements': filled('<a>'),
  'nested elements beyond the limit': '<a>'.repeat(3.3 * million),
  'nested elements with ends': `${'<a>'.repeat(140_000)}${'</a>'.repeat(140_000)}`,
  'many elements': `<a>${filled('<b/>')}</a>`,
  'as many elements as may be': `<a>${'<b></b>'.repeat(24_999)}</a>`,
  'many attributes': `<a ${Array.from({ length: 90_000 }, (_, at) => `b${at}=""`).join(' ')}/>`,
  'namespaces in elements of others': `<EntityDescriptor entityID="a"
    xmlns="urn:oasis:names:tc:SAML:2.0:metadata"${each(4900, (at) => ` xmlns:a${at}="b"`)}>
    ${each(4900, () => '<IDPSSODescriptor xmlns="c"/>')}</EntityDescriptor>`,
  'many comments': `<a>${filled('<!---->')}</a>`,
  'beginnings of comments': filled('<!--'),
  'ends of comments': filled('-->'),
  'many references': `<a>${filled('&#x41;')}</a>`,
  'lone ampersands': `<a>${filled('&')}</a>`,
  'one long text': `<a>${filled('x')}</a>`,
  'one long name': `<${filled('a')}/>`,
  'one long start': `<a ${filled(' ')}`,
  'one long prefix': document.replace('xmlns:md', `xmlns:${filled('m').slice(5000)}`),
  'a long list of protocols': replaced('SAML:2.0:protocol', filled('a ').slice(5000)),
  'a long certificate': samlMetadata('urn:idp', { certificate: filled('A').slice(5000) }),
};

for (const [name, text] of Object.entries(large)) {
  test(`no long work for ${name}`, () => {
    const start = process.cpuUsage();
    assert.ok(isRefused(text));
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 1.5 * million, `${(user + system) / million} s`);
  });
}

test('a document has a million characters at most', () => {
  const padding = (length: number) => document.padEnd(length, ' ');
  assert.ok(!isRefused(padding(1_000_000)));
  assert.ok(isRefused(padding(1_000_001)));
});

test('a document has 25,000 elements at most, comments aside', () => {
  const own = document.match(/<[^/?!]/g)?.length ?? 0;
  const declaration = '?>';
  const filledTo = (count: number) =>
    document
      .replace(
        '<md:SingleSignOnService',
        `${'<md:x/>'.repeat(count - own - 1)}<md:SingleSignOnService`,
      )
      .replace(declaration, `${declaration}<!-- ${'<a>'.repeat(1000)} -->`);
  assert.ok(!isRefused(filledTo(25_000)));
  assert.ok(isRefused(filledTo(25_001)));
});

test('a large document of one provider is read', () => {
  const text = replaced(
    '<md:SingleSignOnService',
    `${'<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format</md:NameIDFormat>\n'.repeat(10_000)}<md:SingleSignOnService`,
  );
  assert.ok(!isRefused(text));
});
