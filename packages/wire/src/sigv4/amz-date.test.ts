import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAmzDate, parseAmzDate, parseDateHeader } from './amz-date.ts';

describe('dates', () => {
  it('are read and written in the basic form', () => {
    assert.equal(parseAmzDate('20261123T120000Z'), Date.UTC(2026, 10, 23, 12));
    assert.equal(parseAmzDate('20240229T235959Z'), Date.UTC(2024, 1, 29, 23, 59, 59));
    const max = Date.UTC(9999, 11, 31);
    fc.assert(
      fc.property(fc.integer({ min: 0, max }), (moment) => {
        const second = moment - (moment % 1000);
        assert.equal(parseAmzDate(formatAmzDate(second)), second);
      }),
    );
  });

  it('that no calendar has are refused', () => {
    for (const text of [
      '20260229T120000Z',
      '21000229T120000Z',
      '20261131T120000Z',
      '20261301T120000Z',
      '20260001T120000Z',
      '20260100T120000Z',
      '20261123T240000Z',
      '20261123T126000Z',
      '20261123T120060Z',
      '00990101T000000Z',
      '2026-11-23T12:00:00Z',
      '20261123T120000z',
      '20261123T120000',
      '20261123T120000Z ',
      '20261123T120000Z\n',
      '٢٠٢٦١١٢٣T120000Z',
      '',
    ]) {
      assert.equal(parseAmzDate(text), undefined, text);
    }
  });

  it('of the Date header are read in the form of RFC 9110 and the basic form only', () => {
    const moment = Date.UTC(2026, 10, 23, 12);
    assert.equal(parseDateHeader('Mon, 23 Nov 2026 12:00:00 GMT'), moment);
    assert.equal(parseDateHeader('20261123T120000Z'), moment);
    for (const text of [
      'Tue, 23 Nov 2026 12:00:00 GMT',
      'Mon, 23 Nov 2026 12:00:00 +0100',
      'Monday, 23-Nov-26 12:00:00 GMT',
      '2026-11-23',
      '1',
      '',
    ]) {
      assert.equal(parseDateHeader(text), undefined, text);
    }
  });
});
