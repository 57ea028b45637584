import { type ChangeCases, dave, leaver, ofDave, ofLeaver } from './change-case.ts';

export const userChanges: ChangeCases = {
  CreateUser: {
    input: () => ({ UserName: 'new', Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_user: '-0 +1', iam_tag: '-0 +1' },
    change: ['user', 'new'],
  },
  DeleteUser: {
    input: () => leaver,
    rows: { iam_user: '-1 +0', iam_tag: '-2 +0', iam_last_accessed: '-1 +0' },
    ...ofLeaver,
  },
  TagUser: {
    input: () => ({ ...dave, Tags: [{ Key: 'OF', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofDave,
  },
  UntagUser: {
    input: () => ({ ...dave, TagKeys: ['OF'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofDave,
  },
  UpdateUser: {
    input: () => ({ ...dave, NewPath: '/new/' }),
    rows: { iam_user: '-1 +1' },
    ...ofDave,
  },
};
