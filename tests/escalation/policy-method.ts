import type { House } from './house.ts';
import { administratorAccess, allow, document, everything, type Method } from './method.ts';

/** Those who write a policy that is theirs, or come into a group that has one. */
export const policyMethods: readonly Method[] = [
  {
    name: 'CreatePolicyVersion',
    rhino: 1,
    pathfinding: ['iam-001'],
    needs: ({ arn }) => [allow('iam:CreatePolicyVersion', arn('policy/DaveWork'))],
    furnish: attachDaveWork,
    async steps({ house, call }) {
      const PolicyArn = house.arn('policy/DaveWork');
      // No `iam:SetDefaultPolicyVersion` is asked for.
      const version = { PolicyArn, PolicyDocument: everything, SetAsDefault: true };
      await call('iam', 'CreatePolicyVersion', version);
      return house.dave;
    },
    delegated: 'contained',
  },
  {
    name: 'SetDefaultPolicyVersion',
    rhino: 2,
    needs: ({ arn }) => [allow('iam:SetDefaultPolicyVersion', arn('policy/DaveWork'))],
    async furnish(house) {
      await attachDaveWork(house);
      const PolicyArn = house.arn('policy/DaveWork');
      await house.call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: everything });
    },
    async steps({ house, call }) {
      const PolicyArn = house.arn('policy/DaveWork');
      await call('iam', 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
      return house.dave;
    },
    delegated: 'contained',
  },
  {
    name: 'AttachUserPolicy',
    rhino: 7,
    pathfinding: ['iam-008'],
    needs: ({ arn }) => [allow('iam:AttachUserPolicy', arn('user/delegated/dave'))],
    async steps({ house, call }) {
      const PolicyArn = administratorAccess;
      await call('iam', 'AttachUserPolicy', { UserName: 'dave', PolicyArn });
      return house.dave;
    },
    delegated: 'contained',
  },
  {
    name: 'AttachGroupPolicy',
    rhino: 8,
    pathfinding: ['iam-010'],
    needs: ({ arn }) => [allow('iam:AttachGroupPolicy', arn('group/Developers'))],
    furnish: joinDevelopers,
    async steps({ house, call }) {
      const PolicyArn = administratorAccess;
      await call('iam', 'AttachGroupPolicy', { GroupName: 'Developers', PolicyArn });
      return house.dave;
    },
    delegated: 'contained',
  },
  {
    name: 'PutUserPolicy',
    rhino: 10,
    pathfinding: ['iam-007'],
    needs: ({ arn }) => [allow('iam:PutUserPolicy', arn('user/delegated/dave'))],
    async steps({ house, call }) {
      const policy = { PolicyName: 'all', PolicyDocument: everything };
      await call('iam', 'PutUserPolicy', { UserName: 'dave', ...policy });
      return house.dave;
    },
    delegated: 'contained',
  },
  {
    name: 'PutGroupPolicy',
    rhino: 11,
    pathfinding: ['iam-011'],
    needs: ({ arn }) => [allow('iam:PutGroupPolicy', arn('group/Developers'))],
    furnish: joinDevelopers,
    async steps({ house, call }) {
      const policy = { PolicyName: 'all', PolicyDocument: everything };
      await call('iam', 'PutGroupPolicy', { GroupName: 'Developers', ...policy });
      return house.dave;
    },
    delegated: 'contained',
  },
  {
    name: 'AddUserToGroup',
    rhino: 13,
    pathfinding: ['iam-013'],
    needs: ({ arn }) => [allow('iam:AddUserToGroup', arn('group/Administrators'))],
    async furnish({ call }) {
      const GroupName = 'Administrators';
      await call('iam', 'CreateGroup', { GroupName });
      await call('iam', 'AttachGroupPolicy', { GroupName, PolicyArn: administratorAccess });
    },
    async steps({ house, call }) {
      await call('iam', 'AddUserToGroup', { GroupName: 'Administrators', UserName: 'dave' });
      return house.dave;
    },
    delegated: 'contained',
  },
];

async function attachDaveWork({ call, arn, work }: House): Promise<void> {
  const PolicyDocument = document(work);
  await call('iam', 'CreatePolicy', { PolicyName: 'DaveWork', PolicyDocument });
  const PolicyArn = arn('policy/DaveWork');
  await call('iam', 'AttachUserPolicy', { UserName: 'dave', PolicyArn });
}

async function joinDevelopers({ call }: House): Promise<void> {
  await call('iam', 'CreateGroup', { GroupName: 'Developers' });
  await call('iam', 'AddUserToGroup', { GroupName: 'Developers', UserName: 'dave' });
}
