import { credentialsOf, type House } from './house.ts';
import { administratorAccess, allow, everything, type Method } from './method.ts';

/** Those who make a credential of somebody else's. */
export const credentialMethods: readonly Method[] = [
  {
    name: 'CreateAccessKey',
    rhino: 4,
    pathfinding: ['iam-002'],
    needs: ({ arn }) => [allow('iam:CreateAccessKey', arn('user/admin'))],
    steps: async ({ call }) =>
      credentialsOf(await call('iam', 'CreateAccessKey', { UserName: 'admin' })),
    delegated: 'refused',
  },
  {
    name: 'DeleteAccessKey, then CreateAccessKey',
    pathfinding: ['iam-003'],
    needs: ({ arn }) => [
      allow('iam:DeleteAccessKey', arn('user/admin')),
      allow('iam:CreateAccessKey', arn('user/admin')),
    ],
    async furnish({ call }) {
      // There is room for two: one of them has to go.
      await call('iam', 'CreateAccessKey', { UserName: 'admin' });
      await call('iam', 'CreateAccessKey', { UserName: 'admin' });
    },
    async steps({ call, house }) {
      const UserName = 'admin';
      // Whoever has the id already need not ask for it.
      const listed = await house.call('iam', 'ListAccessKeys', { UserName });
      const [key] = (listed as { AccessKeyMetadata: { AccessKeyId: string }[] }).AccessKeyMetadata;
      await call('iam', 'DeleteAccessKey', { UserName, AccessKeyId: key?.AccessKeyId });
      return credentialsOf(await call('iam', 'CreateAccessKey', { UserName }));
    },
    delegated: 'refused',
  },
  {
    name: 'CreateLoginProfile',
    rhino: 5,
    pathfinding: ['iam-004'],
    needs: ({ arn }) => [allow('iam:CreateLoginProfile', arn('user/admin'))],
    async steps({ call }) {
      await call('iam', 'CreateLoginProfile', { UserName: 'admin', Password: known });
      return { userName: 'admin', password: known };
    },
    delegated: 'refused',
  },
  {
    name: 'UpdateLoginProfile',
    rhino: 6,
    pathfinding: ['iam-006'],
    needs: ({ arn }) => [allow('iam:UpdateLoginProfile', arn('user/admin'))],
    async furnish({ call }) {
      const Password = 'nobody-else-knows-1';
      await call('iam', 'CreateLoginProfile', { UserName: 'admin', Password });
    },
    async steps({ call }) {
      await call('iam', 'UpdateLoginProfile', { UserName: 'admin', Password: known });
      return { userName: 'admin', password: known };
    },
    delegated: 'refused',
  },
  {
    name: 'AttachUserPolicy to another user, then CreateAccessKey',
    pathfinding: ['iam-015'],
    needs: ({ arn }) => [
      allow('iam:AttachUserPolicy', arn('user/delegated/photos')),
      allow('iam:CreateAccessKey', arn('user/delegated/photos')),
    ],
    furnish: createPhotosUser,
    async steps({ call }) {
      const PolicyArn = administratorAccess;
      await call('iam', 'AttachUserPolicy', { UserName: 'photos', PolicyArn });
      return credentialsOf(await call('iam', 'CreateAccessKey', { UserName: 'photos' }));
    },
    delegated: 'contained',
  },
  {
    name: 'PutUserPolicy on another user, then CreateAccessKey',
    pathfinding: ['iam-018'],
    needs: ({ arn }) => [
      allow('iam:PutUserPolicy', arn('user/delegated/photos')),
      allow('iam:CreateAccessKey', arn('user/delegated/photos')),
    ],
    furnish: createPhotosUser,
    async steps({ call }) {
      const policy = { PolicyName: 'all', PolicyDocument: everything };
      await call('iam', 'PutUserPolicy', { UserName: 'photos', ...policy });
      return credentialsOf(await call('iam', 'CreateAccessKey', { UserName: 'photos' }));
    },
    delegated: 'contained',
  },
];

const known = 'everybody-knows-1';

async function createPhotosUser({ call }: House): Promise<void> {
  await call('iam', 'CreateUser', { UserName: 'photos', Path: '/delegated/' });
}
