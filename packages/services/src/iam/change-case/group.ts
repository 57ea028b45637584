import { type ChangeCases, dave, developers, ofDave, ofDevelopers } from './change-case.ts';

export const groupChanges: ChangeCases = {
  AddUserToGroup: {
    input: () => ({ ...dave, GroupName: 'empty' }),
    rows: { iam_group_member: '-0 +1' },
    ...ofDave,
  },
  CreateGroup: {
    input: () => ({ GroupName: 'new' }),
    rows: { iam_group: '-0 +1' },
    change: ['group', 'new'],
  },
  DeleteGroup: {
    input: () => ({ GroupName: 'empty' }),
    rows: { iam_group: '-1 +0' },
    of: 'group empty',
    change: ['group', 'group empty'],
  },
  RemoveUserFromGroup: {
    input: () => ({ ...dave, ...developers }),
    rows: { iam_group_member: '-1 +0' },
    ...ofDave,
  },
  UpdateGroup: {
    input: () => ({ ...developers, NewPath: '/new/' }),
    rows: { iam_group: '-1 +1' },
    ...ofDevelopers,
  },
};
