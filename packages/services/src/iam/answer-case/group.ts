import { type AnswerCases, arn, arnsIn, dave, developers } from './answer-case.ts';

export const groupAnswers: AnswerCases = {
  GetGroup: {
    input: () => developers,
    expect: arn('user', '/a/analyst', '/d/dave', '/z/zonekeeper'),
    lists: ['Users'],
    read: arnsIn('Users'),
  },
  ListGroups: {
    input: () => ({}),
    expect: arn('group', '/a/Admins', '/d/Developers', '/e/empty', '/z/Zookeepers'),
    lists: ['Groups'],
    read: arnsIn('Groups'),
  },
  ListGroupsForUser: {
    input: () => dave,
    expect: arn('group', '/a/Admins', '/d/Developers', '/z/Zookeepers'),
    lists: ['Groups'],
    read: arnsIn('Groups'),
  },
};
