import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { presignRequest, signRequest } from './sign-request.ts';
import { accepted, input, minute, now, refused } from './testing.ts';

describe('clock', () => {
  it('allows 15 minutes to both sides in IAM, and says by how much it was missed', () => {
    const request = signRequest(input());
    accepted(request, { now: now + 15 * minute });
    accepted(request, { now: now - 15 * minute });
    assert.deepEqual(refused(request, { now: now + 15 * minute + 1000 }), {
      reason: 'expired',
      service: 'iam',
      message:
        'Signature expired: 20261123T120000Z is now earlier than 20261123T120001Z ' +
        '(20261123T121501Z - 15 min.)',
    });
    assert.deepEqual(refused(request, { now: now - 15 * minute - 1000 }), {
      reason: 'notYetCurrent',
      service: 'iam',
      message:
        'Signature not yet current: 20261123T120000Z is still later than 20261123T115959Z ' +
        '(20261123T114459Z + 15 min.)',
    });
    accepted(request, { now: now + 60 * minute, maxSkew: 60 * minute });
  });

  it('allows 15 minutes in S3', () => {
    const request = signRequest(input({ service: 's3' }));
    accepted(request, { now: now + 15 * minute });
    for (const late of [1, -1]) {
      const refusal = refused(request, { now: now + late * (15 * minute + 1) });
      assert.equal(refusal.reason, 'skewed');
    }
  });

  it('lets a presigned S3 URL live as long as it says', () => {
    const request = presignRequest(input({ service: 's3' }), 604_800);
    accepted(request, { now: now + 604_800_000 });
    accepted(request, { now: now - 15 * minute });
    const { reason, message } = refused(request, { now: now + 604_800_001 });
    assert.deepEqual([reason, message], ['presignedExpired', 'Request has expired']);
    assert.equal(refused(request, { now: now - 15 * minute - 1 }).reason, 'presignedNotYetValid');
    const short = presignRequest(input({ service: 's3' }), 1);
    assert.equal(refused(short, { now: now + 1001 }).reason, 'presignedExpired');
  });

  it('lets every other presigned URL live 15 minutes whatever it says', () => {
    for (const expiresIn of [1, 3600, 10_000_000]) {
      const request = presignRequest(input({ service: 'sts' }), expiresIn);
      accepted(request, { now: now + 15 * minute });
      const refusal = refused(request, { now: now + 15 * minute + 1 });
      assert.equal(refusal.reason, 'presignedExpired');
    }
  });
});
