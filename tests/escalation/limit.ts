import type { House } from './house.ts';
import { document } from './method.ts';

/** What dave does all day, and nothing else: a boundary, and the policy of a session. */
export function dailyWork({ work }: House): string {
  return document(work);
}

/**
 * The boundary of that name: all of IAM, but only for who carries this very boundary; what IAM cannot ask that of, below the path
 * `/delegated/`. Nobody takes a boundary away or writes this one.
 * Source: "Delegating responsibility to others using permissions boundaries", IAM User Guide.
 */
export function delegation({ accountId, arn, work }: House, name: string): string {
  const boundary = arn(`policy/${name}`);
  const delegated = [arn('user/delegated/*'), arn('role/delegated/*')];
  return document(
    work,
    {
      Action: [
        'iam:CreateUser',
        'iam:CreateRole',
        'iam:AttachUserPolicy',
        'iam:AttachRolePolicy',
        'iam:PutUserPolicy',
        'iam:PutRolePolicy',
        'iam:PutUserPermissionsBoundary',
        'iam:PutRolePermissionsBoundary',
      ],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    },
    {
      Action: ['iam:*Policy', 'iam:*PolicyVersion', 'iam:*Group', 'iam:*InstanceProfile', 'ec2:*'],
      NotResource: [arn('user/*'), arn('role/*')],
    },
    {
      Action: [
        'iam:*AccessKey',
        'iam:*LoginProfile',
        'iam:UpdateAssumeRolePolicy',
        'iam:PassRole',
        'sts:AssumeRole',
      ],
      Resource: delegated,
    },
    {
      Action: 'lambda:*',
      Resource: `arn:aws:lambda:*:${accountId}:function:delegated-*`,
    },
    { Effect: 'Deny', Action: 'iam:Delete*PermissionsBoundary', Resource: '*' },
    {
      Effect: 'Deny',
      Action: ['iam:*PolicyVersion', 'iam:DeletePolicy'],
      Resource: boundary,
    },
  );
}
