import { type ChangeCases, dave, firstKey, leaver } from './change-case.ts';

export const accessKeyChanges: ChangeCases = {
  CreateAccessKey: {
    input: () => leaver,
    rows: { iam_access_key: '-0 +1' },
    change: ['accessKey', 'new'],
  },
  DeleteAccessKey: {
    input: (world) => ({ ...dave, ...firstKey(world) }),
    rows: { iam_access_key: '-1 +0' },
    of: 'first key',
    change: ['accessKey', 'first key'],
  },
  UpdateAccessKey: {
    input: (world) => ({ ...dave, ...firstKey(world), Status: 'Inactive' }),
    rows: { iam_access_key: '-1 +1' },
    of: 'first key',
    change: ['accessKey', 'first key'],
  },
};
