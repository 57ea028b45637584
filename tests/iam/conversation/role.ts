import * as iam from '@aws-sdk/client-iam';
import type { Conversation } from './talk.ts';

export const roleConversation: Conversation = async (talk) => {
  await talk.misses(
    'The role with name none cannot be found.',
    new iam.GetRoleCommand({ RoleName: 'none' }),
    new iam.ListRolePoliciesCommand({ RoleName: 'none' }),
    new iam.ListAttachedRolePoliciesCommand({ RoleName: 'none' }),
    new iam.ListRoleTagsCommand({ RoleName: 'none' }),
    new iam.GetRolePolicyCommand({ RoleName: 'none', PolicyName: 'none' }),
  );
  await talk.refuses(
    new iam.ListRolesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
};
