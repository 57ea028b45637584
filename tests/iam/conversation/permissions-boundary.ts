import * as iam from '@aws-sdk/client-iam';
import { type Conversation, matches, readPhotos, trustOf } from './talk.ts';

const UserName = 'bounded';
const RoleName = 'BoundedRole';

export const permissionsBoundaryConversation: Conversation = async (talk) => {
  const PermissionsBoundary = talk.arn('policy/limits');
  await talk.call(
    new iam.CreatePolicyCommand({ PolicyName: 'limits', PolicyDocument: readPhotos }),
  );
  const other = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  await talk.call(new iam.CreateUserCommand({ UserName, PermissionsBoundary: other }));
  const AssumeRolePolicyDocument = trustOf('ec2.amazonaws.com');
  await talk.call(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await talk.does(
    new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }),
    new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }),
  );
  const boundary = {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: PermissionsBoundary,
  };
  const { User } = await talk.call(new iam.GetUserCommand({ UserName }));
  const { Role } = await talk.call(new iam.GetRoleCommand({ RoleName }));
  matches([User?.PermissionsBoundary, Role?.PermissionsBoundary], [boundary, boundary], 'bounded');
  await talk.answers(
    new iam.ListEntitiesForPolicyCommand({
      PolicyArn: PermissionsBoundary,
      PolicyUsageFilter: 'PermissionsBoundary',
    }),
    {
      PolicyUsers: [{ UserName, UserId: /^AIDA/ }],
      PolicyRoles: [{ RoleName, RoleId: /^AROA/ }],
      PolicyGroups: [],
      IsTruncated: false,
    },
  );
  await talk.refuses(
    new iam.DeletePolicyCommand({ PolicyArn: PermissionsBoundary }),
    iam.DeleteConflictException,
    /./,
  );
  await talk.does(
    new iam.DeleteUserPermissionsBoundaryCommand({ UserName }),
    new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }),
  );
  await talk.misses(
    'The permissions boundary of the user with name bounded cannot be found.',
    new iam.DeleteUserPermissionsBoundaryCommand({ UserName }),
  );
  await talk.misses(
    'The permissions boundary of the role with name BoundedRole cannot be found.',
    new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }),
  );
  await talk.does(new iam.DeletePolicyCommand({ PolicyArn: PermissionsBoundary }));
  await talk.misses(
    `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`,
    new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }),
    new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }),
  );
  await talk.does(new iam.DeleteUserCommand({ UserName }), new iam.DeleteRoleCommand({ RoleName }));
};
