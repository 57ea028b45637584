import type { Caller, DecisionRequest, DecisionWorkload } from './decision-engine.ts';

const inside = ['s3:PutObject', 's3:GetObject'];

/** Near misses: the bucket itself, its namesakes, other actions, other services. */
const outside: readonly (readonly [action: string, resource: string])[] = [
  ['s3:GetObject', 'arn:aws:s3:::photos'],
  ['s3:GetObject', 'arn:aws:s3:::photos-private/'],
  ['s3:PutObject', 'arn:aws:s3:::photo/photos/'],
  ['s3:PutObject', 'arn:aws:s3:::Photos/'],
  ['s3:DeleteObject', 'arn:aws:s3:::photos/'],
  ['s3:GetObjectAcl', 'arn:aws:s3:::photos/'],
  ['s3:ListBucket', 'arn:aws:s3:::photos'],
  ['iam:CreateUser', 'arn:aws:iam::111122223333:user/'],
];

/** W1: the README's Dave, with a group's policy of one statement; 80 % of the requests are inside. */
export function daveWorkload(): DecisionWorkload {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Photos', Effect: 'Allow', Action: inside, Resource: ['arn:aws:s3:::photos/*'] },
    ],
  });
  const caller: Caller = {
    principal: {
      kind: 'user',
      accountId: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/dave',
      uniqueId: 'AIDAQXZ3EXAMPLEDAVE2',
    },
    identity: [{ name: 'photos', text }],
  };
  const context = new Map<string, string>();
  const requests = Array.from({ length: 1000 }, (_, index): DecisionRequest => {
    const key = `2026/holiday-${index % 37}/picture-${index}.jpg`;
    const [missed = '', start = ''] = outside[Math.floor(index / 5) % outside.length] ?? [];
    const isInside = index % 5 !== 4;
    return {
      caller,
      action: isInside ? (inside[index % 2] ?? '') : missed,
      resource: isInside ? `arn:aws:s3:::photos/${key}` : start.endsWith('/') ? start + key : start,
      context,
      expected: isInside
        ? { allowed: true, statement: 'photos/Photos' }
        : { allowed: false, stoppedBy: 'identity' },
    };
  });
  return { requests };
}
