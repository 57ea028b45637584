import type { ChangeCases } from './change-case.ts';

const dProfile = { InstanceProfileName: 'DPROFILE' };
const emptyProfile = { InstanceProfileName: 'EMPTYPROFILE' };
const dRole = { RoleName: 'DROLE' };
const ofDProfile = {
  of: 'profile DProfile',
  change: ['instanceProfile', 'profile DProfile'],
} as const;
const ofEmptyProfile = {
  of: 'profile emptyProfile',
  change: ['instanceProfile', 'profile emptyProfile'],
} as const;

export const instanceProfileChanges: ChangeCases = {
  AddRoleToInstanceProfile: {
    input: () => ({ ...emptyProfile, ...dRole }),
    rows: { iam_instance_profile: '-1 +1' },
    ...ofEmptyProfile,
  },
  CreateInstanceProfile: {
    input: () => ({ InstanceProfileName: 'new', Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_instance_profile: '-0 +1', iam_tag: '-0 +1' },
    change: ['instanceProfile', 'new'],
  },
  DeleteInstanceProfile: {
    input: () => emptyProfile,
    rows: { iam_instance_profile: '-1 +0', iam_tag: '-2 +0' },
    ...ofEmptyProfile,
  },
  RemoveRoleFromInstanceProfile: {
    input: () => ({ ...dProfile, ...dRole }),
    rows: { iam_instance_profile: '-1 +1' },
    ...ofDProfile,
  },
  TagInstanceProfile: {
    input: () => ({ ...dProfile, Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofDProfile,
  },
  UntagInstanceProfile: {
    input: () => ({ ...dProfile, TagKeys: ['of'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofDProfile,
  },
};
