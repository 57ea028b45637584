import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ApiError } from '@carnet/wire';
import { packAuditBlocks, unpackAuditBlock } from './audit-block.ts';
import type { AuditFacts } from './audit-record.ts';

const odd = 'quote " backslash \\ line\nfeed \u2028 emoji 😀 lone \ud800 nul \0 </script>';

function facts(number: number, more: Partial<AuditFacts> = {}): AuditFacts {
  return {
    caller: {
      kind: 'user',
      accountId: '111111111111',
      arn: 'arn:aws:iam::111111111111:user/dave',
      userId: 'AIDADAVE',
      userName: 'dave',
      accessKeyId: 'AKIADAVE',
    },
    accountId: '111111111111',
    time: 1_700_000_000_000 + number * 1500,
    service: 'iam',
    operation: 'ListUsers',
    region: 'us-east-1',
    sourceIp: '127.0.0.1',
    userAgent: odd,
    requestId: `request-${number}`,
    readOnly: true,
    requestParameters: { pathPrefix: odd },
    responseElements: undefined,
    error: undefined,
    ...more,
  };
}

it('every record comes back, whatever is in it, in order, each in its own account', () => {
  const other = { accountId: '222222222222' };
  const denied = { error: new ApiError('AccessDenied', 403, odd) };
  const events = [
    facts(1),
    facts(2, other),
    facts(3, denied),
    facts(4, { service: 's3', caller: { kind: 'anonymous' }, accountId: '' }),
    facts(5, { error: new Error('a secret that no record may hold'), userAgent: undefined }),
    facts(6, other),
  ];
  const blocks = packAuditBlocks(events);
  assert.deepEqual(
    blocks.map(({ account_id, first_time, last_time, events: count }) => [
      account_id,
      first_time,
      last_time,
      count,
    ]),
    [
      ['111111111111', facts(1).time, facts(5).time, 3],
      ['222222222222', facts(2).time, facts(6).time, 2],
      ['', facts(4).time, facts(4).time, 1],
    ],
  );
  const [[first, third, fifth] = [], [second] = [], [anonymous] = []] = blocks.map(
    (block) => unpackAuditBlock(block) as Record<string, unknown>[],
  );
  const { eventID, ...rest } = first ?? {};
  assert.match(String(eventID), /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDADAVE',
      arn: 'arn:aws:iam::111111111111:user/dave',
      accountId: '111111111111',
      accessKeyId: 'AKIADAVE',
      userName: 'dave',
    },
    eventTime: '2023-11-14T22:13:21Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'ListUsers',
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: odd,
    requestParameters: { pathPrefix: odd },
    responseElements: null,
    requestID: 'request-1',
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111111111111',
    eventCategory: 'Management',
  });
  assert.equal(second?.eventTime, '2023-11-14T22:13:23Z');
  assert.deepEqual([third?.errorCode, third?.errorMessage], ['AccessDenied', odd]);
  assert.deepEqual([fifth?.errorCode, fifth?.errorMessage], ['InternalFailure', undefined]);
  assert.equal('userAgent' in (fifth ?? {}), false);
  assert.deepEqual([anonymous?.eventCategory, anonymous?.managementEvent], ['Data', false]);
});
