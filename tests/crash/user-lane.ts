import {
  AddUserToGroupCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  type IAMClient,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { bucketName as Bucket, groupName as GroupName, type Step } from './write.ts';

/** Users that come, get a policy and a group, and mostly go again. */
export async function* userLane(iam: IAMClient, lane: string, round: number): AsyncGenerator<Step> {
  const PolicyName = 'own';
  for (let number = 0; ; number += 1) {
    const UserName = `${lane}-${round}-${number}`;
    yield {
      operation: 'CreateUser',
      effects: { [`user ${UserName}`]: `/${number}/` },
      send: () => iam.send(new CreateUserCommand({ UserName, Path: `/${number}/` })),
    };
    for (const sid of ['first', 'second']) {
      yield {
        operation: 'PutUserPolicy',
        effects: { [`userPolicy ${UserName}`]: sid },
        send: () =>
          iam.send(
            new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: userPolicy(sid) }),
          ),
      };
    }
    yield {
      operation: 'AddUserToGroup',
      effects: { [`member ${UserName}`]: GroupName },
      send: () => iam.send(new AddUserToGroupCommand({ UserName, GroupName })),
    };
    if (number % 4 === 0) continue;
    yield {
      operation: 'RemoveUserFromGroup',
      effects: { [`member ${UserName}`]: null },
      send: () => iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName })),
    };
    yield {
      operation: 'DeleteUserPolicy',
      effects: { [`userPolicy ${UserName}`]: null },
      send: () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
    };
    yield {
      operation: 'DeleteUser',
      effects: { [`user ${UserName}`]: null },
      send: () => iam.send(new DeleteUserCommand({ UserName })),
    };
  }
}

/** The bucket's policy, replaced and deleted in turn. One lane only: there is one policy. */
export async function* bucketPolicyLane(s3: S3Client, round: number): AsyncGenerator<Step> {
  for (let number = 0; ; number += 1) {
    const sid = `r${round}n${number}`;
    yield {
      operation: 'PutBucketPolicy',
      effects: { bucketPolicy: sid },
      send: () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: bucketPolicy(sid) })),
    };
    if (number % 3 !== 2) continue;
    yield {
      operation: 'DeleteBucketPolicy',
      effects: { bucketPolicy: null },
      send: () => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    };
  }
}

function userPolicy(Sid: string): string {
  const Statement = { Sid, Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function bucketPolicy(Sid: string): string {
  const Resource = `arn:aws:s3:::${Bucket}/public/*`;
  const Statement = { Sid, Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
