import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstAccountId } from '../testing.ts';
import { openWorkloadWorld, trusting } from './testing.ts';

const taskId = '0123456789abcdef0123456789abcdef';
const arn = `arn:aws:ecs:us-east-1:${firstAccountId}:task/carnet/${taskId}`;
const roleName = 'PhotoAppRole';

describe('the credentials of a task', () => {
  it('are given when the role trusts ECS with this task, and of no other', async (test) => {
    const { services, call, clock, recorded } = await openWorkloadWorld(test);
    const { operator } = services;
    const trust = (PolicyDocument: string) =>
      call('iam', 'UpdateAssumeRolePolicy', { RoleName: roleName, PolicyDocument });
    await assert.rejects(operator.taskCredentials({ roleName, taskId }), {
      code: 'AccessDenied',
      message:
        'User: ecs-tasks.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ' +
        `arn:aws:iam::${firstAccountId}:role/PhotoAppRole because no role trust policy allows ` +
        'the sts:AssumeRole action',
    });
    await trust(
      trusting('ecs-tasks.amazonaws.com', {
        ArnEquals: { 'aws:SourceArn': arn },
        StringEquals: { 'aws:SourceAccount': firstAccountId },
      }),
    );
    const made = await operator.taskCredentials({ roleName, taskId });
    assert.equal(made.roleArn, `arn:aws:iam::${firstAccountId}:role/PhotoAppRole`);
    assert.deepEqual([made.issuedAt, made.expiration], [clock.now, clock.now + 3_600_000]);
    const { Arn } = (await call('sts', 'GetCallerIdentity', {}, made)) as { Arn: string };
    assert.equal(Arn, `arn:aws:sts::${firstAccountId}:assumed-role/PhotoAppRole/${taskId}`);
    assert.deepEqual(await operator.taskCredentials({ roleName, taskId }), made);
    assert.deepEqual(await recorded('ecs-tasks.amazonaws.com'), ['AssumeRole']);
    const another = { roleName, taskId: taskId.replace('0', 'f') };
    await assert.rejects(operator.taskCredentials(another), { code: 'AccessDenied' });
    await trust(trusting('ec2.amazonaws.com'));
    await assert.rejects(operator.taskCredentials({ roleName, taskId }), { code: 'AccessDenied' });
  });

  it('are those of each task by itself', async (test) => {
    const { services, call } = await openWorkloadWorld(test);
    await call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: roleName,
      PolicyDocument: trusting('ecs-tasks.amazonaws.com'),
    });
    const first = await services.operator.taskCredentials({ roleName, taskId });
    const other = await services.operator.taskCredentials({ roleName, taskId: '0'.repeat(32) });
    assert.notEqual(first.accessKeyId, other.accessKeyId);
  });

  it('are refused for a role that is not there, and an id that is none', async (test) => {
    const { operator } = (await openWorkloadWorld(test)).services;
    await assert.rejects(operator.taskCredentials({ roleName: 'Nobody', taskId }), {
      code: 'NoSuchEntity',
    });
    for (const wrong of ['', 'task', `${taskId}0`, `${taskId.slice(1)}/`]) {
      await assert.rejects(operator.taskCredentials({ roleName, taskId: wrong }), {
        code: 'ValidationError',
      });
    }
  });
});
