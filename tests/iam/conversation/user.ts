import * as iam from '@aws-sdk/client-iam';
import { type Conversation, recently, type Talk, tags } from './talk.ts';

export const userConversation: Conversation = async (talk) => {
  const { arn } = talk;
  const dave = {
    Path: '/people/',
    UserName: 'dave',
    UserId: /^AIDA[A-Z0-9]{17}$/,
    Arn: arn('user/people/dave'),
    CreateDate: recently,
  };
  const own = tags('cost=1', 'team=photos');
  await talk.answers(new iam.CreateUserCommand({ UserName: 'dave', Path: '/people/', Tags: own }), {
    User: { ...dave, Tags: own },
  });
  await talk.refuses(
    new iam.CreateUserCommand({ UserName: 'Dave' }),
    iam.EntityAlreadyExistsException,
    'User with name Dave already exists.',
  );
  await talk.answers(new iam.GetUserCommand({ UserName: 'DAVE' }), {
    User: { ...dave, Tags: own },
  });
  await talk.misses(
    'The user with name nobody cannot be found.',
    new iam.GetUserCommand({ UserName: 'nobody' }),
  );
  await talk.call(new iam.CreateUserCommand({ UserName: 'eve', Path: '/people/' }));
  const eve = { ...dave, UserName: 'eve', Arn: arn('user/people/eve') };
  await talk.lists(iam.ListUsersCommand, { PathPrefix: '/people/' }, { Users: [dave, eve] });
  await talk.refuses(
    new iam.ListUsersCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await tagUser(talk);
  await renameUser(talk);
};

async function tagUser(talk: Talk): Promise<void> {
  const UserName = 'dave';
  await talk.does(new iam.TagUserCommand({ UserName, Tags: tags('Team=pictures', 'zone=eu') }));
  await talk.lists(
    iam.ListUserTagsCommand,
    { UserName },
    { Tags: tags('cost=1', 'Team=pictures', 'zone=eu') },
  );
  await talk.does(new iam.UntagUserCommand({ UserName, TagKeys: ['team', 'COST'] }));
  await talk.answers(new iam.ListUserTagsCommand({ UserName }), {
    Tags: tags('zone=eu'),
    IsTruncated: false,
  });
  await talk.misses(
    'The user with name nobody cannot be found.',
    new iam.TagUserCommand({ UserName: 'nobody', Tags: tags('a=b') }),
    new iam.UntagUserCommand({ UserName: 'nobody', TagKeys: ['a'] }),
    new iam.ListUserTagsCommand({ UserName: 'nobody' }),
  );
}

async function renameUser(talk: Talk): Promise<void> {
  const { arn } = talk;
  await talk.does(
    new iam.UpdateUserCommand({ UserName: 'eve', NewUserName: 'viewer', NewPath: '/guests/' }),
  );
  await talk.answers(new iam.GetUserCommand({ UserName: 'viewer' }), {
    User: {
      Path: '/guests/',
      UserName: 'viewer',
      UserId: /^AIDA/,
      Arn: arn('user/guests/viewer'),
      CreateDate: recently,
    },
  });
  await talk.refuses(
    new iam.UpdateUserCommand({ UserName: 'viewer', NewUserName: 'dave' }),
    iam.EntityAlreadyExistsException,
    'User with name dave already exists.',
  );
  for (const UserName of ['dave', 'viewer']) {
    await talk.does(new iam.DeleteUserCommand({ UserName }));
    await talk.misses(
      `The user with name ${UserName} cannot be found.`,
      new iam.DeleteUserCommand({ UserName }),
    );
  }
}
