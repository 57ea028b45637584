import assert from 'node:assert/strict';
import { it } from 'node:test';
import { packAuditBlocks, unpackAuditBlock } from './audit-block.ts';
import { type AuditEvent, auditRecord } from './audit-record.ts';
import type { Caller } from './authentication/caller.ts';

const odd = 'quote " backslash \\ line\nfeed \u2028 emoji 😀 lone \ud800 nul \0 </script>';

const dave: Caller = {
  kind: 'user',
  accountId: '111111111111',
  arn: 'arn:aws:iam::111111111111:user/dave',
  userId: 'AIDADAVE',
  userName: 'dave',
  accessKeyId: 'AKIADAVE',
};

function event(number: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    caller: dave,
    accountId: '111111111111',
    eventId: `event-${number}`,
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
    errorCode: undefined,
    errorMessage: undefined,
    ...more,
  };
}

it('every event comes back, whatever is in it, in order, each in its own account', () => {
  const other = { accountId: '222222222222' };
  const anonymous = { kind: 'anonymous' } as const;
  const events = [
    event(5, { userAgent: undefined, requestParameters: undefined }),
    event(2, other),
    event(3, { errorCode: 'AccessDenied', errorMessage: odd }),
    event(4, { service: 's3', caller: anonymous, accountId: '' }),
    event(1, { caller: { ...dave, userName: odd }, responseElements: [null, { a: [] }] }),
    event(6, other),
  ];
  const blocks = packAuditBlocks(events);
  assert.deepEqual(
    blocks.map((block) => [block.account_id, block.first_time, block.last_time, block.events]),
    [
      ['111111111111', event(1).time, event(5).time, 3],
      ['222222222222', event(2).time, event(6).time, 2],
      ['', event(4).time, event(4).time, 1],
    ],
  );
  const [first, second, third, fourth, fifth, sixth] = events;
  // JSON keeps a lone surrogate: it writes it as an escape.
  assert.deepEqual(blocks.map(unpackAuditBlock), [
    [first, third, fifth],
    [second, sixth],
    [fourth],
  ]);
});

it('a record is in the shape of CloudTrail', () => {
  assert.deepEqual(auditRecord(event(1)), {
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
    eventID: 'event-1',
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111111111111',
    eventCategory: 'Management',
  });
  const denied = auditRecord(event(2, { service: 's3', errorCode: 'AccessDenied' }));
  assert.deepEqual(
    [denied.errorCode, denied.eventCategory, denied.managementEvent],
    ['AccessDenied', 'Data', false],
  );
});
