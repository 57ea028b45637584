import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCertificates, readOneCertificate, validityOf } from './certificate.ts';
import {
  expiredCertificate,
  intermediateCertificate,
  otherPrivateKey,
  rootCertificate,
  serverCertificate,
} from './testing-certificate.ts';

const subjects = (text: string, most = 9) =>
  readCertificates(text, most)?.map(({ subject }) => subject);

test('certificates are read in their order, whatever white space is around them', () => {
  const both = ['CN=Carnet test intermediate', 'CN=Carnet test root'];
  assert.deepEqual(subjects(intermediateCertificate + rootCertificate), both);
  const spaced = `\r\n ${intermediateCertificate}\n\n\t${rootCertificate.trimEnd()}`;
  assert.deepEqual(subjects(spaced), both);
  assert.deepEqual(subjects(spaced.replaceAll('\n', '\r\n')), both);
  assert.deepEqual(subjects(intermediateCertificate, 1), both.slice(0, 1));
});

test('the validity is the one that openssl shows', () => {
  const certificate = readOneCertificate(expiredCertificate);
  assert.ok(certificate);
  assert.deepEqual(validityOf(certificate), { from: Date.UTC(2020, 0), to: Date.UTC(2021, 0) });
});

test('what is not a certificate, or not only certificates, is none', () => {
  const [, body = ''] = /-{5}\n(.*)\n-{5}/s.exec(serverCertificate) ?? [];
  assert.ok(serverCertificate.includes(body) && body.length > 100);
  const texts = {
    empty: '',
    space: ' \n',
    'text before it': `subject=CN = photos\n${serverCertificate}`,
    'text behind it': `${serverCertificate}photos`,
    'text between two': `${intermediateCertificate}# root\n${rootCertificate}`,
    'a private key': otherPrivateKey,
    'a private key behind it': serverCertificate + otherPrivateKey,
    'no end': serverCertificate.replace('-----END CERTIFICATE-----', ''),
    'no beginning': serverCertificate.replace('-----BEGIN CERTIFICATE-----', ''),
    'an end alone': '-----END CERTIFICATE-----',
    'nothing inside': '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
    'not base64': serverCertificate.replace(body, '%'.repeat(64)),
    'another structure': serverCertificate.replace(body, body.slice(0, 64)),
    'only its base64': body,
    'an old label': serverCertificate.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'),
    'a request': serverCertificate.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'),
  };
  for (const [what, text] of Object.entries(texts)) {
    assert.equal(readCertificates(text, 9), undefined, what);
  }
  assert.equal(readOneCertificate(serverCertificate + rootCertificate), undefined);
});
