import * as iam from '@aws-sdk/client-iam';
import { type Conversation, recently, type Talk } from './talk.ts';

export const groupConversation: Conversation = async (talk) => {
  const { arn } = talk;
  const editors = {
    Path: '/teams/',
    GroupName: 'Editors',
    GroupId: /^AGPA[A-Z0-9]{17}$/,
    Arn: arn('group/teams/Editors'),
    CreateDate: recently,
  };
  await talk.answers(new iam.CreateGroupCommand({ GroupName: 'Editors', Path: '/teams/' }), {
    Group: editors,
  });
  await talk.refuses(
    new iam.CreateGroupCommand({ GroupName: 'editors' }),
    iam.EntityAlreadyExistsException,
    'Group with name editors already exists.',
  );
  await talk.call(new iam.CreateGroupCommand({ GroupName: 'Finance', Path: '/teams/' }));
  const finance = { ...editors, GroupName: 'Finance', Arn: arn('group/teams/Finance') };
  await talk.lists(
    iam.ListGroupsCommand,
    { PathPrefix: '/teams/' },
    { Groups: [editors, finance] },
  );
  await talk.refuses(
    new iam.ListGroupsCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await fillGroups(talk, editors, finance);
  await renameGroup(talk);
};

async function fillGroups(talk: Talk, editors: object, finance: object): Promise<void> {
  const GroupName = 'Editors';
  const members = ['dora', 'edda'];
  for (const UserName of members) {
    await talk.call(new iam.CreateUserCommand({ UserName }));
    await talk.does(new iam.AddUserToGroupCommand({ GroupName, UserName }));
  }
  const users = members.map((UserName) => ({
    Path: '/',
    UserName,
    UserId: /^AIDA/,
    Arn: talk.arn(`user/${UserName}`),
    CreateDate: recently,
  }));
  await talk.lists(iam.GetGroupCommand, { GroupName }, { Users: users }, { Group: editors });
  await talk.does(new iam.AddUserToGroupCommand({ GroupName: 'Finance', UserName: 'dora' }));
  await talk.lists(
    iam.ListGroupsForUserCommand,
    { UserName: 'dora' },
    { Groups: [editors, finance] },
  );
  await talk.refuses(
    new iam.DeleteGroupCommand({ GroupName }),
    iam.DeleteConflictException,
    'Cannot delete entity, must remove users from group first.',
  );
  await talk.misses(
    'The group with name none cannot be found.',
    new iam.AddUserToGroupCommand({ GroupName: 'none', UserName: 'dora' }),
    new iam.RemoveUserFromGroupCommand({ GroupName: 'none', UserName: 'dora' }),
    new iam.GetGroupCommand({ GroupName: 'none' }),
    new iam.UpdateGroupCommand({ GroupName: 'none', NewPath: '/' }),
  );
  await talk.misses(
    'The user with name none cannot be found.',
    new iam.ListGroupsForUserCommand({ UserName: 'none' }),
  );
  await talk.does(
    new iam.RemoveUserFromGroupCommand({ GroupName, UserName: 'dora' }),
    new iam.RemoveUserFromGroupCommand({ GroupName, UserName: 'edda' }),
    new iam.RemoveUserFromGroupCommand({ GroupName: 'Finance', UserName: 'dora' }),
    ...members.map((UserName) => new iam.DeleteUserCommand({ UserName })),
  );
}

async function renameGroup(talk: Talk): Promise<void> {
  await talk.does(
    new iam.UpdateGroupCommand({
      GroupName: 'Finance',
      NewGroupName: 'Accounting',
      NewPath: '/offices/',
    }),
  );
  await talk.answers(new iam.GetGroupCommand({ GroupName: 'Accounting' }), {
    Group: {
      Path: '/offices/',
      GroupName: 'Accounting',
      GroupId: /^AGPA/,
      Arn: talk.arn('group/offices/Accounting'),
      CreateDate: recently,
    },
    Users: [],
    IsTruncated: false,
  });
  await talk.refuses(
    new iam.UpdateGroupCommand({ GroupName: 'Accounting', NewGroupName: 'EDITORS' }),
    iam.EntityAlreadyExistsException,
    'Group with name EDITORS already exists.',
  );
  await talk.does(
    new iam.DeleteGroupCommand({ GroupName: 'Accounting' }),
    new iam.DeleteGroupCommand({ GroupName: 'Editors' }),
  );
}
