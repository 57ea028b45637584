import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldAscii } from './fold-ascii.ts';

test('folds A to Z and leaves the rest as it is', () => {
  assert.equal(foldAscii('S3:PutObject'), 's3:putobject');
  assert.equal(foldAscii('already-lower_1'), 'already-lower_1');
  assert.equal(foldAscii('@AZ[`az{'), '@az[`az{');
  for (const [upper, lower] of ['Aa', 'Zz', 'Mm']) assert.equal(foldAscii(upper ?? ''), lower);
  assert.equal(foldAscii(''), '');
});

test('look-alikes of Unicode do not fold to ASCII', () => {
  const kelvin = '\u212a';
  const dottedI = '\u0130';
  assert.equal(foldAscii(`${kelvin}MS`), `${kelvin}ms`);
  assert.equal(foldAscii(`${dottedI}AM`), `${dottedI}am`);
  assert.equal(foldAscii('ÄÖÜ'), 'ÄÖÜ');
});
